"""Prose: a page's sentences, which blocks may prove."""

import re
from collections.abc import Iterable
from typing import Final

from provenpages.reading.claim import seen
from provenpages.reading.fence import Fence

BREAK: Final = re.compile(
    r"[.!?][*_\"”’')\]]*\s+(?=[^\sa-z])|\n[> \t]*\n|\n(?=[> \t]*(?:[-*+]\s|\d+[.)]\s|\|))"
)
"""What is between two sentences: a mark, where another begins; or a blank line, item or row."""


def words(lines: list[str], fences: Iterable[Fence]) -> str:
    """Return the page's lines as one text, with blanks where there is a fence or a heading."""
    code = {line for fence in fences for line in fence.lines}
    return "\n".join(
        " " * len(line) if number in code or line.startswith("#") else line
        for number, line in enumerate(lines, 1)
    )


def prose(words: str) -> str:
    """Return the words with blanks where there is code."""
    return re.sub(r"(`+)[^`\n]+\1", lambda found: " " * len(found[0]), words)


def sentence(words: str, claim: range) -> str:
    """Return the whole sentence that a claim is in, or several of them, as readers see it."""
    start = claim.start
    paragraph = max(0, words.rfind("\n\n", 0, start))
    breaks = BREAK.finditer(words, paragraph, start + 1)
    first = max((found.end() for found in breaks if found.end() <= start), default=paragraph)
    last = BREAK.search(words, claim.stop - 1)
    return seen(words[first : last.end() if last else len(words)])
