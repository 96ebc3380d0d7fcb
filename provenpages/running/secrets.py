"""Secrets: what nobody may print, in whatever form a command can print it."""

import re
from bisect import bisect_left
from collections.abc import Iterable
from typing import Final

from provenpages.running.decoding import decoded, laid_out

REDACTED: Final = "[secret]"
SHORTEST: Final = 12
"""Characters; a shorter answer, `yes` or a name, is no secret, and would blot out other words."""
PIECE: Final = 8
"""Letters and digits in a row; fewer of a secret are no secret."""
NOISE: Final = re.compile(r"[\W_]+")
"""What a program may put between them: line ends, quotes, columns."""
CHUNK: Final = 4096
"""Characters that are looked at together."""
OVERLAP: Final = 1024
"""Characters that a piece takes at most, however often it's encoded."""
MOST: Final = 30
"""Encoded secrets that are cut out of one text; what comes after them isn't shown at all."""
WORD_END: Final = re.compile(r"[\s\"'`<>(){}\[\],;|]")
ALIKE: Final = 7
"""Characters at the beginning of a dump's line: the number, of which `od` writes seven digits."""


class Secrets:
    """The secrets of a session: values, and `forms`, the looks of others."""

    def __init__(self, values: Iterable[str], forms: Iterable[str]) -> None:
        self._forms = [re.compile(form) for form in forms]
        self._whole = list(self._forms)
        self._pieces: set[str] = set()
        for value in values:
            self.keep(value)

    def keep(self, value: str) -> None:
        """Take one more value for secret, unless it is short."""
        if len(value) < SHORTEST:
            return
        itself = re.compile(re.escape(value))
        self._whole.append(itself)
        letters = _letters(value)
        if len(letters) < PIECE:
            self._forms.append(itself)
            return
        for one in (letters, letters[::-1]):
            self._pieces |= {one[at : at + PIECE] for at in range(len(one) - PIECE + 1)}
            self._whole.append(re.compile(r"[\W_]*".join(one), re.IGNORECASE))

    def redacted(self, text: str) -> str:
        """Return a text without the secrets in it, and without what decodes to one."""
        for whole in self._whole:
            text = whole.sub(REDACTED, text)
        start = found = 0
        while (self._pieces or self._forms) and start < len(text):
            chunk = text[start : start + CHUNK]
            if not self._holds(chunk):
                start += CHUNK - OVERLAP
                continue
            start, end = _widened(text, *(start + at for at in self._place(chunk)))
            found += 1
            text = text[:start] + REDACTED + (text[end:] if found <= MOST else "")
        return text

    def _holds(self, text: str) -> bool:
        """Whether a piece of a secret is in a text, or in what that decodes to."""
        texts = set(laid_out(text))
        return any(map(self._shows, texts)) or any(
            self._holds(one) for each in texts for one in decoded(each)
        )

    def _shows(self, text: str) -> bool:
        letters = _letters(text)
        pieces = (letters[at : at + PIECE] for at in range(len(letters) - PIECE + 1))
        return not self._pieces.isdisjoint(pieces) or any(form.search(text) for form in self._forms)

    def _place(self, text: str) -> tuple[int, int]:
        """Return where the first piece of a secret begins and ends in a text that holds one."""
        end = bisect_left(range(len(text)), True, key=lambda at: self._holds(text[:at]))
        start = bisect_left(range(end), True, key=lambda at: not self._holds(text[at:end])) - 1
        return max(0, start), end


def _letters(text: str) -> str:
    return NOISE.sub("", text).casefold()


def _widened(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the word around a part of a text; all lines of a dump if it is more than one word."""
    if not WORD_END.search(text, start, end):
        before = [found.end() for found in WORD_END.finditer(text, 0, start)]
        after = WORD_END.search(text, end)
        return (before[-1] if before else 0), after.start() if after else len(text)
    lines = text.split("\n")
    first, last = text.count("\n", 0, start), text.count("\n", 0, end)
    look = _look(lines[last])
    while first and _look(lines[first - 1]) == look:
        first -= 1
    while last + 1 < len(lines) and _look(lines[last + 1]) == look:
        last += 1
    return len("\n".join(lines[:first])) + bool(first), len("\n".join(lines[: last + 1]))


def _look(line: str) -> str:
    """Return how a line begins: the lines of a dump begin alike."""
    return re.sub(r"[0-9a-f]", "0", line[:ALIKE])
