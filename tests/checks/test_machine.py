"""The guide's machines: which Docker `make check` runs the guide on."""

import subprocess
import sys

import pytest

from tests.conftest import ROOT


@pytest.mark.parametrize(
    ("docker", "machines"),
    [
        ("", ""),
        ("stable", " --machine stable"),
        ("all", " --machine testing --machine stable"),
    ],
)
def test_the_guide_runs_on_the_docker_that_is_asked_for(docker: str, machines: str) -> None:
    make = ["make", "--dry-run", "check", f"DOCKER={docker}", "WORKERS="]
    said = subprocess.run(make, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    command = next(line for line in said.splitlines() if "-m provenpages" in line)
    assert command.partition("provenpages")[2].rstrip() == machines


def test_a_docker_of_nobodys_is_named() -> None:
    tool = [sys.executable, "-m", "provenpages", "--machine", "nobodys"]
    said = subprocess.run(tool, cwd=ROOT, capture_output=True, text=True, check=False)
    assert said.returncode == 2
    complaint = "pyproject.toml: [tool.provenpages.machines] has no `nobodys`; add `nobodys = "
    assert said.stderr.startswith(complaint)
    assert "or take `testing`, or take `stable`" in said.stderr
