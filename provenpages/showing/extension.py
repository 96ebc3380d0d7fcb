"""The Markdown extension that shows each block's evidence on the published page."""

import logging
import re
from collections import deque
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any, Final

from markdown import Extension, Markdown
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor

from provenpages.errors import PageError
from provenpages.reading.block import Block, Output
from provenpages.reading.directive import Directive, Exit, Proves, Skip
from provenpages.reading.fence import Fence, find_fences, on_render
from provenpages.reading.languages import RUN
from provenpages.reading.page import (
    assemble,
    find_claim,
    prose,
    read_directives,
    strip_directives,
)
from provenpages.reading.snippet import SNIPPET
from provenpages.showing.copy_button import copied
from provenpages.showing.evidence import FILE, ByMachine, read_once
from provenpages.showing.lookup import pages_of, path_of, seen_of
from provenpages.showing.mark import STALE, Seen, Shown, block_mark, claim_mark
from provenpages.showing.place import edited_line, place_of

FIRST: Final = 1000
"""Before any other preprocessor: hidden text must reach none of them."""
AFTER_NORMALIZING: Final = 29
"""Where HTML can be stashed: Markdown's own first step forgets what was stashed before it."""
PLACE: Final = "checks:proof:{}"
UNNAMED: Final = "this page"
log: Final = logging.getLogger("mkdocs.checks")


class MarksExtension(Extension):
    """Strips the directives and puts a mark at each block; `evidence` names the file."""

    def __init__(self, **options: Any) -> None:
        self.config = {"evidence": [str(FILE), "the evidence file"]}
        super().__init__(**options)

    def extendMarkdown(self, md: Markdown) -> None:  # Markdown's name for it
        """Take part in `md`'s conversions."""
        marks = Marks(md, read_once(Path(self.getConfig("evidence"))))
        md.preprocessors.register(marks, "checks", FIRST)
        md.preprocessors.register(Proofs(md, marks), "checks_proofs", AFTER_NORMALIZING)
        md.postprocessors.register(Leftovers(md, marks), "checks_leftovers", 0)
        on_render(md, marks.mark_fence)


def makeExtension(**options: Any) -> MarksExtension:  # Markdown's name for it
    """Return the extension, as Markdown wants it."""
    return MarksExtension(**options)


@lru_cache(maxsize=1)
def _warn_of_none(_folder: Path) -> None:
    """Have a strict build fail where nothing was run yet, and say so once for all pages."""
    log.warning("no command of this site was run yet; run `make check`")


