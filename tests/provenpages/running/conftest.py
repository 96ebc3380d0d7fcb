"""Another terminal, to compare with."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.provenpages.running.xterm import Xterm


@pytest.fixture(scope="session")
def xterm() -> Iterator[Xterm]:
    with closing(Xterm()) as xterm:
        yield xterm
