"""The capacity: how many journeys are best run side by side."""

import os
from collections.abc import Mapping
from typing import Final

from provenpages.running.machine import Machines

MEMORY: Final = 3 * 2**30
"""Bytes that one worker may need: its machine while it builds an image."""


def best_workers(machines: Mapping[str, Machines]) -> int:
    """Return how many workers are best: each needs a place of its own, or a core and memory."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    here = max(1, min(os.cpu_count() or 1, memory // MEMORY))
    places = max(len(one.places()) for one in machines.values())
    return min(here if places == 1 else places, most_workers(machines) or max(here, places))


def most_workers(machines: Mapping[str, Machines]) -> int | None:
    """Return how many workers there may be; None where that is a question of room."""
    return min((one.most for one in machines.values() if one.most), default=None)
