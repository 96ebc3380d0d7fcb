"""The sandbox: a container that lives as long as the run that started it."""

import io
import json
import os
import secrets
import socket
import tarfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Final

from docker import DockerClient
from docker.errors import APIError
from docker.models.containers import Container
from docker.types import Mount

from checks.engine import engine_errors
from checks.sandbox.connection import Connection, api_of
from checks.sandbox.execution import execute
from checks.sandbox.host_names import Outside, addresses
from checks.sandbox.image import LABEL, USUAL, Docker, sandbox_image
from checks.sandbox.removal import remove, remove_abandoned, throw_away
from provenpages.errors import MachineError
from provenpages.interrupts import held_back
from provenpages.tree import is_made

ACCOUNT: Final = "hackforlaops"
GITHUB_ACCOUNT: Final = "volunteer"
TOKEN_LABEL: Final = "made for the run"
"""No name that a page gives: what is listed under such a name is then the page's own token."""
HOME: Final = "/root"
LOGIN: Final = {
    "HOME": HOME,
    "LANG": "C.UTF-8",
    "LOGNAME": "root",
    "SHELL": "/bin/bash",
    "TERM": "xterm",
    "USER": "root",
}
"""What a login gives a shell."""
PROJECT: Final = f"{HOME}/docker-mkdocs"
"""The project's copy in the sandbox: where a reader is after `git clone` and `cd`."""
NAME: Final = "local-mkdocs-checks"
TOKENS: Final = (r"dckr_[po]at_[\w-]{20,}", r"eyJ[\w-]{10,}\.[\w-]+\.[\w-]+")
"""What Docker Hub's access tokens and JSON Web Tokens look like."""
TERMINAL_SIZE: Final = (50, 120)
"""Rows and columns of every terminal in the sandbox."""


class NotReady(MachineError):
    """The sandbox has ended before it was ready, and said why."""


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A running machine, with an account on its Docker Hub and one on its GitHub Packages."""

    container: Container
    secrets: dict[str, str] = field(repr=False)
    """Names and values that the shell knows and nobody may print.

    PASSWORD and TOKEN are Docker Hub's, PACKAGES_TOKEN is GitHub's.
    """
    build_cache: str
    """`empty`, or `kept` from an earlier sandbox."""
    secret_forms: tuple[str, ...] = TOKENS
    terminal_size: tuple[int, int] = TERMINAL_SIZE
    project: str = PROJECT

    def terminal(self, folder: str) -> Connection:
        """Open a terminal with bash in it; returns the connection to its keyboard and screen."""
        api = api_of(self.container)
        execution = api.exec_create(
            self.container.id,
            ["bash", "--noprofile", "--norc", "--noediting", "-i"],
            stdin=True,
            tty=True,
            workdir=folder,
            environment={**self.secrets, **LOGIN},
        )["Id"]
        stream = api.exec_start(execution, tty=True, socket=True)
        # The terminal has a size only once the process is there to have it.
        for _ in range(100):
            with suppress(APIError):
                api.exec_resize(execution, *self.terminal_size)
                break
            time.sleep(0.02)
        return Connection(stream)

    def run(self, *command: str) -> str:
        """Run a command outside any terminal, which knows the secrets; returns its output.

        Raises MachineError where it fails.
        """
        ended = execute(self.container, self.secrets, *command)
        if ended.status:
            raise MachineError(f"in the sandbox, {' '.join(command)} failed: {ended.text.strip()}")
        return ended.text

    def versions(self) -> dict[str, str]:
        """What runs in it."""
        return {
            "Debian": self.run("cat", "/etc/debian_version").strip(),
            "docker": self.run("docker", "version", "-f", "{{.Server.Version}}").strip(),
            "buildx": self.run("docker", "buildx", "version").split()[1],
            "distribution": self.run("docker-registry", "--version").split()[-1],
        }

    def description(self, versions: dict[str, str], /) -> str:
        """Say what the commands were run on."""
        # Debian's suffixes are in the evidence file.
        docker, registry = (versions[name].split("+")[0] for name in ("docker", "distribution"))
        return f"Docker {docker} · local Docker Hub, distribution {registry}"

    def stand_ins(self, _text: str, /) -> dict[str, str]:
        """Nothing: what the guide names is here."""
        return {}

    def put(self, folder: Path, destination: str) -> None:
        """Copy a folder of the project's, or a file, without what git ignores."""
        archive = io.BytesIO()
        with tarfile.open(fileobj=archive, mode="w") as files:
            files.add(folder, destination.lstrip("/"), filter=_copied)
        archive.seek(0)
        self.container.put_archive("/", archive)


