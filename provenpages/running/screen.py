"""The screen: what a terminal shows after all that was written to it."""

import re
from typing import Any, Final

import pyte
from pyte.screens import Char

CONTROL: Final = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]")
HISTORY: Final = 1_000_000
"""Lines that may scroll off the screen and still count."""
WRAPPED: Final = -1
"""The cell, left of the first, that marks a row as going on in the next."""


class _Screen(pyte.HistoryScreen):
    """A screen that remembers which rows a long line was broken at."""

    _drawing = False

    def draw(self, data: str) -> None:
        self._drawing = True
        super().draw(data)
        self._drawing = False

    def linefeed(self) -> None:
        if self._drawing:
            self.buffer[self.cursor.y][WRAPPED] = Char("")
        super().linefeed()

    def erase_in_line(self, how: int = 0, private: bool = False) -> None:
        self.buffer[self.cursor.y].pop(WRAPPED, None)
        super().erase_in_line(how, private)


def render(written: bytes, rows: int, columns: int) -> list[str]:
    """Return the screen's lines, those scrolled off it included, without trailing spaces."""
    # What is still being printed may end between the two characters that end a line.
    plain = written.removesuffix(b"\r").replace(b"\r\n", b"\n")
    if CONTROL.search(plain):
        lines = _emulate(written, rows, columns)
    else:
        lines = plain.decode(errors="replace").split("\n")
    lines = [line.rstrip() for line in lines]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _emulate(written: bytes, rows: int, columns: int) -> list[str]:
    screen: Any = _Screen(columns, rows, history=HISTORY)
    pyte.ByteStream(screen).feed(written)
    lines = [""]
    for row in [*screen.history.top, *(screen.buffer[y] for y in range(rows))]:
        lines[-1] += "".join(row[x].data for x in range(columns))
        if WRAPPED not in row:
            lines.append("")
    return lines
