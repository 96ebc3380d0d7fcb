"""The guide's machines: sandboxes, in which Docker Hub is local."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from math import ceil
from pathlib import Path

from checks.engine import connect, engine_errors, hosts
from checks.sandbox.cache import fill_caches
from checks.sandbox.container import Sandbox, sandbox
from checks.sandbox.image import Docker, sandbox_image
from checks.sandbox.removal import remove_abandoned


class DockerHub:
    """Makes sandboxes with Docker in them, on the engines that there are."""

    docker: Docker
    """Whose Docker it is."""

    is_published: bool = True
    is_local: bool = True
    most: int | None = None

    def places(self) -> list[str]:
        """Return the engines' addresses."""
        return hosts()

    def prepare(self, project: Path, machines: int, *, is_fresh: bool) -> None:
        """Build the sandbox's image, and fill the build caches of an engine that has none."""
        places = self.places()
        for place in places:
            with closing(connect(place)) as client:
                sandbox_image(client, self.docker)
                if not is_fresh:
                    fill_caches(client, project, ceil(machines / len(places)), self.docker)

    @contextmanager
    def open(self, place: str, *, is_fresh: bool) -> Iterator[Sandbox]:
        """Start a sandbox and end it."""
        with (
            closing(connect(place)) as client,
            sandbox(client, docker=self.docker, is_fresh=is_fresh) as machine,
        ):
            yield machine

    def remove_abandoned(self, place: str) -> None:
        """Remove what a process that was killed has created and never started."""
        with closing(connect(place)) as client, engine_errors():
            remove_abandoned(client)


class Testing(DockerHub):
    """With the Docker of Debian testing."""

    docker: Docker = "testing"


class Stable(DockerHub):
    """With the Docker of Debian stable."""

    docker: Docker = "stable"


class DockersOwn(DockerHub):
    """With Docker's own packages, where their repository can be reached."""

    docker: Docker = "docker"
