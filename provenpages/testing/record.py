"""The record of a run: each block's evidence, from the reports of all workers."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Final, cast

import pytest

from provenpages.errors import PageError
from provenpages.reading.block import Block
from provenpages.reading.directive import Proves
from provenpages.reading.page import joined
from provenpages.reading.site import Site
from provenpages.running.machine import Machines
from provenpages.running.run import Run
from provenpages.showing.evidence import (
    FILE,
    BlockEvidence,
    Evidence,
    Outcome,
    PageEvidence,
    block_from_json,
    read_evidence,
    write_evidence,
)

BLOCK: Final = "evidence"
"""The property of a test's report that holds its block's evidence."""
MACHINE: Final = "machine"
"""The property that names the machine, and says what it is."""


class Record:
    """What has been seen so far of a site."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._blocks: dict[tuple[str, str], list[BlockEvidence]] = {}
        self._machines: dict[tuple[str, str], dict[str, Any]] = {}

    def add(self, report: pytest.TestReport) -> None:
        """Note a report's evidence."""
        known = cast(dict[str, Any], dict(report.user_properties))
        if BLOCK in known:
            name, machine = known[MACHINE]
            key = name, report.location[0]
            self._blocks.setdefault(key, []).append(block_from_json(known[BLOCK]))
            if machine:
                self._machines[key] = machine

    def write(self, machines: Mapping[str, Machines], usual: str) -> None:
        """Write the evidence of the pages that were gone through, in nav's order.

        That of other pages and machines stays as it is; the usual machine's comes first. What
        isn't published has its own file.
        """
        for name, made in machines.items():
            own = FILE if made.is_published else FILE.with_stem(f"{FILE.stem}-{name}")
            file = self._site.root / own
            if fresh := self._pages(name):
                known = read_evidence(file)
                pages = known.get(name, {}) | fresh
                known[name] = {path: pages[path] for path in self._site.places if path in pages}
                first = {one: known[one] for one in (usual, *sorted(known)) if one in known}
                write_evidence(first, file)

    def _pages(self, name: str) -> Evidence:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        paths = [path for machine, path in self._blocks if machine == name]
        return {path: page for path in paths if (page := self._page(name, path, now))}

    def _page(self, name: str, path: str, now: str) -> PageEvidence | None:
        page = self._site.page(path)
        blocks = sorted(self._blocks[name, path], key=lambda block: block.line)
        if [block.digest for block in blocks] != [block.digest for block in page.blocks]:
            # Not all of it was asked for, or it has been edited meanwhile.
            return None
        known = next((seen for (one, _), seen in self._machines.items() if one == name), {})
        machine = self._machines.get((name, path), known)
        return PageEvidence(
            page.source,
            page.digest,
            self._before(path),
            now,
            machine.get("machine", ""),
            machine.get("versions", {}),
            machine.get("build_cache", ""),
            machine.get("tree", ""),
            tuple(blocks),
        )

    def _before(self, path: str) -> str:
        try:
            return joined(self._site.page(one).digest for one in self._site.earlier(path))
        except PageError:
            # Nobody knows what ran before: this page isn't verified until all can be read.
            return ""


def evidence_of(
    block: Block, outcome: Outcome, reason: str, runs: Sequence[Run], stand_ins: dict[str, str]
) -> BlockEvidence:
    """Return what is known of one block after its turn."""
    claims = tuple(one.claim for one in block.all(Proves))
    return BlockEvidence(block.line, block.digest, outcome, reason, claims, stand_ins, tuple(runs))


def properties(
    name: str, evidence: BlockEvidence, machine: dict[str, Any]
) -> list[tuple[str, object]]:
    """Return what a report carries: the block's evidence, and the machine's name.

    If commands ran there, it also carries what `PageEvidence` says of the machine.
    """
    return [(BLOCK, asdict(evidence)), (MACHINE, [name, machine])]
