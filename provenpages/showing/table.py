"""The table at the end of a run: what was seen of each page."""

from typing import Final

from provenpages.showing.evidence import BlockEvidence, Evidence

COLUMNS: Final = ("blocks", "commands", "claims", "skipped", "seconds")


def table(pages: Evidence) -> str:
    """Return a line for each page, between the columns' names and the sums."""
    every = [block for page in pages.values() for block in page.blocks]
    rows = {path: page.blocks for path, page in pages.items()} | {"all pages": tuple(every)}
    width = max(map(len, rows))
    head = f"{'page':{width}}" + "".join(f"{name:>10}" for name in COLUMNS)
    return "\n".join([head, *(f"{name:{width}}{_cells(rows[name])}" for name in rows)])


def _cells(blocks: tuple[BlockEvidence, ...]) -> str:
    passed = [block for block in blocks if block.outcome == "passed"]
    counts = (
        len(blocks),
        sum(len(block.runs) for block in blocks),
        sum(len(block.claims) for block in passed),
        sum(block.outcome == "skipped" for block in blocks),
    )
    seconds = sum(block.seconds for block in blocks)
    return "".join(f"{count:10}" for count in counts) + f"{seconds:10.1f}"
