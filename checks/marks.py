"""The Markdown extension that shows each block's evidence on the published page."""

import logging
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from markdown import Extension, Markdown
from markdown.preprocessors import Preprocessor

from checks.block import Block
from checks.directive import Proves
from checks.errors import PageError
from checks.evidence import FILE, Evidence, read_evidence
from checks.fence import Fence, find_fences, on_render
from checks.mark import STALE, Seen, block_mark, claim_mark
from checks.page import assemble, claim_pattern, read_directives, strip_directives

FIRST: Final = 1000
"""Before any other preprocessor: hidden text must reach none of them."""
AFTER_NORMALIZING: Final = 29
"""Where HTML can be stashed: Markdown's own first step forgets what was stashed before it."""
PLACE: Final = "checks:proof:{}"
DOCS: Final = Path("docs")
log: Final = logging.getLogger("mkdocs.checks")


class MarksExtension(Extension):
    """Strips the directives and puts a mark at each block; `evidence` names the file."""

    def __init__(self, **options: Any) -> None:
        self.config = {"evidence": [str(FILE), "the evidence file"]}
        super().__init__(**options)

    def extendMarkdown(self, md: Markdown) -> None:  # Markdown's name for it
        """Take part in `md`'s conversions."""
        marks = Marks(md, read_evidence(Path(self.getConfig("evidence"))))
        md.preprocessors.register(marks, "checks", FIRST)
        md.preprocessors.register(Proofs(md, marks), "checks_proofs", AFTER_NORMALIZING)
        on_render(md, marks.mark_fence)


def makeExtension(**options: Any) -> MarksExtension:  # Markdown's name for it
    """Return the extension, as Markdown wants it."""
    return MarksExtension(**options)


class Marks(Preprocessor):
    """The marks of the page being converted."""

    def __init__(self, md: Markdown, evidence: Evidence) -> None:
        super().__init__(md)
        self._evidence = evidence
        self._fences: list[Block] = []
        self._seen: dict[int, Seen] = {}
        self.proofs: dict[str, Block] = {}
        """Blocks that prove a claim, by their anchor on the page."""

    def run(self, lines: list[str]) -> list[str]:
        """Strip the directives and mark the claims; `mark_fence` and Proofs do the rest."""
        text = "\n".join(lines)
        path = next((path for path, page in self._evidence.items() if page.text == text), None)
        try:
            directives = read_directives("this page", lines, self.md)
            visible = strip_directives(lines, directives)
            blocks = assemble("this page", visible, directives, find_fences(self.md, visible))
        except PageError as error:
            log.warning("%s", error)
            return lines
        self._fences = [block for block in blocks if not block.is_hidden]
        self._seen = dict(self._find(blocks, path))
        self.proofs = {}
        if blocks:
            self._warn(path, lines)
        for block in blocks:
            if block.all(Proves):
                visible = self._mark_claims(block, visible, lines[block.line - 1])
        return visible

    def mark(self, block: Block) -> str:
        """Return one block's mark."""
        anchor = next((anchor for anchor, one in self.proofs.items() if one is block), "")
        return block_mark(block, self._seen.get(block.line), anchor)

    def mark_fence(self, fence: Fence, html: str) -> str:
        """Return a fence's HTML with its mark inside the highlighted block.

        A sibling after it would break Material's annotations.
        """
        for block in self._fences:
            if (block.language, block.content.text) == (fence.language, fence.text):
                self._fences.remove(block)
                before, end, after = html.rpartition("</div>")
                return before + self.mark(block) + end + after
        return html

    def _find(self, blocks: Iterable[Block], path: str | None) -> Iterator[tuple[int, Seen]]:
        """Find each block's evidence: its page's, or for an edited page its own."""
        pages = [self._evidence[path]] if path else list(self._evidence.values())
        left = [(block, page) for page in pages for block in page.blocks]
        for block in blocks:
            found = next((one for one in left if one[0].digest == block.digest), None)
            if found:
                left.remove(found)
                yield block.line, found

    def _warn(self, path: str | None, lines: list[str]) -> None:
        """Have a strict build fail where the evidence isn't of this text, or isn't good."""
        if path is None:
            log.warning("%s: %s; run `make check`", self._edited_at(lines), STALE)
        elif any(one.outcome in ("failed", "not reached") for one in self._evidence[path].blocks):
            log.warning("%s: a block failed when it was last run; run `make check`", path)

    def _edited_at(self, lines: list[str]) -> str:
        """Return the place of an edit: Markdown isn't told which page it converts."""
        for file in sorted(DOCS.rglob("*.md")):
            whole = file.read_text("utf-8-sig").split("\n")
            before = len(whole) - len(lines)
            if before >= 0 and whole[before:] == lines:
                path = file.as_posix()
                known = self._evidence[path].text.split("\n") if path in self._evidence else []
                pairs = enumerate(zip(lines, known, strict=False))
                edited = (index for index, (now, then) in pairs if now != then)
                first = next(edited, min(len(lines), len(known)))
                return f"{path}:{before + first + 1}"
        return "a page that is none of docs/"

    def _mark_claims(self, block: Block, lines: list[str], opening: str) -> list[str]:
        anchor = f"proof-{len(self.proofs) + 1}"
        self.proofs[anchor] = block
        above, below = "\n".join(lines[: block.line - 1]), lines[block.line - 1 :]
        if block.is_hidden:
            below[0] = opening.partition("<")[0] + PLACE.format(anchor)
        for one in block.all(Proves):
            *_, words = claim_pattern(one.claim).finditer(above)
            mark = claim_mark(self._seen.get(block.line), anchor)
            above = above[: words.end()] + mark + above[words.end() :]
        return above.split("\n") + below


class Proofs(Preprocessor):
    """Puts the proofs that readers don't otherwise see in their places."""

    def __init__(self, md: Markdown, marks: Marks) -> None:
        super().__init__(md)
        self._marks = marks

    def run(self, lines: list[str]) -> list[str]:
        """Stash the marks, in the places that Marks has left for them."""
        text = "\n".join(lines)
        for anchor, block in self._marks.proofs.items():
            if block.is_hidden:
                stashed = self.md.htmlStash.store(self._marks.mark(block))
                text = re.sub(rf"{PLACE.format(anchor)}$", stashed, text, flags=re.MULTILINE)
        return text.split("\n")
