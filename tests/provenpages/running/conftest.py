"""Desks on every machine that can be had, where the cases are the same; and another terminal."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from provenpages.running.attempt import run_block
from provenpages.running.desk import Desk
from provenpages.running.local import Local
from provenpages.running.run import Run
from tests.conftest import TIME_LIMIT, Read
from tests.provenpages.running.xterm import Xterm


@pytest.fixture(scope="session")
def xterm() -> Iterator[Xterm]:
    """What shows the same as ours should."""
    with closing(Xterm()) as xterm:
        yield xterm


@pytest.fixture(params=["local", pytest.param("sandbox", marks=pytest.mark.engine)])
def each_desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    """A terminal in an empty folder, here and in the sandbox."""
    if request.param == "sandbox":
        yield request.getfixturevalue("desk")
        return
    with Local().open("", is_fresh=False) as machine:
        (tmp_path / "empty").mkdir()
        machine.put(tmp_path / "empty", machine.project)
        with closing(Desk(machine, machine.project, TIME_LIMIT)) as desk:
            yield desk


@pytest.fixture
def each_run(read: Read, each_desk: Desk) -> Callable[[str], list[Run]]:
    """Run all blocks of a text at that desk."""

    def run(text: str) -> list[Run]:
        runs: list[Run] = []
        for block in read(text).blocks:
            run_block(each_desk, block, runs)
        return runs

    return run
