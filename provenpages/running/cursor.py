"""The cursor: where a terminal prints next, and how that place moves."""

from typing import Final

from provenpages.running.grid import BLANK, Grid, Row

HOME: Final = (0, 0)


class Cursor:
    """A place on a grid; `x` is the width where a line is full and hasn't gone on yet."""

    def __init__(self, grid: Grid, height: int, width: int) -> None:
        self.grid, self.height, self.width = grid, height, width
        self.x, self.y = HOME
        self.is_relative = False
        """Whether rows are counted from the top margin, and the cursor stays within them."""

    @property
    def row(self) -> Row:
        """The row that it's in."""
        return self.grid.rows[self.y]

    def go_to(self, x: int, y: int) -> None:
        """Go to a column and a row, as near as the screen has them."""
        top, bottom = (
            (self.grid.top, self.grid.bottom) if self.is_relative else (0, self.height - 1)
        )
        self.x = max(0, min(x, self.width - 1))
        self.y = max(top, min(y, bottom))

    def go_to_position(self, x: int, y: int) -> None:
        """Go to a column and a row, counted as programs count."""
        self.go_to(x - 1, y - 1 + (self.grid.top if self.is_relative else 0))

    def settle(self) -> None:
        """Be in the last column rather than after it."""
        self.go_to(self.x, self.y)

    def return_to_start(self) -> None:
        """Go to the row's first column."""
        self.x = 0

    def move(self, *, right: int = 0, down: int = 0) -> None:
        """Move as far as the screen goes."""
        self.settle()
        self.go_to(self.x + right, self.y + down)

    def move_up(self, count: int, *, to_start: bool = False) -> None:
        """Move up, not over the top margin."""
        room = self.y - self.grid.top
        self.move(down=-(min(count, room) if room >= 0 else count))
        self.x *= not to_start

    def move_down(self, count: int, *, to_start: bool = False) -> None:
        """Move down, not over the bottom margin."""
        room = self.grid.bottom - self.y
        self.move(down=min(count, room) if room >= 0 else count)
        self.x *= not to_start

    def tab(self, count: int) -> None:
        """Move right to a tab stop; there is always one in the last column."""
        if self.x < self.width:
            for _ in range(min(count, self.width)):
                after = range(self.x + 1, self.width)
                self.x = next(filter(self.grid.tab_stops.__contains__, after), self.width - 1)

    def tab_back(self, count: int) -> None:
        """Move left to a tab stop; there is always one in the first column."""
        if self.x < self.width:
            for _ in range(min(count, self.width)):
                before = range(self.x - 1, 0, -1)
                self.x = next(filter(self.grid.tab_stops.__contains__, before), 0)

    def clear_tab_stops(self, which: int) -> None:
        """Remove the tab stop in this column (0), or all (3)."""
        if which == 0:
            self.grid.tab_stops.discard(self.x)
        elif which == 3:
            self.grid.tab_stops.clear()

    def go_down(self) -> None:
        """Go to the next row, scrolling at the bottom margin."""
        if self.y == self.grid.bottom:
            self.grid.scroll()
        else:
            self.y = min(self.y + 1, self.height - 1)

    def feed_line(self) -> None:
        """Go to the next row, where a new line begins."""
        is_last = self.y in (self.grid.bottom, self.height - 1)
        self.go_down()
        if not is_last:
            self.row.wrapped = False
        self.x = min(self.x, self.width - 1)

    def index(self) -> None:
        """Go to the next row in the same column."""
        self.settle()
        self.go_down()

    def next_line(self) -> None:
        """Go to the next row's first column."""
        self.x = 0
        self.index()

    def wrap(self) -> None:
        """Go on in the next row with the line that is too long."""
        self.row.erase(self.x, self.width)
        self.x = 0
        self.go_down()
        self.row.wrapped = True

    def reverse_index(self) -> None:
        """Go to the row before, scrolling at the top margin."""
        self.settle()
        if self.y == self.grid.top:
            self.grid.insert(self.y, 1)
        else:
            self.go_to(self.x, self.y - 1)

    def back(self) -> None:
        """Go back by one column."""
        self.settle()
        self.x = max(self.x - 1, 0)

    def back_over_wrap(self) -> None:
        """Go back by one column, from a row's first to where the line was wrapped."""
        if self.x or not self.row.wrapped or not self.grid.top < self.y <= self.grid.bottom:
            self.x = max(self.x - 1, 0)
            return
        self.row.wrapped = False
        self.y -= 1
        self.x = self.width - (2 if self.row[-1] == BLANK else 1)
