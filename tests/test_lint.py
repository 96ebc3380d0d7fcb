"""The linters of prose and of workflows: faults seeded in a copy, each complained of."""

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

Lint = Callable[[str], subprocess.CompletedProcess[str]]
BUILD = "docs/guide/build.md"
PUBLISH = "docs/guide/publish.md"  # its last steps are in no tab, where rumdl sees none
IMAGE = ".github/workflows/build-image.yml"
STARTER = "docs/guide/starter/publish.yml"
CHECKOUT = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1"


class Fault(NamedTuple):
    """Replace `old` by `new`; the linter must say `complaint` of the line that holds `at`."""

    linter: str
    old: str
    new: str
    at: str
    complaint: str
    file: str = BUILD


PROSE = {
    "a word misspelt on a page": Fault(
        "checks.prose", "Build the image from", "Build teh image from", "teh image", "“teh”"
    ),
    "a word misspelt in the README": Fault(
        "checks.prose", "volunteers", "volunteeers", "volunteeers", "“volunteeers”", "README.md"
    ),
    "a word misspelt in a docstring": Fault(
        "checks.prose",
        "one command",
        "one comand",
        "one comand",
        "“comand”",
        "provenpages/running/run.py",
    ),
    "an undefined reference": Fault(
        "checks.prose", "(publish.md#tag-and-push)", "[push]", "][push]", "the reference [push]"
    ),
}
FAULTS = {
    "an undefined reference, to rumdl": Fault(
        "rumdl", "(publish.md#tag-and-push)", "[push]", "][push]", "[MD052]"
    ),
    "a list glued to its sentence": Fault(
        "rumdl", "\n1.  See which", "1.  See which", "1.  See which", "[MD032]", PUBLISH
    ),
    "a step's text out of its list": Fault(
        "rumdl", "    If it shows", "   If it shows", "   If it shows", "[MD077]", PUBLISH
    ),
    "steps misnumbered": Fault(
        "rumdl", "2.  If the", "3.  If the", "3.  If the", "[MD029]", PUBLISH
    ),
    "a job that waits for none": Fault(
        "actionlint", "needs: build", "needs: biuld", "  publish:", '"biuld"', IMAGE
    ),
    "a variable unquoted in a step": Fault(
        "actionlint", '>> "$GITHUB_OUTPUT"', ">> $GITHUB_OUTPUT", "run: make --silent", "SC2086",
        IMAGE,
    ),
    "a context that isn't": Fault(
        "actionlint", "github.ref_type", "github.reftype", "github.reftype", '"reftype"', IMAGE
    ),
    "a context that isn't, in the starter": Fault(
        "actionlint", "github.ref }}", "github.reff }}", "github.reff", '"reff"', STARTER
    ),
}  # fmt: skip
DANGERS = {
    "an action by its tag": Fault(
        "zizmor", f"{CHECKOUT} # v7.0.1", "actions/checkout@v7", "@v7", "unpinned-uses", IMAGE
    ),
    "a branch's name in a script": Fault(
        "zizmor", "run: make image", "run: make ${{ github.head_ref }}", "run: make $",
        "template-injection", IMAGE,
    ),
    "credentials left in the checkout": Fault(
        "zizmor", "persist-credentials: false", "fetch-depth: 1", CHECKOUT, "artipacked",
        IMAGE,
    ),
    "a run with the secrets for a stranger's code": Fault(
        "zizmor", "  pull_request:", "  pull_request_target:", "  pull_request_target:",
        "dangerous-triggers", IMAGE,
    ),
    "a job that may do everything": Fault(
        "zizmor", "permissions:\n  contents: read", "permissions: write-all", "permissions: write",
        "excessive-permissions", IMAGE,
    ),
    "an action by its tag, in the starter": Fault(
        "zizmor", f"{CHECKOUT} # v7.0.1", "actions/checkout@v7", "@v7", "unpinned-uses", STARTER
    ),
}  # fmt: skip
MISNAMED = {
    "a workflow's key": Fault(
        "github-workflows", "runs-on:", "run-on:", "", "$.jobs.try", IMAGE
    ),
    "a key of the starter's": Fault(
        "github-workflows", "runs-on:", "run-on:", "", "$.jobs.image", STARTER
    ),
    "an interval of Dependabot's": Fault(
        "dependabot", "weekly", "fortnightly", "", "fortnightly", ".github/dependabot.yml"
    ),
    "a key of compose's": Fault("compose-spec", "ports:", "port:", "", "'port'", "compose.yaml"),
}  # fmt: skip


