"""The sandbox: what it is made of, and that nothing of it stays."""

import io
import os
import signal
import socket
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from docker import DockerClient
from docker.errors import ImageNotFound

from checks.attempt import run_block
from checks.desk import Desk
from checks.errors import BlockFailed, MachineError
from checks.page import Page
from checks.sandbox.container import Sandbox, sandbox
from checks.sandbox.image import LABEL, OUR_SANDBOX, sandbox_image
from checks.sandbox.names import ADDRESS
from tests.conftest import ROOT

FOREIGN = "not-ours:kept"


def everything(client: DockerClient) -> list[str]:
    """List what is on the engine: containers, images, volumes, networks."""
    found = [f"container {one.id} {one.status}" for one in client.containers.list(all=True)]
    found += [f"image {one.id} {one.tags}" for one in client.images.list(all=True)]
    found += [f"volume {one.name}" for one in client.volumes.list()]
    found += [f"network {one.id}" for one in client.networks.list()]
    return sorted(found)


def processes() -> set[str]:
    """List what runs in containers on this machine, what holds those, and our own commands.

    Others' commands come and go meanwhile.
    """
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            command = (process / "cmdline").read_text().replace("\0", " ")
            is_contained = "docker" in (process / "cgroup").read_text()
            # What has ended and is waited for has no command.
            if command and (is_contained or "containerd-shim" in command or str(ROOT) in command):
                found.add(f"{process.name} {command}")
    return found


@pytest.fixture
def before(client: DockerClient) -> Iterator[list[str]]:
    """What is on an engine that others use too: with an image and a container of theirs."""
    sandbox_image(client)
    empty = io.BytesIO()
    with tarfile.open(fileobj=empty, mode="w"):
        pass
    client.api.import_image_from_data(empty.getvalue(), repository="not-ours", tag="kept")
    theirs = client.containers.create(FOREIGN, "nothing")
    yield everything(client)
    theirs.remove()
    client.images.remove(FOREIGN)


def wait_until(is_so: Callable[[], bool], seconds: float = 15) -> bool:
    """Wait for something that happens soon."""
    deadline = time.monotonic() + seconds
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.1)
    return is_so()


def test_nothing_of_it_stays(client: DockerClient, before: list[str]) -> None:
    running = processes()
    with sandbox(client) as machine, closing(Desk(machine)) as desk:
        desk.session.ask("docker run --detach debian:trixie-slim sleep 600")
        assert len(everything(client)) == len(before) + 2
        assert any("sleep 600" in line for line in processes() - running)
    assert everything(client) == before
    assert wait_until(lambda: processes() <= running)


def test_nothing_of_it_stays_after_an_error(client: DockerClient, before: list[str]) -> None:
    with pytest.raises(ZeroDivisionError), sandbox(client):
        raise ZeroDivisionError
    assert everything(client) == before


HOLD = """
from checks.engine import connect
from checks.sandbox.container import sandbox
with sandbox(connect()):
    print("ready", flush=True)
    input()
"""


def test_it_ends_with_the_process_that_started_it(client: DockerClient, before: list[str]) -> None:
    command = [sys.executable, "-c", HOLD]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as held:
        assert held.stdout
        assert held.stdout.readline() == b"ready\n"
        assert everything(client) != before
        held.kill()
    assert wait_until(lambda: everything(client) == before)


