"""Pages: Markdown files and their blocks, in reading order."""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from markdown import Markdown
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.utils.meta import get_data

from provenpages.errors import PageError
from provenpages.reading import snippet, tab
from provenpages.reading.block import Block, Lines, Output
from provenpages.reading.command import commands
from provenpages.reading.directive import (
    Directive,
    Match,
    Proves,
    Recorded,
    Skip,
    find_directives,
    names_directive,
)
from provenpages.reading.fence import Fence, find_fences, unrendered
from provenpages.reading.languages import COMMANDS, OUTPUT, RUN, SHOWN
from provenpages.reading.snippet import SNIPPET
from provenpages.reading.variant import check_outputs
from provenpages.reading.version import Only

NOT_READING: Final = ("provenpages.showing.extension", "pymdownx.snippets")
"""Extensions that show evidence, or move the lines of what they include."""
TAB: Final = re.compile(r'^[> \t]*===[!+]? "')
"""The title of a content tab."""


@dataclass(frozen=True, slots=True)
class Page:
    """One Markdown file: `path` as its failures name it, `text` without its front matter."""

    path: str
    text: str
    blocks: tuple[Block, ...]


def read_page(file: Path, path: str, site: MkDocsConfig) -> Page:
    """Read a page's blocks; raises PageError, with the line and what to do."""
    text = _decoded(file, path)
    body = get_data(text)[0].split("\n")
    # Blank lines in the front matter's place keep the file's line numbers.
    lines = [""] * (text.count("\n") + 1 - len(body)) + body
    markdown = _markdown(site)
    directives = read_directives(path, lines, markdown)
    visible = strip_directives(lines, directives)
    fences = find_fences(markdown, visible)
    if trouble := unrendered(visible, fences):
        raise PageError(path, trouble[0] + 1, trouble[1])
    return Page(path, "\n".join(body), tuple(assemble(path, visible, directives, fences)))


def assemble(
    path: str, visible: list[str], directives: list[Directive], fences: list[Fence]
) -> list[Block]:
    """Return the blocks of a page's lines that are run, or skipped with a reason.

    `visible` are the lines without directives. Raises PageError.
    """
    return _Assembly(path, visible, fences).blocks(directives)


def strip_directives(lines: list[str], directives: list[Directive]) -> list[str]:
    """Return the page as its readers see it: blank lines in the directives' place."""
    hidden = {index for one in directives for index in range(one.line - 1, one.end)}
    return ["" if index in hidden else line for index, line in enumerate(lines)]


def read_directives(path: str, lines: list[str], markdown: Markdown) -> list[Directive]:
    """Return a page's directives, but for those shown in fences."""
    fences = find_fences(markdown, lines)
    return find_directives(path, lines, (fence.lines for fence in fences))


def prose(lines: list[str], fences: list[Fence]) -> str:
    """Return the page's lines as one text, with blanks where there is code or a heading."""
    code = {index for fence in fences for index in fence.lines}
    kept = [
        " " * len(line) if index in code or line.startswith("#") else line
        for index, line in enumerate(lines)
    ]
    return re.sub(r"(`+)[^`\n]+\1", lambda found: " " * len(found[0]), "\n".join(kept))


def find_claim(text: str, claim: str, line: int) -> int | None:
    """Return where in `prose` a claim's words end, the last time before a line; None if never."""
    pattern = r"\s+".join(map(re.escape, claim.split()))
    above = "".join(text.splitlines(keepends=True)[: line - 1])
    return max((found.end() for found in re.finditer(pattern, above)), default=None)


def _decoded(file: Path, path: str) -> str:
    content = file.read_bytes()
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        problem = f"byte {content[error.start]:#04x} is not UTF-8; save the page as UTF-8"
        raise PageError(path, line, problem) from None


def _markdown(site: MkDocsConfig) -> Markdown:
    extensions = [one for one in site.markdown_extensions if one not in NOT_READING]
    return Markdown(extensions=extensions, extension_configs=site.mdx_configs)


