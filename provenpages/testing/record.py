"""The record of a run: each block's evidence, from the reports of all workers."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, cast

import pytest

from provenpages.reading.block import Block
from provenpages.reading.directive import Proves
from provenpages.reading.page import Page
from provenpages.running.run import Run
from provenpages.showing.evidence import (
    BlockEvidence,
    Outcome,
    PageEvidence,
    block_from_json,
    read_evidence,
    write_evidence,
)

BLOCK: Final = "evidence"
"""The property of a test's report that holds its block's evidence."""
MACHINE: Final = "machine"
"""The property that says on what it was run."""


class Record:
    """What has been seen so far; `read` reads a page by its path."""

    def __init__(self, read: Callable[[str], Page]) -> None:
        self._read = read
        self._blocks: dict[str, list[BlockEvidence]] = {}
        self._machines: dict[str, dict[str, Any]] = {}

    @property
    def is_empty(self) -> bool:
        """Whether no block has had its turn."""
        return not self._blocks

    def add(self, report: pytest.TestReport) -> None:
        """Note a report's evidence."""
        path = report.location[0]
        for name, value in report.user_properties:
            if name == MACHINE:
                self._machines[path] = cast(dict[str, Any], value)
            elif name == BLOCK:
                block = block_from_json(cast(dict[str, Any], value))
                self._blocks.setdefault(path, []).append(block)

    def write(self, file: Path, order: list[str]) -> None:
        """Write the evidence of the pages that were gone through, in the order of their paths.

        That of other pages stays as it is.
        """
        now = datetime.now(UTC).isoformat(timespec="seconds")
        fresh = {path: page for path in self._blocks if (page := self._page(path, now))}
        if fresh:
            known = read_evidence(file) | fresh
            write_evidence({path: known[path] for path in order if path in known}, file)

    def _page(self, path: str, now: str) -> PageEvidence | None:
        page = self._read(path)
        blocks = sorted(self._blocks[path], key=lambda block: block.line)
        if [block.digest for block in blocks] != [block.digest for block in page.blocks]:
            # Not all of it was asked for, or it has been edited meanwhile.
            return None
        known: dict[str, Any] = next(iter(self._machines.values()), {})
        machine = self._machines.get(path, known)
        return PageEvidence(
            page.text,
            now,
            machine.get("machine", ""),
            machine.get("versions", {}),
            machine.get("build_cache", ""),
            machine.get("tree", ""),
            tuple(blocks),
        )


def evidence_of(
    block: Block, outcome: Outcome, reason: str, runs: Sequence[Run], stand_ins: dict[str, str]
) -> BlockEvidence:
    """Return what is known of one block after its turn."""
    claims = tuple(one.claim for one in block.all(Proves))
    return BlockEvidence(block.line, block.digest, outcome, reason, claims, stand_ins, tuple(runs))


def properties(evidence: BlockEvidence, machine: dict[str, Any]) -> list[tuple[str, object]]:
    """Return what a report carries: evidence, and a machine's `versions`, `build_cache`, `tree`."""
    return [(BLOCK, asdict(evidence)), *([(MACHINE, machine)] if machine else [])]
