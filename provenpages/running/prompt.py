"""The prompt: how bash says, unseen, that it waits, begins to run, or has run.

Its three prompts carry marks of the shell-integration convention (OSC 133), with a name that no
command can guess. Bash expands them itself: no command of ours runs, so that no trap, no `set -x`
and no variable like `$?` knows of them. The same holds of a question: at a second prompt in a row,
which an empty line brings about, a copy of the shell reads the question, and the prompt holds the
reply.
"""

import re
import secrets as random
from dataclasses import dataclass
from shlex import quote
from typing import Final

VARIABLE: Final = "PROVENPAGES"
"""An array: how many prompts there were since a command ran, and at how many a question is read."""
READ: Final = b"."
"""What a reply begins with, if the question was read."""
ASKED: Final = (
    rf"${{{VARIABLE}[1+{VARIABLE}[0]++]:+"
    f"`{{ IFS= builtin read -rt 1 {VARIABLE} && builtin printf {READ.decode()} >&3;"
    f' builtin trap - DEBUG ERR; builtin eval "${VARIABLE}" >&3; }} 3>&1 >/dev/null 2>&1`'
    rf"${{{VARIABLE}[{VARIABLE}[0]=1]:+}}}}"
)
RUNS: Final = f"${{{VARIABLE}[{VARIABLE}[0]=0]:+}}"
LENGTHS: Final = "${PS0:+${#PS0}}.${PS1:+${#PS1}}.${PS2:+${#PS2}}"
"""What tells whether a page has set a prompt of its own."""
LONGEST_END: Final = 64
"""Bytes that the mark of a prompt's end takes at most."""


@dataclass(frozen=True, slots=True)
class Prompted:
    """What was written before a prompt, and the status that this tells; None at a continuation.

    After a question the prompt holds the reply, and how the question ended.
    """

    written: bytes
    status: int | None
    reply: bytes = b""
    reply_status: int = 0


class Prompt:
    """The marks of one shell's prompts, and the lines that set them."""

    def __init__(self) -> None:
        name = f"aid={random.token_hex(8)}"
        ended, end, more, runs, shown = (
            rf"\e]133;{kind};{name}\a" for kind in (f"D;$?;{LENGTHS}", "B;$?", "P", "C", "R")
        )
        values = {"PS0": runs + RUNS, "PS1": ended + ASKED + end, "PS2": more}
        assigned = " ".join(f"{variable}={quote(value)}" for variable, value in values.items())
        assigned += f" {VARIABLE}=([0]=0 [2]=x)"
        lengths = ".".join(str(len(value)) for value in values.values())
        self.first: Final = f"{assigned}; unset HISTFILE; history -c"
        """The line that sets them; history doesn't know it."""
        self.again: Final = (
            f"eval {quote(f'{assigned}; [[ -o history ]] && history -d -1; (exit ')}$?')'"
            f' "#$({VARIABLE}=; p=${{PS1@P}};'
            rf""" printf '{shown}%s{shown}' "${{p%%$'\e]133;D;'*}}" >/dev/tty)" && (exit 0)"""
        )
        """The line that sets them where a page has set its own, and shows that one; keeps `$?`."""
        mark = rf"\x1b\]133;%s;{name}\x07"
        self.end: Final = re.compile((mark % r"(?:B;(\d+)|P)").encode())
        self.ended: Final = re.compile((mark % rf"D;(\d+);({re.escape(lengths)})?[\d.]*").encode())
        self.runs: Final = f"\x1b]133;C;{name}\x07".encode()
        self.shown: Final = re.compile((mark % "R" + "(.*)" + mark % "R").encode(), re.DOTALL)
