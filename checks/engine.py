"""The machine's Docker engine, or several elsewhere: which ones, and our client of each."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import docker
from docker import DockerClient
from docker.errors import DockerException

from provenpages.errors import MachineError

HOSTS: Final = "DOCKER_HOSTS"
"""The variable that lists the addresses of several engines, with blanks between."""
OWN_SOCKET: Final = Path("/run/local-mkdocs-checks/docker.sock")
"""Where the engine listens that the set-up starts when the machine has none."""
USUAL: Final = "unix:///var/run/docker.sock"
"""Where Docker's own packages, and Docker Desktop, have it listen."""


def hosts() -> list[str]:
    """Return the addresses of the engines to use; an empty one is what `connect` finds."""
    return os.environ.get(HOSTS, "").split() or [""]


def connect(host: str = "") -> DockerClient:
    """Return a client of one of `DOCKER_HOSTS`' engines.

    Without `host`, of `DOCKER_HOST`'s engine, the machine's own, or the one we started.

    The machine's own Docker credentials are not read. Raises MachineError where none answers.
    """
    # Without a file of ours, docker-py would read ~/.docker/config.json.
    os.environ["DOCKER_CONFIG"] = str(Path(__file__).parent / "docker-config")
    named = host or os.environ.get("DOCKER_HOST")
    if named and named.startswith("ssh:"):
        raise MachineError(
            f"{named}: engines are reached by unix: or tcp: addresses; open a tunnel with"
            " `ssh -nNT -L /tmp/its.sock:/var/run/docker.sock HOST`, and name unix:///tmp/its.sock"
        )
    for address in [named] if named else [f"unix://{OWN_SOCKET}", USUAL]:
        with suppress(DockerException, OSError):
            _knock(address)
            client = docker.DockerClient(base_url=address, timeout=600)
            client.ping()
            return client
    if host:
        raise MachineError(f"no Docker engine answers at {host}, of {HOSTS}; start it there")
    where = f"DOCKER_HOST={named}" if named else "the usual socket"
    raise MachineError(f"no Docker engine answers at {where}; run `make setup`, which starts one")


def _knock(address: str) -> None:
    """Raise OSError where nobody listens: docker-py would leave its socket open."""
    if address.startswith("unix://"):
        with socket.socket(socket.AF_UNIX) as engine:
            engine.connect(address.removeprefix("unix://"))


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
