"""The capacity: how many journeys are best run side by side."""

import os
from typing import Final

from provenpages.running.machine import Machines

MEMORY: Final = 3 * 2**30
"""Bytes that one worker may need: its machine while it builds an image."""


def best_workers(machines: Machines) -> int:
    """Return how many workers are best: each needs a place of its own, or a core and memory."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    here = max(1, min(os.cpu_count() or 1, memory // MEMORY))
    places = len(machines.places())
    best = here if places == 1 else places
    return min(best, machines.most or best)