@pytest.fixture
def lint(copy: Path) -> Lint:
    """Run one linter in the copy, by the line that `make lint` has for it."""
    script = (copy / "scripts/lint.sh").read_text()
    path = f"{copy}/.venv/bin:{os.environ['PATH']}"

    def lint(linter: str) -> subprocess.CompletedProcess[str]:
        (command,) = re.findall(rf"^lint (.*\b{linter}\b.*)$", script, re.MULTILINE)
        return subprocess.run(
            ["bash", "-c", command], cwd=copy, env=os.environ | {"PATH": path, "NO_COLOR": "1"},
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    return lint


def seed(fault: Fault, copy: Path) -> int:
    """Put the fault in the copy; returns its line."""
    file = copy / fault.file
    text = file.read_text()
    assert fault.old in text
    text = text.replace(fault.old, fault.new, 1)
    file.write_text(text)
    return text[: text.index(fault.at)].count("\n") + 1


@pytest.mark.parametrize("name", FAULTS)
def test_the_linter_complains_at_the_line_of(name: str, copy: Path, lint: Lint) -> None:
    fault = FAULTS[name]
    line = seed(fault, copy)
    linted = lint(fault.linter)
    assert linted.returncode == 1
    complaints = re.findall(rf"^{re.escape(fault.file)}:{line}:.*$", linted.stdout, re.MULTILINE)
    assert any(fault.complaint in one for one in complaints), linted.stdout


@pytest.mark.parametrize("on_github", [True, False])
def test_prose_is_complained_of_at_its_line(on_github: bool, copy: Path) -> None:
    lines = {name: seed(fault, copy) for name, fault in PROSE.items()}
    script = copy / "scripts/lint.sh"
    script.write_text(re.sub(r"^lint (?!python).*\n", "", script.read_text(), flags=re.MULTILINE))
    environment = os.environ | {"GITHUB_ACTIONS": "true" if on_github else ""}
    linted = subprocess.run(
        [script], cwd=copy, env=environment, capture_output=True, text=True, check=False
    )
    assert linted.returncode == 1
    for name, fault in PROSE.items():
        file, line, said = fault.file, lines[name], f".*{re.escape(fault.complaint)}"
        assert re.search(rf"^{file}:{line}: {said}", linted.stdout, re.MULTILINE), linted.stdout
        # GitHub shows it in the pull request, at that line.
        annotated = re.search(rf"^::error file={file},line={line}::{said}", linted.stdout, re.M)
        assert bool(annotated) == on_github
    assert len(re.findall(r"^\S+:\d+: ", linted.stdout, re.MULTILINE)) == len(PROSE)


@pytest.mark.parametrize("name", DANGERS)
def test_zizmor_warns_of(name: str, copy: Path, lint: Lint) -> None:
    fault = DANGERS[name]
    line = seed(fault, copy)
    warned = lint(fault.linter)
    assert warned.returncode
    place = rf"\[{fault.complaint}\].*\n +--> {re.escape(fault.file)}:{line}:"
    assert re.search(place, warned.stdout), warned.stdout


@pytest.mark.parametrize("name", MISNAMED)
def test_the_schema_knows_no_such(name: str, copy: Path, lint: Lint) -> None:
    fault = MISNAMED[name]
    seed(fault, copy)
    linted = lint(fault.linter)
    assert linted.returncode == 1
    assert f"{fault.file}::" in linted.stdout
    assert fault.complaint in linted.stdout


def test_an_import_that_runs_upward_is_complained_of(copy: Path, lint: Lint) -> None:
    module = copy / "provenpages/reading/page.py"
    module.write_text(module.read_text() + "\nimport provenpages.running.run\n")
    linted = lint("lint-imports")
    assert linted.returncode == 1
    line = module.read_text().count("\n")
    assert f"provenpages.reading.page -> provenpages.running.run (l.{line})" in linted.stdout
