"""The front: what holds a terminal, and whether it waits for what is typed."""

import time
from dataclasses import dataclass
from typing import Final

from provenpages.running.machine import Machine

TAKEN: Final = "sed -n 's/rchar: //p' \"/proc/$0/io\""
MODES: Final = "stty -a < \"$0\" | tr ';\\n' '  '"
LOOK: Final = r"""
exec 2> /dev/null
front=$(sed 's/.*) //' "/proc/$0/stat" | cut -d ' ' -f 6)
for process in "$0" "$front"; do
  cat "/proc/$process/comm" || echo
  call=$(cat "/proc/$process/syscall")
  echo "$call"
  set -- $call
  readlink "/proc/$process/fd/$((${2:--1}))" || echo
done
"""
"""Of the shell, and of the process that holds its terminal: name, system call, and its file."""
READING: Final = 4
"""Words that tell a read from another: the call's number, file, place in memory, and length."""
SETTLED: Final = 1
"""Seconds in which bash is at its first prompt."""
PAUSE: Final = 0.02
"""Seconds between two looks."""


@dataclass(frozen=True, slots=True)
class Process:
    """A process: its name, its system call, and what that is about, if it's a file."""

    name: str
    call: tuple[str, ...]
    file: str


class Front:
    """What holds the terminal of one shell.

    Nothing is known to wait before the shell is watched, nor where the system doesn't tell it.
    """

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._terminal = self._shell = ""
        self._front = Process("", (), "")
        self._at_prompt: tuple[str, ...] = ()

    def watch(self, terminal: str, shell: str) -> None:
        """Learn how a shell, by its number, waits at its prompt, where it is now."""
        self._terminal, self._shell = terminal, shell
        deadline = time.monotonic() + SETTLED
        while time.monotonic() < deadline:
            bash, _ = self._look()
            if not bash.call:
                return
            if bash.file == terminal:
                self._at_prompt = bash.call
                return
            # Between its prompt and its read, bash gives no sign that could be waited for.
            time.sleep(PAUSE)

    @property
    def name(self) -> str:
        """What held the terminal at the last look."""
        return self._front.name

    @property
    def reads(self) -> bool:
        """Whether it read from the terminal, at the last look."""
        is_reading = self._front.call[:1] == self._at_prompt[:1] != ()
        return is_reading and self._front.file == self._terminal

    def look(self) -> bool:
        """Look again, and return whether the shell reads a line at a prompt."""
        if not self._at_prompt:
            return False
        shell, self._front = self._look()
        return shell == self._front and self.reads and shell.call == self._at_prompt

    def taken(self) -> int:
        """Return how many bytes the shell has read by now, of what was typed and otherwise."""
        return int(self._machine.run("sh", "-c", TAKEN, self._shell) or 0) if self._at_prompt else 0

    def modes(self) -> set[str]:
        """Return the terminal's modes, as `stty` names them: `echo`, or `-echo`."""
        if not self._terminal:
            return set()
        return set(self._machine.run("sh", "-c", MODES, self._terminal).split())

    def _look(self) -> tuple[Process, Process]:
        said = self._machine.run("sh", "-c", LOOK, self._shell).split("\n")
        shell, front = (
            Process(name, tuple(call.split()[:READING]), file)
            for name, call, file in (said[:3], said[3:6])
        )
        return shell, front
