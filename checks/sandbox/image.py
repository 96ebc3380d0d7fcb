"""The sandbox's image, and the base image that its Docker Hub serves."""

import hashlib
import io
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Final, Literal

from docker import DockerClient
from docker.errors import APIError, ImageNotFound, NotFound

from checks.engine import engine_errors
from checks.sandbox.lock import alone
from provenpages.errors import MachineError
from provenpages.progress import Step, step

LABEL: Final = "local-mkdocs.checks"
"""On every image and container of ours on the machine's engine; `make clean` goes by it."""
Docker = Literal["testing", "stable", "docker"]
"""Whose Docker a sandbox has: that of a suite of Debian's, or Docker's own."""
USUAL: Final = "testing"
SUITE: Final = "trixie"
BASE: Final = f"debian:{SUITE}-slim"
OUR_BASE: Final = "local-mkdocs-checks/debian"
OUR_SANDBOX: Final = "local-mkdocs-checks/sandbox"
KEPT: Final = 3
"""How many of our images of a kind stay: those that as many clones last made."""
ROOT: Final = Path(__file__).parents[2]
CONTEXT: Final = (
    "requirements/hub.txt",
    "checks/__init__.py",
    "checks/hub",
    "checks/sandbox/daemon.json",
    "checks/sandbox/docker.sh",
    "checks/sandbox/local-docker-hub",
    "checks/sandbox/nginx.conf",
    "checks/sandbox/packages.yml",
    "checks/sandbox/registry.yml",
    "checks/sandbox/start.sh",
)
CERTIFICATES: Final = "/var/tmp/machine-certificates.pem"
# As Debian's own slim images are: what they leave out (debuerreotype, slimify-excludes), and that
# dpkg waits for no disk (docker-apt-speedup).
SLIM: Final = (
    "force-unsafe-io",
    "path-exclude=/usr/share/doc/*",
    "path-include=/usr/share/doc/*/copyright",
    "path-exclude=/usr/share/groff/*",
    "path-exclude=/usr/share/info/*",
    "path-exclude=/usr/share/linda/*",
    "path-exclude=/usr/share/lintian/*",
    "path-exclude=/usr/share/locale/*",
    "path-exclude=/usr/share/man/*",
)


def sandbox_image(client: DockerClient, docker: Docker = USUAL) -> str:
    """Return the name of the sandbox's image, built now if the engine hasn't it.

    Raises MachineError where neither Docker Hub nor Debian's packages give a base image, or the
    build fails.
    """
    with engine_errors():
        base = _base_image(client)
        content = hashlib.sha256(_dockerfile().encode())
        content.update(str(client.images.get(base).id).encode())
        for name, path in _files():
            content.update(name.encode() + b"\0" + path.read_bytes())
        image = f"{OUR_SANDBOX}-{docker}:{content.hexdigest()[:12]}"
        _made(client, image, lambda: _make_sandbox_image(client, base, docker, image))
        return image


def _base_image(client: DockerClient) -> str:
    """Return the name of our copy of `debian:trixie-slim`, made now if the engine hasn't it."""
    certificates = os.environ.get("PIP_CERT")
    text = Path(certificates).read_bytes() if certificates else b""
    content = hashlib.sha256(repr((SLIM, text)).encode())
    image = f"{OUR_BASE}:{SUITE}-slim-{content.hexdigest()[:12]}"
    _made(client, image, lambda: _make_base_image(client, image, text))
    return image


def _made(client: DockerClient, image: str, make: Callable[[], None]) -> None:
    """Make an image that the engine hasn't, unless another process has made it meanwhile."""
    if not _has(client, image):
        with alone():
            if not _has(client, image):
                make()


def _make_sandbox_image(client: DockerClient, base: str, docker: Docker, image: str) -> None:
    with (
        step(f"build the sandbox's image, Docker: {docker}") as progress,
        tempfile.TemporaryFile() as context,
    ):
        _write_context(client, base, context)
        _build(client, context, image, {"BASE": base, "DOCKER": docker}, progress)
    _remove_old(client, image.partition(":")[0])
    client.images.prune({"dangling": True, "label": LABEL})


