"""The copy button: what it gives."""

from provenpages.reading.block import Block
from provenpages.reading.command import commands
from provenpages.showing.mark import Seen, passed


def copied(block: Block, seen: Seen) -> str:
    """Return what the copy button gives: the lines that were typed.

    Blank lines and comments between commands weren't; where nothing has run all lines count, as
    only bash can tell those from a here-document's.
    """
    lines = {
        number: line
        for command in commands(block)
        for number, line in enumerate(command.lines, command.line)
    }
    if not (ran := passed(seen)):
        return "\n".join(lines.values())
    evidence, _ = ran[0]
    moved = block.line - evidence.line
    starts = ((run.line + moved, run.typed.count("\n") + 1) for run in evidence.runs)
    typed = (number for start, count in starts for number in range(start, start + count))
    return "\n".join(lines[number] for number in typed)
