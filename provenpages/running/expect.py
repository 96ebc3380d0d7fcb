"""Comparing documented output with real output."""

import difflib
import re
from collections.abc import Sequence
from typing import Final

from provenpages.reading.kinds import KINDS

ELLIPSIS: Final = "..."
ANY: Final = re.compile(re.escape(ELLIPSIS))
EXCERPT: Final = 100
"""Lines that are shown of a long difference, at its beginning and at its end."""


def first_difference(
    documented: Sequence[str], real: Sequence[str], kinds: Sequence[str], *, is_exact: bool = False
) -> int | None:
    """Return the index of the first documented line that isn't as documented, or None.

    The index is `len(documented)` where only lines that nobody documented are left over.
    `...` alone on a line stands for any lines, inside a line for any text, unless `is_exact`; a
    value of a kind in `kinds` for any value of that kind. Trailing spaces don't count.
    """
    patterns = [
        None if _is_any(line, is_exact) else _pattern(line, kinds, is_exact) for line in documented
    ]
    at, row = 0, 0
    furthest = 0
    resume: tuple[int, int] | None = None
    while row < len(real) or at < len(patterns):
        if at < len(patterns) and patterns[at] is None:
            resume = (at, row)
            at += 1
        elif at < len(patterns) and row < len(real) and _matches(patterns[at], real[row]):
            at, row = at + 1, row + 1
        elif resume and resume[1] < len(real):
            furthest = max(furthest, at)
            resume = (resume[0], resume[1] + 1)
            at, row = resume[0] + 1, resume[1]
        else:
            return max(furthest, at)
    return None


def difference(
    documented: Sequence[str], real: Sequence[str], kinds: Sequence[str], *, is_exact: bool = False
) -> str:
    """Return both texts as one: ` ` the same, `-` documented only, `+` real only.

    Lines that `...` stands for are the same; of very long texts the middle is left out.
    """
    real = [line.rstrip() for line in real]
    shown: list[str] = []
    row = 0
    for line in documented:
        expected = _pattern(line, kinds, is_exact)
        found = next((at for at in range(row, len(real)) if expected.fullmatch(real[at])), None)
        if _is_any(line, is_exact) or found is None:
            shown.append(line.rstrip())
            continue
        if shown and _is_any(shown[-1], is_exact):
            shown[-1:] = real[row:found]
        shown.append(real[found])
        row = found + 1
    if shown and _is_any(shown[-1], is_exact):
        shown[-1:] = real[row:]
    compared = difflib.unified_diff(shown, real, lineterm="", n=max(len(shown), len(real)))
    lines = [f"    {line[0]} {line[1:]}" for line in list(compared)[3:]]
    lines = lines or [f"      {line}" for line in real]
    if len(lines) > 2 * EXCERPT:
        lines[EXCERPT:-EXCERPT] = [f"    … {len(lines) - 2 * EXCERPT} lines …"]
    return "\n".join(lines)


def _pattern(line: str, kinds: Sequence[str], is_exact: bool) -> re.Pattern[str]:
    """Return what a documented line stands for, as a pattern for a whole line."""
    forms = [form for kind in kinds for form in KINDS[kind]]
    forms += [] if is_exact else [ANY]
    line = line.rstrip()
    parts = []
    end = 0
    while values := [(one, form) for form in forms if (one := form.search(line, end))]:
        # The first value in the line; of those that begin there, the longest.
        found, form = min(values, key=lambda value: (value[0].start(), -value[0].end()))
        parts += [re.escape(line[end : found.start()]), ".*" if form is ANY else form.pattern]
        end = found.end()
    return re.compile("".join(parts) + re.escape(line[end:]))


def _is_any(line: str, is_exact: bool) -> bool:
    return line.strip() == ELLIPSIS and not is_exact


def _matches(expected: re.Pattern[str] | None, line: str) -> bool:
    return expected is not None and bool(expected.fullmatch(line.rstrip()))
