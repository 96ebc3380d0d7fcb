"""The local machine: a terminal on this computer, in a scratch folder.

The computer itself isn't scratch: a page can delete your files. So it's used only where a project's
settings say `machine = "local"`.
"""

import fcntl
import os
import platform
import pwd
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from provenpages.errors import MachineError
from provenpages.tree import is_made

KEPT: Final = ("PATH", "TZ")
"""What a command knows of the environment that the checks were started in."""
BASH: Final = """
import fcntl, os, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execvp("bash", ["bash", "--noprofile", "--norc", "--noediting", "-i"])
"""
"""Becomes bash, with its terminal as the one that controls it."""


class LocalTerminal:
    """A pseudo-terminal with bash in it."""

    def __init__(self, folder: str, environment: Mapping[str, str], size: tuple[int, int]) -> None:
        self._controller, terminal = os.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("4H", *size, 0, 0))
        self._bash = subprocess.Popen(
            [sys.executable, "-I", "-c", BASH],
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            cwd=folder,
            env=environment,
            start_new_session=True,
        )
        os.close(terminal)

    def fileno(self) -> int:
        """What tells `select` whether there is something to read."""
        return self._controller

    def send(self, data: bytes) -> None:
        """Type something; nobody takes it where the terminal is gone."""
        with suppress(OSError):
            while data:
                data = data[os.write(self._controller, data) :]

    def receive(self) -> bytes:
        """Read what is shown; nothing where the terminal is gone."""
        # Linux fails where nobody has the terminal open any more; others say nothing.
        with suppress(OSError):
            return os.read(self._controller, 65536)
        return b""

    def close(self) -> None:
        """Hang up, and end what has been started here, also in the background."""
        for process in _of_session(self._bash.pid):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        os.close(self._controller)
        self._bash.wait()


@dataclass(frozen=True, slots=True)
class LocalMachine:
    """A scratch folder with a home, and the project's copy beside it."""

    folder: Path
    secrets: dict[str, str] = field(default_factory=dict)
    secret_forms: tuple[str, ...] = ()
    terminal_size: tuple[int, int] = (50, 120)
    build_cache: str = "empty"

    @property
    def project(self) -> str:
        """The folder of the project's copy."""
        return str(self.folder / "project")

    def terminal(self, folder: str) -> LocalTerminal:
        """Open a terminal in a folder."""
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        user = pwd.getpwuid(os.getuid()).pw_name
        environment = kept | {
            "HOME": str(self.folder / "home"),
            "LANG": _language(),
            "LOGNAME": user,
            "SHELL": shutil.which("bash") or "/bin/bash",
            "TERM": "xterm",
            "TMPDIR": str(self.folder / "tmp"),
            "USER": user,
        }
        return LocalTerminal(folder, environment, self.terminal_size)

    def run(self, *command: str) -> str:
        """Run a command outside any terminal; returns its output, raises MachineError."""
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        if ended.returncode:
            raise MachineError(f"{' '.join(command)} failed: {ended.stderr.strip()}")
        return ended.stdout

    def put(self, folder: Path, destination: str) -> None:
        """Copy a folder of the project's, without what git ignores."""

        def ignored(_folder: str, names: list[str]) -> list[str]:
            return [name for name in names if is_made(name)]

        shutil.copytree(folder, destination, ignore=ignored, symlinks=True, dirs_exist_ok=True)

    def versions(self) -> dict[str, str]:
        """What it is, and its shell."""
        bash = self.run("bash", "-c", "echo $BASH_VERSION").strip()
        return {platform.system(): platform.release(), "bash": bash}

    def description(self, versions: dict[str, str], /) -> str:
        """Say what a page's commands were run on."""
        return f"{platform.system()}, bash {versions['bash']}"

    def stand_ins(self, _text: str, /) -> dict[str, str]:
        """Nothing: a page's values are its author's."""
        return {}


class Local:
    """Makes scratch folders on this computer."""

    is_published: bool = True
    is_local: bool = True
    most: int | None = None

    def places(self) -> list[str]:
        """Return the only place there is."""
        return [""]

    def prepare(self, _project: Path, _machines: int, /, **_choices: bool) -> None:
        """Nothing is shared."""

    @contextmanager
    def open(self, _place: str, /, **_choices: bool) -> Iterator[LocalMachine]:
        """Make a scratch folder, and remove it."""
        with tempfile.TemporaryDirectory(prefix="provenpages-") as folder:
            for name in ("home", "tmp"):
                Path(folder, name).mkdir()
            yield LocalMachine(Path(folder))

    def remove_abandoned(self, _place: str, /) -> None:
        """Nothing that nobody uses is known here."""


def _language() -> str:
    """Return a UTF-8 locale that this system has: older versions of macOS lack the plain one."""
    with suppress(OSError):
        known = subprocess.run(["locale", "-a"], capture_output=True, text=True, check=False).stdout
        if known and not re.search(r"^C\.utf-?8$", known, re.IGNORECASE | re.MULTILINE):
            return "en_US.UTF-8"
    return "C.UTF-8"


def _of_session(leader: int) -> Iterator[int]:
    """Find the processes of a session, where the system tells them."""
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            # The name before it may hold anything.
            after_name = entry.read_text(errors="replace").rpartition(")")[2].split()
            if int(after_name[3]) == leader:
                yield int(entry.parent.name)
    yield leader
