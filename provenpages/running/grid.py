"""The grid: a terminal's rows of cells, and those that have scrolled off it."""

from collections.abc import Iterator
from typing import Final

from wcwidth import wcwidth

from provenpages.reading.tab import WIDTH

BLANK: Final = "\0"
"""A cell that nothing was written to; it looks like a space."""
SECOND_HALF: Final = ""
"""The cell that a wide character takes besides its own."""
FLAGS: Final = range(0x1F1E6, 0x1F200)
"""Letters of which two make a flag; each takes the half of its width."""


def width_of(character: str) -> int:
    """Return how many cells a character takes: none where it combines with the one before."""
    return 1 if ord(character) in FLAGS else wcwidth(character)


class Row(list[str]):
    """One row's cells, each with a character and what combines with it."""

    wrapped = False
    """Whether it goes on with the row above, which was too long for the terminal's width."""

    def put(self, column: int, cells: str | list[str]) -> None:
        """Write over what is there."""
        end = column + len(cells)
        self._split(column, end)
        self[column:end] = cells

    def erase(self, column: int, count: int) -> None:
        """Empty cells."""
        self.put(column, [BLANK] * min(count, len(self) - column))

    def insert_blanks(self, column: int, count: int) -> None:
        """Move what begins at a column to the right, where some of it may be lost."""
        kept = max(column, len(self) - count)
        self._split(column, kept)
        self[column:] = [BLANK] * (len(self) - kept) + self[column:kept]

    def delete(self, column: int, count: int) -> None:
        """Remove cells, and move what follows to the left."""
        kept = min(column + count, len(self))
        self._split(column, kept)
        self[column:] = self[kept:] + [BLANK] * (kept - column)

    def _split(self, *columns: int) -> None:
        """Erase each wide character with its halves on both sides of one of these columns."""
        for column in columns:
            if 0 < column < len(self) and self[column] == SECOND_HALF:
                self[column - 1 : column + 1] = BLANK, BLANK


class Grid:
    """The rows of a screen, of which those between the margins scroll."""

    def __init__(self, height: int, width: int, *, keeps_history: bool) -> None:
        self._height, self._width, self._keeps_history = height, width, keeps_history
        self._history: list[tuple[str, bool]] = []
        self.clear()

    def clear(self) -> None:
        """Empty it, and give it the margins and tab stops that it had at first."""
        self.rows = [self._blank() for _ in range(self._height)]
        self.reset_margins()
        self.tab_stops = set(range(0, self._width, WIDTH))

    def reset_margins(self) -> None:
        """Let all rows scroll."""
        self.top, self.bottom = 0, self._height - 1

    def clear_history(self) -> None:
        """Forget the rows that have scrolled off."""
        self._history.clear()

    @property
    def scrolled(self) -> int:
        """How many rows have scrolled off and aren't forgotten."""
        return len(self._history)

    def scroll(self) -> None:
        """Move the rows between the margins up by one."""
        if self.top == 0 and self._keeps_history:
            self._history.append(_kept(self.rows[0]))
        self.remove(self.top, 1)

    def remove(self, at: int, count: int) -> None:
        """Remove rows; blank ones come in at the bottom margin."""
        for _ in range(min(count, self.bottom - at + 1)):
            del self.rows[at]
            self.rows.insert(self.bottom, self._blank())

    def insert(self, at: int, count: int) -> None:
        """Insert blank rows; as many go at the bottom margin."""
        for _ in range(min(count, self.bottom - at + 1)):
            del self.rows[self.bottom]
            self.rows.insert(at, self._blank())

    def erase(self, start: int, end: int) -> None:
        """Empty the rows from `start` to before `end`."""
        self.rows[start:end] = [self._blank() for _ in range(start, end)]

    def lines(self) -> list[str]:
        """Return all rows, those scrolled off too; a line that was too long is one again."""
        return "".join(self._pieces()).replace(BLANK, " ").split("\n")[1:]

    def _pieces(self) -> Iterator[str]:
        before = ""
        for text, wrapped in [*self._history, *map(_kept, self.rows)]:
            if not wrapped or not before:
                yield before + "\n"
            else:
                # A wide character that didn't fit in the last column has left it blank.
                yield before.removesuffix(BLANK) if width_of(text[0]) == 2 else before
            before = text
        yield before

    def _blank(self) -> Row:
        return Row([BLANK] * self._width)


def _kept(row: Row) -> tuple[str, bool]:
    return "".join(row), row.wrapped
