"""The workers of pytest-xdist: each has its place for machines and runs whole journeys."""

from collections import Counter
from collections.abc import Mapping, Sequence
from math import inf
from typing import Final

import pytest
from xdist.workermanage import WorkerController

from provenpages.errors import MachineError
from provenpages.reading.block import Block
from provenpages.reading.site import Site
from provenpages.running.machine import Machines
from provenpages.showing.evidence import Outcome
from provenpages.testing.record import evidence_of, properties
from provenpages.testing.schedule import Schedule

SECONDS: Final = "checks/seconds"
"""Where pytest's cache keeps how long each test took the last time, by its node ID."""
PLACE: Final = "place"
"""What a worker is told: where its machines are made."""
DIED: Final = "its worker died while this ran, perhaps for want of memory; run it again"


class Workers:
    """What the process that started the workers does for them."""

    def __init__(
        self,
        config: pytest.Config,
        site: Site,
        machines: Mapping[str, Machines],
        troubles: list[str],
    ) -> None:
        self._config = config
        self._site = site
        self._machines = machines
        self._troubles = troubles
        self._places: dict[WorkerController, str] = {}
        self._abandoned: set[str] = set()
        self._schedule: Schedule | None = None

    @property
    def _cache(self) -> pytest.Cache | None:
        """Pytest's cache, unless it is switched off."""
        return getattr(self._config, "cache", None)

    def pytest_configure_node(self, node: WorkerController) -> None:
        """Give a worker the place that the fewest others have."""
        used = Counter(self._places.values())
        places = next(iter(self._machines.values())).places()
        place = min(places, key=lambda place: used[place])
        node.workerinput[PLACE] = self._places[node] = place

    def pytest_testnodedown(self, node: WorkerController, error: object) -> None:
        """Take its place back, and note what went wrong at its end."""
        place = self._places.pop(node, None)
        if not error:
            self._troubles += node.workeroutput.get("troubles", [])
        elif place is not None:
            self._abandoned.add(place)

    def pytest_xdist_make_scheduler(self, config: pytest.Config) -> Schedule:
        """Schedule whole journeys; tests of other kinds by their file."""
        last: dict[str, float] = self._cache.get(SECONDS, {}) if self._cache else {}

        def expected(group: str, tests: Sequence[str]) -> float:
            if all(test in last for test in tests):
                return sum(last[test] for test in tests)
            return self._site.time_limits.get(group.partition(" on ")[0], inf)

        self._schedule = Schedule(config, self._group_of, expected)
        return self._schedule

    def pytest_handlecrashitem(
        self, crashitem: str, report: pytest.TestReport, sched: Schedule
    ) -> None:
        """Fail the block in which a worker has died; those after it weren't reached."""
        place = self._fail(crashitem, report)
        for name in sched.abandoned:
            self._skip(name, f"not reached: {place} failed")

    def pytest_sessionfinish(self) -> None:
        """Remember how long each test took; remove what workers that died never started."""
        if self._schedule and self._cache:
            known = self._cache.get(SECONDS, {})
            self._cache.set(SECONDS, known | self._schedule.seconds)
        for place in self._abandoned:
            for machines in self._machines.values():
                try:
                    machines.remove_abandoned(place)
                except MachineError as error:
                    self._troubles.append(str(error))

    def _group_of(self, name: str) -> str:
        path = name.partition("::")[0]
        journey = path.endswith(".md") and self._site.journey_of(path)
        return f"{journey} on {self._machine_of(name)}" if journey else path

    def _machine_of(self, name: str) -> str:
        first, *others = self._machines
        return next((one for one in others if name.endswith(f" [{one}]")), first)

    def _block(self, name: str) -> Block | None:
        """Return the block that a test runs, by the test's name: `docs/page.md::41 docker …`.

        None where it runs none, or the page has been edited meanwhile.
        """
        path, _, title = name.partition("::")
        if not path.endswith(".md") or not self._site.journey_of(path):
            return None
        line = int(title.split()[0])
        blocks = self._site.page(path).blocks
        return next((block for block in blocks if block.line == line), None)

    def _fail(self, name: str, report: pytest.TestReport) -> str:
        if not (block := self._block(name)):
            return name
        place = f"{block.path}:{block.line}"
        report.when = "call"
        report.longrepr = f"{place}: {DIED}"
        report.location = (block.path, block.line - 1, place)
        self._note(report, block, "failed", DIED)
        return place

    def _skip(self, name: str, reason: str) -> None:
        block = self._block(name)
        path, line = (block.path, block.line) if block else (name.partition("::")[0], 1)
        report = pytest.TestReport(
            nodeid=name,
            location=(path, line - 1, f"{path}:{line}"),
            keywords={},
            outcome="skipped",
            longrepr=(path, line, f"Skipped: {reason}"),
            when="call",
        )
        if block:
            self._note(report, block, "not reached", reason.removeprefix("not reached: "))
        self._config.hook.pytest_runtest_logreport(report=report)

    def _note(self, report: pytest.TestReport, block: Block, outcome: Outcome, reason: str) -> None:
        evidence = evidence_of(block, outcome, reason, (), {})
        report.user_properties += properties(self._machine_of(report.nodeid), evidence, {})
