"""`python -m checks.compared`: how many lines of output are compared; no fewer than ever.

A line that is `...` alone is compared with nothing: with enough of them any page would hold.
"""

import sys
from pathlib import Path
from typing import Final

from provenpages.errors import ChecksError
from provenpages.reading.block import Block
from provenpages.reading.command import commands
from provenpages.reading.directive import Skip
from provenpages.reading.languages import RUN
from provenpages.reading.site import Site
from provenpages.running.expect import ELLIPSIS

LEAST: Final = 543
"""As many as there have been; raise it when there are more."""


def main() -> int:
    """Print the number; return 1 if it is too low, or the pages can't be read."""
    site = Site(Path().resolve())
    try:
        count = sum(compared(block) for path in site.places for block in site.page(path).blocks)
    except ChecksError as error:
        print(error)
        return 1
    if count < LEAST:
        print(
            f"docs: {count} lines of output are compared, where there were {LEAST}; write them out"
            " in place of `...`"
        )
        return 1
    print(f"{count} lines of output are compared")
    return 0


def compared(block: Block) -> int:
    """Return how many lines of a block's output are compared, wherever it's run.

    Of several outputs for several versions, it's the shortest that counts.
    """
    if block.language not in RUN or block.one(Skip) is not None:
        return 0
    if block.outputs:
        return min(_lines(output.lines.text) for output in block.outputs)
    return sum(_lines(command.output.text) for command in commands(block) if command.output)


def _lines(text: tuple[str, ...]) -> int:
    return sum(line.strip() != ELLIPSIS for line in text)


if __name__ == "__main__":
    sys.exit(main())
