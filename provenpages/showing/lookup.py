"""Which evidence is of the page being shown, and of each of its blocks."""

from provenpages.reading.block import Block
from provenpages.showing.evidence import ByMachine, PageEvidence
from provenpages.showing.mark import Seen


def path_of(evidence: ByMachine, text: str) -> str | None:
    """Return the path of the page that was run with this very text."""
    known = (one for pages in evidence.values() for one in pages.items())
    return next((path for path, page in known if page.text == text), None)


def pages_of(evidence: ByMachine, path: str) -> list[PageEvidence]:
    """Return one page's evidence on each machine, whatever its text was then."""
    return [pages[path] for pages in evidence.values() if path in pages]


def seen_of(evidence: ByMachine, blocks: list[Block], text: str) -> dict[int, Seen]:
    """Return the evidence of each block, by its line.

    On an edited page, a block that hasn't changed keeps its own.
    """
    path = path_of(evidence, text)
    found: dict[int, Seen] = {block.line: () for block in blocks}
    for pages in evidence.values():
        left = [
            (block, page)
            for of_path, page in pages.items()
            if path is None or (of_path, page.text) == (path, text)
            for block in page.blocks
        ]
        for block in blocks:
            one = next((one for one in left if one[0].digest == block.digest), None)
            if one:
                left.remove(one)
                found[block.line] = (*found[block.line], one)
    return found
