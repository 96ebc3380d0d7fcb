"""The practice: a terminal in a sandbox, gone through as a reader would, in a real terminal."""

import fcntl
import os
import select
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from docker import DockerClient

from checks.engine import OWN_SOCKET, USUAL
from checks.practice import OPENED
from checks.sandbox.execution import execute
from provenpages.running.local import LocalTerminal
from provenpages.running.wire import ESCAPES
from tests.remains import all_containers, in_session, wait_until

OUTSIDE = "outside> "
INSIDE = "root@sandbox:~/docker-mkdocs# "
IMAGE = "hackforlaops/mkdocs:testing"
PRACTICE = f"{sys.executable} -m checks.practice"


FORWARD = """
import socket, sys, threading

def forward(source, target):
    while data := source.recv(65536):
        target.sendall(data)
    target.shutdown(socket.SHUT_WR)

listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
listener.listen()
while True:
    near, _ = listener.accept()
    far = socket.socket(socket.AF_UNIX)
    far.connect(sys.argv[2])
    for pair in ((near, far), (far, near)):
        threading.Thread(target=forward, args=pair, daemon=True).start()
"""
"""A way to the engine that can be cut."""


class Reader:
    """Somebody at a terminal on this computer."""

    def __init__(self, folder: Path) -> None:
        # `make test` has variables for the commands that it runs itself, with which make says more.
        own = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
        environment = own | {"PS1": OUTSIDE}
        self.terminal = LocalTerminal(str(folder), environment, (40, 120))
        self._unread = b""
        self.see(OUTSIDE)

    def type(self, line: str) -> None:
        self.press(f"{line}\r")

    def press(self, keys: str) -> None:
        self.terminal.send(keys.encode())

    def see(self, text: str, seconds: int = 60) -> list[str]:
        """Wait until something is shown; returns the lines before it."""
        deadline = time.monotonic() + seconds
        while text.encode() not in self._unread:
            wait = max(0.0, deadline - time.monotonic())
            ready, _, _ = select.select([self.terminal], [], [], wait)
            assert ready, f"{text!r} isn't shown, but: {self._unread!r}"
            unread = self._unread + self.terminal.receive()
            self._unread = ESCAPES.sub(b"", unread).replace(b"\r", b"")
        seen, _, self._unread = self._unread.partition(text.encode())
        return seen.decode().splitlines()

    def run(self, line: str, prompt: str = INSIDE) -> list[str]:
        """Type a command; returns what is shown from there to the next prompt."""
        self.type(line)
        return self.see(prompt)[1:]

    def resize(self, rows: int, columns: int) -> None:
        size = struct.pack("4H", rows, columns, 0, 0)
        fcntl.ioctl(self.terminal.fileno(), termios.TIOCSWINSZ, size)

    def hang_up(self) -> None:
        """Close the window; the number of its file stays taken."""
        with Path(os.devnull).open() as nothing:
            os.dup2(nothing.fileno(), self.terminal.fileno())


Sit = Callable[[], Reader]


@pytest.fixture
def sit(copy: Path) -> Iterator[Sit]:
    """Have somebody sit down at a terminal, in a clone of their own."""
    with ExitStack() as stack:

        def sit() -> Reader:
            reader = Reader(copy)
            stack.callback(reader.terminal.close)
            return reader

        yield sit


def is_there(client: DockerClient, sandbox: str) -> bool:
    return sandbox in [one.id for one in all_containers(client)]


def hides(client: DockerClient, sandbox: str, terminal: str) -> bool:
    """Whether a terminal takes a line without showing it; bash takes single keys instead."""
    mode = execute(client.containers.get(sandbox), {}, "stty", "-F", terminal, "-a").text.split()
    return "-echo" in mode and "icanon" in mode


