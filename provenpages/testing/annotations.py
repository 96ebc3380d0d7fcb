"""What failed, as annotations of GitHub's: shown at the line of the page, in the pull request."""

import os
import re
from typing import Final

import pytest

PLACE: Final = re.compile(r"^(\S+\.md):(\d+): (.*)", re.DOTALL)
"""How each failure of ours begins."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say it in the commands that GitHub Actions reads, where that runs the checks."""
    if "GITHUB_ACTIONS" not in os.environ:
        return
    stats = terminalreporter.stats
    for report in [*stats.get("failed", []), *stats.get("error", [])]:
        # A worker's `longreprtext` begins with the worker.
        if found := PLACE.match(str(report.longrepr)):
            file, line, problem = found.groups()
            terminalreporter.line(f"::error file={file},line={line}::{_escaped(problem)}")


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
