"""The pytest plugin: `pytest docs` makes one test of each block."""

from pathlib import Path

import pytest

from provenpages.errors import ChecksError
from provenpages.reading.page import Page
from provenpages.reading.site import Site
from provenpages.running.machine import Machines, machines_named
from provenpages.settings import Settings, read_settings
from provenpages.testing.capacity import best_workers, most_workers
from provenpages.testing.items import BlockItem, PageFile
from provenpages.testing.journeys import Journeys
from provenpages.testing.record import Record
from provenpages.testing.workers import PLACE, Workers


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the name of the machine, and whether nothing is kept."""
    about = "run the pages on this machine, of those in the settings; may be said several times"
    parser.addoption("--machine", action="append", default=[], help=about, metavar="NAME")
    about = "start from nothing: without the build cache that earlier runs have left"
    parser.addoption("--fresh", action="store_true", help=about)


def pytest_configure(config: pytest.Config) -> None:
    """Take part where the project has settings of ours."""
    if not (settings := _settings(config)):
        return
    machines = _machines(config, settings)
    workers = config.getoption("numprocesses", None)
    most = most_workers(machines)
    if most and workers and workers > most:
        names = " ".join(f"--machine {name}" for name in machines)
        raise pytest.UsageError(f"{names}: {most} at a time, and no more; leave out -n")
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


def _machines(config: pytest.Config, settings: Settings) -> dict[str, Machines]:
    try:
        return machines_named(config.getoption("--machine"), settings, config.rootpath)
    except ChecksError as error:
        raise pytest.UsageError(str(error)) from None


class Checks:
    """The pages of one site, the journey being run, and the evidence so far."""

    def __init__(
        self, config: pytest.Config, settings: Settings, machines: dict[str, Machines]
    ) -> None:
        self._config = config
        self._settings = settings
        self._machines = machines
        self.site = Site(config.rootpath, settings.alone)
        self._journeys = Journeys(
            self.site,
            settings,
            machines,
            # Only a worker of xdist's is told which place is its own.
            getattr(config, "workerinput", {}).get(PLACE),
            is_fresh=config.getoption("--fresh"),
        )
        self._record = Record(self.site)
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
        return PageFile.from_parent(parent, path=file_path, checks=self, machines=[*self._machines])

    def read(self, file: Path) -> Page:
        """Read one page, by its file."""
        return self.site.read(file)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Put the blocks in nav order, for one machine after the other."""
        order = [*self._machines]

        def place(item: pytest.Item) -> tuple[int, ...]:
            if not isinstance(item, BlockItem):
                return ()
            return order.index(item.machine), *self.site.places[item.block.path]

        items.sort(key=place)

    def run(self, item: BlockItem) -> None:
        """Run one block on its journey's machine, and note what was seen."""
        self._journeys.run(item)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Gather each block's evidence."""
        if report.when == "call":
            self._record.add(report)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """End the machine; write the evidence of the pages that were gone through."""
        try:
            self._journeys.close()
        except ChecksError as error:
            self.troubles.append(str(error))
        output = getattr(self._config, "workeroutput", None)
        if output is not None:
            output["troubles"] = self.troubles
            return
        for trouble in self.troubles:
            self._config.get_terminal_writer().line(f"\n{trouble}", red=True)
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        self._record.write(self._machines, self._settings.machine)

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        """Tell blocks that weren't reached, or differ, from those skipped with a reason."""
        said = str(report.longrepr)
        if report.skipped and "Skipped: not reached: " in said:
            return "not reached", "n", "NOT REACHED"
        if report.skipped and "Skipped: differs: " in said:
            return "differs", "d", "DIFFERS"
        return None
