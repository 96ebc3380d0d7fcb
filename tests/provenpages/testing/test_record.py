"""The record: evidence of whole pages only, as they were when they ran."""

from dataclasses import asdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from provenpages.reading.page import Page
from provenpages.reading.site import Site
from provenpages.running.machine import Machines
from provenpages.showing.evidence import FILE, read_evidence
from provenpages.testing.record import Record, evidence_of, properties
from tests.conftest import Read

PAGE = "# Page\n\n```bash\ntrue\n```\n\n```bash\nfalse || true\n```\n"
MACHINE = {
    "machine": "Docker 26",
    "versions": {"docker": "26"},
    "build_cache": "kept",
    "tree": "c" * 64,
}


def record(ran: Page, now: Page, blocks: int, folder: Path) -> dict[str, Any]:
    """Have the first blocks of a page pass, the last one first; returns the pages' evidence."""
    site = SimpleNamespace(
        root=folder, page=lambda _path: now, places={ran.path: (0, 0)}, earlier=lambda _: ()
    )
    record = Record(cast(Site, site))
    for block in reversed(ran.blocks[:blocks]):
        seen = evidence_of(block, "passed", "", (), {})
        place = (ran.path, block.line, "")
        report = pytest.TestReport("", place, {}, "passed", None, "call")
        report.user_properties += properties("ours", seen, MACHINE)
        record.add(report)
    machines = SimpleNamespace(is_published=True)
    record.write({"ours": cast(Machines, machines)}, "ours")
    written = read_evidence(folder / FILE)
    return {path: asdict(page) for path, page in written.get("ours", {}).items()}


def test_blocks_are_in_the_pages_order_whoever_ran_first(read: Read, tmp_path: Path) -> None:
    page = read(PAGE)
    (seen,) = record(page, page, 2, tmp_path).values()
    assert [block["line"] for block in seen["blocks"]] == [3, 7]
    assert {name: seen[name] for name in MACHINE} == MACHINE


def test_half_a_page_is_no_evidence(read: Read, tmp_path: Path) -> None:
    page = read(PAGE)
    assert record(page, page, 1, tmp_path) == {}


def test_a_page_edited_while_it_ran_has_no_evidence(read: Read, tmp_path: Path) -> None:
    edited = read(PAGE.replace("\ntrue", "\nwrong"))
    assert record(read(PAGE), edited, 2, tmp_path) == {}
