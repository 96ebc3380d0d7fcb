"""Claims: where a page says what a block proves, as its readers see it."""

import re
from functools import lru_cache
from html import unescape
from typing import Final
from unicodedata import normalize

PART: Final = re.compile(
    r"(?P<blank>(?:\n[ \t]*(?:>[ \t]?)+|\s|&nbsp;)+)"
    r"|(?P<unseen>[\u00ad\u200b-\u200f\u2060\ufeff]|&(?:shy|ZeroWidthSpace|zwj|zwnj);|&#(?:x0*ad|0*173);"
    r"|<!--.*?-->|</?[A-Za-z][\w-]*(?:\s[^<>]*)?/?>"  # comments and tags
    r"|!\[[^\]]*\]\([^)\n]*\)|\[\^[^\]\s]+\]"  # images, footnotes
    r"|\]\([^)\n]*\)|\]\[[^\]\n]*\]|[\[\]]"  # links
    r"|\{:?[ \t]*[.#][^}\n]*\}"  # attributes
    r"|`+|\*+|~~|==|\^\^|(?<!\w)_+|_+(?!\w)|\\(?=[!-/:-@\[-`{-~]))"  # emphasis, escapes
    r"|(?P<letters>[^\W_]+|&\w+;|&#\w+;|.\w*?)",
    re.DOTALL,
)


def find_claim(text: str, claim: str, line: int) -> range | None:
    """Return where in `prose` a claim's words stand, the last time before a line; None if never.

    They may stand there with emphasis, links, entities, line ends and other blanks, and soft
    hyphens: what counts is what readers see.
    """
    above = "\n".join(text.split("\n")[: line - 1])
    shown, ends = _seen(above)
    for words in (normalize("NFD", " ".join(claim.split())), seen(claim)):
        if words and words in shown:
            first = shown.rindex(words)
            return range(ends[first - 1] if first else 0, ends[first + len(words) - 1])
    return None


def seen(text: str) -> str:
    """Return what readers see of a text."""
    return _seen(text)[0].strip()


@lru_cache(maxsize=8)
def _seen(text: str) -> tuple[str, list[int]]:
    """Return what readers see of a text, and where in it each of its characters ends.

    Markup right after a character belongs to it.
    """
    shown: list[str] = []
    ends: list[int] = []
    for part in PART.finditer(text):
        if part["unseen"] is not None:
            if shown and shown[-1] != " ":
                ends[-1] = part.end()
            continue
        letters = " " if part["blank"] is not None else normalize("NFD", unescape(part[0]))
        if letters == " " and shown and shown[-1] == " ":
            continue
        plain = letters == part[0]
        shown += letters
        ends += (part.start() + at + 1 if plain else part.end() for at in range(len(letters)))
    return "".join(shown), ends
