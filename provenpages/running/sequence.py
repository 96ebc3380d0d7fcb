"""Sequences: what a program writes to a terminal, taken apart."""

import re
from collections.abc import Iterator
from typing import Final, TypeAlias

TEXT: Final = "text"
CSI: Final = "\x1b["
C1: Final = re.compile(r"[\x80-\x9f]")
"""Controls that are short for an escape and a letter."""
CONTROL: Final = re.compile(r"[\x00-\x1f]")
SEQUENCE: Final = re.compile(
    r"""
    (?P<text> [^\x00-\x1f]+ )
    | \x1b\[ [0-9:;]* (?P<looks> m )
    # A control within a sequence is obeyed at once. CAN, SUB, and a letter that can't stand there
    # end the sequence; an escape begins another one.
    | \x1b (?P<controls> [\x00-\x17\x19\x1c-\x1f]* )
      (?: \[ (?P<parameters> [\x00-\x17\x19\x1c-?]* ) (?P<command> [^\x1b]? )
        # Titles, links, images.
        | (?: \] [^\x07\x18\x1a\x1b]* \x07? | [PX^_] [^\x18\x1a\x1b]* ) (?P<string> [\x18\x1a]? )
        | (?P<intermediates> [\x00-\x17\x19\x1c-/]* ) (?P<escape> [^\x1b]? ) )
    | (?P<control> . )
    """,
    re.VERBOSE | re.DOTALL,
)
PARAMETERS: Final = re.compile(r"(?P<kind>[<-?]?)(?P<numbers>[0-9:;]*)(?P<intermediates>[ -/]*)")
LARGEST: Final = 9999
"""A number counts for no more; no screen has as many rows or columns."""

Numbers: TypeAlias = tuple[int, ...]
Part: TypeAlias = tuple[str, str, Numbers]
"""`TEXT` and a text; or a sequence without its numbers, nothing, and these."""


def parts(written: str) -> Iterator[Part]:
    """Return texts and sequences in the order in which a terminal comes to them.

    A sequence has two numbers at least; those that were left out are 0.
    """
    for found in SEQUENCE.finditer(C1.sub(_escape, written)):
        kind = found.lastgroup
        if kind == "text":
            yield TEXT, found[0], ()
        elif kind == "looks":
            yield f"{CSI}m", "", ()
        elif kind == "control":
            yield found[0], "", ()
        else:
            yield from _parts_of_sequence(found)


def _parts_of_sequence(found: re.Match[str]) -> Iterator[Part]:
    parameters = found["parameters"] or ""
    intermediates = found["intermediates"] or ""
    for control in CONTROL.findall(found["controls"] + parameters + intermediates):
        yield control, "", ()
    parsed = PARAMETERS.fullmatch(CONTROL.sub("", parameters))
    if found["command"] and parsed:
        name = f"{CSI}{parsed['kind']}{parsed['intermediates']}{found['command']}"
        yield name, "", _numbers(parsed["numbers"])
    else:
        yield f"\x1b{CONTROL.sub('', intermediates)}{found['escape'] or ''}", "", (0, 0)


def _numbers(text: str) -> Numbers:
    digits = (number.partition(":")[0].lstrip("0") for number in text.split(";"))
    return (*(min(int(one[:5] or 0), LARGEST) for one in digits), 0)


def _escape(control: re.Match[str]) -> str:
    return f"\x1b{chr(ord(control[0]) - 0x40)}"