def name_of(number: int, docker: Docker = USUAL) -> str:
    """Return what a sandbox is called, and the volume of its build cache."""
    return f"{NAME}-{docker}-{number}"


@contextmanager
def sandbox(
    client: DockerClient,
    outside: Outside | None = None,
    *,
    docker: Docker = USUAL,
    is_fresh: bool = False,
) -> Iterator[Sandbox]:
    """Start a sandbox and end it, whatever happens between.

    Its Docker Hub is the local one, or the one `outside`. What it builds finds the cache that an
    earlier sandbox has left, unless it `is_fresh`; nothing else outlives a sandbox.

    If this process dies instead, the container's input closes: it ends and removes itself.
    Raises MachineError where it doesn't start.
    """
    owner = f"{socket.gethostname()} {os.getpid()} {secrets.token_hex(8)}"
    try:
        with engine_errors():
            remove_abandoned(client)
            container = _create(client, owner, outside, docker, is_fresh)
        try:
            attached, build_cache = _start(container)
        except NotReady:
            if is_fresh:
                raise
            with engine_errors():
                remove(client, f"{LABEL}={owner}")
                throw_away(client, str(container.name))
                container = _create(client, owner, outside, docker, is_fresh)
            attached, build_cache = _start(container)
        with closing(attached):
            with engine_errors():
                account = _seed(container)
            yield Sandbox(container, account | (outside.secrets if outside else {}), build_cache)
    finally:
        remove(client, f"{LABEL}={owner}")


def _create(
    client: DockerClient, owner: str, outside: Outside | None, docker: Docker, is_fresh: bool
) -> Container:
    """Create the container under the first number that is free.

    Its name is the lock of the build cache that has the same one.
    """
    image = sandbox_image(client, docker)
    for number in count(1):
        name = name_of(number, docker)
        volume = Mount("/var/lib/docker", None if is_fresh else name, labels={LABEL: ""})
        try:
            # Interrupted while the engine creates it, we wouldn't know what there is to remove.
            with held_back():
                container = client.containers.create(
                    image,
                    name=name,
                    labels={LABEL: owner},
                    init=True,
                    stdin_open=True,
                    auto_remove=True,
                    hostname="sandbox",
                    cap_add=["SYS_ADMIN", "NET_ADMIN", "SYS_PTRACE", "MKNOD"],
                    security_opt=["seccomp=unconfined", "apparmor=unconfined"],
                    mounts=[volume],
                    extra_hosts=addresses(outside),
                    working_dir=HOME,
                )
        except APIError as error:
            if error.status_code != 409:
                raise
        else:
            break
    if outside:
        _put(container, "/opt/hub", "outside.pem", outside.certificates)
    return container


def _start(container: Container) -> tuple[Connection, str]:
    """Start it; returns what holds it, and its build cache: `empty` or `kept`."""
    parameters = {"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1}
    with engine_errors():
        attached = Connection(container.attach_socket(params=parameters))
        container.start()
    said = b""
    for frame in attached.frames():
        said += frame
        if said.endswith(b" ready\n"):
            return attached, said.split()[-2].decode()
    attached.close()
    if not said:
        raise MachineError("the sandbox was ended while it started; run it again")
    raise NotReady(f"the sandbox didn't start:\n{said.decode(errors='replace').strip()}")


def _seed(container: Container) -> dict[str, str]:
    """Create the guide's accounts and tokens; returns the secrets, which nothing else holds."""
    password = secrets.token_urlsafe(18)
    wanted = {
        "label": TOKEN_LABEL,
        "hub": [ACCOUNT, password],
        "packages": [GITHUB_ACCOUNT, secrets.token_urlsafe(18)],
    }
    api = api_of(container)
    execution = api.exec_create(
        container.id,
        ["local-docker-hub", "seed"],
        stdin=True,
    )["Id"]
    with closing(Connection(api.exec_start(execution, socket=True))) as connection:
        connection.socket.sendall(json.dumps(wanted).encode())
        connection.socket.shutdown(socket.SHUT_WR)
        said = b"".join(connection.frames()).decode().strip()
    if api.exec_inspect(execution)["ExitCode"]:
        raise MachineError(f"the local Docker Hub has no account: {said}")
    tokens = json.loads(said)
    return {"PASSWORD": password, "TOKEN": tokens["hub"], "PACKAGES_TOKEN": tokens["packages"]}


def _put(container: Container, folder: str, name: str, content: bytes) -> None:
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as files:
        member = tarfile.TarInfo(name)
        member.size = len(content)
        files.addfile(member, io.BytesIO(content))
    archive.seek(0)
    container.put_archive(folder, archive)


def _copied(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    if is_made(Path(member.name).name):
        return None
    member.uid = member.gid = 0
    member.uname = member.gname = "root"
    return member
