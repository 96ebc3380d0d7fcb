"""Variants: the blocks and outputs that are for one machine, and those for others."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

from provenpages.errors import PageError
from provenpages.reading.block import Block, Output
from provenpages.reading.version import Only, dotted


def variant(block: Block, versions: Mapping[str, str]) -> Block | None:
    """Return the block with the output for a machine, or None if the block is for other machines.

    Raises PageError where a program is named whose version the machine doesn't say.
    """
    try:
        if not all(only.fits(versions) for only in block.all(Only)):
            return None
        outputs = [one for one in block.outputs if is_for(one, versions)]
    except KeyError as unknown:
        raise PageError(
            block.path,
            block.line,
            f"`only {unknown.args[0]}`: this machine doesn't say its version; name one of"
            f" {', '.join(versions)}",
        ) from None
    return replace(block, outputs=tuple(outputs))


def is_for(output: Output, versions: Mapping[str, str]) -> bool:
    """Whether an output is what a machine with these versions shows."""
    return output.only is None or output.only.fits(versions)


def check_outputs(block: Block) -> None:
    """Raise PageError unless each version has exactly one of the block's outputs."""
    if not any(output.only for output in block.outputs):
        return
    ranges = [(output.only or Only(""), output.lines.first - 1) for output in block.outputs]
    ranges.sort(key=lambda one: one[0].low)
    programs = {only.program for only, _ in ranges}
    if len(programs) > 1:
        _fail(block, ranges[-1][1], "each output needs `only`, and all of them the same program")
    (program,) = programs
    whole = next((one for one in block.all(Only) if one.program == program), Only(program))
    if ranges[0][0].low > whole.low:
        _fail(block, ranges[0][1], f"no output is for {Only(program, whole.low, ranges[0][0].low)}")
    for (one, _), (other, line) in pairwise(ranges):
        if one.high is None or one.high > other.low:
            _fail(block, line, f"two outputs are for {dotted(other.low)}: `{one}` and `{other}`")
        elif one.high < other.low:
            _fail(block, line, f"no output is for {Only(program, one.high, other.low)}")
    last, line = ranges[-1]
    if last.high is not None and (whole.high is None or last.high < whole.high):
        _fail(block, line, f"no output is for {Only(program, last.high, whole.high)}")


def _fail(block: Block, line: int, problem: str) -> None:
    raise PageError(block.path, line, f"{problem}; let each version have one output")