class Marks(Preprocessor):
    """The marks of the page being converted."""

    def __init__(self, md: Markdown, evidence: ByMachine) -> None:
        super().__init__(md)
        self._evidence = evidence
        self._waiting: deque[tuple[Fence, Block | None]] = deque()
        self._seen: dict[int, Seen] = {}
        self._copied: dict[int, str] = {}
        self._outputs: dict[int, tuple[Block, Output]] = {}
        self._before: dict[int, list[Block]] = {}
        self._lines: list[str] = []
        self.anchored: dict[str, Block] = {}
        """Blocks that prove a claim or are hidden, by their mark's anchor on the page."""

    def run(self, lines: list[str]) -> list[str]:
        """Strip the directives and mark the claims; `mark_fence` and Proofs do the rest."""
        self._lines, self._waiting, self.anchored = lines, deque(), {}
        directives: list[Directive] = []
        blocks: list[Block] = []
        try:
            directives = read_directives(UNNAMED, lines, self.md)
            visible = strip_directives(lines, directives)
            fences = find_fences(self.md, visible)
            blocks = assemble(UNNAMED, visible, directives, fences)
        except PageError as error:
            log.warning(
                "%s", str(error).replace(f"{UNNAMED}:{error.line}", place_of(lines, error.line))
            )
            return strip_directives(lines, directives)
        text = "\n".join(lines)
        path = path_of(self._evidence, text)
        by_line = {block.line: block for block in blocks}
        self._waiting.extend((fence, by_line.get(fence.lines[0] + 1)) for fence in fences)
        self._seen = seen_of(self._evidence, blocks, text)
        self._copied = {
            block.line: copied(block, self._seen[block.line])
            for block in blocks
            if block.language in RUN and not block.is_hidden and not _fails(block)
        }
        self._before = _preparations(blocks)
        self._outputs = {
            output.lines.first - 1: (block, output) for block in blocks for output in block.outputs
        }
        if blocks:
            self._warn(path)
        return self._mark_claims(blocks, visible, fences)

    def mark(self, block: Block, output: Output | None = None) -> str:
        """Return one block's mark, or that of one of its outputs."""
        anchor = next((anchor for anchor, one in self.anchored.items() if one is block), "")
        if output and output is not block.outputs[0]:
            anchor = ""
        before = tuple(self._seen[one.line] for one in self._before.get(block.line, ()))
        return block_mark(Shown(block, self._seen[block.line], output, before, anchor))

    def mark_fence(self, fence: Fence, html: str) -> str:
        """Return a fence's HTML with its mark inside the highlighted block.

        A sibling after it would break Material's annotations. Where there is an output, the mark
        is there. What the copy button gives, or that there is none, Material reads from the
        block's attributes.
        """
        if not self._waiting or not _is_rendered(self._waiting[0][0], fence):
            return html
        found, block = self._waiting.popleft()
        if owner := self._outputs.get(found.lines[0] + 1):
            return self._with_mark(html.replace('class="', 'class="no-copy ', 1), *owner)
        if block and block.line in self._copied:
            text = escape(self._copied[block.line])
            html = html.replace("<div", f'<div data-copy="{text}"', 1)
        elif block and _fails(block):
            html = html.replace('class="', 'class="no-copy ', 1)
        return self._with_mark(html, block) if block and not block.outputs else html

    def _with_mark(self, html: str, block: Block, output: Output | None = None) -> str:
        before, end, after = html.rpartition("</div>")
        return before + self.mark(block, output) + end + after

    def check_all_marked(self) -> None:
        """Have a strict build fail where a block of the page came out differently."""
        if self._waiting:
            place = place_of(self._lines, self._waiting[0][0].lines[0] + 1)
            log.warning("%s: this block is published without its mark; write it simpler", place)

    def _warn(self, path: str | None) -> None:
        """Have a strict build fail where the evidence isn't of this text, or isn't good."""
        if not self._evidence:
            _warn_of_none(Path.cwd())
        elif path is None:
            place = place_of(self._lines, edited_line(self._evidence, self._lines))
            log.warning("%s: %s; run `make check`", place, STALE)
        elif any(
            block.outcome in ("failed", "not reached")
            for page in pages_of(self._evidence, path)
            if page.text == "\n".join(self._lines)
            for block in page.blocks
        ):
            log.warning("%s: a block failed when it was last run; run `make check`", path)

    def _mark_claims(
        self, blocks: list[Block], visible: list[str], fences: list[Fence]
    ) -> list[str]:
        marks: list[tuple[int, str]] = []
        words = prose(visible, fences)
        for block in blocks:
            claims = block.all(Proves)
            anchor = f"proof-{len(self.anchored) + 1}"
            if any(block in those for those in self._before.values()):
                continue
            if claims or block.is_hidden:
                self.anchored[anchor] = block
            if block.is_hidden:
                indent = self._lines[block.line - 1].partition("<")[0]
                start = sum(len(line) + 1 for line in visible[: block.line - 1])
                marks.append((start, indent + PLACE.format(anchor)))
            for one in claims:
                end = find_claim(words, one.claim, block.line) or 0
                marks.append((end, claim_mark(self._seen[block.line], anchor)))
        text = "\n".join(visible)
        for at, mark in sorted(marks, reverse=True):
            text = text[:at] + mark + text[at:]
        return text.split("\n")


def _fails(block: Block) -> bool:
    """Whether a block is meant to fail: nobody needs to copy it."""
    expected = block.one(Exit)
    return expected is not None and expected.status != 0


def _preparations(blocks: list[Block]) -> dict[int, list[Block]]:
    """Return the hidden blocks that prepare another one and prove nothing, by that one's line."""
    found: dict[int, list[Block]] = {}
    waiting: list[Block] = []
    for block in blocks:
        if block.is_hidden and not block.all(Proves):
            waiting.append(block)
        elif not block.one(Skip):
            found[block.line], waiting = waiting, []
    return found


def _is_rendered(read: Fence, rendered: Fence) -> bool:
    """Whether a fence is published as it was read; one that includes a file has changed since."""
    if read.language != rendered.language:
        return False
    # Markdown takes the spaces out of blank lines.
    lines = [[line.rstrip() for line in fence.text] for fence in (read, rendered)]
    return lines[0] == lines[1] or any(map(SNIPPET.match, lines[0]))


class Proofs(Preprocessor):
    """Puts the marks of hidden blocks in their places."""

    def __init__(self, md: Markdown, marks: Marks) -> None:
        super().__init__(md)
        self._marks = marks

    def run(self, lines: list[str]) -> list[str]:
        """Stash the marks, in the places that Marks has left for them."""
        text = "\n".join(lines)
        for anchor, block in self._marks.anchored.items():
            if block.is_hidden:
                stashed = self.md.htmlStash.store(self._marks.mark(block))
                text = re.sub(rf"{PLACE.format(anchor)}$", stashed, text, flags=re.MULTILINE)
        return text.split("\n")


class Leftovers(Postprocessor):
    """Looks whether every block got its mark."""

    def __init__(self, md: Markdown, marks: Marks) -> None:
        super().__init__(md)
        self._marks = marks

    def run(self, text: str) -> str:
        """Return the page as it is, having looked."""
        self._marks.check_all_marked()
        return text
