"""The source: what stands on a page, and the tokens that will tell what of it is shown."""

import re
import secrets
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from provenpages.errors import PageError
from provenpages.reading import snippet, tab
from provenpages.reading.claim import find_claim
from provenpages.reading.directive import Directive, Proves, find_directives
from provenpages.reading.fence import OPENING, Fence, unrendered
from provenpages.reading.languages import OUTPUT, RUN, SHOWN
from provenpages.reading.misspelling import names_directive
from provenpages.reading.prose import prose, sentence, words
from provenpages.reading.snippet import SNIPPET

TOKEN: Final = f"data-proven-{secrets.token_hex(8)}"
"""An attribute, and a word, that stands on no page."""
NUMBERED: Final = re.compile(rf"{TOKEN}:(\d+)")
"""The line with a fence's own, which is put into each."""


CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
NO_KEY: Final = (
    "the control character U+{0:04X} would be a key, and readers don't see it; take it out, or"
    " write `$'\\x{0:02x}'`"
)


@dataclass(frozen=True, slots=True)
class Claim:
    """Words that a block proves, and the sentence that they are in."""

    block: int
    """The block's line."""
    words: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Source:
    """What stands on a page; lines count from the begin of its file."""

    path: str
    visible: list[str]
    """Its lines, without directives."""
    directives: list[Directive]
    fences: list[Fence]
    claims: dict[str, Claim]
    """Each by the name of its place."""
    tokens: list[tuple[int, str]]
    """Where in the text each is put."""

    def with_tokens(self) -> list[str]:
        """Return the page's lines for its conversion."""
        text = "\n".join(self.visible)
        for at, token in sorted(self.tokens, reverse=True):
            text = text[:at] + token + text[at:]
        return text.split("\n")


def read_source(path: str, lines: list[str], visible: list[str], fences: list[Fence]) -> Source:
    """Return what stands on a page; raises PageError where it can't be read as written."""
    shown = (range(fence.line - 1, fence.lines[-1]) for fence in fences)
    directives = find_directives(path, lines, shown)
    if trouble := unrendered(visible, fences):
        raise PageError(path, *trouble)
    said = words(visible, fences)
    _check_prose(path, prose(said))
    _check_fences(path, visible, fences)
    starts = [0, *accumulate(len(line) + 1 for line in visible)]
    tokens = []
    for fence in fences:
        opening = OPENING.match(visible[fence.line - 1])
        before = opening["before"] if opening else ""
        tokens.append((starts[fence.line] - 1, f"\n{before}{TOKEN}:{fence.line}"))
    for one in directives:
        if one.body:
            before = lines[one.line - 1].partition("<")[0]
            tokens.append((starts[one.line - 1], f'{before}<div {TOKEN}="{one.line}h"></div>'))
    for one in directives:
        for number, line in enumerate(one.body, one.line + 1):
            if found := CONTROL.search(line):
                raise PageError(path, number, NO_KEY.format(ord(found[0])))
    source = Source(path, visible, directives, fences, {}, tokens)
    _bind_claims(source, said)
    return source


def _bind_claims(source: Source, said: str) -> None:
    """Find each claim's words in the page's."""
    blocks = [fence.line for fence in source.fences]
    blocks += [one.line for one in source.directives if one.body]
    numbers: Counter[int] = Counter()
    for one in source.directives:
        block = min((line for line in blocks if line >= one.line), default=one.line)
        for meaning in one.meanings:
            if not isinstance(meaning, Proves):
                continue
            if not (found := find_claim(said, meaning.claim, one.line)):
                problem = f"the page doesn't say “{meaning.claim}” above this"
                raise PageError(source.path, one.line, problem)
            place = claim_place(block, numbers[block])
            numbers[block] += 1
            source.claims[place] = Claim(block, meaning.claim, sentence(said, found))
            source.tokens.append((found.stop, f'<b {TOKEN}="{place}"></b>'))


def claim_place(block: int, number: int) -> str:
    """Return the name of the place right after a block's claim; numbers count from 0."""
    return f"{block}c{number}"


def _check_prose(path: str, text: str) -> None:
    """Refuse what would be published as a block, or passed over as a comment, unseen."""
    for number, line in enumerate(text.split("\n"), 1):
        if "<pre" in line.lower():
            raise PageError(path, number, "HTML's <pre> isn't run; write a fence")
        if SNIPPET.match(line):
            problem = "what is included here isn't run; include it in a fence"
            raise PageError(path, number, problem)
    for comment in re.finditer(r"<!--(.*?)(?:-->|$)", text, re.DOTALL):
        if names_directive(comment[1]):
            number = text.count("\n", 0, comment.start()) + 1
            problem = "this directive isn't read; begin its line with `<!-- check: `"
            raise PageError(path, number, problem)


def _check_fences(path: str, lines: list[str], fences: list[Fence]) -> None:
    """Refuse commands that aren't on the page as readers would copy them."""
    for number, fence in ((line, one) for one in fences for line in one.lines):
        line, language = lines[number - 1], fence.language
        if language in (*RUN, *OUTPUT) and (found := CONTROL.search(line)):
            raise PageError(path, number, NO_KEY.format(ord(found[0])))
        if problem := tab.trouble(language, lines[fence.line - 1], line):
            raise PageError(path, number, problem)
        if language not in SHOWN and SNIPPET.match(line):
            problem = "commands and outputs aren't included; write them here"
            raise PageError(path, number, problem)
        if trouble := snippet.trouble(line):
            raise PageError(path, number, trouble)
