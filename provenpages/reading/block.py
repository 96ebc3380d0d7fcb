"""Blocks: fences and hidden commands, with all that the page says about them."""

import hashlib
from dataclasses import dataclass
from typing import TypeVar

from provenpages.reading.directive import Hidden, Meaning, Skip
from provenpages.reading.version import Only

Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True)
class Lines:
    """Some lines of a page, the first of them at `first` (counting from 1)."""

    first: int
    text: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Output:
    """The `text` fence after a `bash` fence: what its commands show, on some machines or all."""

    lines: Lines
    meanings: tuple[Meaning, ...] = ()

    @property
    def only(self) -> Only | None:
        """The versions that it's for; None where it's for all."""
        return next((one for one in self.meanings if isinstance(one, Only)), None)


@dataclass(frozen=True, slots=True)
class Block:
    """One fence, or one hidden directive, that is run or skipped."""

    path: str
    line: int
    language: str
    """`bash`, `console` or `text`."""
    content: Lines
    meanings: tuple[Meaning, ...] = ()
    outputs: tuple[Output, ...] = ()
    """Where there are several, each is for other versions."""
    sentences: tuple[str, ...] = ()
    """Those that its claims are in, as the page says them."""

    def all(self, kind: type[Kind]) -> list[Kind]:
        """Return what directives of one kind say, in the page's order."""
        return [one for one in self.meanings if isinstance(one, kind)]

    def one(self, kind: type[Kind]) -> Kind | None:
        """Return what the last directive of one kind says."""
        return next(reversed(self.all(kind)), None)

    @property
    def is_hidden(self) -> bool:
        """Whether readers don't see it."""
        return self.one(Hidden) is not None

    @property
    def digest(self) -> str:
        """Tell what is run and shown by it from any other; nothing where it is skipped."""
        if self.one(Skip):
            return ""
        outputs = [(output.lines.text, output.meanings) for output in self.outputs]
        known = repr((self.language, self.content.text, self.meanings, outputs, self.sentences))
        return hashlib.sha256(known.encode()).hexdigest()

    @property
    def shown(self) -> str:
        """Its commands and documented output, as one text."""
        outputs = [line for output in self.outputs for line in output.lines.text]
        return "\n".join([*self.content.text, *outputs])

    @property
    def title(self) -> str:
        """The first words of its first command."""
        first = next((line for line in self.content.text if line.strip(" $>#")), "")
        return " ".join(first.removeprefix("$ ").split()[:4])
