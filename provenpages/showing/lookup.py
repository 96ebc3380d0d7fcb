"""Which evidence is of the blocks being shown: of their page, as long as nothing has changed."""

import hashlib
from collections.abc import Sequence

from provenpages.errors import PageError
from provenpages.reading.block import Block
from provenpages.reading.page import joined
from provenpages.reading.site import Site
from provenpages.showing.evidence import ByMachine
from provenpages.showing.mark import Seen


def before(evidence: ByMachine, site: Site, path: str) -> str | None:
    """Return the digest of what runs before a page in its journey; None where it can't be read."""
    try:
        return joined(_digest(evidence, site, one) for one in site.earlier(path))
    except (OSError, PageError):
        return None


def seen_of(
    evidence: ByMachine, path: str, before: str | None, blocks: Sequence[Block]
) -> dict[int, Seen]:
    """Return the evidence of each block, by its line.

    A block that has changed has none, and no block after it has.
    """
    found: dict[int, Seen] = {block.line: () for block in blocks}
    now = [block for block in blocks if block.digest]
    for page in (pages[path] for pages in evidence.values() if path in pages):
        if page.before != before:
            continue
        then = [one for one in page.blocks if one.digest]
        for block, one in zip(now, then, strict=False):
            if block.digest != one.digest:
                break
            found[block.line] = (*found[block.line], (one, page))
    return found


def _digest(evidence: ByMachine, site: Site, path: str) -> str:
    """Return the digest of what runs on a page; one that is as it was needn't be read again."""
    source = hashlib.sha256(site.file(path).read_bytes()).hexdigest()
    known = (pages[path] for pages in evidence.values() if path in pages)
    same = next((page for page in known if page.source == source), None)
    return same.digest if same else site.read(site.file(path)).digest
