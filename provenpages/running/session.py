"""The session: a real bash on a real terminal, typed to as a reader types."""

import re
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final

from provenpages.reading.command import goes_on
from provenpages.running.front import Front
from provenpages.running.machine import Machine
from provenpages.running.prompt import LONGEST_END, READ, Prompt, Prompted
from provenpages.running.screen import render
from provenpages.running.secrets import Secrets
from provenpages.running.stopped import (
    LEFT_OVER,
    NO_LINES,
    NO_PROMPT,
    WAITS,
    Hung,
    ShellEnded,
    Waits,
)
from provenpages.running.wire import Wire

LONGEST_LINE: Final = 4095
"""Bytes that a terminal takes in one line (Linux, N_TTY canonical mode)."""
PATIENCE: Final = 10
"""Seconds in which bash itself must answer: at its start, or when interrupted."""
SILENCE: Final = 1
"""Seconds without output after which somebody looks what the command is doing; then twice, …"""
GRACE: Final = 0.2
"""Seconds for which something shown may be on its way."""
SHELL_PROMPT: Final = re.compile(r"[$#>] \Z")
"""The end of a line at which shells and the like wait."""
JOB_ENDED: Final = re.compile(rb"^\[\d+\][+ -]  [^\n]*\n", re.MULTILINE)
MOST: Final = 1_000_000
"""Bytes that are shown of what one command wrote: the last ones."""
TOOK_ALL: Final = "taken"
HERE_DOCUMENT: Final = "<<"


@dataclass(frozen=True, slots=True)
class Typed:
    """What became of a typed line: its output, and bash's next prompt.

    `status` is None where bash wants more lines before it runs anything.
    """

    status: int | None
    shown: list[str]
    has_run: bool = True
    """Whether bash ran anything: what history expansion or a syntax error refuses is not run."""


