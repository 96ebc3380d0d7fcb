"""The build caches of several sandboxes, filled by one build."""

from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from docker import DockerClient
from docker.errors import APIError, NotFound
from docker.types import Mount

from checks.engine import engine_errors
from checks.sandbox.connection import Connection
from checks.sandbox.container import PROJECT, name_of, sandbox
from checks.sandbox.image import LABEL, Docker, sandbox_image
from provenpages.errors import MachineError
from provenpages.progress import step

COPY: Final = """
mkdir /to/part
cp --archive /from/buildkit /from/containerd /to/part
mv /to/part/* /to
rmdir /to/part
echo copied
"""
"""Nothing has its name before all of it is there: a sandbox removes what it doesn't know."""
COPIED: Final = "copied\n"
OUTPUT: Final = {"stdout": 1, "stderr": 1, "stream": 1}


def fill_caches(client: DockerClient, project: Path, sandboxes: int, docker: Docker) -> None:
    """Build the project's image once, if an engine has no build cache yet, for all its sandboxes.

    Two builds side by side would take as long as one after the other.
    Raises MachineError where the image isn't built.
    """
    names = [name_of(number, docker) for number in range(1, sandboxes + 1)]
    if sandboxes == 1 or any(_exists(client, name) for name in names):
        return
    with step("build the image once, for all sandboxes"), engine_errors():
        with sandbox(client, docker=docker) as machine:
            machine.put(project, PROJECT)
            machine.run("docker", "build", PROJECT)
            source = str(machine.container.name)
        for name in {*names} - {source}:
            _copy(client, source, name, docker)


def _copy(client: DockerClient, source: str, name: str, docker: Docker) -> None:
    container = client.containers.create(
        sandbox_image(client, docker),
        ["bash", "-ec", COPY],
        labels={LABEL: ""},
        mounts=[Mount("/from", source, read_only=True), Mount("/to", name, labels={LABEL: ""})],
        auto_remove=True,
    )
    try:
        with closing(Connection(container.attach_socket(params=OUTPUT))) as attached:
            container.start()
            said = b"".join(attached.frames()).decode(errors="replace")
    finally:
        with suppress(APIError):
            container.remove(force=True)
    if not said.endswith(COPIED):
        raise MachineError(f"{name}: the build cache wasn't copied:\n{said.strip()}")


def _exists(client: DockerClient, volume: str) -> bool:
    with suppress(NotFound):
        client.volumes.get(volume)
        return True
    return False
