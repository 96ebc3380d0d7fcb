"""The Markdown extension that shows each block's evidence on the published page."""

import logging
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from markdown import Extension, Markdown
from mkdocs.exceptions import BuildError

from provenpages.errors import NotShown, PageError
from provenpages.reading.block import Block
from provenpages.reading.reader import Place, Reader, fill, theme_annotates
from provenpages.showing.evidence import FILE, ByMachine, read_once
from provenpages.showing.lookup import before, seen_of
from provenpages.showing.mark import STALE, Seen
from provenpages.showing.page_marks import heads_of, marks_of
from provenpages.showing.place import Told, place_of, site_in

UNKNOWN: Final = Place("a page outside docs/", 0)
TELL: Final = "to tell which page it is, add `provenpages` to plugins in mkdocs.yml"
FAILED: Final = ("failed", "not reached")
log: Final = logging.getLogger("mkdocs.checks")


class MarksExtension(Extension):
    """Strips the directives and puts a mark at each block; `evidence` names the file."""

    def __init__(self, **options: Any) -> None:
        self.config = {
            "evidence": [str(FILE), "the evidence file"],
            "told": ["", "what the MkDocs plugin says of the page"],
        }
        super().__init__(**options)

    def extendMarkdown(self, md: Markdown) -> None:  # Markdown's name for it
        """Take part in `md`'s conversions."""
        Marks(md, self.getConfig("evidence"), self.getConfig("told") or None)


def makeExtension(**options: Any) -> MarksExtension:  # Markdown's name for it
    """Return the extension, as Markdown wants it."""
    return MarksExtension(**options)


@lru_cache(maxsize=1)
def _warn_of_none(_folder: Path) -> None:
    """Have a strict build fail where nothing was run yet, and say so once for all pages."""
    log.warning("no command of this site was run yet; run `make check`")


class Marks(Reader):
    """Puts marks on each page that a Markdown converts."""

    def __init__(self, md: Markdown, evidence: str, told: Told | None) -> None:
        super().__init__(md)
        self._told = told
        self._file = evidence
        self._place: Place | None = None

    def place(self, lines: list[str]) -> Place:
        """Return where the lines are from."""
        self._site = self._told.site if self._told else site_in(Path())
        self._place = place_of(self.md, lines, self._site, self._told)
        return self._place or UNKNOWN

    def annotates(self) -> bool | None:
        """Whether the site's theme shows notes for comments."""
        return theme_annotates(self._site.configuration)

    def trouble(self, error: PageError) -> None:
        """Have a strict build fail, and any build where a block would have no mark."""
        if isinstance(error, NotShown) or not self._told:
            raise BuildError(str(error)) from error
        log.warning("%s", error)

    def publish(self, blocks: tuple[Block, ...], html: str) -> str:
        """Return the page's HTML with its marks."""
        if not blocks:
            return fill(html, {}, {})
        evidence = read_once(self._site.root / self._file)
        path = self._place.path if self._place else ""
        known = before(evidence, self._site, path) if self._place else None
        seen = seen_of(evidence, path, known, blocks)
        self._warn(blocks, seen, evidence, known)
        marks = marks_of(blocks, seen)
        if self._told:
            self._told.marks[path] = sum(place[-1] in "eh" for place in marks)
        return fill(html, heads_of(blocks, seen), marks)

    def _warn(
        self,
        blocks: Sequence[Block],
        seen: Mapping[int, Seen],
        evidence: ByMachine,
        known: str | None,
    ) -> None:
        """Have a strict build fail where a block isn't verified."""
        for block in (block for block in blocks if block.digest):
            place = f"{block.path}:{block.line}"
            if not evidence:
                _warn_of_none(Path.cwd())
            elif not self._place:
                log.warning("%s: no page of docs/ alone has this text; %s", place, TELL)
            elif not seen[block.line]:
                pages = [pages[block.path] for pages in evidence.values() if block.path in pages]
                is_later = pages and all(page.before != known for page in pages)
                what = f"{STALE} before it in its journey" if is_later else STALE
                log.warning("%s: %s; run `make check`", place, what)
            elif any(one.outcome in FAILED for one, _ in seen[block.line]):
                log.warning("%s: failed when it was last run; run `make check`", place)
            else:
                continue
            return
