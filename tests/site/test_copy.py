"""Copy buttons: they give the bytes that ran."""

from pathlib import Path

import pytest
from mkdocs.config.defaults import MkDocsConfig

from provenpages.reading.block import Block
from provenpages.reading.command import commands
from provenpages.reading.directive import Exit
from provenpages.reading.languages import RUN
from provenpages.reading.page import read_page
from provenpages.showing.evidence import BlockEvidence, read_evidence
from tests.site.conftest import FILES, Open, path_of, unfold

PASTE = "navigator.clipboard.readText()"


def typed(block: Block, evidence: BlockEvidence) -> str:
    """Return what was typed, with the documented values for the live ones."""
    if evidence.outcome in ("skipped", "left out"):
        return "\n".join(line for command in commands(block) for line in command.lines)
    text = "\n".join(run.typed for run in evidence.runs)
    for documented, live in evidence.stand_ins.items():
        text = text.replace(live, documented)
    return text


def fails(block: Block) -> bool:
    """Whether a block is meant to fail, so that nobody needs to copy it."""
    expected = block.one(Exit)
    return expected is not None and expected.status != 0


@pytest.mark.parametrize("file", FILES)
def test_each_button_gives_what_ran(
    file: str, address: str, open_page: Open, guide: Path, site: MkDocsConfig
) -> None:
    by_machine = read_evidence(guide / "build/evidence.json")
    evidence = next(iter(by_machine.values()), {}).get(f"docs/{file}")
    blocks = read_page(guide / "docs" / file, file, site).blocks
    seen = zip(blocks, evidence.blocks if evidence else (), strict=True)
    expected = [
        typed(block, one)
        for block, one in seen
        if block.language in RUN and not block.is_hidden and not fails(block)
    ]
    page = open_page(address + path_of(file))
    unfold(page)
    copied = []
    for block in page.locator(
        ".highlight:is(.language-bash, .language-console):not(.no-copy)"
    ).all():
        block.locator(".md-code__button").click()
        copied.append(page.evaluate(PASTE))
    assert copied == expected
    outputs = page.locator(".highlight.no-copy")
    assert outputs.count() == sum(len(block.outputs) + fails(block) for block in blocks)
    assert outputs.locator(".md-code__button").count() == 0


def test_a_block_for_reading_is_copied_whole(samples: str, open_page: Open) -> None:
    page = open_page(samples + "tabs/")
    page.locator(".language-yaml .md-code__button").click()
    assert page.evaluate(PASTE) == "one: 1\ntwo: 2"
