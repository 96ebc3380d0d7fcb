"""What the tests of leftovers take for one: ours and nobody's, but never a living neighbor's."""

import os
import socket
import subprocess
from collections.abc import Iterator

import pytest
from docker import DockerClient

from checks.sandbox.image import LABEL, sandbox_image
from tests.remains import NOT_OURS, everything, in_session, is_others, processes, wait_until

HOST = socket.gethostname()
NEIGHBOR = os.getppid()
SLEEP = ["sleep", "600"]


def labels(process: int) -> dict[str, str]:
    return {LABEL: f"{HOST} {process} token"}


@pytest.fixture
def dead() -> int:
    """The ID of a process that has been killed."""
    with subprocess.Popen(SLEEP) as ended:
        ended.kill()
    return ended.pid


def test_what_a_living_process_owns_that_is_not_ours_is_others() -> None:
    assert is_others(labels(NEIGHBOR))
    assert is_others({LABEL: f"elsewhere {os.getpid()} token"})
    assert is_others({NOT_OURS: f"{HOST} {NEIGHBOR}"})


def test_what_we_or_our_children_own_is_ours_and_so_is_what_the_dead_left(dead: int) -> None:
    with subprocess.Popen(["sh", "-c", "sleep 600 & echo $!; wait"], stdout=subprocess.PIPE) as sh:
        assert sh.stdout
        grandchild = int(sh.stdout.readline())
        assert not is_others(labels(os.getpid()))
        assert not is_others(labels(grandchild))
        os.kill(grandchild, 9)
    assert not is_others(labels(dead))
    assert not is_others({})


def test_what_has_ended_and_is_not_waited_for_has_left_it() -> None:
    with subprocess.Popen(SLEEP) as ended:
        ended.kill()
        assert wait_until(lambda: not is_others(labels(ended.pid)))


@pytest.fixture
def kept(request: pytest.FixtureRequest, client: DockerClient) -> Iterator[str]:
    """The ID of a container that some process has left running, with a volume of its own."""
    owner = {"neighbor": NEIGHBOR, "dead": request.getfixturevalue("dead")}[request.param]
    kept = client.containers.run(
        sandbox_image(client), SLEEP, labels=labels(owner), volumes=["/var/lib/docker"], detach=True
    )
    yield str(kept.id)
    kept.remove(force=True, v=True)


@pytest.mark.parametrize("kept", ["dead"], indirect=True)
def test_a_leak_of_the_dead_is_seen(kept: str, client: DockerClient) -> None:
    (volume,) = (mount["Name"] for mount in client.containers.get(kept).attrs["Mounts"])
    assert {f"container {kept} running", f"volume {volume}"} <= everything(client)
    assert any(kept in line for line in processes(client))
    assert any(line.endswith("sleep 600 ") for line in processes(client))


@pytest.mark.parametrize("kept", ["neighbor"], indirect=True)
def test_what_a_neighbor_has_is_not(kept: str, client: DockerClient) -> None:
    (volume,) = (mount["Name"] for mount in client.containers.get(kept).attrs["Mounts"])
    assert not {f"container {kept} running", f"volume {volume}"} & everything(client)
    assert not any(kept in line for line in processes(client))


def test_what_is_left_of_a_session_is_seen_though_its_leader_is_gone() -> None:
    command = ["sh", "-c", "sleep 600 & echo $!"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as leader:
        assert leader.stdout
        left = int(leader.stdout.readline())
    try:
        # Between fork and exec it still has the shell's command.
        assert wait_until(lambda: in_session(leader.pid) == {left: "sleep 600 "})
    finally:
        os.kill(left, 9)
    assert wait_until(lambda: not in_session(leader.pid))
