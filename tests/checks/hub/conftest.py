"""A Hub on a loopback port for all tests, and accounts of its own for each."""

from collections.abc import Iterator

import pytest

from tests.checks.hub.local_hub import Account, LocalHub, serve


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalHub]:
    with serve(tmp_path_factory.mktemp("library")) as hub:
        yield hub


@pytest.fixture
def ada(hub: LocalHub) -> Account:
    """Someone."""
    return hub.account("ada")


@pytest.fixture
def bob(hub: LocalHub) -> Account:
    """An outsider."""
    return hub.account("bob")
