"""The record: evidence of whole pages only, as they were when they ran."""

import json
from pathlib import Path
from typing import Any

import pytest

from provenpages.reading.page import Page
from provenpages.testing.record import Record, evidence_of, properties
from tests.conftest import Read

PAGE = "# Page\n\n```bash\ntrue\n```\n\n```bash\nfalse || true\n```\n"
MACHINE = {
    "machine": "Docker 26",
    "versions": {"Docker Engine": "26"},
    "build_cache": "kept",
    "tree": "c" * 64,
}


def record(ran: Page, now: Page, blocks: int, file: Path) -> dict[str, Any]:
    """Have the first blocks of a page pass, the last one first; returns the pages' evidence."""
    record = Record(lambda _path: now)
    for block in reversed(ran.blocks[:blocks]):
        seen = evidence_of(block, "passed", "", (), {})
        place = (ran.path, block.line, "")
        report = pytest.TestReport("", place, {}, "passed", None, "call")
        report.user_properties += properties(seen, MACHINE)
        record.add(report)
    record.write(file, [ran.path])
    return dict(json.loads(file.read_text())["pages"]) if file.exists() else {}


def test_blocks_are_in_the_pages_order_whoever_ran_first(read: Read, tmp_path: Path) -> None:
    page = read(PAGE)
    (seen,) = record(page, page, 2, tmp_path / "evidence.json").values()
    assert [block["line"] for block in seen["blocks"]] == [3, 7]
    assert {name: seen[name] for name in MACHINE} == MACHINE


def test_half_a_page_is_no_evidence(read: Read, tmp_path: Path) -> None:
    page = read(PAGE)
    assert record(page, page, 1, tmp_path / "evidence.json") == {}


def test_a_page_edited_while_it_ran_has_no_evidence(read: Read, tmp_path: Path) -> None:
    edited = read(PAGE.replace("\ntrue", "\nwrong"))
    assert record(read(PAGE), edited, 2, tmp_path / "evidence.json") == {}
