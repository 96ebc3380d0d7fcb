"""The reader: takes part in a page's conversion, and reads what of the page the site shows."""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.postprocessors import Postprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import Treeprocessor
from mkdocs.config.defaults import MkDocsConfig

from provenpages.errors import NotShown, PageError
from provenpages.reading.assembly import assemble
from provenpages.reading.block import Block
from provenpages.reading.fence import Fence, content_of, find_fences, superfences
from provenpages.reading.languages import OUTPUT, RUN, SHOWN
from provenpages.reading.published import Published
from provenpages.reading.source import NUMBERED, TOKEN, Source, read_source

FIRST: Final = 1000
"""Before any other preprocessor: hidden text must reach none of them."""
LAST: Final = -1000
"""After anything else that changes the page."""
THEME: Final = "material"
ANNOTATE: Final = "content.code.annotate"


@dataclass(frozen=True, slots=True)
class Place:
    """The file that a text is from; `above` counts its lines before the text."""

    path: str
    above: int


class Reader(ABC):
    """Reads each page that a Markdown converts."""

    def __init__(self, md: Markdown) -> None:
        self.md = md
        self._source: Source | None = None
        self.has_tree = False
        """Whether the whole page comes next: each heading comes by itself before."""
        self._rendered: dict[int, tuple[str, tuple[str, ...]]] = {}
        """The language and content of each fence, by its line, as superfences had them."""
        self._others: list[str] = []
        """The languages of fences that stand on no page."""
        md.preprocessors.register(_Before(md, self), "checks", FIRST)
        md.treeprocessors.register(_Done(md, self), "checks", LAST)
        md.postprocessors.register(_After(md, self), "checks", LAST)

    @abstractmethod
    def place(self, lines: list[str]) -> Place:
        """Return where the lines are from."""

    @abstractmethod
    def annotates(self) -> bool | None:
        """Whether the site shows notes for comments; None if only where a fence asks for them."""

    @abstractmethod
    def trouble(self, error: PageError) -> None:
        """Raise the error, or have the page published without marks."""

    @abstractmethod
    def publish(self, blocks: tuple[Block, ...], html: str) -> str:
        """Return the page's HTML with what `fill` puts in it."""

    def before(self, lines: list[str]) -> list[str]:
        """Return the page as its readers see it, with tokens."""
        self._source, self.has_tree, self._rendered, self._others = None, False, {}, []
        place = self.place(lines)
        whole = [""] * place.above + lines
        self._listen()
        fences, visible = find_fences(self.md, whole)
        try:
            self._source = read_source(place.path, whole, visible, fences)
        except PageError as error:
            self.trouble(error)
            return visible[place.above :]
        return self._source.with_tokens()[place.above :]

    def after(self, html: str) -> str:
        """Return the page's HTML as it is published."""
        if not (self._source and self.has_tree):
            return fill(html, {}, {})
        source, self._source = self._source, None
        try:
            return self.publish(self._blocks(source, html), html)
        except PageError as error:
            self.trouble(error)
            return fill(html, {}, {})

    def _blocks(self, source: Source, html: str) -> tuple[Block, ...]:
        """Return the blocks that are shown, as they are."""
        published = Published(html, TOKEN)
        if left := NUMBERED.search(html):
            problem = "the site doesn't render this fence as a block; write it simpler"
            raise NotShown(source.path, int(left[1]), problem)
        if others := [one for one in self._others if one not in SHOWN]:
            problem = f"a `{others[0]}` block comes from outside this page; write it on the page"
            raise NotShown(source.path, 1, problem)
        fences = [
            self._as_shown(source.path, fence, published)
            for fence in source.fences
            if _is_shown(source.path, fence, published)
        ]
        for one in source.directives:
            if one.body and f"{one.line}h" not in published.seen:
                problem = "these hidden commands are where readers can't see their mark; move them"
                raise NotShown(source.path, one.line, problem)
        for place, claim in source.claims.items():
            if place not in published.seen:
                problem = f"readers don't see “{claim.words}” as text above this; say it there"
                raise NotShown(source.path, claim.block, problem)
        sentences = {
            line: tuple(one.sentence for one in source.claims.values() if one.block == line)
            for line in (one.block for one in source.claims.values())
        }
        return assemble(source.path, source.visible, source.directives, fences, sentences)

    def _as_shown(self, path: str, fence: Fence, published: Published) -> Fence:
        """Return a fence with the text that a reader copies."""
        language, text = self._rendered[fence.line]
        if language not in (*RUN, *OUTPUT):
            return replace(fence, language=language, text=text)
        shown = published.fences[str(fence.line)]
        written = "\n".join(text).strip("\n").split("\n")
        if shown.lines != written:
            problem = "readers see other text in this block than is written here; write it simpler"
            raise NotShown(path, fence.line, problem)
        annotates = self.annotates()
        if annotates or (annotates is None and shown.is_annotated):
            first = next((index for index, line in enumerate(text) if line), 0)
            typed = shown.typed
            text = (*text[:first], *typed, *text[first + len(typed) :])
        return replace(fence, language=language, text=text)

    def _listen(self) -> None:
        """Have superfences tell what it renders: it swallows what is raised there."""
        site: Any = superfences(self.md)
        if "_store" in vars(site):
            return
        process, store = site.process_nested_block, site._store
        line: str | None = None

        def numbered(ws: str, content: str, start: int, end: int) -> None:
            nonlocal line
            number = NUMBERED.search(site.code[0]) if site.code else None
            line = number and number[1]
            if line is None:
                process(ws, content, start, end)
            else:
                del site.code[0]
                self._rendered[int(line)] = site.lang or "", content_of(site)
                # Lines to highlight are counted without the number's.
                process(ws, content, start + 1, end)

        def stored(source: str, html: str, start: int, end: int) -> None:
            if line is None:
                self._others.append(site.lang or "")
                store(source, html, start, end)
            else:
                store(source, _with_tokens(html, line), start - 1, end)

        site.process_nested_block, site._store = numbered, stored


