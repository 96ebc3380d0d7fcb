"""Marks: what the page shows of a block's evidence, in HTML."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import zip_longest
from typing import Final

from provenpages.reading.block import Block, Output
from provenpages.reading.directive import Recorded, Skip
from provenpages.reading.variant import is_for
from provenpages.reading.version import Only
from provenpages.showing.evidence import BlockEvidence, PageEvidence

STALE: Final = "not verified since edited"
Seen = Sequence[tuple[BlockEvidence, PageEvidence]]
"""A block's evidence and that of its page, on each machine; the usual one first."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a mark is about: a block, or one of its outputs."""

    block: Block
    seen: Seen
    output: Output | None = None
    """The mark is then about the machines that this output is for."""
    before: tuple[Seen, ...] = ()
    """What was seen of the hidden blocks that prepare this one."""
    anchor: str = ""


def block_mark(shown: Shown) -> str:
    """Return the mark at a block: when and on what it ran, its transcript to unfold."""
    block = shown.block
    if skip := block.one(Skip):
        reviewed = f"{skip.reviewed:%Y-%m-%d}"
        return f'<p class="evidence">Not run: {escape(skip.reason)} (reviewed {reviewed})</p>'
    ran = _ran(shown)
    if not ran:
        return _unproven(block, shown.seen, shown.output)
    # Following a link opens the `details` around its target, so the anchor is inside.
    place = f'<span class="anchor" id="{shown.anchor}"></span>' if shown.anchor else ""
    # The search would find hidden commands instead of what readers see.
    excluded = " data-search-exclude" if block.is_hidden else ""
    return (
        f'<details class="evidence"><summary data-search-exclude>{_summary(block, ran)}</summary>'
        f"{place}<pre{excluded}>{escape(_whole_transcript(shown.before, ran))}</pre></details>"
    )


def claim_mark(seen: Seen, anchor: str) -> str:
    """Return the mark after a claim, which leads to its proof."""
    if passed(seen):
        return f' <a class="proof" href="#{anchor}">proven</a>'
    return f' <span class="proof stale">{STALE}</span>'


def passed(seen: Seen) -> Seen:
    """Return the evidence of the machines on which the block did what the page says."""
    return [one for one in seen if one[0].outcome == "passed"]


def _ran(shown: Shown) -> Seen:
    """Return what was seen where the block and all that prepares it did what the page says.

    What is for other versions prepares nothing there.
    """
    prepared = [
        {id(page) for evidence, page in seen if evidence.outcome in ("passed", "left out")}
        for seen in shown.before
    ]
    return [
        (evidence, page)
        for evidence, page in passed(shown.seen)
        if shown.output is None or is_for(shown.output, page.versions)
        if all(id(page) in pages for pages in prepared)
    ]


def _unproven(block: Block, seen: Seen, output: Output | None) -> str:
    meanings = (*(output.meanings if output else ()), *block.meanings)
    for one in meanings:
        if isinstance(one, Recorded):
            said = f"Recorded with {escape(one.machine)} on {one.day:%Y-%m-%d}; not run here"
            return f'<p class="evidence">{said}</p>'
    for evidence, page in seen:
        if evidence.outcome == "differs":
            return f'<p class="evidence stale">Differs on {escape(_first_words([page]))}</p>'
    only = next((one for one in meanings if isinstance(one, Only)), None)
    if only and seen:
        return f'<p class="evidence">Not run here: it is for {escape(str(only))}</p>'
    return f'<p class="evidence stale">{STALE.capitalize()}</p>'


def _summary(block: Block, seen: Seen) -> str:
    evidence, page = seen[0]
    verb = "Prepared" if block.is_hidden else "Run"
    if evidence.claims:
        verb = "Proven: " + " · ".join(f"“{escape(claim)}”" for claim in evidence.claims) + " ·"
    seconds = (
        f"{max(evidence.seconds, 0.01):.2f}" if evidence.seconds < 1 else f"{evidence.seconds:.0f}"
    )
    date = f"<time>{escape(page.date[:10])}</time>"
    return f"{verb} {date} in {seconds} s · {escape(described([page for _, page in seen]))}"


def described(pages: Sequence[PageEvidence]) -> str:
    """Return what pages were run on, with each part that they share said once.

    `Docker 28.5.2 · Hub` and `Docker 26.1.5 · Hub` are `Docker 28.5.2 and 26.1.5 · Hub`.
    """
    columns = zip_longest(*(page.machine.split(" · ") for page in pages), fillvalue="")
    return " · ".join(" and ".join(_shortened(dict.fromkeys(filter(None, one)))) for one in columns)


def _shortened(names: dict[str, None]) -> list[str]:
    first, *others = names
    program = first.partition(" ")[0] + " "
    return [first, *(one.removeprefix(program) for one in others)]


def _first_words(pages: Sequence[PageEvidence]) -> str:
    return described(pages).partition(" · ")[0]


def _whole_transcript(before: tuple[Seen, ...], ran: Seen) -> str:
    evidence, machine = ran[0]
    earlier = [
        _transcript(one) for seen in before for one, page in seen if page is machine and one.runs
    ]
    if not earlier:
        return _transcript(evidence)
    return "\n".join(["# Before this", *earlier, "# This", _transcript(evidence)])


def _transcript(evidence: BlockEvidence) -> str:
    lines = [f"# {one} stands for {live}" for one, live in evidence.stand_ins.items()]
    for run in evidence.runs:
        first, *more = run.typed.split("\n")
        lines += [f"$ {first}", *(f"> {line}" for line in more), *run.shown]
    return "\n".join(lines)
