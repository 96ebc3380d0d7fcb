from types import SimpleNamespace
from typing import cast

import pytest

from provenpages.running.machine import Machines
from provenpages.testing.capacity import best_workers


@pytest.mark.parametrize(
    ("places", "most", "workers"), [(3, None, 3), (3, 1, 1), (1, 1, 1), (2, 5, 2)]
)
def test_each_worker_has_a_place(places: int, most: int | None, workers: int) -> None:
    machines = SimpleNamespace(places=lambda: ["place"] * places, most=most)
    assert best_workers({"machine": cast(Machines, machines)}) == workers


def test_at_one_place_cores_count() -> None:
    machines = SimpleNamespace(places=lambda: [""], most=None)
    assert best_workers({"machine": cast(Machines, machines)}) >= 1
