"""Pytest's tests: one of each block, in a file of each page."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest

from provenpages.errors import ChecksError
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

    def __init__(self, *, checks: Runner, **rest: Any) -> None:
        super().__init__(**rest)
        self._checks = checks

    def collect(self) -> Iterator[pytest.Item]:
        """Make one test of each block."""
        for block in self._checks.read(self.path).blocks:
            name = f"{block.line} {block.title}"
            yield BlockItem.from_parent(self, name=name, block=block, checks=self._checks)

    def repr_failure(  # type: ignore[override]  # as pytest's own Collector has it
        self, excinfo: pytest.ExceptionInfo[BaseException]
    ) -> Any:
        """Show our own errors without a traceback."""
        return _own_words(excinfo) or super().repr_failure(excinfo)


class BlockItem(pytest.Item):
    """One block."""

    def __init__(self, *, block: Block, checks: Runner, **rest: Any) -> None:
        super().__init__(**rest)
        self.block = block
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
    return str(excinfo.value) if isinstance(excinfo.value, ChecksError) else None
