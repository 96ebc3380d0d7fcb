"""Pytest's tests: one of each block, in a file of each page."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import pytest

from provenpages.errors import ChecksError, Notice
from provenpages.reading.block import Block
from provenpages.reading.page import Page


class Runner(Protocol):
    """Reads the pages and runs their blocks."""

    def read(self, file: Path) -> Page:
        """Read one page, by its file."""

    def run(self, item: "BlockItem") -> None:
        """Run one block; what was seen goes into the item's properties, which its report has."""


class PageFile(pytest.File):
    """One page."""

    def __init__(self, *, checks: Runner, machines: Sequence[str], **rest: Any) -> None:
        super().__init__(**rest)
        self._checks = checks
        self._machines = machines

    def collect(self) -> Iterator[pytest.Item]:
        """Make one test of each block, on each machine."""
        for block in self._checks.read(self.path).blocks:
            for machine in self._machines:
                on = f" [{machine}]" if len(self._machines) > 1 else ""
                name = f"{block.line} {block.title}{on}"
                yield BlockItem.from_parent(
                    self, name=name, block=block, machine=machine, checks=self._checks
                )

    def repr_failure(  # type: ignore[override]  # as pytest's own Collector has it
        self, excinfo: pytest.ExceptionInfo[BaseException]
    ) -> Any:
        """Show our own errors without a traceback."""
        return _own_words(excinfo) or super().repr_failure(excinfo)


class BlockItem(pytest.Item):
    """One block."""

    def __init__(self, *, block: Block, machine: str, checks: Runner, **rest: Any) -> None:
        super().__init__(**rest)
        self.block = block
        self.machine = machine
        self._checks = checks

    def runtest(self) -> None:
        """Run the block."""
        self._checks.run(self)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show our own errors without a traceback."""
        return _own_words(excinfo) or super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """The block's place, counting from 0 as pytest does."""
        return self.path, self.block.line - 1, f"{self.block.path}:{self.block.line}"


def _own_words(excinfo: pytest.ExceptionInfo[BaseException]) -> str | None:
    # A warning is raised where somebody wants it to be an error, as the weekly run does.
    is_own = isinstance(excinfo.value, ChecksError | Notice)
    return str(excinfo.value) if is_own else None
