"""The capacity: how many journeys the machine, or the engines it uses, can run side by side."""

import os
from typing import Final

from checks.engine import hosts

MEMORY: Final = 3 * 2**30
"""Bytes that one worker may need: its sandbox while it builds an image."""


def best_workers() -> int:
    """Return how many workers are best: each needs an engine, or a core and memory."""
    if len(named := hosts()) > 1:
        return len(named)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(1, min(os.cpu_count() or 1, memory // MEMORY))
