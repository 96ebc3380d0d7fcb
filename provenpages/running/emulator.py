"""The emulator: a terminal without a window."""

from collections.abc import Callable
from typing import TypeAlias

from provenpages.running.cursor import Cursor
from provenpages.running.grid import BLANK, SECOND_HALF, Grid, Row, width_of
from provenpages.running.sequence import Numbers

Characters: TypeAlias = dict[int, int] | None
"""What is shown for letters that aren't shown as themselves."""


class Emulator:
    """Its two screens, its cursor, its modes; it does what `xterm.js` does."""

    def __init__(self, height: int, width: int) -> None:
        self._size = height, width
        self.reset()

    def reset(self) -> None:
        """Be as at first."""
        self._primary = Grid(*self._size, keeps_history=True)
        self._alternate = Grid(*self._size, keeps_history=False)
        self._saved: dict[Grid, tuple[int, int, Characters]] = {}
        self.cursor = Cursor(self._primary, *self._size)
        self._returns = False
        self.reset_modes()

    def reset_modes(self) -> None:
        """Forget what programs have set, but for what is shown and where the cursor is."""
        self._wraps = True
        self._inserts = self._unwraps = self.cursor.is_relative = False
        self._sets: list[Characters] = [None] * 4
        self._set = 0
        self._characters: Characters = None
        self.printed = 0
        """The width of the character printed just now, if nothing else came after it."""
        self.cursor.grid.reset_margins()
        self._saved[self.cursor.grid] = 0, self.cursor.grid.scrolled, None

    # Printing

    def print(self, text: str) -> None:
        """Print what holds no controls."""
        if self._characters:
            text = text.translate(self._characters)
        if text.isascii() and self._wraps and not self._inserts:
            self._print_ascii(text)
        else:
            for character in text:
                self._print_character(character, width_of(character))

    def _print_ascii(self, text: str) -> None:
        cursor, start = self.cursor, 0
        while start < len(text):
            if cursor.x >= cursor.width:
                cursor.wrap()
            part = text[start : start + cursor.width - cursor.x]
            cursor.row.put(cursor.x, part)
            cursor.x += len(part)
            start += len(part)
        self.printed = 1

    def _print_character(self, character: str, width: int) -> None:
        cursor = self.cursor
        if not width and cursor.x and (self.printed or cursor.x >= cursor.width):
            half = cursor.row[cursor.x - 1] == SECOND_HALF
            cursor.row[cursor.x - (2 if half else 1)] += character
            return
        self.printed = width
        if cursor.x + width > cursor.width:
            if self._wraps:
                cursor.wrap()
            elif width > 1:
                cursor.settle()
                return
            else:
                cursor.settle()
        cells = [character, SECOND_HALF][: max(width, 1)]
        if self._inserts:
            cursor.row.insert_blanks(cursor.x, width)
        cursor.row.put(cursor.x, cells)
        cursor.x += len(cells)

    def repeat(self, count: int) -> None:
        """Print once more, or more often, the character that was printed just now."""
        if self.printed:
            cell = self.cursor.row[self.cursor.x - self.printed]
            self.print(cell.strip(BLANK) * count)

    # Erasing

    def erase_screen(self, what: int) -> None:
        """Erase what is after the cursor (0), before it (1), all (2), or what has scrolled off."""
        cursor, grid = self.cursor, self.cursor.grid
        if what == 0:
            self.erase_line(0)
            grid.erase(cursor.y + 1, cursor.height)
        elif what == 1:
            self.erase_line(1)
            cursor.row.wrapped = False
            grid.erase(0, cursor.y)
            if cursor.x >= cursor.width - 1 and cursor.y + 1 < cursor.height:
                grid.rows[cursor.y + 1].wrapped = False
        elif what == 2:
            grid.erase(0, cursor.height)
        elif what == 3:
            grid.clear_history()

    def erase_line(self, what: int) -> None:
        """Erase the row from the cursor (0), up to it (1), or all of it (2)."""
        cursor = self.cursor
        if what == 1:
            cursor.row.erase(0, cursor.x + 1)
        elif what in (0, 2):
            start = 0 if what else cursor.x
            cursor.row.erase(start, cursor.width)
            cursor.row.wrapped &= start > 0

    def change_row(self, change: Callable[[Row, int, int], None], count: int) -> None:
        """Change the row from the cursor on."""
        self.cursor.settle()
        change(self.cursor.row, self.cursor.x, count)

    def change_rows(self, change: Callable[[Grid, int, int], None], count: int) -> None:
        """Change the rows from the cursor on, where it's between the margins."""
        self.cursor.settle()
        if self.cursor.grid.top <= self.cursor.y <= self.cursor.grid.bottom:
            change(self.cursor.grid, self.cursor.y, count)
            self.cursor.x = 0

    def fill(self) -> None:
        """Fill the screen with `E`, which shows whether it's adjusted."""
        self.cursor.grid.erase(0, self.cursor.height)
        for row in self.cursor.grid.rows:
            row.put(0, "E" * self.cursor.width)
        self.cursor.go_to_position(1, 1)

    # Modes

    def set_margins(self, top: int, bottom: int) -> None:
        """Let only the rows from `top` to `bottom` scroll, counted from 1."""
        if not 0 < bottom <= self.cursor.height:
            bottom = self.cursor.height
        if top < bottom:
            self.cursor.grid.top, self.cursor.grid.bottom = top - 1, bottom - 1
            self.cursor.go_to_position(1, 1)

    def set_modes(self, numbers: Numbers, *, on: bool) -> None:
        """Change modes that are the same in all terminals."""
        if 4 in numbers:
            self._inserts = on
        if 20 in numbers:
            self._returns = on

    def set_private_modes(self, numbers: Numbers, *, on: bool) -> None:
        """Change modes that `xterm` and its predecessors have."""
        for number in numbers:
            if number == 6:
                self.cursor.is_relative = on
                self.cursor.go_to_position(1, 1)
            elif number == 7:
                self._wraps = on
            elif number == 45:
                self._unwraps = on
            elif number == 1048:
                self.save() if on else self.restore()
            elif number in (47, 1047, 1049):
                self._switch(on, saves=number == 1049)

    def _switch(self, to_alternate: bool, *, saves: bool) -> None:
        if saves and to_alternate:
            self.save()
        if to_alternate and self.cursor.grid is not self._alternate:
            self._alternate.clear()
        self.cursor.grid = self._alternate if to_alternate else self._primary
        if saves and not to_alternate:
            self.restore()

    def save(self) -> None:
        """Save where the cursor is, and the characters' set."""
        row = self.cursor.grid.scrolled + self.cursor.y
        self._saved[self.cursor.grid] = self.cursor.x, row, self._characters

    def restore(self) -> None:
        """Go where the cursor was saved, wherever that has scrolled to."""
        x, row, self._characters = self._saved.get(self.cursor.grid, (0, 0, None))
        self.cursor.go_to(x, row - self.cursor.grid.scrolled)

    def use_set(self, which: int) -> None:
        """Print with one of the four sets at hand."""
        self._set = which
        self._characters = self._sets[which]

    def exchange_set(self, which: int, characters: Characters) -> None:
        """Put a set at hand in the place of another."""
        self._sets[which] = characters
        if which == self._set:
            self._characters = characters

    def use_default_set(self) -> None:
        """Print letters as themselves."""
        self._sets[0] = None
        self.use_set(0)

    def feed_line(self) -> None:
        """Go to the next line."""
        if self._returns:
            self.cursor.x = 0
        self.cursor.feed_line()

    def back(self) -> None:
        """Go back by a column."""
        self.cursor.back_over_wrap() if self._unwraps else self.cursor.back()
