"""Where a line is: its file, and its number there. Markdown is told neither."""

from pathlib import Path
from typing import Final

from provenpages.showing.evidence import ByMachine
from provenpages.showing.lookup import pages_of

DOCS: Final = Path("docs")


def place_of(lines: list[str], line: int) -> str:
    """Return `docs/page.md:41` for a line of the page with these lines."""
    path, before = _file(lines)
    return f"{path}:{before + line}"


def edited_line(evidence: ByMachine, lines: list[str]) -> int:
    """Return the first line that isn't as it was when the page was run."""
    path, _ = _file(lines)
    known = next((page.text.split("\n") for page in pages_of(evidence, path)), [])
    pairs = enumerate(zip(lines, known, strict=False), 1)
    edited = (number for number, (now, then) in pairs if now != then)
    return next(edited, min(len(lines), len(known)) + 1)


def _file(lines: list[str]) -> tuple[str, int]:
    """Return the page's path and the number of lines before its text."""
    for file in sorted(DOCS.rglob("*.md")):
        whole = file.read_text("utf-8-sig").split("\n")
        before = len(whole) - len(lines)
        if before >= 0 and whole[before:] == lines:
            return file.as_posix(), before
    return "a page outside docs/", 0
