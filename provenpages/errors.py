"""What can go wrong, and who can mend it.

ChecksError
├── PageError        a page, at a line: the author mends it
│   ├── NotShown     what its author wrote isn't what the site shows
│   └── BlockFailed  a documented command didn't do what the page says
│       └── Differs  it ended, with another status or other words
├── SettingsError    the settings say what can't be
└── MachineError     the machine lacks something: the text says what to do
"""


class ChecksError(Exception):
    """Anything that these checks report on purpose; the text names the place and the remedy."""


class PageError(ChecksError):
    """A page that can't be read as written."""

    def __init__(self, path: str, line: int, problem: str) -> None:
        super().__init__(f"{path}:{line}: {problem}")
        self.path = path
        self.line = line


class NotShown(PageError):
    """A block that would be published without its mark, or not at all."""


class BlockFailed(PageError):
    """A block whose commands ran, and not as documented."""


class Differs(BlockFailed):
    """A block that shows something else, or whose status is another, and went to its end."""


class SettingsError(ChecksError):
    """A project's settings that can't be read, or met."""


class MachineError(ChecksError):
    """The machine lacks what the checks need."""


class Notice(UserWarning):
    """Something that a person should look at; it fails a run where warnings are errors."""
