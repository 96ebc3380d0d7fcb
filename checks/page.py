"""Pages: Markdown files and their blocks, in reading order."""

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from markdown import Markdown
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.utils.meta import get_data

from checks.block import Block, Lines
from checks.directive import Directive, Match, Proves, Skip, find_directives
from checks.errors import PageError
from checks.fence import Fence, find_fences, unrendered

NOT_READING: Final = ("checks.marks", "pymdownx.snippets")
"""Extensions that show evidence, or move the lines of what they include."""
RUN: Final = ("bash", "console")
NEVER_RUN: Final = (
    "",
    "sh",
    "shell",
    "zsh",
    "ksh",
    "shell-session",
    "shellsession",
    "sh-session",
    "bash-session",
    "powershell",
    "bat",
    "doscon",
)


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
    return _Assembly(path, visible).blocks(directives, fences)


def strip_directives(lines: list[str], directives: list[Directive]) -> list[str]:
    """Return the page as its readers see it: blank lines in the directives' place."""
    hidden = {index for one in directives for index in range(one.line - 1, one.end)}
    return ["" if index in hidden else line for index, line in enumerate(lines)]


def read_directives(path: str, lines: list[str], markdown: Markdown) -> list[Directive]:
    """Return a page's directives, but for those shown in fences."""
    fences = find_fences(markdown, lines)
    return find_directives(path, lines, (fence.lines for fence in fences))


def claim_pattern(claim: str) -> re.Pattern[str]:
    """Return a pattern for a claim's words, however the page breaks its lines."""
    return re.compile(r"\s+".join(map(re.escape, claim.split())))


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

    def __init__(self, path: str, lines: list[str]) -> None:
        self._path = path
        self._lines = lines
        self._found: list[Block] = []

    def blocks(self, directives: list[Directive], fences: list[Fence]) -> list[Block]:
        """Return the page's blocks that are run, or skipped with a reason."""
        pending: list[Directive] = []
        items: list[Directive | Fence] = [*directives, *fences]
        for item in sorted(items, key=_first_line):
            if pending and any(self._lines[pending[-1].end : _first_line(item) - 1]):
                break
            if isinstance(item, Directive):
                pending.append(item)
                if not item.body:
                    continue
            self._add(self._block(item, pending))
            pending = []
        if pending:
            self._fail(pending[0].line, "this directive has no block right below it")
        return self._found

    def _block(self, item: Directive | Fence, pending: list[Directive]) -> Block:
        meanings = tuple(meaning for one in pending for meaning in one.meanings)
        line = _first_line(item)
        for one in (meaning for meaning in meanings if isinstance(meaning, Proves)):
            if not claim_pattern(one.claim).search("\n".join(self._lines[: line - 1])):
                self._fail(pending[0].line, f"the page doesn't say “{one.claim}” above this")
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
        elif block.language == "text":
            self._fail(
                block.line,
                "a `text` block belongs right after the `bash` block whose output it is; say what"
                ' else it is with `<!-- check: skip "the reason", reviewed DAY -->`',
            )
        elif block.language in NEVER_RUN:
            what = f"`{block.language}` blocks" if block.language else "blocks without a language"
            self._fail(block.line, f"{what} aren't run; write `bash` or `console`")

    def _is_output(self, block: Block) -> bool:
        if block.language != "text" or block.one(Skip) is not None or not self._found:
            return False
        command = self._found[-1]
        after = command.content.first + len(command.content.text)  # its closing line
        between = self._lines[after : block.line - 1]
        is_waiting = command.language == "bash" and command.output is None
        return is_waiting and not any(map(str.strip, between))

    def _with_output(self, command: Block, output: Block) -> Block:
        if any(not isinstance(meaning, Match) for meaning in output.meanings):
            self._fail(output.line, "only `match` may stand before an output; move the others up")
        meanings = command.meanings + output.meanings
        return replace(command, meanings=meanings, output=output.content)

    def _fail(self, line: int, problem: str) -> None:
        raise PageError(self._path, line, problem)


def _first_line(item: Directive | Fence) -> int:
    return item.line if isinstance(item, Directive) else item.lines[0] + 1
