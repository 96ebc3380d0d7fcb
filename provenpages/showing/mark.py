"""Marks: what the page shows of a block's evidence, in HTML."""

from html import escape
from typing import Final

from provenpages.reading.block import Block
from provenpages.reading.directive import Skip
from provenpages.showing.evidence import BlockEvidence, PageEvidence

STALE: Final = "not verified since edited"
Seen = tuple[BlockEvidence, PageEvidence]
"""A block's evidence, and that of the page it was run on."""


def block_mark(block: Block, seen: Seen | None, anchor: str) -> str:
    """Return the mark at a block: when and on what it ran, its transcript to unfold."""
    if skip := block.one(Skip):
        reviewed = f"{skip.reviewed:%Y-%m-%d}"
        return f'<p class="evidence">Not run: {escape(skip.reason)} (reviewed {reviewed})</p>'
    if not has_passed(seen):
        return f'<p class="evidence stale">{STALE.capitalize()}</p>'
    assert seen
    # A link unfolds what it leads into, so the anchor isn't the summary, whose place it takes.
    place = f'<span class="anchor" id="{anchor}"></span>' if anchor else ""
    # What is hidden on the page would be found in place of what is shown.
    excluded = " data-search-exclude" if block.is_hidden else ""
    return (
        f'<details class="evidence"><summary data-search-exclude>{_summary(block, *seen)}</summary>'
        f"{place}<pre{excluded}>{escape(_transcript(seen[0]))}</pre></details>"
    )


def claim_mark(seen: Seen | None, anchor: str) -> str:
    """Return the mark after a claim, which leads to its proof."""
    if has_passed(seen):
        return f' <a class="proof" href="#{anchor}">proven</a>'
    return f' <span class="proof stale">{STALE}</span>'


def has_passed(seen: Seen | None) -> bool:
    """Whether the block was run, and did what the page says."""
    return seen is not None and seen[0].outcome == "passed"


def _summary(block: Block, evidence: BlockEvidence, page: PageEvidence) -> str:
    verb = "Prepared" if block.is_hidden else "Run"
    if evidence.claims:
        verb = "Proven: " + " · ".join(f"“{escape(claim)}”" for claim in evidence.claims) + " ·"
    seconds = (
        f"{max(evidence.seconds, 0.01):.2f}" if evidence.seconds < 1 else f"{evidence.seconds:.0f}"
    )
    date = f"<time>{escape(page.date[:10])}</time>"
    return f"{verb} {date} in {seconds} s · {escape(page.machine)}"


def _transcript(evidence: BlockEvidence) -> str:
    lines = [f"# {one} stands for {live}" for one, live in evidence.stand_ins.items()]
    for run in evidence.runs:
        first, *more = run.typed.split("\n")
        lines += [f"$ {first}", *(f"> {line}" for line in more), *run.shown]
    return "\n".join(lines)