@pytest.mark.parametrize("seconds", [0.3, 0.7, 1.1, 1.6, 2.2, 3.0, 4.0])
def test_ctrl_c_leaves_nothing(
    seconds: float, client: DockerClient, before: list[str], tmp_path: Path
) -> None:
    (tmp_path / "mkdocs.yml").write_text((ROOT / "mkdocs.yml").read_text().split("nav:")[0])
    with (tmp_path / "mkdocs.yml").open("a") as configuration:
        configuration.write("nav: [index.md]\nmarkdown_extensions:\n  - pymdownx.superfences:\n")
        configuration.write("      disable_indented_code_blocks: true\n")
    (tmp_path / "docs").mkdir()
    run = "<!-- check: timeout 600s -->\n```bash\ndocker run debian:trixie-slim sleep 600\n```\n"
    (tmp_path / "docs/index.md").write_text(run)
    running = processes()
    command = [sys.executable, "-m", "pytest", "-p", "checks.plugin", "--rootdir", str(tmp_path)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    # Jobs in the background of a script ignore Ctrl-C, and so would what they start.
    command = ["env", "--default-signal=INT", *command, "docs"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE
    ) as checking:
        time.sleep(seconds)
        checking.send_signal(signal.SIGINT)
        assert checking.stdout
        said = checking.stdout.read()
    assert checking.returncode != 0
    assert b"passed" not in said
    assert everything(client) == before
    assert wait_until(lambda: processes() <= running)


def test_the_machines_own_settings_are_not_read(tmp_path: Path) -> None:
    config = tmp_path / ".docker/config.json"
    config.parent.mkdir()
    config.write_text('{"auths": {"https://index.docker.io/v1/": {"auth": "bm90Om91cnM="}}}')
    # Reading a file that was last read no later than it was written shows, even with relatime.
    os.utime(config, (1, 1))
    environment = os.environ | {"HOME": str(tmp_path)}
    del environment["DOCKER_CONFIG"]
    command = [sys.executable, "-c", HOLD]
    subprocess.run(command, cwd=ROOT, env=environment, input=b"\n", check=True)
    assert (config.stat().st_atime, config.stat().st_mtime) == (1, 1)
    assert [path.name for path in config.parent.iterdir()] == ["config.json"]


@pytest.mark.parametrize(
    ("signal_name", "said"),
    [
        ("KILL", "exit status 1, documented 0"),
        ("STOP", "still running, or waiting for input"),
    ],
)
def test_a_stopped_registry_fails_the_block_in_time(
    signal_name: str, said: str, client: DockerClient, read: Callable[[str], Page]
) -> None:
    page = read(
        f"<!-- check: hidden\n$ pkill -{signal_name} docker-registry\n-->\n\n"
        "<!-- check: timeout 5s -->\n```bash\ndocker pull debian:trixie-slim\n```\n"
    )
    with sandbox(client) as machine, closing(Desk(machine)) as desk:
        stop, pull = page.blocks
        run_block(desk, stop, [])
        started = time.monotonic()
        with pytest.raises(BlockFailed) as caught:
            run_block(desk, pull, [])
    assert time.monotonic() - started < 6
    assert str(caught.value).startswith(f"docs/page.md:7: {said}")
    assert "502 Bad Gateway" in str(caught.value) or signal_name == "STOP"


def test_a_sandbox_that_does_not_start_says_why(
    client: DockerClient, monkeypatch: pytest.MonkeyPatch, before: list[str]
) -> None:
    monkeypatch.setattr("checks.sandbox.container.sandbox_image", lambda _client: FOREIGN)
    with pytest.raises(MachineError, match=r"^the Docker engine refused: "), sandbox(client):
        pass
    assert everything(client) == before


def test_the_image_is_built_once(client: DockerClient) -> None:
    image = sandbox_image(client)
    identifier = client.images.get(image).id
    assert sandbox_image(client) == image
    assert client.images.get(image).id == identifier
    assert LABEL in client.images.get(image).labels
    with pytest.raises(ImageNotFound):
        client.images.get(f"{OUR_SANDBOX}:latest")


def test_its_docker_hub_is_local_and_nothing_else_is(warm: Sandbox) -> None:
    names = warm.run("getent", "hosts", "registry-1.docker.io", "hub.docker.com")
    assert {line.split()[0] for line in names.splitlines()} == {ADDRESS}
    listening = warm.run("bash", "-c", "cat /proc/net/tcp /proc/net/tcp6 | awk '$4 == \"0A\"'")
    addresses = {line.split()[1].split(":")[0] for line in listening.splitlines()}
    assert addresses == {socket.inet_aton(ADDRESS)[::-1].hex().upper()}
