"""Page marks: what is put at each block of a page, at its claims, and into its copy buttons."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Final

from provenpages.reading.block import Block, Output
from provenpages.reading.directive import Exit, Proves, Skip
from provenpages.reading.languages import RUN
from provenpages.reading.source import claim_place
from provenpages.showing.copy_button import copied
from provenpages.showing.mark import Seen, Shown, block_mark, claim_mark

NO_COPY: Final = ' class="no-copy '


def heads_of(blocks: Sequence[Block], seen: Mapping[int, Seen]) -> dict[int, str]:
    """Return what the fences' elements begin with, for `fill`.

    What the copy button gives, or that there is none, the theme reads from the attributes.
    """
    heads = {output.lines.first - 1: NO_COPY for block in blocks for output in block.outputs}
    for block in blocks:
        if _fails(block):
            heads[block.line] = NO_COPY
        elif block.language in RUN and not block.is_hidden:
            text = escape(copied(block, seen[block.line]))
            heads[block.line] = f' data-copy="{text}" class="'
    return heads


def marks_of(blocks: Sequence[Block], seen: Mapping[int, Seen]) -> dict[str, str]:
    """Return the marks by their places, for `fill`.

    What prepares another block has none of its own: it stands in that one's.
    """
    marks: dict[str, str] = {}
    prepared = _preparations(blocks)
    preparing = {one.line for those in prepared.values() for one in those}
    proofs = 0
    for block in (block for block in blocks if block.line not in preparing):
        claims = block.all(Proves)
        anchor = ""
        if claims or block.is_hidden:
            proofs += 1
            anchor = f"proof-{proofs}"
        before = tuple(seen[one.line] for one in prepared.get(block.line, ()))
        for place, output in _places(block):
            at = anchor if output in (None, *block.outputs[:1]) else ""
            marks[place] = block_mark(Shown(block, seen[block.line], output, before, at))
        for number, _ in enumerate(claims):
            marks[claim_place(block.line, number)] = claim_mark(seen[block.line], anchor)
    return marks


def _places(block: Block) -> Iterator[tuple[str, Output | None]]:
    """Give the places of a block's marks; where there are outputs, the marks are there."""
    if block.is_hidden:
        yield f"{block.line}h", None
    elif not block.outputs:
        yield f"{block.line}e", None
    for output in block.outputs:
        yield f"{output.lines.first - 1}e", output


def _fails(block: Block) -> bool:
    """Whether a block is meant to fail: nobody needs to copy it."""
    expected = block.one(Exit)
    return expected is not None and expected.status != 0


def _preparations(blocks: Sequence[Block]) -> dict[int, list[Block]]:
    """Return the hidden blocks that prepare another one and prove nothing, by that one's line."""
    found: dict[int, list[Block]] = {}
    waiting: list[Block] = []
    for block in blocks:
        if block.is_hidden and not block.all(Proves):
            waiting.append(block)
        elif not block.one(Skip):
            found[block.line], waiting = waiting, []
    return found
