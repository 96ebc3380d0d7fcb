"""The assembly: blocks put together from what stands apart on a page."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from provenpages.errors import PageError
from provenpages.reading.block import Block, Lines, Output
from provenpages.reading.command import commands
from provenpages.reading.directive import Directive, Exact, Match, Proves, Recorded, Skip
from provenpages.reading.fence import Fence
from provenpages.reading.languages import COMMANDS, OUTPUT, RUN, SHOWN
from provenpages.reading.variant import check_outputs
from provenpages.reading.version import Only

TAB: Final = re.compile(r'^[> \t]*===[!+]? "')
"""The title of a content tab."""


def assemble(
    path: str,
    visible: list[str],
    directives: Sequence[Directive],
    fences: Sequence[Fence],
    sentences: Mapping[int, tuple[str, ...]],
) -> tuple[Block, ...]:
    """Return the blocks of a page's lines that are run, or skipped with a reason.

    `visible` are the lines without directives; `sentences` are what each block proves, by its
    line. Raises PageError.
    """
    return tuple(_Assembly(path, visible, sentences).blocks([*directives, *fences]))


class _Assembly:
    """Puts together directives, fence, output."""

    def __init__(
        self, path: str, lines: list[str], sentences: Mapping[int, tuple[str, ...]]
    ) -> None:
        self._path = path
        self._lines = lines
        self._sentences = sentences
        self._found: list[Block] = []

    def blocks(self, items: list[Directive | Fence]) -> list[Block]:
        """Return the page's blocks that are run, or skipped with a reason."""
        pending: list[Directive] = []
        for item in sorted(items, key=lambda item: item.line):
            if pending and not _is_blank(self._lines[pending[-1].end : item.line - 1]):
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

    def _block(self, item: Directive | Fence, pending: list[Directive]) -> Block:
        meanings = tuple(meaning for one in pending for meaning in one.meanings)
        kinds = {type(meaning) for meaning in meanings}
        if Recorded in kinds and Only not in kinds:
            self._fail(pending[0].line, "`recorded` needs `only`, to say for which versions it is")
        if Proves in kinds and Skip in kinds:
            self._fail(pending[0].line, "what is skipped proves nothing; take `proves` out")
        if isinstance(item, Directive):
            language, text = "console", item.body
        else:
            language, text = item.language, item.text
        content = Lines(item.line + 1, text)
        said = self._sentences.get(item.line, ())
        return Block(self._path, item.line, language, content, meanings, sentences=said)

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
        allowed = Match | Exact | Only | Recorded
        if not all(isinstance(meaning, allowed) for meaning in output.meanings):
            self._fail(
                output.line,
                "before an output, only `match`, `exact`, `only` and `recorded` may stand; move the"
                " others up",
            )
        outputs = (*command.outputs, Output(output.content, output.meanings))
        return replace(command, outputs=outputs)

    def _fail(self, line: int, problem: str) -> None:
        raise PageError(self._path, line, problem)


def _is_blank(lines: list[str]) -> bool:
    return not any(line.strip("> \t") for line in lines)
