"""The session: a real bash on a real terminal, typed to as a reader types."""

import base64
import re
import secrets as random
import select
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from provenpages.errors import ChecksError
from provenpages.running.machine import Machine
from provenpages.running.screen import render

LONGEST_LINE: Final = 4095
"""Bytes that a terminal takes in one line (Linux, N_TTY canonical mode)."""
ESCAPES: Final = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
PATIENCE: Final = 10
"""Seconds in which bash itself must answer: at its start, or when interrupted."""
MOMENT: Final = 1
"""Seconds for which an answer waits for the terminal to stop showing what is typed."""
SHORTEST_SECRET: Final = 12
"""Characters; a shorter answer, `yes` or a name, is no secret, and would blot out other words."""
LONGEST_PROMPT: Final = 64
"""Bytes that our own prompt takes at most."""
MOST: Final = 1_000_000
"""Bytes that are shown of what one command wrote: the last ones."""
REDACTED: Final = "[secret]"


class Hung(ChecksError):
    """A command that was still running, or waiting for input, when its time was up."""

    def __init__(self, shown: list[str]) -> None:
        super().__init__("still running")
        self.shown = shown


class ShellEnded(ChecksError):
    """The shell is gone: the command ended it."""

    def __init__(self, shown: list[str]) -> None:
        super().__init__("the command ended the shell")
        self.shown = shown


@dataclass(frozen=True, slots=True)
class Typed:
    """What became of a typed line: its output, and bash's next prompt.

    `status` is None where bash wants more lines before it runs anything.
    """

    status: int | None
    shown: list[str]
    has_run: bool = True
    """Whether bash ran anything: a line that history expansion refuses is not run."""


class Session:
    """One bash on one terminal of a machine's; secrets never leave it."""

    def __init__(self, machine: Machine, folder: str) -> None:
        self._terminal = machine.terminal(folder)
        self._size = machine.terminal_size
        self._secrets = [re.compile(form) for form in machine.secret_forms]
        for value in machine.secrets.values():
            self._keep_secret(value)
        self._typed = ""
        self._unread = b""
        nonce = random.token_hex(8)
        # The shell-integration convention (OSC 133) with a name that no command can guess.
        self._prompt = re.compile(rb"\x1b\]133;(?:D;(\d+)|P);aid=%s\x07" % nonce.encode())
        self._running = b"\x1b]133;C;aid=%s\x07" % nonce.encode()
        done, more, runs = (rf"\e]133;{kind};aid={nonce}\a" for kind in (r"D;\$?", "P", "C"))
        self._send(f"PROMPT_COMMAND=\"PS1='{done}' PS2='{more}' PS0='{runs}'\"; unset HISTFILE")
        self._read_to_prompt(time.monotonic() + PATIENCE, deque())
        self._echoes = machine.echoes
        (self._device,) = self.ask("tty")

    def type(self, line: str, seconds: float, answers: deque[tuple[str, str]]) -> Typed:
        """Type one line, take each of `answers` (prompt, reply) at its prompt, and wait.

        Raises Hung after `seconds`, ShellEnded where there is no more shell.
        """
        self.start(line)
        return self._finish(time.monotonic() + seconds, answers)

    def reveal(self, variable: str) -> str:
        """Return a variable's value, which no screen shows from now on."""
        self.start(f"printf '%s' \"${variable}\"")
        written, _ = self._read_to_prompt(time.monotonic() + PATIENCE, deque())
        value = written.partition(self._typed.encode() + b"\r\n" + self._running)[2].decode()
        self._keep_secret(value)
        return value

    def ask(self, command: str) -> list[str]:
        """Return what a command prints, for the checks' own use."""
        return self.type(command, PATIENCE, deque()).shown

    def holds(self, command: str, seconds: float) -> bool:
        """Whether a command succeeds; raises like `type`."""
        return self.type(command, seconds, deque()).status == 0

    def start(self, line: str) -> None:
        """Type a line and don't wait."""
        self._typed = line
        self._send(line)

    def look(self) -> Typed | None:
        """Return what became of a started line, or None while it runs."""
        with suppress(Hung):
            return self._finish(time.monotonic(), deque())
        return None

    def shown_so_far(self) -> list[str]:
        """Return what a started line has shown until now."""
        return self._show(self._unread)

    def close(self) -> None:
        """Hang up."""
        self._terminal.close()

    def _send(self, line: str) -> None:
        with suppress(BrokenPipeError, ConnectionResetError):
            self._terminal.send(line.encode() + b"\n")

    def _finish(self, deadline: float, answers: deque[tuple[str, str]]) -> Typed:
        written, status = self._read_to_prompt(deadline, answers)
        has_run = status is None or self._running in written
        return Typed(status, self._show(written), has_run)

    def _read_to_prompt(
        self, deadline: float, answers: deque[tuple[str, str]]
    ) -> tuple[bytes, int | None]:
        answered = searched = 0
        while not (found := self._prompt.search(self._unread, searched)):
            searched = max(0, len(self._unread) - LONGEST_PROMPT)
            if answers and _plain(self._unread[answered:]).endswith(answers[0][0]):
                self._wait_for_silence()
                self._send(answers.popleft()[1])
                answered = len(self._unread)
            wait = max(0.0, deadline - time.monotonic())
            ready, _, _ = select.select([self._terminal], [], [], wait)
            # A command that prints without a pause is out of time as well.
            if not ready or time.monotonic() > deadline + MOMENT:
                raise Hung(self.shown_so_far())
            data = self._terminal.receive()
            if not data:
                raise ShellEnded(self.shown_so_far())
            self._unread += data
        written, self._unread = self._unread[: found.start()], self._unread[found.end() :]
        return written, int(found[1]) if found[1] else None

    def _keep_secret(self, value: str) -> None:
        if len(value) >= SHORTEST_SECRET:
            self._secrets += [re.compile(form) for form in _forms(value)]

    def _wait_for_silence(self) -> None:
        # A command asks first and switches the echo off then; a person isn't as fast.
        deadline = time.monotonic() + MOMENT
        while self._echoes(self._device) and time.monotonic() < deadline:
            pass

    def _show(self, written: bytes) -> list[str]:
        # The terminal echoes what was typed.
        before, _, after = written.partition(self._typed.encode() + b"\r\n")
        shown = (before + after).replace(self._running, b"")
        if len(shown) > MOST:
            shown = shown[-MOST:].partition(b"\n")[2]
        text = "\n".join(render(shown, *self._size))
        for secret in self._secrets:
            text = secret.sub(REDACTED, text)
        return text.split("\n") if text else []


def _forms(secret: str) -> list[str]:
    """Return patterns for a secret as it may be printed: itself, and in base64 at any offset."""
    encoded = [base64.b64encode(b"x" * pad + secret.encode()).decode() for pad in range(3)]
    # What stands beside the secret changes the first and last characters of the encoded text.
    around = "[A-Za-z0-9+/]{0,4}"
    middles = [re.escape(text[4:-4]) for text in encoded]
    return [re.escape(secret), *(f"{around}{middle}{around}={{0,2}}" for middle in middles)]


def _plain(written: bytes) -> str:
    return ESCAPES.sub(b"", written).decode(errors="replace")
