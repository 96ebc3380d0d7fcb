"""Actions: what a terminal does at which sequence; of what isn't listed, it shows nothing."""

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from provenpages.running.emulator import Characters, Emulator
from provenpages.running.grid import Grid, Row
from provenpages.running.sequence import CSI, Numbers

Plain: TypeAlias = Callable[[Emulator], object]
Numbered: TypeAlias = Callable[[Emulator, int], object]
Action: TypeAlias = Callable[[Emulator, Numbers], object]

DRAWING: Final = str.maketrans("`abcdefghijklmnopqrstuvwxyz{|}~", "◆▒␉␌␍␊°±␤␋┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·")
CHARACTERS: Final[dict[str, Characters]] = {"0": DRAWING, "A": str.maketrans("#", "£"), "B": None}
SETS: Final = {"(": 0, ")": 1, "*": 2, "+": 3, "-": 1, ".": 2}
"""Which of the four sets of characters at hand a sequence exchanges."""

PLAIN: Final[dict[str, Plain]] = {
    "\b": Emulator.back,
    "\t": lambda it: it.cursor.tab(1),
    "\n": Emulator.feed_line,
    "\v": Emulator.feed_line,
    "\f": Emulator.feed_line,
    "\r": lambda it: it.cursor.return_to_start(),
    "\x0e": lambda it: it.use_set(1),
    "\x0f": lambda it: it.use_set(0),
    "\x1b7": Emulator.save,
    "\x1b8": Emulator.restore,
    "\x1bD": lambda it: it.cursor.index(),
    "\x1bE": lambda it: it.cursor.next_line(),
    "\x1bH": lambda it: it.cursor.grid.tab_stops.add(it.cursor.x),
    "\x1bM": lambda it: it.cursor.reverse_index(),
    "\x1bc": Emulator.reset,
    "\x1bn": lambda it: it.use_set(2),
    "\x1bo": lambda it: it.use_set(3),
    "\x1b#8": Emulator.fill,
    "\x1b%@": Emulator.use_default_set,
    "\x1b%G": Emulator.use_default_set,
    f"{CSI}!p": Emulator.reset_modes,
    f"{CSI}s": Emulator.save,
    f"{CSI}u": Emulator.restore,
}
COUNTED: Final[dict[str, Numbered]] = {
    "@": lambda it, count: it.change_row(Row.insert_blanks, count),
    "A": lambda it, count: it.cursor.move_up(count),
    "B": lambda it, count: it.cursor.move_down(count),
    "C": lambda it, count: it.cursor.move(right=count),
    "D": lambda it, count: it.cursor.move(right=-count),
    "E": lambda it, count: it.cursor.move_down(count, to_start=True),
    "F": lambda it, count: it.cursor.move_up(count, to_start=True),
    "G": lambda it, column: it.cursor.go_to(column - 1, it.cursor.y),
    "I": lambda it, count: it.cursor.tab(count),
    "L": lambda it, count: it.change_rows(Grid.insert, count),
    "M": lambda it, count: it.change_rows(Grid.remove, count),
    "P": lambda it, count: it.change_row(Row.delete, count),
    "S": lambda it, count: it.cursor.grid.remove(it.cursor.grid.top, count),
    "T": lambda it, count: it.cursor.grid.insert(it.cursor.grid.top, count),
    "X": lambda it, count: it.change_row(Row.erase, count),
    "Z": lambda it, count: it.cursor.tab_back(count),
    "`": lambda it, column: it.cursor.go_to(column - 1, it.cursor.y),
    "a": lambda it, count: it.cursor.move(right=count),
    "b": Emulator.repeat,
    "d": lambda it, row: it.cursor.go_to_position(it.cursor.x + 1, row),
    "e": lambda it, count: it.cursor.move(down=count),
}
"""By their last letter; a number that is 0 or left out counts as 1."""
CHOSEN: Final[dict[str, Numbered]] = {
    "J": Emulator.erase_screen,
    "?J": Emulator.erase_screen,
    "K": Emulator.erase_line,
    "?K": Emulator.erase_line,
    "g": lambda it, which: it.cursor.clear_tab_stops(which),
}
"""Those whose number, if it's left out, is 0."""
MANY: Final[dict[str, Action]] = {
    "H": lambda it, numbers: it.cursor.go_to_position(numbers[1] or 1, numbers[0] or 1),
    "f": lambda it, numbers: it.cursor.go_to_position(numbers[1] or 1, numbers[0] or 1),
    "h": lambda it, numbers: it.set_modes(numbers, on=True),
    "l": lambda it, numbers: it.set_modes(numbers, on=False),
    "r": lambda it, numbers: it.set_margins(numbers[0] or 1, numbers[1]),
    "?h": lambda it, numbers: it.set_private_modes(numbers, on=True),
    "?l": lambda it, numbers: it.set_private_modes(numbers, on=False),
}


def _plain(action: Plain) -> Action:
    return lambda it, _: action(it)


def _counted(action: Numbered) -> Action:
    return lambda it, numbers: action(it, numbers[0] or 1)


def _chosen(action: Numbered) -> Action:
    return lambda it, numbers: action(it, numbers[0])


def _exchange(which: int, characters: Characters) -> Action:
    return lambda it, _: it.exchange_set(which, characters)


def _actions() -> Iterator[tuple[str, Action]]:
    yield from ((name, _plain(action)) for name, action in PLAIN.items())
    yield from ((CSI + name, _counted(action)) for name, action in COUNTED.items())
    yield from ((CSI + name, _chosen(action)) for name, action in CHOSEN.items())
    yield from ((CSI + name, action) for name, action in MANY.items())
    for place, which in SETS.items():
        for name, characters in CHARACTERS.items():
            yield f"\x1b{place}{name}", _exchange(which, characters)


ACTIONS: Final = dict(_actions())
"""By the sequence without its numbers."""
