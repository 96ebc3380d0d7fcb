"""Removal: of sandboxes that have ended, or were left by a kill, and of damaged build caches."""

import os
import socket
import sys
from contextlib import suppress
from pathlib import Path

from docker import DockerClient
from docker.errors import APIError, NotFound
from docker.models.containers import Container

from checks.sandbox.image import LABEL
from provenpages.interrupts import held_back


def remove(client: DockerClient, label: str) -> None:
    """Remove the sandboxes with a label, started or not."""
    for container in _labelled(client, label):
        # A container with auto_remove may be gone, or going, by the time it is asked to.
        with held_back(), suppress(NotFound):
            try:
                container.remove(force=True, v=True)
            except APIError as error:
                if error.status_code != 409:
                    raise
                container.wait(condition="removed", timeout=600)


def throw_away(client: DockerClient, volume: str) -> None:
    """Remove a build cache with which the sandbox didn't start."""
    with suppress(NotFound):
        client.volumes.get(volume).remove()
    print(f"{volume}: the build cache was damaged; it is thrown away", file=sys.stderr)


def remove_abandoned(client: DockerClient) -> None:
    """Remove what was created and never started, by a process of this machine that is gone."""
    for container in _labelled(client, LABEL, status="created"):
        host, _, process = container.labels[LABEL].partition(" ")
        if host == socket.gethostname() and not _is_running(int(process.split()[0])):
            with suppress(NotFound):
                container.remove(force=True, v=True)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
        # What has ended and isn't waited for yet has no command.
        return bool(Path(f"/proc/{process}/cmdline").read_bytes())
    except ProcessLookupError:
        return False
    except OSError:
        return True


def _labelled(client: DockerClient, label: str, **filters: str) -> list[Container]:
    wanted: dict[str, str | list[str] | bool] = {"label": label, **filters}
    return client.containers.list(all=True, filters=wanted, ignore_removed=True)
