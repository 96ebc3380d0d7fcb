"""What the tests of workflows share: the sandbox as GitHub's runner."""

import shutil
from pathlib import Path

import pytest

from checks.sandbox.container import Sandbox
from tests.conftest import ROOT
from tests.workflows.repository import ACTIONS


@pytest.fixture(scope="session")
def runner(machine: Sandbox) -> Sandbox:
    """The sandbox with act, and what stands in for the actions."""
    program = shutil.which("act", path=ROOT / ".venv/bin")
    assert program
    machine.put(Path(program), "/usr/local/bin/act")
    machine.put(ROOT / "tests/workflows/actions", ACTIONS)
    return machine