def theme_annotates(site: MkDocsConfig) -> bool | None:
    """Whether a site's theme shows notes for comments; None if only where a fence asks."""
    if site.theme.name != THEME:
        return False
    return ANNOTATE in (site.theme.get("features") or ()) or None


def fill(html: str, heads: Mapping[int, str], marks: Mapping[str, str]) -> str:
    """Put into a page's HTML what replaces the tokens.

    `heads` stand for ` class="` of a fence's element, by the fence's line; `marks` at its end
    (`12e`), in a hidden block's place (`12h`), or after a block's claim (`12c0`).
    """
    if TOKEN not in html:
        return html
    html = re.sub(
        rf' {TOKEN}="(\d+)"( class="|)',
        lambda found: found[2] and heads.get(int(found[1]), found[2]),
        html,
    )
    places = rf'(?:<p>\s*)?<div {TOKEN}="(\d+h)"></div>(?:\s*</p>)?|<b {TOKEN}="(\w+)"></b>'
    return re.sub(places, lambda found: marks.get(found[1] or found[2], ""), html)


def _with_tokens(html: str, line: str) -> str:
    """Have a fence's element name its line, inside and at its end.

    What comes after the element would break the theme's annotations.
    """
    inside, end, after = html.rpartition("</div>") if "</div>" in html else (html, "", "")
    html = f'{inside}<b {TOKEN}="{line}e"></b>{end}{after}'
    return re.sub(r'^\s*<\w+(?: id="[^"]*")?', rf'\g<0> {TOKEN}="{line}"', html)


def _is_shown(path: str, fence: Fence, published: Published) -> bool:
    """Whether readers see a fence; raises NotShown where its author may think that they do."""
    line = str(fence.line)
    if {line, f"{line}e"} <= published.seen:
        return True
    if line in published.commented or fence.language in SHOWN:
        return False
    problem = "readers never see this block; write it where they do, or in an HTML comment"
    raise NotShown(path, fence.line, problem)


class _Before(Preprocessor):
    def __init__(self, md: Markdown, reader: Reader) -> None:
        super().__init__(md)
        self._reader = reader

    def run(self, lines: list[str]) -> list[str]:
        return self._reader.before(lines)


class _Done(Treeprocessor):
    def __init__(self, md: Markdown, reader: Reader) -> None:
        super().__init__(md)
        self._reader = reader

    def run(self, _root: Element) -> None:
        self._reader.has_tree = True


class _After(Postprocessor):
    def __init__(self, md: Markdown, reader: Reader) -> None:
        super().__init__(md)
        self._reader = reader

    def run(self, text: str) -> str:
        return self._reader.after(text)
