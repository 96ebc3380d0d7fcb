"""Faults of the site, seeded in a copy of the guide: the strict build complains of each."""

import re
import subprocess
from pathlib import Path
from typing import NamedTuple

from tests.conftest import ROOT
from tests.seen import see_all

COMPLAINT = re.compile(r"^(?:WARNING|ERROR) +- +(.*(?:\n  .*)*)", re.MULTILINE)
GATES = ("Makefile", "provenpages/*.py")
COMMANDS = ("scripts/*", ".ci/*", ".github/workflows/*", "Dockerfile")
BUILDING = re.compile(r"^[^#\n]*\bmkdocs\b.*\bbuild\b.*$", re.MULTILINE)
QUIET = re.compile(r"(?<![\w-])(?:-\w*q\w*|--quiet)\b")


class Fault(NamedTuple):
    """Put `new` after one of the guide's pages; the build must make this one complaint of it."""

    new: str
    complaint: str
    file: str = "docs/guide/build.md"


# An undefined reference is for the linter: tests/test_lint.py.
FAULTS = {
    "a link to a missing page": Fault(
        "See [it](nowhere.md).",
        "Doc file 'guide/build.md' contains a link 'nowhere.md', but the target"
        " 'guide/nowhere.md' is not found",
    ),
    "a missing anchor": Fault(
        "See [it](publish.md#nowhere).",
        "Doc file 'guide/build.md' contains a link 'publish.md#nowhere', but the doc"
        " 'guide/publish.md' does not contain an anchor '#nowhere'.",
    ),
    "an absolute link": Fault(
        "See [it](/guide/publish.md).",
        "Doc file 'guide/build.md' contains an absolute link '/guide/publish.md'",
    ),
    "a link to a page's address": Fault(
        "See [it](../publish/).",
        "Doc file 'guide/build.md' contains an unrecognized relative link '../publish/'",
    ),
    "a missing image": Fault(
        "![A picture](nowhere.png)",
        "Doc file 'guide/build.md' contains a link 'nowhere.png', but the target"
        " 'guide/nowhere.png' is not found",
    ),
    "a page that isn't in nav": Fault(
        "# A page", "The following pages exist in the docs directory, but are not included in the"
        ' "nav" configuration:\n  - guide/orphan.md', "docs/guide/orphan.md",
    ),
}  # fmt: skip


def build(copy: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Build the copy, having evidence of each page as it stands."""
    see_all(copy)
    return subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)


def test_the_build_fails_for_each_fault_and_nothing_else(copy: Path) -> None:
    for fault in FAULTS.values():
        with (copy / fault.file).open("a") as page:
            page.write(f"\n{fault.new}\n")
    built = build(copy, "make", "build")
    assert built.returncode != 0
    complaints = sorted(COMPLAINT.findall(built.stderr))
    # A strict build counts each of them: any alone would fail it.
    wanted = sorted(fault.complaint for fault in FAULTS.values())
    assert len(complaints) == len(wanted), complaints
    for complaint, beginning in zip(complaints, wanted, strict=True):
        assert complaint.startswith(beginning)
    assert f"Aborted with {len(FAULTS)} warnings in strict mode!" in built.stdout


def test_a_missing_snippet_is_named_with_its_line(copy: Path) -> None:
    page = copy / "docs/guide/build.md"
    page.write_text(page.read_text() + '\n```yaml\n--8<-- "nowhere.yml"\n```\n')
    line = page.read_text().count("\n") - 1
    command = ["make", "build"]
    built = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
    assert built.returncode != 0
    assert f"docs/guide/build.md:{line}: there is no file nowhere.yml to include" in built.stderr


def test_without_a_fault_the_build_complains_of_nothing(copy: Path) -> None:
    built = build(copy, "make", "build")
    assert built.returncode == 0, built.stderr
    assert COMPLAINT.findall(built.stderr) == []
    assert (copy / "site/guide/build/index.html").is_file()


def builds(*globs: str) -> list[str]:
    texts = [file.read_text() for glob in globs for file in ROOT.glob(glob) if file.is_file()]
    return [line for text in texts for line in BUILDING.findall(text)]


def test_no_build_is_quiet() -> None:
    # A quiet build hides the very warnings that a strict one counts, and passes.
    for line in builds(*GATES, *COMMANDS):
        assert not QUIET.search(line)


def test_the_builds_that_let_the_site_pass_are_strict() -> None:
    gates = builds(*GATES)
    assert len(gates) == 2
    for line in gates:
        assert "--strict" in line


def test_a_quiet_build_would_pass(copy: Path) -> None:
    for flag in ("-q", "--quiet", "-sq"):
        assert QUIET.search(f'["mkdocs", "build", "{flag}"]')
    with (copy / "docs/index.md").open("a") as page:
        page.write("\nSee [it](nowhere.md).\n")
    command = (".venv/bin/python", "-m", "mkdocs", "build", "--strict", "-q")
    assert build(copy, *command).returncode == 0