def test_a_reader_goes_through_the_guide(sit: Sit, copy: Path, client: DockerClient) -> None:
    reader = sit()
    mode = reader.run("stty -a", OUTSIDE)
    assert any("hackforlaops" in line for line in reader.run("make practice"))
    sandbox = (copy / OPENED).read_text()
    assert is_there(client, sandbox)
    assert reader.run("ls Dockerfile") == ["Dockerfile"]
    (terminal,) = reader.run("tty")

    (token,) = reader.run('echo "$TOKEN"')
    reader.type("docker login -u hackforlaops")
    reader.see("Password: ")
    # Docker asks first, and hides what is typed then; a person isn't as fast.
    assert wait_until(lambda: hides(client, sandbox, terminal))
    reader.type(token)
    shown = reader.see(INSIDE)
    assert "Login Succeeded" in shown
    assert token not in "".join(shown)
    reader.run("docker pull debian:trixie-slim")
    reader.run(f"docker tag debian:trixie-slim {IMAGE}")
    assert "testing: digest: sha256:" in reader.run(f"docker push {IMAGE}")[-1]
    reader.run(f"docker image rm debian:trixie-slim {IMAGE}")
    assert reader.run(f"docker pull {IMAGE}")[-1] == f"docker.io/{IMAGE}"

    reader.resize(33, 99)
    assert wait_until(lambda: reader.run("stty size") == ["33 99"])

    reader.type("bash -c 'echo $((6 * 7)); exec sleep 60'")
    reader.see("\n42\n")
    reader.press("\x03")
    reader.see(INSIDE, seconds=10)
    assert reader.run("echo $?") == ["130"]
    # One more key would tell the engine that ctrl+p isn't the beginning of its own command.
    reader.press("\x10")
    reader.see("echo $?", seconds=10)
    reader.press("\x15")

    other = sit()
    assert "another terminal in the sandbox" in " ".join(other.run("make practice"))
    assert other.run('echo "$TOKEN"') == [token]
    assert other.run(f"docker images {IMAGE} | wc --lines") == ["2"]
    assert other.run("stty size") == ["40 120"]
    other.run("exit", OUTSIDE)
    assert "another terminal in the sandbox" in " ".join(other.run("make practice"))

    reader.run("false")
    assert reader.run("exit", OUTSIDE) == ["logout"]
    other.see(OUTSIDE)
    assert not is_there(client, sandbox)
    assert not (copy / OPENED).exists()
    reader.resize(40, 120)
    assert reader.run("stty -a", OUTSIDE) == mode
    assert other.run("stty -a", OUTSIDE) == mode


@pytest.mark.parametrize("ended_by", ["TERM", "KILL", "closing"])
def test_the_sandbox_goes_with_its_terminal(
    ended_by: str, sit: Sit, copy: Path, client: DockerClient
) -> None:
    reader = sit()
    (leader,) = reader.run("echo $$", OUTSIDE)
    mode = reader.run("stty -a", OUTSIDE)
    reader.run("make practice")
    sandbox = (copy / OPENED).read_text()
    commands = in_session(int(leader)).items()
    (process,) = (number for number, command in commands if "-m checks.practice" in command)
    if ended_by == "closing":
        reader.hang_up()
        assert wait_until(lambda: not in_session(int(leader)))
    else:
        os.kill(process, signal.Signals[f"SIG{ended_by}"])
        reader.see(OUTSIDE)
    assert wait_until(lambda: not is_there(client, sandbox))
    if ended_by == "TERM":
        assert reader.run("stty -a", OUTSIDE) == mode
    # Killed, it can't tidy up; the next practice doesn't mind.
    assert (copy / OPENED).exists() == (ended_by == "KILL")
    if ended_by == "KILL":
        assert "You are in a sandbox" in " ".join(sit().run("make practice"))


@pytest.mark.parametrize("stream", ["stdin", "stdout"])
def test_no_terminal_is_one_sentence(stream: str) -> None:
    controller, terminal = os.openpty()
    ran = subprocess.run(
        [sys.executable, "-m", "checks.practice"],
        stdin=subprocess.DEVNULL if stream == "stdin" else terminal,
        stdout=subprocess.DEVNULL if stream == "stdout" else terminal,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(terminal)
    os.close(controller)
    assert ran.returncode == 2
    assert ran.stderr == "`make practice` needs a terminal: run it in one, without a pipe\n"


def test_no_engine_is_one_sentence(sit: Sit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    (said,) = sit().run(PRACTICE, OUTSIDE)
    assert said.startswith("no Docker engine answers at DOCKER_HOST=unix:///nowhere/docker.sock; ")


def test_an_engine_that_goes_away_is_one_sentence(
    sit: Sit, copy: Path, client: DockerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = USUAL if not OWN_SOCKET.exists() else f"unix://{OWN_SOCKET}"
    engine = os.environ.get("DOCKER_HOST", usual).removeprefix("unix://")
    with tempfile.TemporaryDirectory() as folder:
        way = f"{folder}/docker.sock"
        with subprocess.Popen([sys.executable, "-c", FORWARD, way, engine]) as forwarding:
            assert wait_until(Path(way).exists)
            monkeypatch.setenv("DOCKER_HOST", f"unix://{way}")
            reader = sit()
            mode = reader.run("stty -a", OUTSIDE)
            reader.run(PRACTICE)
            sandbox = (copy / OPENED).read_text()
            forwarding.kill()
            (said,) = reader.see(OUTSIDE)
    remedy = "start it, then run `make practice` for a new sandbox"
    assert said == f"the Docker engine no longer answers; {remedy}"
    assert reader.run("stty -a", OUTSIDE) == mode
    assert wait_until(lambda: not is_there(client, sandbox))
