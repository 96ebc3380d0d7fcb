"""Fences, found as the site's own Markdown finds them."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from markdown import Markdown
from pymdownx.superfences import SuperFencesBlockPreprocessor

from provenpages.errors import ChecksError

PREPROCESSOR: Final = "fenced_code_block"
OPENING: Final = re.compile(r"^[> \t]*(?P<fence>`{3,}|~{3,})(?P<words>[^`]*)$")


@dataclass(frozen=True, slots=True)
class Fence:
    """One fence: `lines` are the indices of its lines, opening and closing included."""

    lines: range
    language: str
    text: tuple[str, ...]
    """Its content, without the indent of what it is nested in."""


class _Finder(SuperFencesBlockPreprocessor):  # type: ignore[misc]  # pymdownx has no types
    """Superfences, noting the fences instead of rendering them."""

    found: list[Fence]

    def process_nested_block(self, _ws: str, _content: str, start: int, end: int) -> None:
        self.found.append(_fence(self, start, end))
        self.clear()


def find_fences(markdown: Markdown, lines: list[str]) -> list[Fence]:
    """Return the fences of a page's lines, nested ones included.

    Raises ChecksError where the site also renders indented code, which isn't seen here.
    """
    site: Any = markdown.preprocessors[PREPROCESSOR]
    if not site.config["disable_indented_code_blocks"]:
        raise ChecksError(
            "mkdocs.yml: indented code would be published without being run; set"
            " `disable_indented_code_blocks: true` for pymdownx.superfences"
        )
    finder = _Finder(markdown)
    finder.config, finder.extension, finder.found = site.config, site.extension, []
    finder.run(list(lines))
    return finder.found


def on_render(markdown: Markdown, change: Callable[[Fence, str], str]) -> None:
    """Have `change` turn each fence and its HTML into the HTML to publish."""
    site: Any = markdown.preprocessors[PREPROCESSOR]
    store = site._store

    def changed(source: str, html: str, start: int, end: int) -> None:
        store(source, change(_fence(site, start, end), html), start, end)

    site._store = changed


def _fence(superfences: Any, start: int, end: int) -> Fence:
    code = superfences.code
    text = tuple(superfences.rebuild_block(code).split("\n")) if code else ()
    return Fence(range(start, end), superfences.lang or "", text)


def unrendered(lines: list[str], fences: Iterable[Fence]) -> tuple[int, str] | None:
    """Return the index and the trouble of the first fence line that opens no block of its own."""
    inside: dict[int, Fence] = {index: fence for fence in fences for index in fence.lines}
    for index, line in enumerate(lines):
        opening = OPENING.match(line)
        fence = inside.get(index)
        if not opening or (fence and index in (fence.lines[0], fence.lines[-1])):
            continue
        if not fence:
            return index, (
                "this fence isn't a block on the site: close it with the same marks, indent its"
                " lines no less than the fence itself, and write only the language on its line"
            )
        outer = OPENING.match(lines[fence.lines[0]])
        if outer and opening["fence"] == outer["fence"] and opening["words"].strip():
            return fence.lines[0], (
                f"this fence isn't closed before line {index + 1}, where another opens; close it,"
                " or, to show a fence inside it, give it more marks"
            )
    return None
