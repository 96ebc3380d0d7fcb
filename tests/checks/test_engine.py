"""The engine: what is said where there is none, or no room on it."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from checks.engine import connect
from checks.sandbox.image import sandbox_image
from provenpages.errors import MachineError
from tests.conftest import ROOT, SmallDisk

NOBODY = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]


def test_no_engine_is_named_with_what_to_do() -> None:
    environment = os.environ | {"DOCKER_HOST": "unix:///nowhere/docker.sock"}
    command = [sys.executable, "-m", "provenpages"]
    checked = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stdout) == (2, "")
    assert checked.stderr == (
        "no Docker engine answers at DOCKER_HOST=unix:///nowhere/docker.sock; run `make setup`,"
        " which starts one\n"
    )


def test_an_engine_of_a_list_that_does_not_answer_is_named() -> None:
    with pytest.raises(MachineError) as caught:
        connect("unix:///nowhere/docker.sock")
    said = (
        "no Docker engine answers at unix:///nowhere/docker.sock, of DOCKER_HOSTS; start it there"
    )
    assert str(caught.value) == said


@pytest.mark.parametrize("is_listed", [True, False])
def test_an_address_of_ssh_means_a_tunnel(is_listed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "ssh://someone@machine")
    with pytest.raises(MachineError, match=r"^ssh://someone@machine: .*; open a tunnel with `ssh"):
        connect("ssh://someone@machine" if is_listed else "")


@pytest.mark.skipif(os.geteuid() != 0, reason="becoming nobody takes root")
def test_neither_root_nor_engine_is_one_sentence() -> None:
    # Neither sudo nor the engine of this very run is in nobody's reach.
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}
    script = (ROOT / "scripts/engine.sh").read_text().replace("sudo", "no-sudo-here")
    started = subprocess.run(
        [*NOBODY, "bash", "-s", "start"], input=script.replace('cd "$(dirname "$0")/.."', ""),
        cwd="/", env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert started.returncode == 2
    assert started.stdout == ""
    assert started.stderr.startswith("engine: no Docker engine answers: install Docker and start")
    assert started.stderr.count("\n") == 1


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A temporary folder of few letters: a socket's path may have no more than 107."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.fixture
def full_engine(short_folder: Path, tmp_path: Path, small_disk: SmallDisk) -> Iterator[str]:
    """A real engine on a disk of 64 MiB; returns its address."""
    disk = small_disk("64m")
    socket = short_folder / "docker.sock"
    places = ["--data-root", f"{disk}/data", "--exec-root", f"{short_folder}/exec"]
    # In a network of its own: two engines in one would take each other's bridge down.
    command = ["unshare", "--net", "dockerd", "--host", f"unix://{socket}", *places]
    command += ["--iptables=false", "--ip6tables=false", "--bridge=none"]
    command += ["--pidfile", f"{tmp_path}/pid"]
    log = (tmp_path / "log").open("wb")
    with log, subprocess.Popen(command, stdout=log, stderr=log) as engine:
        while not socket.exists():
            assert engine.poll() is None, (tmp_path / "log").read_text()
            time.sleep(0.1)
        yield f"unix://{socket}"
        engine.terminate()


@pytest.mark.engine
def test_a_full_disk_is_named_with_what_to_do(
    full_engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", full_engine)
    with closing(connect()) as client:
        with pytest.raises(MachineError, match=r"no space left on device.*; make room; `make"):
            sandbox_image(client)
        assert client.images.list(all=True) == []
