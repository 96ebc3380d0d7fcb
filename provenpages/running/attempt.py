"""Running a block, and telling whether it did what the page says."""

import re
import time
from collections import deque
from collections.abc import Iterator
from typing import Final, Never

from provenpages.errors import BlockFailed, Differs
from provenpages.reading.block import Block
from provenpages.reading.command import (
    BLANK,
    CONTINUATION,
    OTHER_FORM,
    PROMPT,
    Command,
    commands,
    is_typed,
)
from provenpages.reading.directive import Answer, Background, Exact, Exit, Let, Match, Timeout
from provenpages.reading.languages import TRANSCRIPTS
from provenpages.running.desk import Desk
from provenpages.running.expect import difference, first_difference
from provenpages.running.run import Run
from provenpages.running.secrets import REDACTED
from provenpages.running.session import LONGEST_LINE, Typed
from provenpages.running.stand_in import put_in
from provenpages.running.stopped import Hung, ShellEnded, Stopped, Waits

SYNTAX_ERROR: Final = re.compile("bash: .*syntax error")
POLL: Final = 0.2
"""Seconds between two looks at whether a background command is ready."""


def run_block(desk: Desk, block: Block, runs: list[Run]) -> None:
    """Run a block's commands, adding to `runs` what each did.

    Raises BlockFailed at the first that doesn't do what the page says, PageError where the block
    has none.
    """
    attempt = _Attempt(desk, block, runs)
    for let in block.all(Let):
        attempt.put_stand_in(let)
    for command in commands(block):
        attempt.run(command)
    attempt.check_answers()


