"""Fences, found as the site's own Markdown finds them."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from markdown import Markdown
from pymdownx.superfences import SuperFencesBlockPreprocessor

from provenpages.errors import ChecksError
from provenpages.reading.directive import CLOSING
from provenpages.reading.directive import OPENING as DIRECTIVE

OPENING: Final = re.compile(r"^(?P<before>[> \t]*)(?P<fence>`{3,}|~{3,})(?P<words>[^`]*)$")


@dataclass(frozen=True, slots=True)
class Fence:
    """One fence: its `lines`, opening and closing included, count from 1."""

    lines: range
    language: str
    text: tuple[str, ...]
    """Its content, without the indent of what it is nested in."""

    @property
    def line(self) -> int:
        """The line that opens it."""
        return self.lines[0]


class _Finder(SuperFencesBlockPreprocessor):  # type: ignore[misc]  # pymdownx has no types
    """Superfences, noting the fences instead of rendering them."""

    found: list[Fence]

    def process_nested_block(self, _ws: str, _content: str, start: int, end: int) -> None:
        self.found.append(Fence(range(start + 1, end + 1), self.lang or "", content_of(self)))
        self.clear()

    def without_directives(self, lines: list[str], visible: list[str]) -> Iterator[str]:
        """Give the lines one by one, and note them, blank where a directive isn't in a fence."""
        end = 0
        for index, line in enumerate(lines):
            if index >= end and self.fence is None and DIRECTIVE.match(line):
                closed = (i + 1 for i in range(index, len(lines)) if CLOSING in lines[i])
                end = next(closed, index)
            visible.append("" if index < end else line)
            yield visible[-1]


def superfences(markdown: Markdown) -> Any:
    """Return what renders the site's fences.

    Raises ChecksError where it is another extension, or also renders indented code, which isn't
    seen here.
    """
    kind = SuperFencesBlockPreprocessor
    site: Any = next((one for one in markdown.preprocessors if type(one) is kind), None)
    if not site:
        raise ChecksError(
            "mkdocs.yml: fences are read as pymdownx.superfences shows them; add it to"
            " markdown_extensions, with `disable_indented_code_blocks: true`"
        )
    if not site.config["disable_indented_code_blocks"]:
        raise ChecksError(
            "mkdocs.yml: indented code would be published without being run; set"
            " `disable_indented_code_blocks: true` for pymdownx.superfences"
        )
    return site


def find_fences(markdown: Markdown, lines: list[str]) -> tuple[list[Fence], list[str]]:
    """Return a page's fences, nested ones included, and its lines without the directives.

    Raises ChecksError.
    """
    site = superfences(markdown)
    finder = _Finder(markdown)
    finder.config, finder.extension, finder.found = site.config, site.extension, []
    finder.get_hl_settings()
    finder.clear()
    finder.stack = []
    visible: list[str] = []
    finder.search_nested(finder.without_directives(lines, visible))
    return finder.found, visible


def content_of(site: Any) -> tuple[str, ...]:
    """Return the lines of the fence that superfences has just read."""
    return tuple(site.rebuild_block(site.code).split("\n")) if site.code else ()


def unrendered(lines: list[str], fences: Iterable[Fence]) -> tuple[int, str] | None:
    """Return the line and the trouble of the first fence line that opens no block of its own."""
    inside: dict[int, Fence] = {line: fence for fence in fences for line in fence.lines}
    for number, line in enumerate(lines, 1):
        opening = OPENING.match(line)
        fence = inside.get(number)
        if not opening or (fence and number in (fence.lines[0], fence.lines[-1])):
            continue
        if not fence:
            return number, (
                "this fence isn't a block on the site: close it with the same marks, indent its"
                " lines no less than the fence itself, and write only the language on its line"
            )
        outer = OPENING.match(lines[fence.line - 1])
        if outer and opening["fence"] == outer["fence"] and opening["words"].strip():
            return fence.line, (
                f"this fence isn't closed before line {number}, where another opens; close it,"
                " or, to show a fence inside it, give it more marks"
            )
    return None
