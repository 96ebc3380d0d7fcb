"""Tabs: readers get spaces for them, and other ones than a terminal shows."""

from typing import Final

from wcwidth import wcwidth

from provenpages.reading.languages import COMMANDS, OUTPUT, RUN, TRANSCRIPTS

WIDTH: Final = 8
"""A terminal goes on in the next column that is a multiple of it."""
TYPED: Final = ("$ ", "> ")


def trouble(language: str, opening: str, line: str) -> str | None:
    """Return what is wrong with a tab in a fence's line; `opening` is the fence's first one."""
    if "\t" not in line or language not in (*RUN, *OUTPUT):
        return None
    content = line[len(opening) - len(opening.lstrip("> ")) :]
    is_typed = language in COMMANDS or (language in TRANSCRIPTS and content.startswith(TYPED))
    if is_typed or "\t" not in content:
        return "readers get spaces for this tab; write spaces"
    return refused(content)


def refused(output: str) -> str:
    """Return why a tab in a line of output is refused, and the line to write."""
    return f"a terminal shows spaces for this tab; write them: `{as_shown(output)}`"


def as_shown(line: str) -> str:
    """Return a line with the spaces that a terminal shows for its tabs."""
    first, *others = line.split("\t")
    shown = first
    for part in others:
        shown += " " * (WIDTH - sum(map(wcwidth, shown)) % WIDTH) + part
    return shown
