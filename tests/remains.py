"""What is left on the engine and of processes, apart from what others use at the same time."""

import io
import os
import re
import socket
import tarfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from docker import DockerClient
from docker.models.containers import Container

from checks.sandbox.container import NAME
from checks.sandbox.image import LABEL

NOT_OURS: Final = "not-ours"
CACHE: Final = re.compile(rf"{re.escape(NAME)}-[a-z]+-\d+")
"""A build cache, which is meant to stay."""


def everything(client: DockerClient) -> set[str]:
    """List what is on the engine and should go: containers, images, volumes, networks."""
    containers = all_containers(client)
    mounted = {name for one in containers if is_others(one.labels) for name in volumes_of(one)}
    found = {f"container {one.id} {one.status}" for one in containers if not is_others(one.labels)}
    for image in client.images.list():
        if LABEL not in image.labels and not is_others(image.labels):
            found.add(f"image {image.id} {image.tags}")
    for volume in client.volumes.list():
        if volume.name not in mounted and not CACHE.fullmatch(str(volume.name)):
            found.add(f"volume {volume.name}")
    return found | {f"network {one.id}" for one in client.networks.list()}


def processes(client: DockerClient) -> set[str]:
    """List what runs in containers on this machine, and what holds those."""
    others = [str(one.id) for one in all_containers(client) if is_others(one.labels)]
    found = set()
    for number in running():
        with suppress(OSError):
            command, cgroup = command_of(number), Path(f"/proc/{number}/cgroup").read_text()
            is_contained = "docker" in cgroup or "containerd-shim" in command
            # What has ended and is waited for has no command.
            if command and is_contained and not any(one in command + cgroup for one in others):
                found.add(f"{number} {command}")
    return found


def in_session(leader: int) -> dict[int, str]:
    """List the commands of a session, by process."""
    found = {}
    for number in running():
        with suppress(OSError):
            if os.getsid(number) == leader and (command := command_of(number)):
                found[number] = command
    return found


def is_others(labels: Mapping[str, str]) -> bool:
    """Whether a process owns it that is alive, and that this one hasn't started.

    A container in which an image is built has our label, but no owner: it's never ours, as the
    image is there before a test begins.
    """
    host, _, process = (labels.get(LABEL) or labels.get(NOT_OURS, "")).partition(" ")
    if not process:
        return labels.get(LABEL) == ""
    if host != socket.gethostname():
        return True
    number = int(process.split()[0])
    with suppress(OSError):
        return bool(command_of(number)) and os.getpid() not in ancestry(number)
    return False


def ancestry(process: int) -> Iterator[int]:
    """List a process, its parent, and so on."""
    while process:
        yield process
        stat = Path(f"/proc/{process}/stat").read_text()
        process = int(stat.rpartition(")")[2].split()[1])


def running() -> list[int]:
    """List the processes of this machine."""
    return [int(one.name) for one in Path("/proc").glob("[0-9]*")]


def command_of(process: int) -> str:
    """Return what a process runs."""
    return Path(f"/proc/{process}/cmdline").read_text().replace("\0", " ")


def all_containers(client: DockerClient) -> list[Container]:
    """List the containers, whatever their state."""
    return client.containers.list(all=True, ignore_removed=True)


def volumes_of(container: Container) -> Iterator[str]:
    """List the names of the volumes that a container has mounted."""
    return (mount["Name"] for mount in container.attrs["Mounts"] if "Name" in mount)


@contextmanager
def foreign_container(client: DockerClient) -> Iterator[str]:
    """Have an image and a container that aren't ours; returns the image. They must stay."""
    owner = f"{socket.gethostname()} {os.getpid()}"
    repository, tag = NOT_OURS, str(os.getpid())
    empty = io.BytesIO()
    with tarfile.open(fileobj=empty, mode="w"):
        pass
    label = [f'LABEL {NOT_OURS}="{owner}"']
    client.api.import_image_from_data(
        empty.getvalue(), repository=repository, tag=tag, changes=label
    )
    image = f"{repository}:{tag}"
    theirs = client.containers.create(image, "nothing", labels={NOT_OURS: owner})
    yield image
    theirs.reload()
    assert theirs.status == "created"
    theirs.remove()
    client.images.remove(image)


def wait_until(is_so: Callable[[], bool], seconds: float = 30) -> bool:
    """Wait for something that happens soon."""
    deadline = time.monotonic() + seconds
    while not is_so() and time.monotonic() < deadline:
        # Each look goes through every process of the machine: not without a pause.
        time.sleep(0.1)
    return is_so()
