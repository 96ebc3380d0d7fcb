"""Why a typed line came to no prompt.

Stopped
├── Hung        its time was up
├── ShellEnded  there is no more shell
└── Waits       somebody waits for what nobody types
"""

from typing import Final

from provenpages.errors import ChecksError

WAITS: Final = (
    "`{0}` waits for input; write what it asks for with `answer`, or give a shell its commands on"
    " its own line, as in `sh -c 'COMMAND'`"
)
NO_PROMPT: Final = (
    "the shell's prompt can't be told from the output; leave the shell its standard error, and"
    " don't make PS0, PS1 or PS2 read-only, set them in PROMPT_COMMAND, or show in them what"
    " differs each time, like `\\t`"
)
LEFT_OVER: Final = (
    "the command didn't take all of its answer, and the next one would; answer what it asks for,"
    " and no more"
)
NO_LINES: Final = "the shell takes no lines; set the terminal's mode back with `stty sane`"


class Stopped(ChecksError):
    """A line after which nothing more can be typed; `shown` is what it showed until then."""

    def __init__(self, problem: str, shown: list[str]) -> None:
        super().__init__(problem)
        self.shown = shown


class Hung(Stopped):
    """A command that was still running, or waiting for input, when its time was up."""

    def __init__(self, shown: list[str]) -> None:
        super().__init__("still running", shown)


class ShellEnded(Stopped):
    """The shell is gone: the command ended it."""

    def __init__(self, shown: list[str]) -> None:
        super().__init__("the command ended the shell", shown)


class Waits(Stopped):
    """A program that waits for what nobody types: the text says which, and what to do."""
