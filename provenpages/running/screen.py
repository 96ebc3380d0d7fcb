"""The screen: what a terminal shows after all that was written to it."""

import re
from typing import Final

from provenpages.running.action import ACTIONS
from provenpages.running.emulator import Emulator
from provenpages.running.sequence import TEXT, parts

CONTROL: Final = re.compile(r"[\x00-\x1f\x80-\x9f]")
UNSEEN: Final = ("\x7f", "\ufeff")
"""What a terminal passes over, wherever it stands."""


def render(written: bytes, rows: int, columns: int) -> list[str]:
    """Return the screen's lines, those scrolled off it included, without trailing spaces."""
    text = written.decode(errors="replace")
    for character in UNSEEN:
        text = text.replace(character, "")
    # What is still being printed may end between the two characters that end a line.
    plain = text.removesuffix("\r")
    one_line = plain.replace("\r\n", "")
    # The first test is the faster one.
    if one_line.isprintable() or not CONTROL.search(one_line):
        lines = plain.split("\r\n")
    else:
        lines = _emulate(text, rows, columns)
    lines = [line.rstrip() for line in lines]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _emulate(written: str, rows: int, columns: int) -> list[str]:
    emulator = Emulator(rows, columns)
    for name, text, numbers in parts(written):
        if name == TEXT:
            emulator.print(text)
        else:
            if action := ACTIONS.get(name):
                action(emulator, numbers)
            emulator.printed = 0
    return emulator.cursor.grid.lines()
