"""Commands: what a block has its reader type, and what they should see."""

from dataclasses import dataclass
from typing import Final

from provenpages.errors import PageError
from provenpages.reading.block import Block, Lines
from provenpages.reading.languages import COMMANDS
from provenpages.reading.tab import refused

PROMPT: Final = "$ "
CONTINUATION: Final = "> "
BLANK: Final = ">"
"""A blank line of a command, without the space that editors take away."""


OTHER_FORM: Final = (
    "write a `bash` block, and what it shows in a `text` block; hidden commands can indent what"
    " they show: `| sed 's/^/ /'`"
)
"""What to do about output that looks like a typed line."""


@dataclass(frozen=True, slots=True)
class Command:
    """Lines to type, first at `line`; `output` is None where the page shows none."""

    line: int
    lines: tuple[str, ...]
    output: Lines | None


def commands(block: Block) -> list[Command]:
    """Return a block's commands.

    A `bash` block is one, however many commands bash finds in it; its output, if documented, is
    that of all of them; of several outputs, the first.
    Raises PageError where a block has no command.
    """
    if block.language in COMMANDS:
        output = block.outputs[0].lines if block.outputs else None
        found = [Command(block.content.first, block.content.text, output)]
    else:
        found = _of_console(block)
    if not any(is_typed(line) for command in found for line in command.lines):
        raise PageError(
            block.path, block.line, "this block has no command; write one, or remove it"
        )
    return found


def is_typed(line: str) -> bool:
    """Whether a line that begins a command is one at all: neither blank nor a comment."""
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _of_console(block: Block) -> list[Command]:
    found: list[Command] = []
    typed: list[str] = []
    shown: list[str] = []
    start = first = block.content.first

    def finish() -> None:
        if typed:
            output = Lines(start + len(typed), tuple(shown))
            found.append(Command(start, tuple(typed), output))

    for number, line in enumerate(block.content.text, first):
        if line.startswith(PROMPT):
            finish()
            typed, shown, start = [line.removeprefix(PROMPT)], [], number
        elif not typed:
            problem = f"a console block begins with `{PROMPT}` and a command"
            raise PageError(block.path, number, problem)
        elif not shown and (line.startswith(CONTINUATION) or line == BLANK or goes_on(typed[-1])):
            typed.append("" if line == BLANK else line.removeprefix(CONTINUATION))
        elif "\t" in line:
            raise PageError(block.path, number, refused(line))
        else:
            shown.append(line)
    finish()
    return found


def goes_on(line: str) -> bool:
    """Whether a backslash ends it that no other one escapes."""
    return (len(line) - len(line.rstrip("\\"))) % 2 == 1
