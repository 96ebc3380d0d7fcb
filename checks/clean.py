"""`python -m checks.clean`: remove all that the checks keep on the engine."""

from contextlib import closing, suppress

from checks.engine import connect
from checks.errors import MachineError
from checks.sandbox.image import LABEL


def main() -> None:
    """Remove what carries our label; where no engine answers, there is nothing to remove."""
    with suppress(MachineError), closing(connect()) as client:
        ours: dict[str, str | list[str] | bool] = {"label": LABEL}
        for container in client.containers.list(all=True, filters=ours):
            container.remove(force=True, v=True)
        for image in client.images.list(filters=ours):
            for tag in image.tags:
                client.images.remove(tag)
        client.images.prune({**ours, "dangling": True})


if __name__ == "__main__":
    main()
