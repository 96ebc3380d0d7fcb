"""The journeys being run: each block's turn on its machine, and what became of it."""

import warnings
from collections.abc import Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import pytest

from provenpages.errors import Differs, Notice
from provenpages.reading.block import Block
from provenpages.reading.directive import Local, Review, Skip
from provenpages.reading.site import Site
from provenpages.reading.variant import variant
from provenpages.reading.version import Only, unknown
from provenpages.running.attempt import run_block
from provenpages.running.desk import Desk
from provenpages.running.machine import Machines
from provenpages.running.run import Run
from provenpages.settings import FILE, TABLE, Settings
from provenpages.showing.evidence import Outcome
from provenpages.testing.items import BlockItem
from provenpages.testing.record import evidence_of, properties
from provenpages.tree import tree_digest

Journey = tuple[str, int]
"""The machine's name, and the journey's number on the site."""


class Journeys:
    """Runs the blocks: one journey after the other, for one machine after the other."""

    def __init__(
        self,
        site: Site,
        settings: Settings,
        machines: Mapping[str, Machines],
        place: str | None,
        *,
        is_fresh: bool,
    ) -> None:
        """`place` is where the machines are made that offer it; others use their first place."""
        self._site = site
        self._settings = settings
        self._machines = machines
        self._place = place
        self._is_fresh = is_fresh
        self._running = ExitStack()
        self._now: Journey | None = None
        self._desk: Desk | None = None
        self._machine: dict[str, Any] = {}
        self._failed: dict[Journey, str] = {}

    def run(self, item: BlockItem) -> None:
        """Run a block on its journey's machine, and note what was seen in the item's report."""
        block = item.block
        journey = item.machine, self._site.places[block.path][0]
        self._check_reviews(block)
        if skip := block.one(Skip):
            self._pass_over(item, "skipped", skip.reason, skip.reason)
        if not self._machines[item.machine].is_local and (local := block.one(Local)):
            self._pass_over(item, "skipped", local.reason, f"local only: {local.reason}")
        if reason := self._failed.get(journey):
            self._pass_over(item, "not reached", reason, f"not reached: {reason}")
        runs: list[Run] = []
        try:
            desk = self._desk_of(journey)
            fitting = variant(block, self._machine["versions"])
            if fitting:
                desk.stand_ins |= desk.machine.stand_ins(block.shown)
                run_block(desk, fitting, runs)
        except BaseException as error:
            if isinstance(error, Differs) and (news := self._news()):
                self._note(item, "differs", str(error), runs)
                warnings.warn(f"{error}\n{news}", Notice, stacklevel=1)
                pytest.skip(f"differs: {news}")
            self._failed[journey] = f"{block.path}:{block.line} failed"
            self._note(item, "failed", str(error), runs)
            raise
        if not fitting:
            reason = " and ".join(f"only {only}" for only in block.all(Only))
            self._pass_over(item, "left out", reason, reason)
        hide = desk.secrets.redacted
        used = {one: hide(live) for one, live in desk.stand_ins.items() if one in block.shown}
        self._note(item, "passed", "", runs, used)

    def close(self) -> None:
        """End the machine that runs; raises MachineError."""
        self._running.close()

    def _pass_over(self, item: BlockItem, outcome: Outcome, reason: str, said: str) -> None:
        self._note(item, outcome, reason)
        pytest.skip(said)

    def _note(
        self,
        item: BlockItem,
        outcome: Outcome,
        reason: str,
        runs: list[Run] | None = None,
        stand_ins: dict[str, str] | None = None,
    ) -> None:
        seen = evidence_of(item.block, outcome, reason, runs or (), stand_ins or {})
        known = self._machine if runs or outcome == "left out" else {}
        item.user_properties += properties(item.machine, seen, known)

    def _news(self) -> str:
        """Return what is new of this machine's versions, and what to do about it."""
        new = unknown(self._machine["versions"], self._settings.known)
        return new and (
            f"the pages aren't known to be true on {new}: make them true there, and add it to"
            f" `known` in [{TABLE}], {FILE}"
        )

    def _check_reviews(self, block: Block) -> None:
        outputs = [meaning for output in block.outputs for meaning in output.meanings]
        for one in [*block.meanings, *outputs]:
            if isinstance(one, Review) and one.is_stale(
                datetime.now(UTC).date(), self._settings.review_days
            ):
                what = "skipped" if isinstance(one, Skip) else "recorded"
                warnings.warn(
                    f"{block.path}:{block.line}: {what}, and last reviewed {one.reviewed}; look at"
                    " it again and write today's date",
                    Notice,
                    stacklevel=1,
                )

    def _desk_of(self, journey: Journey) -> Desk:
        if self._desk is None or self._now != journey:
            self._running.close()
            machines = self._machines[journey[0]]
            places = machines.places()
            place = next((one for one in places if one == self._place), places[0])
            machine = self._running.enter_context(machines.open(place, is_fresh=self._is_fresh))
            tree = tree_digest(self._site.root)
            machine.put(self._site.root, machine.project)
            versions = machine.versions()
            self._machine = {
                "machine": machine.description(versions),
                "versions": versions,
                "build_cache": machine.build_cache,
                "tree": tree,
            }
            self._desk = Desk(machine, machine.project, self._settings.time_limit)
            self._now = journey
            self._running.callback(self._desk.close)
        return self._desk
