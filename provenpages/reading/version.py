"""Versions of what runs on a machine, and the range of them that a block is for."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

NUMBERS: Final = r"\d+(?:\.\d+)*"
RANGE: Final = rf"(\w[\w.-]*) (?:>= ({NUMBERS})(?:, < ({NUMBERS}))?|< ({NUMBERS}))"
"""`docker >= 28`, `docker < 29`, `docker >= 28, < 29`."""
Version = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Only:
    """The versions of a program that something is for: from `low` on, and before `high`."""

    program: str
    low: Version = ()
    high: Version | None = None

    def __str__(self) -> str:
        bounds = [f">= {dotted(self.low)}"] if self.low else []
        bounds += [f"< {dotted(self.high)}"] if self.high else []
        return f"{self.program} {', '.join(bounds)}"

    def fits(self, versions: Mapping[str, str]) -> bool:
        """Whether it is for a machine with these versions; raises KeyError if it says none."""
        if not (version := parsed(versions[self.program])):
            raise KeyError(self.program)
        return self.low <= version and (self.high is None or version < self.high)


def read_range(program: str, low: str | None, high: str | None, other: str | None) -> Only:
    """Return the range in the groups that `RANGE` matched.

    Raises ValueError if no version is in it.
    """
    before = high or other
    found = Only(program, parsed(low or ""), parsed(before) if before else None)
    if found.high is not None and found.low >= found.high:
        raise ValueError(str(found))
    return found


def parsed(text: str) -> Version:
    """Return a version's numbers: (28, 5, 2) for `28.5.2+dfsg4`, as well as for `v28.5.2.0`."""
    numbers = [int(one) for one in _numbers(text).split(".") if one]
    while numbers[1:] and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def dotted(version: Version) -> str:
    """Return a version as it is written."""
    return ".".join(map(str, version))


def unknown(versions: Mapping[str, str], known: Mapping[str, Sequence[str]]) -> str:
    """Return the programs, with their versions, that aren't among those known; or nothing."""
    new = (
        f"{program} {_numbers(versions[program])}"
        for program, those in known.items()
        if program in versions and parsed(versions[program]) not in map(parsed, those)
    )
    return ", ".join(new)


def _numbers(text: str) -> str:
    found = re.search(NUMBERS, text)
    return found[0] if found else ""
