"""The capacity: how many journeys are best run side by side."""

import os
from typing import Final

from provenpages.running.machine import Machines

MEMORY: Final = 3 * 2**30
"""Bytes that one worker may need: its machine while it builds an image."""


def best_workers(machines: Machines) -> int:
    """Return how many workers are best: each needs a place of its own, or a core and memory."""
    if len(named := machines.places()) > 1:
        return len(named)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(1, min(os.cpu_count() or 1, memory // MEMORY))
