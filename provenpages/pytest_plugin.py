"""The pytest plugin: `pytest docs` makes one test of each block."""

import warnings
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from provenpages.errors import ChecksError
from provenpages.reading.block import Block
from provenpages.reading.directive import Local, Skip
from provenpages.reading.page import Page
from provenpages.reading.site import Site
from provenpages.running.attempt import run_block
from provenpages.running.desk import Desk
from provenpages.running.machine import Machines, machines_named
from provenpages.running.run import Run
from provenpages.settings import Settings, read_settings
from provenpages.showing.evidence import FILE, Outcome
from provenpages.testing.capacity import best_workers
from provenpages.testing.items import BlockItem, PageFile
from provenpages.testing.record import Record, evidence_of, properties
from provenpages.testing.workers import PLACE, Workers
from provenpages.tree import tree_digest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the name of the machine, and whether nothing is kept."""
    about = "run the pages on this machine, of those in the settings, instead of the usual one"
    parser.addoption("--machine", help=about, metavar="NAME")
    about = "start from nothing: without the build cache that earlier runs have left"
    parser.addoption("--fresh", action="store_true", help=about)


def pytest_configure(config: pytest.Config) -> None:
    """Take part where the project has settings of ours."""
    if not (settings := _settings(config)):
        return
    machines = _machines(config, settings)
    workers = config.getoption("numprocesses", None)
    if machines.most and workers and workers > machines.most:
        name = _machine_name(config, settings)
        raise pytest.UsageError(
            f"--machine {name}: {machines.most} at a time, and no more; leave out -n"
        )
    config.pluginmanager.import_plugin("provenpages.testing.annotations")
    checks = Checks(config, settings, machines)
    config.pluginmanager.register(checks, "provenpages-checks")
    if config.pluginmanager.hasplugin("xdist") and not hasattr(config, "workerinput"):
        side_by_side = Workers(config, checks.site, machines, checks.troubles)
        config.pluginmanager.register(side_by_side, "provenpages-workers")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Return how many workers `-n auto` means; in a project of others, that isn't ours to say."""
    settings = _settings(config)
    return best_workers(_machines(config, settings)) if settings else None


def _settings(config: pytest.Config) -> Settings | None:
    try:
        return read_settings(config.rootpath)
    except ChecksError as error:
        raise pytest.UsageError(str(error)) from None


def _machine_name(config: pytest.Config, settings: Settings) -> str:
    return config.getoption("--machine") or settings.machine


def _machines(config: pytest.Config, settings: Settings) -> Machines:
    try:
        return machines_named(_machine_name(config, settings), settings, config.rootpath)
    except ChecksError as error:
        raise pytest.UsageError(str(error)) from None


class Checks:
    """The pages of one site, the journey being run, and the evidence so far."""

    def __init__(self, config: pytest.Config, settings: Settings, machines: Machines) -> None:
        self._config = config
        self._settings = settings
        self._machines = machines
        self.site = Site(config.rootpath)
        self._running = ExitStack()
        self._journey: int | None = None
        self._desk: Desk | None = None
        self._failed: dict[int, str] = {}
        self._machine: dict[str, Any] = {}
        self._record = Record(self.site.page)
        self.troubles: list[str] = []
        """What went wrong when the machines were ended."""

    def pytest_collect_file(
        self, file_path: Path, parent: pytest.Collector
    ) -> pytest.Collector | None:
        """Collect the site's pages."""
        try:
            is_page = file_path.suffix == ".md" and file_path.is_relative_to(self.site.docs)
            if not is_page or not self.site.places:
                return None
        except ChecksError as error:
            raise pytest.Collector.CollectError(str(error)) from None
        return PageFile.from_parent(parent, path=file_path, checks=self)

    def read(self, file: Path) -> Page:
        """Read one page, by its file."""
        return self.site.read(file)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Put the blocks in nav order."""
        places = self.site.places if any(isinstance(item, BlockItem) for item in items) else {}
        items.sort(key=lambda item: places[item.block.path] if isinstance(item, BlockItem) else ())

    def run(self, item: BlockItem) -> None:
        """Run one block on its journey's machine, and note what was seen."""
        block = item.block
        journey = self.site.places[block.path][0]
        if skip := block.one(Skip):
            self._check_review(block, skip)
            self._note(item, "skipped", skip.reason)
            pytest.skip(skip.reason)
        if not self._machines.is_local and (local := block.one(Local)):
            self._note(item, "skipped", local.reason)
            pytest.skip(f"local only: {local.reason}")
        if reason := self._failed.get(journey):
            self._note(item, "not reached", reason)
            pytest.skip(f"not reached: {reason}")
        runs: list[Run] = []
        try:
            desk = self._desk_of(journey)
            desk.stand_ins |= desk.machine.stand_ins(block.shown)
            run_block(desk, block, runs)
        except BaseException as error:
            self._failed[journey] = f"{block.path}:{block.line} failed"
            self._note(item, "failed", str(error), runs)
            raise
        used = {one: live for one, live in desk.stand_ins.items() if one in block.shown}
        self._note(item, "passed", "", runs, used)

    def _note(
        self,
        item: BlockItem,
        outcome: Outcome,
        reason: str,
        runs: list[Run] | None = None,
        stand_ins: dict[str, str] | None = None,
    ) -> None:
        seen = evidence_of(item.block, outcome, reason, runs or (), stand_ins or {})
        item.user_properties += properties(seen, self._machine if runs else {})

    def _check_review(self, block: Block, skip: Skip) -> None:
        if skip.is_stale(datetime.now(UTC).date(), self._settings.review_days):
            warnings.warn(
                f"{block.path}:{block.line}: skipped, and last reviewed {skip.reviewed}; look at"
                " it again and write today's date",
                stacklevel=1,
            )

    def _desk_of(self, journey: int) -> Desk:
        if self._desk is None or self._journey != journey:
            self._running.close()
            # Only a worker of xdist's is told which place is its own.
            place = getattr(self._config, "workerinput", {}).get(PLACE, self._machines.places()[0])
            opened = self._machines.open(place, is_fresh=self._config.getoption("--fresh"))
            machine = self._running.enter_context(opened)
            tree = tree_digest(self.site.root)
            machine.put(self.site.root, machine.project)
            versions = machine.versions()
            self._machine = {
                "machine": machine.description(versions),
                "versions": versions,
                "build_cache": machine.build_cache,
                "tree": tree,
            }
            self._desk = Desk(machine, machine.project, self._settings.time_limit)
            self._journey = journey
            self._running.callback(self._desk.close)
        return self._desk

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Gather each block's evidence."""
        if report.when == "call":
            self._record.add(report)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """End the machine; write the evidence of the pages that were gone through."""
        try:
            self._running.close()
        except ChecksError as error:
            self.troubles.append(str(error))
        output = getattr(self._config, "workeroutput", None)
        if output is not None:
            output["troubles"] = self.troubles
            return
        for trouble in self.troubles:
            self._config.get_terminal_writer().line(f"\n{trouble}", red=True)
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        if not self._record.is_empty:
            name = _machine_name(self._config, self._settings)
            file = FILE if self._machines.is_published else FILE.with_stem(f"{FILE.stem}-{name}")
            self._record.write(self.site.root / file, [*self.site.places])

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Tell blocks that weren't reached from those skipped with a reason."""
        if report.skipped and ("not reached" in str(report.longrepr)):
            return "not reached", "n", "NOT REACHED"
        return None
