"""Run `python -m checks` in this folder, in a sandbox that is already running."""

import json
import os
import sys
from contextlib import AbstractContextManager, nullcontext

from docker import DockerClient

from checks import __main__
from checks.sandbox import container


def warm(client: DockerClient) -> AbstractContextManager[container.Sandbox]:
    """Return the sandbox that the environment names."""
    running = json.loads(os.environ["WARM_SANDBOX"])
    return nullcontext(
        container.Sandbox(client.containers.get(running["name"]), running["secrets"])
    )


if __name__ == "__main__":
    setattr(container, "sandbox", warm)  # noqa: B010  # a stand-in of another type
    sys.exit(__main__.main())
