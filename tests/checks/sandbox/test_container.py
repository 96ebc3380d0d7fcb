"""The sandbox: what it is made of, and that nothing of it stays."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from docker import DockerClient
from docker.errors import ImageNotFound

from checks.sandbox.container import HOME, NAME, Sandbox, name_of, sandbox
from checks.sandbox.host_names import ADDRESS
from checks.sandbox.image import LABEL, OUR_SANDBOX, Docker, sandbox_image
from checks.sandbox.removal import remove_abandoned
from provenpages.errors import BlockFailed, MachineError
from provenpages.reading.page import Page
from provenpages.reading.version import parsed
from provenpages.running.attempt import run_block
from provenpages.running.desk import Desk
from tests.conftest import ROOT, TIME_LIMIT
from tests.remains import (
    all_containers,
    command_of,
    everything,
    foreign_container,
    processes,
    volumes_of,
    wait_until,
)


@pytest.fixture
def foreign(client: DockerClient) -> Iterator[str]:
    """An image and a container of theirs, on an engine that others use too."""
    sandbox_image(client)
    with foreign_container(client) as image:
        yield image


@pytest.fixture
def before(client: DockerClient, foreign: str) -> set[str]:
    """What is on the engine."""
    assert foreign
    return everything(client)


@pytest.fixture
def own_name(client: DockerClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A name under which nobody else starts sandboxes; its build caches go with the test."""
    name = f"{NAME}-of-{os.getpid()}"
    monkeypatch.setattr("checks.sandbox.container.NAME", name)
    yield name
    for volume in client.volumes.list(filters={"name": name}):
        volume.remove()


def test_nothing_of_it_stays(client: DockerClient, before: set[str]) -> None:
    running = processes(client)
    with sandbox(client) as machine, closing(Desk(machine, HOME, TIME_LIMIT)) as desk:
        desk.session.ask("docker run --detach debian:trixie-slim sleep 600")
        (added,) = everything(client) - before
        assert added == f"container {machine.container.id} running"
        assert any("sleep 600" in line for line in processes(client) - running)
    assert wait_until(lambda: everything(client) <= before)
    assert wait_until(lambda: processes(client) <= running)


def test_nothing_of_it_stays_after_an_error(client: DockerClient, before: set[str]) -> None:
    with pytest.raises(ZeroDivisionError), sandbox(client) as machine:
        raise ZeroDivisionError
    assert machine.container.id not in [one.id for one in all_containers(client)]
    assert wait_until(lambda: everything(client) <= before)


HOLD = """
from checks.engine import connect
from checks.sandbox.container import sandbox
with sandbox(connect()):
    print("ready", flush=True)
    input()
"""


def test_it_ends_with_the_process_that_started_it(client: DockerClient, before: set[str]) -> None:
    running = processes(client)
    command = [sys.executable, "-c", HOLD]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as held:
        assert held.stdout
        assert held.stdout.readline() == b"ready\n"
        assert everything(client) - before
        held.kill()
    assert wait_until(lambda: everything(client) <= before)
    assert wait_until(lambda: processes(client) <= running)


CREATE = """
from checks.engine import connect
from checks.sandbox import container
container._start = lambda _container: (print("created", flush=True), input())
with container.sandbox(connect()):
    pass
"""


def test_what_a_kill_left_unstarted_is_removed_later(client: DockerClient, foreign: str) -> None:
    def is_there() -> bool:
        return any(f" {held.pid} " in one.labels.get(LABEL, "") for one in all_containers(client))

    command = [sys.executable, "-c", CREATE]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as held:
        assert foreign
        assert held.stdout
        assert held.stdout.readline() == b"created\n"
        remove_abandoned(client)
        assert is_there()
        held.kill()
        # It has ended, though nobody has waited for it yet.
        assert wait_until(lambda: not command_of(held.pid))
        remove_abandoned(client)
        assert not is_there()


@pytest.mark.engine
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
    with sandbox(client) as machine, closing(Desk(machine, HOME, TIME_LIMIT)) as desk:
        stop, pull = page.blocks
        run_block(desk, stop, [])
        started = time.monotonic()
        with pytest.raises(BlockFailed) as caught:
            run_block(desk, pull, [])
    assert time.monotonic() - started < 6
    assert str(caught.value).startswith(f"docs/page.md:7: {said}")
    assert "502 Bad Gateway" in str(caught.value) or signal_name == "STOP"


def test_a_sandbox_that_does_not_start_says_why(
    client: DockerClient,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    before: set[str],
    foreign: str,
) -> None:
    monkeypatch.setattr("checks.sandbox.container.sandbox_image", lambda _client, _docker: foreign)
    with pytest.raises(MachineError, match=r"^the Docker engine refused: "), sandbox(client):
        pass
    assert capsys.readouterr().err == ""
    assert wait_until(lambda: everything(client) <= before)


@pytest.mark.parametrize(("docker", "numbers"), [("stable", "26."), ("testing", "2")])
def test_each_sandbox_has_its_docker(docker: Docker, numbers: str, client: DockerClient) -> None:
    with sandbox(client, docker=docker) as machine:
        assert f"-{docker}-" in str(machine.container.name)
        versions = machine.versions()
        assert versions["docker"].startswith(numbers)
        if docker == "testing":
            assert parsed(versions["docker"]) > (26, 1, 5)


