"""The lock: of the processes of this machine, one at a time makes images."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from provenpages.progress import step


@contextmanager
def alone() -> Iterator[None]:
    """Wait until no other process is in here."""
    # The folder itself is locked, so that no file stays.
    folder = os.open(tempfile.gettempdir(), os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with step("wait for another run, which makes the sandbox's image"):
                fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)
