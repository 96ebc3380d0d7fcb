"""The wire: between a terminal and who sits at it."""

import re
import select
import time
from contextlib import suppress
from typing import Final

from provenpages.running.front import Front
from provenpages.running.machine import Terminal

MOMENT: Final = 1
"""Seconds for which an answer waits until the terminal no longer shows what is typed; and then,
where keys are taken one by one, for something to happen without Enter."""
PAUSE: Final = 0.02
"""Seconds between two looks at the terminal's modes."""
ESCAPES: Final = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")


class Wire:
    """What is typed, and what is shown and hasn't been read yet."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self.unread = b""

    def press(self, keys: str) -> None:
        """Press keys; nobody takes them where the terminal is gone."""
        with suppress(BrokenPipeError, ConnectionResetError):
            self._terminal.send(keys.encode())

    def receive(self, seconds: float) -> bool:
        """Wait for more to be shown; raises EOFError where bash has ended."""
        if not select.select([self._terminal], [], [], max(0.0, seconds))[0]:
            return False
        data = self._terminal.receive()
        if not data:
            raise EOFError
        self.unread += data
        return True

    def take(self, end: int, after: int) -> bytes:
        """Return what is shown up to `end`, and go on `after` it."""
        taken, self.unread = self.unread[:end], self.unread[after:]
        return taken

    def plain(self, start: int = 0) -> str:
        """Return what is shown as text, without control sequences."""
        return ESCAPES.sub(b"", self.unread[start:]).decode(errors="replace")

    def answer(self, reply: str, front: Front) -> None:
        """Type a reply as a person would, who presses Enter unless a key alone was enough."""
        modes = self._silent_modes(front)
        if "icanon" in modes:
            self.press(f"{reply}\n")
            return
        before = len(self.unread)
        self.press(reply)
        deadline = time.monotonic() + MOMENT
        while time.monotonic() < deadline:
            self.receive(PAUSE)
            more = self.unread[before:].replace(reply.encode(), b"").strip(b"*")
            # A program that draws its own lines shows more than an echo, though it waits for Enter.
            if "icanon" in front.modes() or (more and "icrnl" in modes):
                return
        self.press("\r")

    def close(self) -> None:
        """Hang up."""
        self._terminal.close()

    def _silent_modes(self, front: Front) -> set[str]:
        # A command asks first and switches the echo off then; a person isn't as fast.
        deadline = time.monotonic() + MOMENT
        while "echo" in (modes := front.modes()) and time.monotonic() < deadline:
            # A terminal doesn't tell when its modes change: they must be looked at.
            time.sleep(PAUSE)
        return modes
