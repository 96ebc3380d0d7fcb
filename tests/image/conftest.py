"""What the image's tests share: the image, folders with small sites, and containers."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from checks.sandbox.container import Sandbox
from checks.sandbox.image import BASE, CERTIFICATES
from provenpages.errors import MachineError
from tests.conftest import ROOT

# As it is published. The engine would ask to mount the layers of what `FROM local-mkdocs` names
# from `library/local-mkdocs` whenever it pushes them, and this one fails where that is refused
# (containerd before 2.1, containerd/containerd#11709).
IMAGE = "hackforlaops/mkdocs"
PROJECT = "/srv/project"
SITE = {"mkdocs.yml": "site_name: Small\n", "docs/index.md": "# First\n"}
TRUSTED = "/srv/certificates.pem"
SECRET = f"id=certificates,src={TRUSTED}"
ALL_STEPS = ["--no-cache-filter", "debian,system,packages"]
"""Has a build run all of the Dockerfile's commands, whatever the cache has."""
UP_TO_DATE = """
FROM packages AS up-to-date
RUN apt-get -qq update && test -z "$(apt-get -qq --simulate upgrade)"
"""
"""A stage that can't be built where Debian has newer packages than the cache."""
PUSHED = "ghcr.io/volunteer/pushed:latest"
PUSH = """
    export DOCKER_CONFIG=$(mktemp --directory)
    docker login ghcr.io --username volunteer --password-stdin <<< $PACKAGES_TOKEN
    docker push --quiet $0
    skopeo copy --quiet --authfile $DOCKER_CONFIG/config.json docker://$0 dir:$1
"""
DERIVED = {
    "Dockerfile": """
        FROM hackforlaops/mkdocs
        COPY requirements.txt .
        RUN --mount=type=secret,id=certificates,target=/etc/ssl/certs/ca-certificates.crt \\
            pip install mkdocs-alias-plugin==0.12.0 -r requirements.txt
    """,
    # A release of click with which MkDocs reloads only if it is told to.
    "requirements.txt": "click==8.3.3\n",
}
Docker = Callable[..., str]
MakeFolder = Callable[[dict[str, str]], str]


@pytest.fixture(scope="module")
def docker(machine: Sandbox) -> Docker:
    """Run docker in the sandbox, where the image is built.

    Again for each file: tests of others may come between, and take it away.
    """

    def docker(*command: str) -> str:
        return machine.run("docker", *command)

    machine.put(ROOT, PROJECT)
    docker("build", "--progress", "plain", "--tag", IMAGE, PROJECT)
    return docker


@pytest.fixture(scope="module")
def newest(docker: Docker, machine: Sandbox) -> Docker:
    """Have the image built of what Debian serves now; the cache may be of another day."""
    file = "/srv/up-to-date.Dockerfile"
    write(machine, file, (ROOT / "Dockerfile").read_text() + UP_TO_DATE)
    stage = ["--file", file, "--target", "up-to-date", "--no-cache-filter", "up-to-date"]
    try:
        docker("build", *stage, "--output", "type=cacheonly", PROJECT)
    except MachineError:
        docker("build", *ALL_STEPS, "--tag", IMAGE, PROJECT)
    return docker


@pytest.fixture(scope="module")
def pushed(docker: Docker, machine: Sandbox) -> str:
    """Push the image; returns a folder with what the registry has of it, as `dir:` of skopeo's."""
    docker("tag", IMAGE, PUSHED)
    folder = machine.run("mktemp", "--directory").strip()
    machine.run("bash", "-ec", PUSH, PUSHED, folder)
    return folder


@pytest.fixture(scope="session")
def certificates(machine: Sandbox) -> str:
    """Whose certificates this machine's downloads are trusted by, as a build's secret.

    Debian's, or where TLS is inspected those that our base image has for that.
    """
    script = f"docker run --rm {BASE} cat {CERTIFICATES} > {TRUSTED} 2> /dev/null"
    usual = "cp /etc/ssl/certs/ca-certificates.crt"
    machine.run("sh", "-c", f"{script} || {usual} {TRUSTED}")
    return SECRET


@pytest.fixture(scope="session")
def make_folder(machine: Sandbox) -> MakeFolder:
    """Make a folder with files in the sandbox."""

    def make_folder(files: dict[str, str]) -> str:
        folder = machine.run("mktemp", "--directory").strip()
        for name, text in files.items():
            write(machine, f"{folder}/{name}", text)
        return folder

    return make_folder


@pytest.fixture
def site(make_folder: MakeFolder) -> str:
    return make_folder(SITE)


@pytest.fixture(scope="module")
def derived(docker: Docker, make_folder: MakeFolder, certificates: str) -> str:
    """An image that extends ours."""
    # Not --quiet: should it fail, what pip says is wanted.
    folder = make_folder(DERIVED)
    docker("build", "--progress", "plain", "--secret", certificates, "--tag", "derived", folder)
    return "derived"


def write(machine: Sandbox, path: str, text: str) -> None:
    script = 'mkdir -p "$(dirname "$0")" && printf %s "$1" > "$0"'
    machine.run("sh", "-c", script, path, text)


def run(docker: Docker, *arguments: str, folder: str = "", options: str = "") -> str:
    """Run the image once, with a folder mounted; returns what it says."""
    mount = ["--volume", f"{folder}:/app"] if folder else []
    return docker("run", "--rm", *mount, *options.split(), IMAGE, *arguments)


@contextmanager
def started(
    docker: Docker,
    *arguments: str,
    folder: str,
    image: str = IMAGE,
    port: int = 8000,
    options: str = "",
) -> Iterator[str]:
    """Start the image in the background, its port published; gives the container's name."""
    publish = ["--publish", f"127.0.0.1:8000:{port}"]
    mount = ["--volume", f"{folder}:/app"]
    name = ["--name", "one", *options.split()]
    try:
        docker("run", "--detach", *name, *publish, *mount, image, *arguments)
        yield "one"
    finally:
        docker("rm", "--force", "one")


def wait_for_page(machine: Sandbox, text: str) -> None:
    probe = 'until curl -fsL http://127.0.0.1:8000/ | grep -q "$0"; do sleep 0.02; done'
    machine.run("timeout", "60", "bash", "-c", probe, text)


def reload_seconds(machine: Sandbox, folder: str) -> float:
    """Change the page that is shown; returns how long it takes until the change is served."""
    wait_for_page(machine, "<title>")
    script = """
        since=$EPOCHREALTIME
        echo 'Changed just now.' >> "$0/docs/index.md"
        until curl -sL http://127.0.0.1:8000/ | grep -q 'Changed just now.'; do sleep 0.02; done
        echo $((${EPOCHREALTIME/./} - ${since/./}))
    """
    return int(machine.run("timeout", "60", "bash", "-c", script, folder)) / 1e6


def stop_seconds(machine: Sandbox, container: str) -> float:
    """Stop a container; returns how long it takes."""
    script = """
        since=$EPOCHREALTIME
        docker stop "$0" > /dev/null
        echo $((${EPOCHREALTIME/./} - ${since/./}))
    """
    return int(machine.run("bash", "-c", script, container)) / 1e6