class Session:
    """One bash on one terminal of a machine's; secrets never leave it."""

    def __init__(self, machine: Machine, folder: str, secrets: Secrets) -> None:
        self._wire = Wire(machine.terminal(folder))
        self._size = machine.terminal_size
        self._secrets = secrets
        self._typed = ""
        self._told = b""
        self._earlier = ""
        self._taken: int | None = None
        self._prompt = Prompt()
        self._front = Front(machine)
        self._is_prompt_set = True
        self._wire.press(f"{self._prompt.first}\n")
        self._read_to_prompt(time.monotonic() + PATIENCE, deque())
        self._front.watch(*self.ask("tty; echo $$"))

    def type(self, line: str, seconds: float, answers: deque[tuple[str, str]]) -> Typed:
        """Type one line, take each of `answers` (prompt, reply) at its prompt, and wait.

        Raises Hung after `seconds`, ShellEnded where there is no more shell, Waits where a program
        waits for what nobody types.
        """
        asked = len(answers)
        is_joined = HERE_DOCUMENT in self._earlier and goes_on(line)
        self._taken = self._front.taken() if is_joined else None
        self.start(line)
        typed = self._finish(time.monotonic() + seconds, answers)
        self._taken = None
        self._earlier = f"{self._earlier}{line}\n" if typed.status is None else ""
        if len(answers) < asked and typed.status is not None:
            self._check_taken(typed)
        return typed

    def reveal(self, variable: str) -> str:
        """Return a variable's value, which no screen shows from now on."""
        reply = self._reply(f"printf '%s' \"${variable}\"", PATIENCE).reply
        value = reply.replace(b"\r\n", b"\n").decode()
        self._secrets.keep(value)
        return value

    def ask(self, command: str) -> list[str]:
        """Return what a command prints in a copy of the shell, which knows nothing of it."""
        return self._rendered(self._reply(command, PATIENCE).reply)

    def holds(self, command: str, seconds: float) -> bool:
        """Whether a command succeeds in a copy of the shell; raises like `type`."""
        return self._reply(command, seconds).reply_status == 0

    def start(self, line: str) -> None:
        """Type a line and don't wait."""
        self._typed = line
        self._wire.press(f"{line}\n")

    def look(self) -> Typed | None:
        """Return what became of a started line, or None while it runs."""
        with suppress(Hung):
            return self._finish(time.monotonic(), deque())
        return None

    def shown_so_far(self) -> list[str]:
        """Return what a started line has shown until now."""
        return self._show(self._wire.unread)

    def close(self) -> None:
        """Hang up."""
        self._wire.close()

    def _check_taken(self, typed: Typed) -> None:
        """Raise Waits where a command left some of an answer to the commands after it."""
        try:
            reply = self._reply(f"printf {TOOK_ALL}", PATIENCE)
        except Waits:
            raise Waits(LEFT_OVER, typed.shown) from None
        if self._prompt.runs in reply.written or reply.reply != TOOK_ALL.encode():
            raise Waits(LEFT_OVER, typed.shown)

    def _finish(self, deadline: float, answers: deque[tuple[str, str]]) -> Typed:
        prompted = self._read_to_prompt(deadline, answers)
        has_run = prompted.status is None or self._prompt.runs in prompted.written
        written, self._told = prompted.written + self._told, b""
        return Typed(prompted.status, self._show(written), has_run)

    def _reply(self, question: str, seconds: float) -> Prompted:
        self._typed = question
        self._wire.press(f"\n{question}\n")
        prompted = self._read_to_prompt(time.monotonic() + seconds, deque())
        # That a job has ended is told before a prompt: here before one that no reader sees.
        self._told += b"".join(JOB_ENDED.findall(prompted.written))
        if not prompted.reply.startswith(READ):
            raise Waits(NO_LINES, self._show(prompted.written))
        return replace(prompted, reply=prompted.reply.removeprefix(READ))

    def _read_to_prompt(self, deadline: float, answers: deque[tuple[str, str]]) -> Prompted:
        written, found = self._read_to_end(deadline, answers)
        if not found or found[1] is None:
            return Prompted(written, None)
        ended = self._prompt.ended.search(written)
        if ended and ended[2]:
            reply = written[ended.end() :]
            written = self._without_own_prompt(written[: ended.start()])
            return Prompted(written, int(ended[1]), reply, int(found[1]))
        self._wire.unread = written[: ended.start() if ended else None] + self._wire.unread
        self._set_prompt_again()
        return self._read_to_prompt(deadline, deque())

    def _read_to_end(
        self, deadline: float, answers: deque[tuple[str, str]]
    ) -> tuple[bytes, re.Match[bytes] | None]:
        answered = searched = 0
        silence = float(SILENCE) if self._taken is None else GRACE
        wire = self._wire
        while not (found := self._prompt.end.search(wire.unread, searched)):
            searched = max(0, len(wire.unread) - LONGEST_END)
            is_asked = answers and wire.plain(answered).endswith(answers[0][0])
            try:
                if is_asked:
                    answered = len(wire.unread)
                    wire.answer(answers.popleft()[1], self._front)
                elif not wire.receive(min(deadline - time.monotonic(), silence)):
                    silence *= 2
                    if self._look_why(deadline):
                        return wire.take(len(wire.unread), len(wire.unread)), None
            except EOFError:
                raise ShellEnded(self.shown_so_far()) from None
            # A command that prints without a pause is out of time as well.
            if time.monotonic() > deadline + GRACE:
                raise Hung(self.shown_so_far())
        return wire.take(found.start(), found.end()), found

    def _look_why(self, deadline: float) -> bool:
        """See to it that nobody waits in vain in a silence; raises Hung and Waits.

        Returns whether bash waits for more of a here-document, where it says nothing.
        """
        if time.monotonic() >= deadline:
            raise Hung(self.shown_so_far())
        is_at_prompt = self._front.look()
        is_taken = is_at_prompt and self._taken is not None and self._front.taken() > self._taken
        if not (is_at_prompt or self._front.reads or self._is_at_own_prompt()):
            return False
        if self._wire.receive(GRACE):
            return False
        if is_at_prompt and self._taken is not None:
            return is_taken
        if not is_at_prompt:
            raise Waits(WAITS.format(self._front.name), self.shown_so_far())
        self._set_prompt_again()
        return False

    def _is_at_own_prompt(self) -> bool:
        # Such programs take keys one by one, and may watch more than the terminal.
        line = self._wire.plain().rpartition("\n")[2]
        return bool(SHELL_PROMPT.search(line)) and "-icanon" in self._front.modes()

    def _set_prompt_again(self) -> None:
        """Have bash show our prompts after a page has set its own."""
        if not self._is_prompt_set:
            raise Waits(NO_PROMPT, self.shown_so_far())
        self._is_prompt_set = False
        self._wire.press(f"{self._prompt.again}\n")

    def _without_own_prompt(self, written: bytes) -> bytes:
        """Leave out the prompt that a page has set, and what set ours again."""
        if self._is_prompt_set:
            return written
        if found := self._prompt.shown.search(written):
            echo = self._prompt.again.encode() + b"\r\n"
            before = written[: found.start()].partition(echo)[0]
            if before.count(self._prompt.runs) > 1:
                before = before.removesuffix(self._prompt.runs)
            prompt = re.sub(rb"[\x01\x02]", b"", found[1])
            if before.endswith(prompt):
                self._is_prompt_set = True
                return before.removesuffix(prompt)
        raise Waits(NO_PROMPT, self._show(written))

    def _without_echo(self, written: bytes) -> bytes:
        before, _, after = written.partition(self._typed.encode() + b"\r\n")
        return before + after

    def _show(self, written: bytes) -> list[str]:
        if not self._is_prompt_set:
            written = written.partition(self._prompt.again.encode())[0]
        return self._rendered(self._without_echo(written).replace(self._prompt.runs, b""))

    def _rendered(self, shown: bytes) -> list[str]:
        if len(shown) > MOST:
            shown = shown[-MOST:].partition(b"\n")[2]
        text = self._secrets.redacted("\n".join(render(shown, *self._size)))
        return text.split("\n") if text else []
