"""The schedule: which worker of pytest-xdist runs which tests, in whole groups."""

from collections import deque
from collections.abc import Callable, Sequence

import pytest
from xdist.report import report_collection_diff
from xdist.workermanage import WorkerController, parse_tx_spec_config

GroupOf = Callable[[str], str]
"""What a test's group is, by its node ID."""
Expected = Callable[[str, Sequence[str]], float]
"""How many seconds a group will take, by its name and its tests' node IDs."""


class Schedule:
    """Gives each worker whole groups of tests, those first that will take longest.

    When a worker dies, the rest of its group is `abandoned`: it's never resumed elsewhere.
    The methods are those of xdist's protocol for schedulers (`xdist.scheduler.protocol`) that it
    calls for tests which are neither repeated nor taken from a worker.
    """

    def __init__(self, config: pytest.Config, group_of: GroupOf, expected: Expected) -> None:
        self.config = config
        self.seconds: dict[str, float] = {}
        """How long each test has taken now, by its node ID."""
        self.abandoned: list[str] = []
        """The tests, by node ID, that came after the one in which a worker has died."""
        self._group_of = group_of
        self._expected = expected
        self._workers = len(parse_tx_spec_config(config))
        self._collections: dict[WorkerController, list[str]] = {}
        self._tests: list[str] | None = None
        self._waiting: deque[list[int]] = deque()
        self._pending: dict[WorkerController, list[int]] = {}

    @property
    def nodes(self) -> list[WorkerController]:
        """The workers that are there."""
        return [*self._pending]

    @property
    def collection_is_completed(self) -> bool:
        """Whether every worker has said what it would run."""
        return len(self._collections) >= self._workers

    @property
    def tests_finished(self) -> bool:
        """Whether the workers can be told that nothing more will come."""
        nearly_done = all(len(pending) < 2 for pending in self._pending.values())
        return self._tests is not None and not self._waiting and nearly_done

    @property
    def has_pending(self) -> bool:
        """Whether anything is left to run."""
        return bool(self._waiting) or any(self._pending.values())

    def add_node(self, node: WorkerController) -> None:
        """Take in a worker."""
        self._pending[node] = []

    def add_node_collection(self, node: WorkerController, collection: Sequence[str]) -> None:
        """Note what a worker would run."""
        self._collections[node] = list(collection)

    def schedule(self) -> None:
        """Give every worker its first group, or a later worker what is left."""
        if self._tests is None:
            if not self._all_collected_the_same():
                self._tests = []
                return
            self._tests = next(iter(self._collections.values()))
            self._waiting = self._groups()
            for node in self.nodes[: len(self._waiting)]:
                self._give_group(node)
        for node in self.nodes:
            self._refill(node)

    def mark_test_complete(
        self, node: WorkerController, item_index: int, duration: float = 0
    ) -> None:
        """Note that a worker has run a test."""
        self._pending[node].remove(item_index)
        self.seconds[self._name(item_index)] = duration
        self._refill(node)

    def remove_node(self, node: WorkerController) -> str | None:
        """Forget a worker; returns the test in which it has died, if it was in one."""
        pending = self._pending.pop(node)
        if not pending:
            return None
        died_in, *rest = pending
        group = self._group(died_in)
        self.abandoned = [self._name(one) for one in rest if self._group(one) == group]
        if later := [one for one in rest if self._group(one) != group]:
            self._waiting.appendleft(later)
        for other in self.nodes:
            self._refill(other)
        return self._name(died_in)

    def _refill(self, node: WorkerController) -> None:
        # A worker starts its last test only once it knows what follows.
        while len(self._pending[node]) < 2 and not node.shutting_down:
            if self._waiting:
                self._give_group(node)
            else:
                node.shutdown()

    def _give_group(self, node: WorkerController) -> None:
        group = self._waiting.popleft()
        self._pending[node] += group
        node.send_runtest_some(group)

    def _groups(self) -> deque[list[int]]:
        found: dict[str, list[int]] = {}
        for index in range(len(self._tests or ())):
            found.setdefault(self._group(index), []).append(index)

        def seconds(group: str) -> float:
            return self._expected(group, [self._name(index) for index in found[group]])

        return deque(found[group] for group in sorted(found, key=seconds, reverse=True))

    def _name(self, index: int) -> str:
        assert self._tests is not None
        return self._tests[index]

    def _group(self, index: int) -> str:
        return self._group_of(self._name(index))

    def _all_collected_the_same(self) -> bool:
        (one, tests), *others = self._collections.items()
        for other, found in others:
            if found != tests:
                ids = (one.gateway.id, other.gateway.id)
                said = report_collection_diff(tests, found, *ids)
                report = pytest.CollectReport(other.gateway.id, "failed", said, [])
                self.config.hook.pytest_collectreport(report=report)
                return False
        return True