def _make_base_image(client: DockerClient, image: str, certificates: bytes) -> None:
    with step(f"get {BASE}") as progress:
        plain = _pull(client) or _bootstrap(client, progress)
        dockerfile = f"FROM {plain}\n"
        if certificates:
            # This machine's TLS is inspected: `RUN pip install` needs its certificates.
            dockerfile += f"COPY certificates.pem {CERTIFICATES}\nENV PIP_CERT={CERTIFICATES}\n"
        with tempfile.TemporaryFile() as context:
            with tarfile.open(fileobj=context, mode="w") as archive:
                _add(archive, "Dockerfile", dockerfile.encode())
                _add(archive, "certificates.pem", certificates)
            _build(client, context, image, {}, progress)
        client.images.remove(plain, noprune=True)
    _remove_old(client, OUR_BASE)


def _pull(client: DockerClient) -> str | None:
    """Take the base image from Docker Hub, leaving the machine's own images as they were."""
    name, tag = BASE.split(":")
    had = _has(client, BASE)
    try:
        image = client.images.get(BASE) if had else client.images.pull(name, tag)
    except (APIError, NotFound):
        return None
    image.tag(OUR_BASE, "plain")
    if not had:
        client.images.remove(BASE, noprune=True)
    return f"{OUR_BASE}:plain"


def _bootstrap(client: DockerClient, progress: Step) -> str:
    """Make the base image from Debian's packages."""
    if not shutil.which("mmdebstrap"):
        raise MachineError(
            f"{BASE}: the engine can't pull it from Docker Hub, and mmdebstrap isn't installed to"
            " make it from Debian's packages; do one of: `apt-get install mmdebstrap`, let the"
            " engine reach Docker Hub"
        )
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        root = Path(folder) / "root.tar"
        # Interrupted, mmdebstrap leaves things in its temporary folder.
        environment = os.environ | {"TMPDIR": folder}
        options = [f"--dpkgopt={option}" for option in SLIM]
        command = ["mmdebstrap", "--variant=minbase", *options, SUITE, str(root)]
        with subprocess.Popen(
            command, stderr=subprocess.PIPE, text=True, env=environment
        ) as process:
            assert process.stderr
            said = []
            for line in process.stderr:
                said.append(line)
                progress.say(line)
        if process.returncode:
            raise MachineError(f"{BASE}: mmdebstrap failed:\n{''.join(said[-20:])}")
        client.api.import_image(
            str(root), repository=OUR_BASE, tag="plain", changes=['CMD ["bash"]']
        )
    return f"{OUR_BASE}:plain"


def _dockerfile() -> str:
    return (ROOT / "checks/sandbox/Dockerfile").read_text()


def _files() -> list[tuple[str, Path]]:
    places = [ROOT / entry for entry in CONTEXT]
    found = [one for path in places for one in (path.rglob("*.py") if path.is_dir() else [path])]
    return sorted((str(file.relative_to(ROOT)), file) for file in found)


def _write_context(client: DockerClient, base: str, context: IO[bytes]) -> None:
    with tarfile.open(fileobj=context, mode="w") as archive:
        _add(archive, "Dockerfile", _dockerfile().encode())
        for name, path in _files():
            _add(archive, name, path.read_bytes())
        with tempfile.TemporaryFile() as saved:
            for chunk in client.images.get(base).save(named=base):
                saved.write(chunk)
            member = tarfile.TarInfo("base.tar")
            member.size = saved.tell()
            saved.seek(0)
            archive.addfile(member, saved)


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))


def _build(
    client: DockerClient, context: IO[bytes], image: str, arguments: dict[str, str], progress: Step
) -> None:
    context.seek(0)
    said: list[str] = []
    events: Iterator[dict[str, Any]] = client.api.build(
        fileobj=context,
        custom_context=True,
        tag=image,
        buildargs=arguments,
        labels={LABEL: ""},
        rm=True,
        forcerm=True,
        decode=True,
    )
    for event in events:
        text = event.get("stream", "") + event.get("error", "")
        said.append(text)
        progress.say(text)
        if "error" in event:
            raise MachineError(f"{image}: the build failed:\n{''.join(said[-30:]).strip()}")


def _has(client: DockerClient, image: str) -> bool:
    try:
        client.images.get(image)
    except ImageNotFound:
        return False
    return True


def _remove_old(client: DockerClient, repository: str) -> None:
    """Remove our images but for the newest: other clones may be using one of those."""
    images = client.images.list(repository)
    images.sort(key=lambda image: str(image.attrs["Created"]), reverse=True)
    for old in images[KEPT:]:
        for tag in old.tags:
            with suppress(APIError):
                client.images.remove(tag)
