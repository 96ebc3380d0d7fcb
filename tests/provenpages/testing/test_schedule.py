"""The schedule: whole groups, the longest first, and never resumed elsewhere."""

from collections.abc import Mapping
from math import inf
from types import SimpleNamespace
from typing import Any, cast

import pytest
from xdist.workermanage import WorkerController

from provenpages.testing.schedule import Schedule

TESTS = ["a::1", "a::2", "b::1", "b::2", "c::1", "c::2", "d::1"]


class Node:
    """A worker that only notes what it is told."""

    def __init__(self, name: str) -> None:
        self.gateway = SimpleNamespace(id=name)
        self.told: list[int] = []
        self.shutting_down = False

    def send_runtest_some(self, indices: list[int]) -> None:
        assert not self.shutting_down
        self.told += indices

    def shutdown(self) -> None:
        self.shutting_down = True


class Config:
    """As much of pytest's as the schedule asks."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self.said: list[pytest.CollectReport] = []
        self.hook = SimpleNamespace(pytest_collectreport=self._say)

    def _say(self, report: pytest.CollectReport) -> None:
        self.said.append(report)

    def getvalue(self, _name: str) -> list[str]:
        return [f"{self.workers}*popen"]


def nodes_of(*nodes: Node) -> list[WorkerController]:
    return [cast(WorkerController, node) for node in nodes]


def schedule(config: Config, seconds: Mapping[str, float] | None = None) -> Schedule:
    """Schedule by what stands before `::`."""
    expected = seconds or {}
    return Schedule(
        cast(Any, config),
        lambda name: name.partition("::")[0],
        lambda group, _tests: expected.get(group, inf),
    )


def start(
    tests: list[str], workers: int = 2, seconds: Mapping[str, float] | None = None
) -> tuple[Schedule, list[Node]]:
    """Have all workers there, each with the same tests."""
    plan, nodes = schedule(Config(workers), seconds), [Node(f"gw{n}") for n in range(workers)]
    for node in nodes_of(*nodes):
        plan.add_node(node)
        assert not plan.collection_is_completed
        plan.add_node_collection(node, tests)
    assert plan.collection_is_completed
    plan.schedule()
    return plan, nodes


def run_next(plan: Schedule, node: Node) -> str:
    """Have a worker run its next test; returns its name."""
    (worker,) = nodes_of(node)
    index = node.told.pop(0)
    plan.mark_test_complete(worker, index, 1.5)
    return TESTS[index]


def names(node: Node) -> list[str]:
    return [TESTS[index] for index in node.told]


def test_the_longest_is_first() -> None:
    _, (one, two) = start(TESTS, seconds={"a": 1, "b": 3, "c": 4, "d": 2})
    assert (names(one), names(two)) == (["c::1", "c::2"], ["b::1", "b::2"])


def test_groups_that_take_equally_long_are_in_the_order_of_collection() -> None:
    _, (one, two) = start(TESTS, seconds={"a": 1, "c": 4})
    assert (names(one), names(two)) == (["b::1", "b::2"], ["d::1", "c::1", "c::2"])


def test_a_worker_gets_its_next_group_while_its_last_test_waits() -> None:
    plan, (one, two) = start(TESTS)
    assert (names(one), names(two)) == (["a::1", "a::2"], ["b::1", "b::2"])
    assert run_next(plan, one) == "a::1"
    assert names(one) == ["a::2", "c::1", "c::2"]
    assert run_next(plan, two) == "b::1"
    assert names(two) == ["b::2", "d::1"]
    assert not one.shutting_down
    for node in (two, two, one, one, one):
        run_next(plan, node)
    assert one.shutting_down
    assert two.shutting_down
    assert plan.tests_finished
    assert not plan.has_pending
    assert plan.seconds == dict.fromkeys(TESTS, 1.5)


def test_two_groups_of_one_test_go_to_two_workers() -> None:
    _, (one, two) = start(["a::1", "d::1"])
    assert (one.told, two.told) == ([0], [1])
    assert one.shutting_down
    assert two.shutting_down


def test_more_workers_than_groups_have_nothing_to_do() -> None:
    _, (one, two, three) = start(["a::1", "a::2", "b::1"], workers=3)
    assert (one.told, two.told, three.told) == ([0, 1], [2], [])
    assert three.shutting_down


def test_a_death_abandons_the_rest_of_the_group() -> None:
    plan, (one, two) = start(TESTS)
    (dead,) = nodes_of(one)
    run_next(plan, one)
    assert names(one) == ["a::2", "c::1", "c::2"]
    assert plan.remove_node(dead) == "a::2"
    assert plan.abandoned == []
    # The group that it hadn't begun is another's.
    run_next(plan, two)
    assert names(two) == ["b::2", "c::1", "c::2"]


def test_a_death_in_a_first_test_abandons_what_follows_and_is_never_resumed() -> None:
    plan, (one, two) = start(TESTS)
    (dead,) = nodes_of(one)
    assert plan.remove_node(dead) == "a::1"
    assert plan.abandoned == ["a::2"]
    run = [run_next(plan, two) for _ in range(5)]
    assert run == ["b::1", "b::2", "c::1", "c::2", "d::1"]
    assert plan.tests_finished


def test_a_later_worker_takes_what_is_left() -> None:
    plan, (one, two) = start(TESTS)
    plan.remove_node(*nodes_of(one))
    plan.remove_node(*nodes_of(two))
    assert plan.has_pending
    assert not plan.tests_finished
    later = Node("gw2")
    (worker,) = nodes_of(later)
    plan.add_node(worker)
    plan.add_node_collection(worker, TESTS)
    plan.schedule()
    assert names(later) == ["c::1", "c::2"]
    run_next(plan, later)
    assert names(later) == ["c::2", "d::1"]


def test_a_worker_that_dies_with_nothing_to_do_fails_nothing() -> None:
    plan, (_, two) = start(["a::1"])
    assert plan.remove_node(*nodes_of(two)) is None
    assert plan.abandoned == []


def test_workers_that_collect_different_tests_are_an_error() -> None:
    config, one, two = Config(2), Node("gw0"), Node("gw1")
    plan = schedule(config)
    for node, tests in zip(nodes_of(one, two), (["a::1"], ["a::2"]), strict=True):
        plan.add_node(node)
        plan.add_node_collection(node, tests)
    plan.schedule()
    (report,) = config.said
    assert report.failed
    assert "Different tests were collected between gw0 and gw1" in str(report.longrepr)
    assert one.told == two.told == []
    assert plan.tests_finished