class _Attempt:
    """One go at a block."""

    def __init__(self, desk: Desk, block: Block, runs: list[Run]) -> None:
        self._desk = desk
        self._block = block
        self._runs = runs
        self._is_transcript = block.language in TRANSCRIPTS
        timeout = block.one(Timeout)
        self._seconds = timeout.seconds if timeout else desk.time_limit
        meanings = [*block.meanings, *(one for output in block.outputs for one in output.meanings)]
        self._kinds = [kind for one in meanings if isinstance(one, Match) for kind in one.kinds]
        self._is_exact = any(isinstance(one, Exact) for one in meanings)
        self._answers = deque(map(self._answer, block.all(Answer)))

    def put_stand_in(self, let: Let) -> None:
        """Find out what a documented value stands for now."""
        said = f"`let {let.literal} = {let.expression}`"
        try:
            shown = self._desk.session.ask(f"printf '%s\\n' \"{let.expression}\"")
        except Stopped as error:
            self._fail(self._block.line, f"{said}: {error}; write a quick command", [], error.shown)
        value = "\n".join(shown).strip()
        if REDACTED in value:
            problem = f"{said} gives a secret, which no page can show; let the value alone"
            self._fail(self._block.line, problem, [], [])
        if not re.fullmatch(r"\S+", value):
            gave = f"gives {value!r}" if value else "gives nothing"
            self._fail(self._block.line, f"{said} {gave}; it must give one word here", [], [])
        if let.literal not in self._block.shown:
            self._fail(self._block.line, f"{said}: the block below doesn't show it", [], [])
        self._desk.stand_ins[let.literal] = value

    def run(self, command: Command) -> None:
        """Type a command's lines; check how it ends and what it shows."""
        documented = self._documented(command)
        shown: list[str] = []
        typed: list[str] = []
        started = time.monotonic()
        asked = len(self._answers)
        for number, line in enumerate(command.lines, command.line):
            if not typed and self._is_transcript and number > command.line:
                problem = f"bash has run the command above, so this line is output; {OTHER_FORM}"
                self._fail(number, problem, documented, shown)
            if not typed and not is_typed(line):
                continue
            if not typed:
                started = time.monotonic()
            typed.append(put_in(line, self._desk.stand_ins))
            result = self._type(number, typed[-1], [*documented], shown)
            shown += result.shown
            if not result.has_run and not self._is_syntax_error(result, number):
                self._fail(number, "bash ran nothing of this line", documented, shown, typed[-1])
            if result.status is None and not self._block.one(Background):
                continue
            seconds = time.monotonic() - started
            first = number - len(typed) + 1
            said = self._desk.secrets.redacted("\n".join(typed))
            run = Run(first, said, result.status, seconds, result.shown)
            self._runs.append(run)
            self._check_status(run, number, documented, shown)
            if len(self._answers) < asked:
                self._check_last(number)
            typed = []
        if typed:
            problem = "bash waits for more lines; finish the command"
            if self._is_transcript:
                problem += (
                    f", with `{CONTINUATION}` before each more line, a blank one as `{BLANK}`"
                )
            self._fail(command.line, problem, [], [], "\n".join(typed))
        self._check_output(command, documented, shown)

    def _check_last(self, number: int) -> None:
        """Refuse lines after a command that asks: pasted with it, they would be its answers."""
        for place, line in self._lines():
            if place > number and line.strip():
                problem = (
                    "the prompt of the command above takes this line where the block is pasted;"
                    " put the command that asks last, or in a block of its own"
                )
                self._fail(place, problem, [], [], line)

    def _lines(self) -> Iterator[tuple[int, str]]:
        for command in commands(self._block):
            yield from enumerate(command.lines, command.line)

    def check_answers(self) -> None:
        """Fail where a prompt that has an answer was never seen."""
        if self._answers:
            problem = f"the prompt {self._answers[0][0]!r} was never seen; write it as it is shown"
            self._fail(self._block.line, problem, [], self._runs[-1].shown)

    def _documented(self, command: Command) -> list[str]:
        text = "\n".join(command.output.text if command.output else ()).rstrip()
        text = self._desk.secrets.redacted(put_in(text, self._desk.stand_ins))
        return text.split("\n") if text else []

    def _answer(self, answer: Answer) -> tuple[str, str]:
        try:
            value = self._desk.session.reveal(answer.variable)
        except Stopped as error:
            self._fail(self._block.line, str(error), [], error.shown)
        if "\n" in value:
            problem = f"${answer.variable} has several lines; answer each prompt with one"
            self._fail(self._block.line, problem, [], [])
        if not value:
            problem = f"there is no ${answer.variable} to answer with; set it in an earlier block"
            self._fail(self._block.line, problem, [], [])
        return answer.prompt, value

    def _type(self, number: int, line: str, documented: list[str], shown: list[str]) -> Typed:
        if len(line.encode()) > LONGEST_LINE:
            self._fail(number, f"a terminal takes {LONGEST_LINE:,} bytes a line", [], [])
        try:
            if background := self._block.one(Background):
                return self._start(number, line, background.probe)
            return self._desk.session.type(line, self._seconds, self._answers)
        except Hung as hung:
            problem = (
                f"still running, or waiting for input, after {self._seconds} s; give it more time"
                " with `timeout`, or what it asks for with `answer`"
            )
            self._fail(number, problem, documented, shown + hung.shown, line)
        except Waits as waits:
            self._fail(number, str(waits), documented, shown + waits.shown, line)
        except ShellEnded as ended:
            problem = "the command ended the shell; a reader's terminal would have closed"
            self._fail(number, problem, documented, shown + ended.shown, line)

    def _start(self, number: int, line: str, probe: str) -> Typed:
        """Start a command in a terminal of its own, and wait until `probe` succeeds."""
        if sum(len(command.lines) for command in commands(self._block)) > 1:
            self._fail(number, "a background command is one line, alone in its block", [], [], line)
        ready = f"{probe} >/dev/null 2>&1"
        if self._desk.session.holds(ready, self._seconds):
            problem = f"`{probe}` succeeds before the command runs; probe for what it brings"
            self._fail(number, problem, [], [], line)
        (folder,) = self._desk.session.ask("pwd")
        other = self._desk.open_terminal(folder)
        self._desk.others.append(other)
        other.start(line)
        deadline = time.monotonic() + self._seconds
        while True:
            is_ready = self._desk.session.holds(ready, self._seconds)
            if ended := other.look():
                problem = f"ended with status {ended.status}; it must go on after `{probe}`"
                self._fail(number, problem, [], ended.shown, line)
            if is_ready:
                return Typed(None, other.shown_so_far())
            if time.monotonic() > deadline:
                problem = f"`{probe}` didn't succeed in {self._seconds} s; is it the right probe?"
                self._fail(number, problem, [], other.shown_so_far(), line)
            time.sleep(POLL)

    def _check_status(self, run: Run, number: int, documented: list[str], shown: list[str]) -> None:
        wanted = self._wanted(number)
        if run.status not in (wanted, None):
            problem = f"exit status {run.status}, documented {wanted}"
            self._differ(run.line, problem, documented, shown, run.typed)

    def _wanted(self, number: int) -> int:
        """The documented exit status of the command that a line ends."""
        expected = self._block.one(Exit)
        return expected.status if expected and number == self._last_line() else 0

    def _is_syntax_error(self, result: Typed, number: int) -> bool:
        """Whether bash ran nothing for the reason that the page documents."""
        said = any(SYNTAX_ERROR.match(line) for line in result.shown)
        return said and result.status == self._wanted(number) == 2

    def _last_line(self) -> int:
        """The place of the last line that is typed: the one that `exit` speaks of."""
        return max(number for number, line in self._lines() if is_typed(line))

    def _check_output(self, command: Command, documented: list[str], shown: list[str]) -> None:
        if command.output is None:
            return
        index = first_difference(documented, shown, self._kinds, is_exact=self._is_exact)
        if index is not None:
            last = command.output.first + max(len(documented) - 1, -1)
            line = min(command.output.first + index, last)
            problem = "the output isn't as documented"
            if self._is_transcript and any(one.startswith(PROMPT) for one in shown):
                problem += f"; a line that begins with `{PROMPT}` is a command; {OTHER_FORM}"
            self._differ(line, problem, documented, shown, command.lines[0])

    def _fail(
        self, line: int, problem: str, documented: list[str], shown: list[str], typed: str = ""
    ) -> Never:
        said = self._explained(problem, documented, shown, typed)
        raise BlockFailed(self._block.path, line, said)

    def _differ(
        self, line: int, problem: str, documented: list[str], shown: list[str], typed: str
    ) -> Never:
        said = self._explained(problem, documented, shown, typed)
        raise Differs(self._block.path, line, said)

    def _explained(self, problem: str, documented: list[str], shown: list[str], typed: str) -> str:
        typed = self._desk.secrets.redacted(typed)
        command = "".join(f"\n    $ {one}" for one in typed.split("\n") if typed)
        compared = difference(documented, shown, self._kinds, is_exact=self._is_exact)
        return (
            problem + command + (f"\n    documented (-), real (+):\n{compared}" if compared else "")
        )
