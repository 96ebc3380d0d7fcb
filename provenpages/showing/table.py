"""The table at the end of a run: what was seen of each page."""

from collections.abc import Iterable
from typing import Final

from provenpages.showing.evidence import ByMachine, Evidence, PageEvidence

COLUMNS: Final = ("blocks", "commands", "claims", "skipped")


def table(evidence: ByMachine) -> str:
    """Return a line for each page, between the columns' names and the sums.

    Each machine has a column with the blocks that held there; the seconds are of all machines.
    """
    paths = list(dict.fromkeys(path for pages in evidence.values() for path in pages))
    width = max(map(len, [*paths, "all pages"]))
    machines = [next(iter(pages.values())).machine.split(" · ")[0] for pages in evidence.values()]
    head = "".join(f"{name:>10}" for name in COLUMNS)
    head += "".join(f"{name:>{_width(name)}}" for name in machines) + f"{'seconds':>10}"
    rows = {path: [path] for path in paths} | {"all pages": paths}
    widths = [_width(name) for name in machines]
    lines = [f"{name:{width}}{_cells(evidence, row, widths)}" for name, row in rows.items()]
    return "\n".join([f"{'page':{width}}{head}", *lines])


def _width(name: str) -> int:
    return max(10, len(name) + 2)


def _cells(evidence: ByMachine, paths: list[str], widths: list[int]) -> str:
    first = [next(pages[path] for pages in evidence.values() if path in pages) for path in paths]
    blocks = [block for page in first for block in page.blocks]
    held = [block for block in blocks if block.outcome == "passed"]
    counts = (
        len(blocks),
        sum(len(block.runs) for block in blocks),
        sum(len(block.claims) for block in held),
        sum(block.outcome == "skipped" for block in blocks),
    )
    by_machine = [_held(_of(pages, paths)) for pages in evidence.values()]
    seconds = sum(
        block.seconds
        for pages in evidence.values()
        for page in _of(pages, paths)
        for block in page.blocks
    )
    cells = "".join(f"{count:10}" for count in counts)
    cells += "".join(f"{held:{width}}" for held, width in zip(by_machine, widths, strict=True))
    return f"{cells}{seconds:10.1f}"


def _of(pages: Evidence, paths: list[str]) -> list[PageEvidence]:
    return [pages[path] for path in paths if path in pages]


def _held(pages: Iterable[PageEvidence]) -> int:
    return sum(block.outcome == "passed" for page in pages for block in page.blocks)
