"""The Markdown extension that shows each block's evidence on the published page."""

import logging
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path
from typing import Any, Final

from markdown import Extension, Markdown
from markdown.preprocessors import Preprocessor

from checks.block import Block
from checks.directive import Proves, Skip
from checks.errors import PageError
from checks.evidence import FILE, BlockEvidence, Evidence, PageEvidence, read_evidence
from checks.fence import Fence, find_fences, on_render
from checks.page import assemble, claim_pattern, digest, read_directives, strip_directives

FIRST: Final = 1000
"""Before any other preprocessor: hidden text must reach none of them."""
DOCS: Final = Path("docs")
STALE: Final = "not verified since edited"
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
        self._proofs: dict[int, int] = {}
        self._seen: dict[int, tuple[BlockEvidence, PageEvidence]] = {}

    def run(self, lines: list[str]) -> list[str]:
        """Strip the directives and mark the claims; `mark_fence` does the rest."""
        text = digest(lines)
        path = next((path for path, page in self._evidence.items() if page.digest == text), None)
        try:
            blocks, visible = self._read(lines)
        except PageError as error:
            log.warning("%s", error)
            return lines
        self._fences = [block for block in blocks if not block.is_hidden]
        self._seen = dict(self._find(blocks, path))
        self._warn(blocks, path or _path_of(text))
        return self._mark_claims(blocks, visible)

    def mark_fence(self, fence: Fence, html: str) -> str:
        """Return a fence's HTML with its mark inside the highlighted block.

        A sibling after it would break Material's annotations.
        """
        for block in self._fences:
            if (block.language, block.content.text) == (fence.language, fence.text):
                self._fences.remove(block)
                before, end, after = html.rpartition("</div>")
                return before + self._mark(block) + end + after
        return html

    def _read(self, lines: list[str]) -> tuple[list[Block], list[str]]:
        directives = read_directives("this page", lines, self.md)
        visible = strip_directives(lines, directives)
        fences = find_fences(self.md, visible)
        return assemble("this page", visible, directives, fences), visible

    def _find(
        self, blocks: Iterable[Block], path: str | None
    ) -> Iterator[tuple[int, tuple[BlockEvidence, PageEvidence]]]:
        """Find each block's evidence: its page's, or for an edited page its own."""
        pages = [self._evidence[path]] if path else list(self._evidence.values())
        left = [(block, page) for page in pages for block in page.blocks]
        for block in blocks:
            for found in left:
                if found[0].digest == block.digest:
                    left.remove(found)
                    yield block.line, found
                    break

    def _warn(self, blocks: list[Block], path: str) -> None:
        if not blocks:
            return
        outcomes = [
            self._seen[block.line][0].outcome for block in blocks if block.line in self._seen
        ]
        if path not in self._evidence or len(outcomes) < len(blocks):
            log.warning("%s: %s; run `make check`", path, STALE)
        elif not {"passed", "skipped"}.issuperset(outcomes):
            log.warning("%s: a block failed when it was last run; run `make check`", path)

    def _mark_claims(self, blocks: list[Block], visible: list[str]) -> list[str]:
        lines = list(visible)
        self._proofs = {}
        for block in blocks:
            claims = block.all(Proves)
            if claims:
                self._proofs[block.line] = number = len(self._proofs) + 1
                if block.is_hidden:
                    place = block.line - 1
                    lines[place] = self.md.htmlStash.store(self._mark(block))
            for one in claims:
                above = "\n".join(lines[: block.line - 1])
                last = list(claim_pattern(one.claim).finditer(above))[-1]
                marked = above[: last.end()] + self._claim_mark(block, number) + above[last.end() :]
                lines = marked.split("\n") + lines[block.line - 1 :]
        return lines

    def _claim_mark(self, block: Block, number: int) -> str:
        if self._has_passed(block):
            return f' <a class="proof" href="#proof-{number}">proven</a>'
        return f' <span class="proof">{STALE}</span>'

    def _has_passed(self, block: Block) -> bool:
        return block.line in self._seen and self._seen[block.line][0].outcome == "passed"

    def _mark(self, block: Block) -> str:
        if skip := block.one(Skip):
            reviewed = f"{skip.reviewed:%Y-%m-%d}"
            return f'<p class="evidence">Not run: {escape(skip.reason)} (reviewed {reviewed})</p>'
        if not self._has_passed(block):
            return f'<p class="evidence stale">{STALE.capitalize()}</p>'
        evidence, page = self._seen[block.line]
        anchor = f' id="proof-{self._proofs[block.line]}"' if block.line in self._proofs else ""
        return (
            f'<details class="evidence"><summary>{_summary(evidence, page)}</summary>'
            f"<pre{anchor}>{escape(_transcript(evidence))}</pre></details>"
        )


def _summary(evidence: BlockEvidence, page: PageEvidence) -> str:
    verb = "Proven" if evidence.claims else "Run"
    versions = page.versions
    parts = (
        f"{verb} <time>{escape(page.date[:10])}</time>",
        f"{evidence.seconds:.1f} s",
        f"Docker {escape(versions['Docker Engine'])}",
        f"local Docker Hub, distribution {escape(versions['distribution'])}",
    )
    return " · ".join(parts)


def _transcript(evidence: BlockEvidence) -> str:
    lines = [f"{one} stands for {live}" for one, live in evidence.stand_ins.items()]
    for run in evidence.runs:
        first, *more = run.typed.split("\n")
        lines += [f"$ {first}", *(f"> {line}" for line in more), *run.shown]
    return "\n".join(lines)


def _path_of(text: str) -> str:
    """Return the path of the page with this digest: Markdown isn't told which page it converts."""
    for file in sorted(DOCS.rglob("*.md")):
        lines = file.read_text("utf-8-sig").split("\n")
        if any(digest(lines[start:]) == text for start in range(min(len(lines), 40))):
            return file.as_posix()
    return "a page"
