"""`python -m checks.clean`: remove all that the checks keep on the engine."""

from contextlib import closing, suppress

from docker import DockerClient

from checks.command import run
from checks.engine import connect, hosts
from checks.sandbox.image import LABEL
from checks.sandbox.removal import remove
from provenpages.errors import MachineError


def main() -> None:
    """Remove what carries our label; where no engine answers, there is nothing to remove."""
    for host in hosts():
        with suppress(MachineError), closing(connect(host)) as client:
            _clean(client)


def _clean(client: DockerClient) -> None:
    ours: dict[str, str | list[str] | bool] = {"label": LABEL}
    remove(client, LABEL)
    for volume in client.volumes.list(filters=ours):
        volume.remove()
    for image in client.images.list(filters=ours):
        for tag in image.tags:
            client.images.remove(tag)
    client.images.prune({**ours, "dangling": True})


if __name__ == "__main__":
    run(main)
