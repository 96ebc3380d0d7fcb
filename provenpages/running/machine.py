"""Machines: where documented commands run. A project brings its own, and names them."""

import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from importlib import import_module
from pathlib import Path
from typing import Final, Protocol, cast

from provenpages.errors import SettingsError
from provenpages.settings import FILE, TABLE, Settings

LOCAL: Final = "local"
"""The machine that is the computer itself, in a scratch folder."""


class Terminal(Protocol):
    """A terminal with bash in it: the connection to its keyboard and screen."""

    def fileno(self) -> int:
        """What tells `select` whether it has shown something more."""

    def send(self, data: bytes) -> None:
        """Type something."""

    def receive(self) -> bytes:
        """Read what it has shown since; nothing where bash has ended."""

    def close(self) -> None:
        """Hang up."""


class Machine(Protocol):
    """A running machine, which nobody has used before."""

    @property
    def secrets(self) -> Mapping[str, str]:
        """Names and values that the shell knows and nobody may print."""

    @property
    def secret_forms(self) -> Sequence[str]:
        """What else is secret, by its looks: regular expressions."""

    @property
    def terminal_size(self) -> tuple[int, int]:
        """Rows and columns of every terminal."""

    @property
    def project(self) -> str:
        """The folder where a reader is when a journey begins."""

    @property
    def build_cache(self) -> str:
        """`empty`, or `kept` from an earlier machine."""

    def terminal(self, folder: str) -> Terminal:
        """Open a terminal in a folder."""

    def run(self, *command: str) -> str:
        """Run a command outside any terminal; returns its output, raises MachineError."""

    def put(self, folder: Path, destination: str) -> None:
        """Copy a folder of the project's there."""

    def versions(self) -> dict[str, str]:
        """What runs on it."""

    def description(self, versions: dict[str, str], /) -> str:
        """Say in a few words what the commands were run on, as the page shows it."""

    def stand_ins(self, text: str, /) -> dict[str, str]:
        """What stands on this machine for documented values of a text."""


class Machines(Protocol):
    """Makes machines of one kind."""

    @property
    def is_published(self) -> bool:
        """Whether the site shows what is seen on them."""

    @property
    def is_local(self) -> bool:
        """Whether nobody else uses what they reach: blocks marked `local` are run there alone."""

    @property
    def most(self) -> int | None:
        """How many there can be at once; None where that is a question of room."""

    def places(self) -> Sequence[str]:
        """Where they can be made, by address; an empty one is the usual place."""

    def prepare(self, project: Path, machines: int, /, *, is_fresh: bool) -> None:
        """Make what several machines share before the first one starts."""

    def open(self, place: str, /, *, is_fresh: bool) -> AbstractContextManager[Machine]:
        """Start a machine and end it; one that `is_fresh` finds nothing of earlier ones."""

    def remove_abandoned(self, place: str, /) -> None:
        """Remove what a process that was killed has left."""


def machines_named(names: Sequence[str], settings: Settings, project: Path) -> dict[str, Machines]:
    """Return what makes the machines of some names, the usual one if there are none.

    They are looked for in the project's own modules too.
    Raises SettingsError where there is nothing of a name.
    """
    return {name: _named(name, settings, project) for name in names or [settings.machine]}


def _named(name: str, settings: Settings, project: Path) -> Machines:
    known = dict(settings.machines)
    if settings.machine == LOCAL:
        # Only a project's own settings may have its commands run on the computer itself.
        known[LOCAL] = "provenpages.running.local:Local"
    if name not in known:
        others = "".join(f", or take `{one}`" for one in known)
        raise SettingsError(
            f'{FILE}: [{TABLE}.machines] has no `{name}`; add `{name} = "module:Class"`{others}'
        )
    found = known[name]
    module, _, class_ = found.partition(":")
    if str(project) not in sys.path:
        sys.path.insert(0, str(project))
    try:
        made = getattr(import_module(module), class_)
    except (ImportError, AttributeError, ValueError) as error:
        raise SettingsError(
            f'{FILE}: machines: {name} = "{found}": {error}; write it as "module:Class"'
        ) from None
    return cast(Machines, made())
