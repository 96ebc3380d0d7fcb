"""Snippets: parts of real files, included in blocks for reading."""

import re
from pathlib import Path
from typing import Final

SNIPPET: Final = re.compile(r"^[> \t]*;?-+8<-+")
"""The line that includes another file (pymdownx.snippets)."""
NAMED: Final = re.compile(r'^[> \t]*-+8<-+ "(?P<path>[^":]+)(?::(?P<section>[^":]+))?"')


def trouble(line: str) -> str | None:
    """Return what is wrong with a line that includes a file, or None.

    The file is looked for in the current folder, as the site does.
    """
    named = NAMED.match(line)
    if not named:
        return None
    file, section = Path(named["path"]), named["section"]
    if not file.is_file():
        return f"there is no file {file} to include; write the path of one"
    if section and f"--8<-- [start:{section}]" not in file.read_text():
        return f"{file} has no section {section}; mark it there with `--8<-- [start:{section}]`"
    return None
