"""Why a typed line came to no prompt.

Stopped
├── Hung        its time was up
├── ShellEnded  there is no more shell
└── Waits       somebody waits for what nobody types
"""

from provenpages.errors import ChecksError


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