def test_a_docker_of_nobodys_is_named(warm: Sandbox) -> None:
    with pytest.raises(MachineError, match="no Docker is called nobody's: say stable, testing or"):
        warm.run("bash", "/opt/hub/docker.sh", "nobody's")


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


STATE = """
docker ps --all --quiet; docker images --quiet; docker volume ls --quiet
docker network ls --format '{{.Name}}' | grep -vx 'bridge\\|host\\|none'
find /tmp /root -mindepth 1 -newer /proc/1/cmdline ! -path '/root/.docker*'
curl -s --fail https://hub.docker.com/v2/repositories/hackforlaops/mkdocs/
ctr -a /var/run/docker/containerd/containerd.sock -n moby content ls | grep -o distribution.source
"""
LEAVE = """
docker run --detach --volume data:/data debian:trixie-slim sleep 600
docker network create mine
touch /tmp/left ~/left
printf 'FROM debian:trixie-slim\\nRUN echo built > /built\\n' > /tmp/Dockerfile
docker build --tag hackforlaops/mkdocs:one --file /tmp/Dockerfile /var/empty
echo "$PASSWORD" | docker login --username hackforlaops --password-stdin
docker push hackforlaops/mkdocs:one
"""
BUILD = """
printf 'FROM debian:trixie-slim\\nRUN echo built > /built\\n' \
  | docker build --progress plain --tag again - 2>&1
"""


KEPT_LAYERS = """
ctr() { command ctr --address /run/docker/containerd/containerd.sock --namespace moby "$@"; }
for layer in $(ctr snapshots ls | grep --only-matching '^sha256:[0-9a-f]*'); do
  ctr snapshots info $layer | grep containerd.io/gc.root || true
done
"""
MANY = """
{ echo 'FROM scratch'; for number in {1..41}; do echo "WORKDIR /$number"; done; } \
  | docker build --quiet --tag many -
"""


@pytest.mark.usefixtures("own_name")
def test_only_the_build_cache_outlives_a_sandbox(client: DockerClient) -> None:
    with sandbox(client) as machine:
        assert (machine.container.name, machine.build_cache) == (name_of(1), "empty")
        started_with = state(machine)
        machine.run("bash", "-euc", "mkdir -p /var/empty" + LEAVE)
        assert len(state(machine)) > len(started_with) + 6
    with sandbox(client) as machine:
        assert (machine.container.name, machine.build_cache) == (name_of(1), "kept")
        assert state(machine) == started_with == []
        assert layers_kept(machine)
        assert "CACHED" in machine.run("bash", "-c", BUILD)
    with sandbox(client, is_fresh=True) as machine:
        assert machine.build_cache == "empty"
        (volume,) = volumes_of(machine.container)
        assert volume != name_of(1)
        assert "CACHED" not in machine.run("bash", "-c", BUILD)
    assert volume not in [one.name for one in client.volumes.list()]


@pytest.mark.usefixtures("own_name")
def test_layers_are_let_go_where_there_are_too_many(client: DockerClient) -> None:
    with sandbox(client) as machine:
        machine.run("bash", "-euc", MANY)
    with sandbox(client) as machine:
        assert (machine.container.name, machine.build_cache) == (name_of(1), "kept")
        assert layers_kept(machine) == []


def layers_kept(machine: Sandbox) -> list[str]:
    """Tell of each unpacked layer that stays without an image why it does."""
    return machine.run("bash", "-euc", KEPT_LAYERS).splitlines()


def state(machine: Sandbox) -> list[str]:
    """List what a reader could make in a sandbox."""
    return machine.run("bash", "-c", f"{STATE}\ntrue").splitlines()


@pytest.mark.usefixtures("own_name")
def test_a_name_that_is_taken_means_the_next_number(client: DockerClient) -> None:
    taken = client.containers.create(sandbox_image(client), name=name_of(1))
    try:
        with sandbox(client) as machine:
            assert machine.container.name == name_of(2)
            assert [*volumes_of(machine.container)] == [name_of(2)]
    finally:
        taken.remove()


DATABASE = "containerd/daemon/io.containerd.metadata.v1.bolt/meta.db"


@pytest.mark.usefixtures("own_name")
@pytest.mark.parametrize(
    ("docker", "file", "is_thrown_away"),
    [
        ("stable", DATABASE, True),
        ("testing", DATABASE, True),
        ("stable", "buildkit/cache.db", True),
        ("testing", "buildkit/cache.db", False),  # Docker 28 begins a new one itself
    ],
)
def test_a_damaged_build_cache_is_thrown_away(
    docker: Docker,
    file: str,
    is_thrown_away: bool,
    client: DockerClient,
    capsys: pytest.CaptureFixture[str],
) -> None:
    name = name_of(1, docker)
    client.volumes.create(name, labels={LABEL: ""})
    damage = f"cd /cache; mkdir -p buildkit {Path(file).parent}; seq 9999 > {file}"
    client.containers.run(
        sandbox_image(client, docker),
        ["bash", "-c", damage],
        volumes={name: {"bind": "/cache", "mode": "rw"}},
        remove=True,
    )
    with sandbox(client, docker=docker) as machine:
        assert (machine.build_cache == "empty") is is_thrown_away
        assert machine.run("docker", "run", "debian:trixie-slim", "echo", "works")[-6:] == "works\n"
    said = f"{name}: the build cache was damaged; it is thrown away\n"
    assert capsys.readouterr().err == (said if is_thrown_away else "")
