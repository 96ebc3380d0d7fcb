"""`python -m checks.practice`: a terminal in a sandbox, to try the guide without an account."""

import os
import select
import signal
import sys
import termios
import tty
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Final

from docker import DockerClient
from docker.errors import APIError
from docker.models.containers import Container
from requests import RequestException

from checks.command import run
from checks.engine import connect, engine_errors, hosts
from checks.sandbox.connection import Connection, api_of
from checks.sandbox.container import ACCOUNT, GITHUB_ACCOUNT, LOGIN, PROJECT, sandbox
from checks.sandbox.image import LABEL, sandbox_image
from provenpages.errors import MachineError
from provenpages.progress import step

OPENED: Final = Path("build/practice")
"""Holds the ID of the sandbox that is open, for the next terminal."""
KEYBOARD: Final = 0
GREETING: Final = f"""
You are in a sandbox. Its Docker Hub is a local one: nothing that you push leaves this machine.
The folder is a copy of the guide's. Type the guide's commands as they stand.

  account on Docker Hub  {ACCOUNT}
  its password           echo "$PASSWORD"
  its token              echo "$TOKEN"
  GitHub Packages        {GITHUB_ACCOUNT}, with the token: echo "$PACKAGES_TOKEN"

Where a command asks for a password or token, paste what these show. They were made for this
practice, and are worth nothing elsewhere.

For another terminal in here, run `make practice` once more beside this one.
`exit`, or ctrl+d, removes the sandbox and all that is in it.
"""
GREETING_AGAIN: Final = """
This is another terminal in the sandbox that is open. `exit`, or ctrl+d, ends this one alone. It
ends as well when you leave the first one.
"""
KEEP_SECRETS: Final = "declare -px PASSWORD TOKEN PACKAGES_TOKEN >> ~/.profile"
"""So that every terminal has them, including those that other processes open."""
SHELL: Final = 'stty rows "$0" columns "$1"; exec bash --login'
NEVER_TYPED: Final = ",".join(["ctrl-^"] * 16)
"""The keys that detach. By default the engine holds back each ctrl+p, for what may follow."""


def main() -> None:
    """Open a sandbox with a terminal in it, or a terminal in the sandbox that is open."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise MachineError("`make practice` needs a terminal: run it in one, without a pipe")
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    try:
        with engine_errors(), closing(connect(hosts()[0])) as client:
            if container := _opened(client):
                print(GREETING_AGAIN)
                _sit_down(container)
            else:
                _practice(client)
    except RequestException:
        raise MachineError(
            "the Docker engine no longer answers; start it, then run `make practice` for a new"
            " sandbox"
        ) from None


def _end(*_: object) -> None:
    """End as ctrl+c does, only once: then the engine's answers are waited for."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    signal.raise_signal(signal.SIGINT)


def _opened(client: DockerClient) -> Container | None:
    known = OPENED.read_text() if OPENED.is_file() else ""
    running = client.containers.list(filters={"label": LABEL}, ignore_removed=True)
    return next((one for one in running if one.id == known), None)


def _practice(client: DockerClient) -> None:
    sandbox_image(client)
    with ExitStack() as stack:
        with step("start the sandbox"):
            machine = stack.enter_context(sandbox(client))
            machine.put(Path.cwd(), PROJECT)
            machine.run("bash", "-c", KEEP_SECRETS)
        OPENED.parent.mkdir(exist_ok=True)
        stack.callback(OPENED.unlink, missing_ok=True)
        OPENED.write_text(str(machine.container.id))
        print(GREETING)
        _sit_down(machine.container)


def _sit_down(container: Container) -> None:
    """Connect this terminal with a new one in the sandbox, until that one ends or this one does."""
    api = api_of(container)
    with _size_changes() as changes:
        size = os.get_terminal_size(KEYBOARD)
        execution = api.exec_create(
            container.id,
            ["bash", "-c", SHELL, str(size.lines), str(size.columns)],
            stdin=True,
            tty=True,
            workdir=PROJECT,
            environment=LOGIN,
            detach_keys=NEVER_TYPED,
        )["Id"]

        def fit() -> None:
            size = os.get_terminal_size(KEYBOARD)
            # It may just have ended.
            with suppress(APIError):
                api.exec_resize(execution, size.lines, size.columns)

        stream = api.exec_start(execution, tty=True, socket=True)
        with closing(Connection(stream)) as terminal, _raw_mode():
            _relay(terminal, changes, fit)


@contextmanager
def _size_changes() -> Iterator[int]:
    """Return what can be read from once the window's size has changed."""
    changes, changed = os.pipe()
    signal.signal(signal.SIGWINCH, lambda *_: os.write(changed, b"."))
    try:
        yield changes
    finally:
        signal.signal(signal.SIGWINCH, signal.SIG_DFL)
        os.close(changed)
        os.close(changes)


@contextmanager
def _raw_mode() -> Iterator[None]:
    """Have this terminal pass on each key, ctrl+c too."""
    usual = termios.tcgetattr(KEYBOARD)
    try:
        tty.setraw(KEYBOARD, termios.TCSANOW)
        yield
    finally:
        # A terminal that was closed has no mode.
        with suppress(termios.error):
            termios.tcsetattr(KEYBOARD, termios.TCSANOW, usual)


def _relay(terminal: Connection, changes: int, fit: Callable[[], None]) -> None:
    sys.stdout.buffer.write(terminal.early())
    sys.stdout.buffer.flush()
    shown = typed = b"."
    # Reading fails where this terminal was closed, sending where the sandbox has ended.
    with suppress(OSError):
        while shown and typed:
            ready, _, _ = select.select([KEYBOARD, changes, terminal.fileno()], [], [])
            if changes in ready:
                os.read(changes, 4096)
                fit()
            if KEYBOARD in ready:
                typed = os.read(KEYBOARD, 4096)
                terminal.send(typed)
            if terminal.fileno() in ready:
                shown = terminal.receive()
                sys.stdout.buffer.write(shown)
                sys.stdout.buffer.flush()


if __name__ == "__main__":
    run(main)
