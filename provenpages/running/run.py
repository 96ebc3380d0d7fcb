"""Runs: what documented commands did."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """What one command did: `shown` is what the terminal showed, secrets taken out."""

    line: int
    typed: str
    status: int | None
    """None where the command goes on in a terminal of its own."""
    seconds: float
    shown: list[str]
