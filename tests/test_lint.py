"""The linters of prose: faults seeded in a copy, each complained of with file and line."""

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

Lint = Callable[[str], subprocess.CompletedProcess[str]]
BUILD = "docs/guide/build.md"


class Fault(NamedTuple):
    """Replace `old` by `new`; the linter must say `complaint` of the line that holds `at`."""

    linter: str
    old: str
    new: str
    at: str
    complaint: str
    file: str = BUILD


FAULTS = {
    "a word misspelt on a page": Fault(
        "checks.prose", "Build the image from", "Build teh image from", "teh image", "“teh”"
    ),
    "a word misspelt in the README": Fault(
        "checks.prose", "volunteers", "volunteeers", "volunteeers", "“volunteeers”", "README.md"
    ),
    "a word misspelt in a docstring": Fault(
        "checks.prose", "one command", "one comand", "one comand", "“comand”", "checks/run.py"
    ),
    "an undefined reference": Fault(
        "checks.prose", "(publish.md#tag-and-push)", "[push]", "][push]", "the reference [push]"
    ),
    "an undefined reference, to rumdl": Fault(
        "rumdl", "(publish.md#tag-and-push)", "[push]", "][push]", "[MD052]"
    ),
    "a list glued to its sentence": Fault(
        "rumdl", "\n1.  Build", "1.  Build", "1.  Build", "[MD032]"
    ),
    "a step's text out of its list": Fault(
        "rumdl", "    The image's ID", "   The image's ID", "   The image's ID", "[MD077]"
    ),
    "steps misnumbered": Fault("rumdl", "2.  List", "3.  List", "3.  List", "[MD029]"),
}


@pytest.fixture
def lint(copy: Path) -> Lint:
    """Run one linter in the copy, by the line that `make lint` has for it."""
    script = (copy / "scripts/lint.sh").read_text()
    path = f"{copy}/.venv/bin:{os.environ['PATH']}"

    def lint(linter: str) -> subprocess.CompletedProcess[str]:
        (command,) = re.findall(rf"^lint (.*\b{linter}\b.*)$", script, re.MULTILINE)
        return subprocess.run(
            ["bash", "-c", command], cwd=copy, env=os.environ | {"PATH": path},
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    return lint


@pytest.mark.parametrize("name", FAULTS)
def test_the_linter_complains_at_the_line_of(name: str, copy: Path, lint: Lint) -> None:
    fault = FAULTS[name]
    file = copy / fault.file
    text = file.read_text()
    assert fault.old in text
    text = text.replace(fault.old, fault.new, 1)
    file.write_text(text)
    line = text[: text.index(fault.at)].count("\n") + 1
    linted = lint(fault.linter)
    assert linted.returncode == 1
    complaints = re.findall(rf"^{re.escape(fault.file)}:{line}:.*$", linted.stdout, re.MULTILINE)
    assert any(fault.complaint in one for one in complaints), linted.stdout


@pytest.mark.parametrize("linter", ["rumdl", "checks.prose"])
def test_without_a_fault_there_is_no_complaint(linter: str, lint: Lint) -> None:
    linted = lint(linter)
    assert linted.returncode == 0, linted.stdout
