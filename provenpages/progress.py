"""Progress of long steps: a live line on a terminal, plain lines elsewhere."""

import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Step:
    """One long step; `say` shows what it is doing now."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._live = sys.stderr.isatty()

    def say(self, now: str) -> None:
        """Show `now` on the live line; elsewhere nothing, the step's start and end say enough."""
        if self._live and now.strip():
            width = shutil.get_terminal_size().columns - 1
            text = f"==> {self._title}: {now.strip().splitlines()[-1]}"
            sys.stderr.write(f"\r\x1b[K{text[:width]}")
            sys.stderr.flush()


@contextmanager
def step(title: str) -> Iterator[Step]:
    """Announce a step and, at its end, its seconds."""
    current = Step(title)
    started = time.monotonic()
    print(f"==> {title} …", end="" if sys.stderr.isatty() else "\n", file=sys.stderr, flush=True)
    yield current
    clear = "\r\x1b[K" if sys.stderr.isatty() else ""
    print(f"{clear}==> {title}: {time.monotonic() - started:.1f} s", file=sys.stderr, flush=True)
