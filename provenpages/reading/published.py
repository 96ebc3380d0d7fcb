"""Published: what of a page the site shows, read from the final HTML as a browser would."""

import re
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser
from typing import Final

COMMENT: Final = re.compile(r"<!--(?:-?>|.*?(?:--!?>|\Z))", re.DOTALL)
UNSEEN: Final = frozenset(
    [*("audio", "canvas", "datalist", "dialog", "head", "noscript", "object", "plaintext"),
     *("select", "svg", "template", "video")]
)  # fmt: skip
"""Elements whose content isn't shown as the page's text."""
RAW: Final = ("iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp")
"""Elements in which there are no elements."""
VOID: Final = frozenset(
    [*("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source"),
     *("track", "wbr")]
)  # fmt: skip
UNSEEN_STYLE: Final = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.I)
TAG: Final = re.compile(r"<[^>]*>")
LINE_NUMBER: Final = re.compile(r'<span class="linenos"[^>]*>.*?</span>')
NOTE: Final = re.compile(r'<span class="(?:c|c1|cm)">(\s*# \((\d+)\)!?)</span>(?:</span>)*$')
"""A comment at a line's end that only leads to a note, as the theme looks for it."""


@dataclass(slots=True)
class Shown:
    """What the site shows of one fence."""

    is_annotated: bool
    """Whether a class of its own asks for annotations."""
    code: str
    """The HTML of its text."""
    notes: int = 0
    """The number of items in the list right after it."""

    @property
    def lines(self) -> list[str]:
        """The lines of its text, without blank ones around them."""
        return [_text(row) for row in self._rows()]

    @property
    def typed(self) -> list[str]:
        """Its lines without the comments in whose place there are notes."""
        return [self._without_note(row) for row in self._rows()]

    def _rows(self) -> list[str]:
        rows = LINE_NUMBER.sub("", self.code).split("\n")
        full = [number for number, row in enumerate(rows) if _text(row)] or [0]
        return rows[full[0] : full[-1] + 1]

    def _without_note(self, row: str) -> str:
        note = NOTE.search(row)
        if note and 1 <= int(note[2]) <= self.notes:
            return _text(row).removesuffix(note[1]).rstrip()
        return _text(row)


@dataclass(slots=True)
class _Element:
    tag: str
    is_seen: bool = True
    fence: Shown | None = None
    notes_of: Shown | None = None
    after: Shown | None = None
    """The fence that its next child stands right after."""
    has_children: bool = False


class Published(HTMLParser):
    """The places of a page, marked with an attribute, that came out in its HTML."""

    # Browsers read no tags in more elements than the library knows; its stubs call its list final.
    CDATA_CONTENT_ELEMENTS = RAW  # type: ignore[misc]

    def __init__(self, html: str, attribute: str) -> None:
        super().__init__()
        self._attribute = attribute
        self._open = [_Element("")]
        self.seen: set[str] = set()
        self.commented: set[str] = set()
        self.fences: dict[str, Shown] = {}
        self._code: dict[str, str] = {}
        begin, end = rf'{attribute}="(\d+)".*?<code[^>]*>', rf'</code>[^\n]*?<b {attribute}="\2e"'
        fence = re.compile(f"({begin})(.*?)({end})", re.DOTALL)
        self.feed(fence.sub(self._without_code, html))
        self.close()

    def _without_code(self, fence: re.Match[str]) -> str:
        """Keep a fence's code apart: its many elements tell nothing of where it is."""
        self._code[fence[2]] = fence[3]
        return fence[1] + fence[4]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a place, and whether readers see it."""
        parent, named = self._open[-1], dict(attrs)
        classes = set((named.get("class") or "").split())
        one = _Element(tag, parent.is_seen and _is_seen(tag, named), parent.fence)
        if parent.after and tag == "ol":
            one.notes_of = parent.after
        if tag != "p":
            parent.after = None
        if parent.notes_of and tag == "li":
            parent.notes_of.notes += 1
        parent.has_children = True
        place = named.get(self._attribute)
        if place and one.is_seen:
            self.seen.add(place)
            if place.isdecimal():
                one.fence = self.fences[place] = Shown(
                    "annotate" in classes, self._code.get(place, "")
                )
        if tag not in VOID:
            self._open.append(one)

    def handle_endtag(self, tag: str) -> None:
        """Go back to the parent."""
        while any(one.tag == tag for one in self._open[1:]):
            one, parent = self._open.pop(), self._open[-1]
            if one.fence is not parent.fence:
                parent.after = one.fence
            elif one.has_children:
                # The theme looks for the notes beyond a paragraph of text alone.
                parent.after = None
            if one.tag == tag:
                break

    def updatepos(self, _i: int, j: int) -> int:
        """Count no lines: it takes long, and nobody asks for them."""
        return j

    # The library passes `report`, and mypy holds us to its signature.
    def parse_comment(self, i: int, report: bool = True) -> int:  # noqa: ARG002
        """Find a comment's end where browsers do, which Python's releases don't agree on."""
        comment = COMMENT.match(self.rawdata, i)
        assert comment
        self.commented |= set(re.findall(rf'{self._attribute}="([^"]*)"', comment[0]))
        return comment.end()


def _is_seen(tag: str, named: dict[str, str | None]) -> bool:
    if tag == "dialog" and "open" in named:
        return True
    hidden = "hidden" in named or UNSEEN_STYLE.search(named.get("style") or "")
    return tag not in UNSEEN and not hidden


def _text(html: str) -> str:
    return unescape(TAG.sub("", html))
