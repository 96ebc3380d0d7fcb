"""The pytest plugin: `pytest docs` makes one test of each block."""

import warnings
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final, cast

import pytest
from mkdocs.config.defaults import MkDocsConfig

from checks.attempt import run_block
from checks.block import Block
from checks.desk import Desk
from checks.directive import Local, Skip
from checks.engine import connect
from checks.errors import ChecksError
from checks.evidence import (
    FILE,
    LIVE_FILE,
    BlockEvidence,
    PageEvidence,
    block_from_json,
    read_evidence,
    write_evidence,
)
from checks.items import BlockItem, PageFile
from checks.journey import CONFIGURATION, journeys, read_site
from checks.live import VARIABLES, LiveHub, Traces, live_hub
from checks.page import Page, read_page
from checks.run import Run
from checks.sandbox.container import HOME, sandbox

REVIEW_DAYS: Final = 180
"""How long a person's review of a skipped block counts."""
PROJECT: Final = f"{HOME}/docker-mkdocs"
"""The project's copy in the sandbox: where a reader is after `git clone` and `cd`."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the name of the Docker Hub that the commands meet."""
    about = "the Docker Hub that the documented commands meet: the sandbox's; or one outside, of"
    about += f" {', '.join(VARIABLES)}, which Docker's own hasn't been yet (docs/checks/how.md)"
    parser.addoption("--hub", choices=("local", "live"), default="local", help=about)


def pytest_configure(config: pytest.Config) -> None:
    """Take part where the project has a site."""
    if (config.rootpath / CONFIGURATION).is_file():
        try:
            live = live_hub() if config.getoption("--hub") == "live" else None
        except ChecksError as error:
            raise pytest.UsageError(str(error)) from None
        config.pluginmanager.register(Checks(config.rootpath, live), "checks")


class Checks:
    """The pages of one site, the journey being run, and the evidence so far."""

    def __init__(self, root: Path, live: LiveHub | None) -> None:
        self._root = root
        self._live = live
        self._running = ExitStack()
        self._journey: int | None = None
        self._desk: Desk | None = None
        self._failed: dict[int, str] = {}
        self._versions: dict[str, str] = {}
        self._evidence: dict[str, list[BlockEvidence]] = {}
        self._pages: dict[str, Page] = {}

    def pytest_collect_file(
        self, file_path: Path, parent: pytest.Collector
    ) -> pytest.Collector | None:
        """Collect the site's pages."""
        is_page = file_path.suffix == ".md" and file_path.is_relative_to(self._docs)
        if not is_page or not self._places:
            return None
        return PageFile.from_parent(parent, path=file_path, checks=self)

    @cached_property
    def _site(self) -> MkDocsConfig:
        try:
            return read_site(self._root)
        except ChecksError as error:
            raise pytest.Collector.CollectError(str(error)) from None

    @property
    def _docs(self) -> Path:
        return Path(self._site.docs_dir)

    @cached_property
    def _places(self) -> dict[str, tuple[int, int]]:
        """Each page's journey and its position there."""
        try:
            found = journeys(self._site)
        except ChecksError as error:
            raise pytest.Collector.CollectError(str(error)) from None
        return {
            f"{self._docs.name}/{file}": (number, position)
            for number, journey in enumerate(found)
            for position, file in enumerate(journey.files)
        }

    def read(self, file: Path) -> Page:
        """Read one page, by its file."""
        path = f"{self._docs.name}/{file.relative_to(self._docs).as_posix()}"
        self._pages[path] = page = read_page(file, path, self._site)
        return page

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Put the blocks in nav order."""
        items.sort(
            key=lambda item: self._places[item.block.path] if isinstance(item, BlockItem) else ()
        )

    def run(self, item: BlockItem) -> None:
        """Run one block in its journey's sandbox, and note what was seen."""
        block = item.block
        journey = self._places[block.path][0]
        if skip := block.one(Skip):
            self._check_review(block, skip)
            item.note("skipped", skip.reason)
            pytest.skip(skip.reason)
        if self._live and (local := block.one(Local)):
            item.note("skipped", local.reason)
            pytest.skip(f"local only: {local.reason}")
        if reason := self._failed.get(journey):
            item.note("not reached", reason)
            pytest.skip(f"not reached: {reason}")
        runs: list[Run] = []
        try:
            desk = self._desk_of(journey)
            if self._live:
                desk.stand_ins |= self._live.stand_ins(block.shown)
            run_block(desk, block, runs)
        except BaseException as error:
            self._failed[journey] = f"{block.path}:{block.line} failed"
            item.note("failed", str(error), runs)
            raise
        used = {one: live for one, live in desk.stand_ins.items() if one in block.shown}
        item.note("passed", "", runs, used)

    def _check_review(self, block: Block, skip: Skip) -> None:
        if (datetime.now(UTC).date() - skip.reviewed).days > REVIEW_DAYS:
            warnings.warn(
                f"{block.path}:{block.line}: skipped, and last reviewed {skip.reviewed}; look at"
                " it again and write today's date",
                stacklevel=1,
            )

    def _desk_of(self, journey: int) -> Desk:
        if self._desk is None or self._journey != journey:
            self._running.close()
            client = self._running.enter_context(closing(connect()))
            outside = self._live.outside if self._live else None
            machine = self._running.enter_context(sandbox(client, outside))
            machine.put(self._root, PROJECT)
            self._versions = machine.versions()
            if self._live:
                self._versions["Docker Hub"] = self._live.name
                self._running.callback(Traces(self._live, machine).delete)
            self._desk, self._journey = Desk(machine, PROJECT), journey
            self._running.callback(self._desk.close)
        return self._desk

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Gather each block's evidence."""
        for name, value in report.user_properties:
            if name == "evidence" and report.when == "call":
                path = report.location[0]
                self._evidence.setdefault(path, []).append(
                    block_from_json(cast(dict[str, Any], value))
                )

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """End the sandbox; write the evidence of the pages that were gone through."""
        try:
            self._running.close()
        except ChecksError as error:
            session.config.get_terminal_writer().line(f"\n{error}", red=True)
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        now = datetime.now(UTC).isoformat(timespec="seconds")
        fresh = {
            path: PageEvidence(self._pages[path].text, now, self._versions, tuple(blocks))
            for path, blocks in self._evidence.items()
            if len(blocks) == len(self._pages[path].blocks)
        }
        if fresh:
            file = self._root / (LIVE_FILE if self._live else FILE)
            known = read_evidence(file) | fresh
            write_evidence({path: known[path] for path in self._places if path in known}, file)

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Tell blocks that weren't reached from those skipped with a reason."""
        if report.skipped and ("not reached" in str(report.longrepr)):
            return "not reached", "n", "NOT REACHED"
        return None
