"""The machine's Docker engine: which one, and our client of it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import docker
from docker import DockerClient
from docker.errors import DockerException

from checks.errors import MachineError

OWN_SOCKET: Final = Path("/run/local-mkdocs-checks/docker.sock")
"""Where the engine listens that the set-up starts when the machine has none."""


def connect() -> DockerClient:
    """Return a client of `DOCKER_HOST`'s engine, the machine's own, or the one we started.

    The machine's own Docker credentials are not read. Raises MachineError where none answers.
    """
    # Without a file of ours, docker-py would read ~/.docker/config.json.
    os.environ["DOCKER_CONFIG"] = str(Path(__file__).parent / "docker-config")
    named = os.environ.get("DOCKER_HOST")
    addresses = [named] if named else [f"unix://{OWN_SOCKET}", None]
    for address in addresses:
        with suppress(DockerException):
            client = docker.DockerClient(base_url=address, timeout=600)
            client.ping()
            return client
    where = f"DOCKER_HOST={named}" if named else "the usual socket"
    raise MachineError(f"no Docker engine answers at {where}; run `make setup`, which starts one")


@contextmanager
def engine_errors() -> Iterator[None]:
    """Raise MachineError, with what to do, for whatever the engine refuses."""
    try:
        yield
    except DockerException as error:
        text = str(error).strip()
        remedy = "make room; `make clean` removes all that the checks keep on the engine"
        if "no space left" not in text:
            remedy = "see the engine's log, then try again"
        raise MachineError(f"the Docker engine refused: {text}; {remedy}") from error