class _Assembly:
    """Puts together what stands apart on a page: directives, fence, output."""

    def __init__(self, path: str, lines: list[str], fences: list[Fence]) -> None:
        self._path = path
        self._lines = lines
        self._prose = prose(lines, fences)
        self._fences = fences
        self._found: list[Block] = []

    def blocks(self, directives: list[Directive]) -> list[Block]:
        """Return the page's blocks that are run, or skipped with a reason."""
        self._check_prose()
        pending: list[Directive] = []
        items: list[Directive | Fence] = [*directives, *self._fences]
        for item in sorted(items, key=_first_line):
            if pending and not _is_blank(self._lines[pending[-1].end : _first_line(item) - 1]):
                break
            if isinstance(item, Directive):
                pending.append(item)
                if not item.body:
                    continue
            self._add(self._block(item, pending))
            pending = []
        if pending:
            self._fail(pending[0].line, "this directive has no block right below it")
        for block in self._found:
            if block.language in RUN:
                commands(block)  # raises where there is none
            check_outputs(block)
        return self._found

    def _check_prose(self) -> None:
        """Refuse what would be published as a block, or passed over as a comment, unseen."""
        for number, line in enumerate(self._prose.split("\n"), 1):
            if "<pre" in line.lower():
                self._fail(number, "HTML's <pre> isn't run; write a fence")
            if SNIPPET.match(line):
                self._fail(number, "what is included here isn't run; include it in a fence")
        for fence in self._fences:
            for index in fence.lines:
                opening, line = self._lines[fence.lines[0]], self._lines[index]
                if problem := tab.trouble(fence.language, opening, line):
                    self._fail(index + 1, problem)
                if fence.language not in SHOWN and SNIPPET.match(self._lines[index]):
                    self._fail(index + 1, "commands and outputs aren't included; write them here")
                if problem := snippet.trouble(self._lines[index]):
                    self._fail(index + 1, problem)
        for comment in re.finditer(r"<!--(.*?)(?:-->|$)", self._prose, re.DOTALL):
            if names_directive(comment[1]):
                number = self._prose.count("\n", 0, comment.start()) + 1
                problem = "this directive isn't read; begin its line with `<!-- check: `"
                self._fail(number, problem)

    def _block(self, item: Directive | Fence, pending: list[Directive]) -> Block:
        meanings = tuple(meaning for one in pending for meaning in one.meanings)
        line = _first_line(item)
        for one in (meaning for meaning in meanings if isinstance(meaning, Proves)):
            if find_claim(self._prose, one.claim, line) is None:
                self._fail(pending[0].line, f"the page doesn't say “{one.claim}” above this")
        kinds = {type(meaning) for meaning in meanings}
        if Recorded in kinds and Only not in kinds:
            self._fail(pending[0].line, "`recorded` needs `only`, to say for which versions it is")
        if isinstance(item, Directive):
            return Block(self._path, line, "console", Lines(line + 1, item.body), meanings)
        return Block(self._path, line, item.language, Lines(line + 1, item.text), meanings)

    def _add(self, block: Block) -> None:
        if self._is_output(block):
            self._found.append(self._with_output(self._found.pop(), block))
        elif block.language in RUN or block.one(Skip) is not None:
            self._found.append(block)
        elif block.meanings:
            self._fail(block.line, "the directive above belongs to no bash or console block")
        elif block.language in OUTPUT:
            self._fail(
                block.line,
                "a `text` block belongs right after the `bash` block whose output it is; say what"
                ' else it is with `<!-- check: skip "the reason", reviewed DAY -->`',
            )
        elif block.language not in SHOWN:
            what = f"`{block.language}` blocks" if block.language else "blocks without a language"
            self._fail(block.line, f"{what} aren't run; write `bash` or `console`")

    def _is_output(self, block: Block) -> bool:
        if block.language not in OUTPUT or block.one(Skip) is not None or not self._found:
            return False
        command = self._found[-1]
        above = command.outputs[-1].lines if command.outputs else command.content
        after = above.first + len(above.text)  # its closing line
        between = self._lines[after : block.line - 1]
        if command.language not in COMMANDS:
            return False
        if block.one(Only) is None:
            return not command.outputs and _is_blank(between)
        return all(TAB.match(line) or _is_blank([line]) for line in between)

    def _with_output(self, command: Block, output: Block) -> Block:
        if any(not isinstance(meaning, Match | Only | Recorded) for meaning in output.meanings):
            self._fail(
                output.line,
                "before an output, only `match`, `only` and `recorded` may stand; move others up",
            )
        outputs = (*command.outputs, Output(output.content, output.meanings))
        return replace(command, outputs=outputs)

    def _fail(self, line: int, problem: str) -> None:
        raise PageError(self._path, line, problem)


def _first_line(item: Directive | Fence) -> int:
    return item.line if isinstance(item, Directive) else item.lines[0] + 1


def _is_blank(lines: list[str]) -> bool:
    return not any(line.strip("> \t") for line in lines)
