"""The tree: the project's files, without what the commands make of them."""

import hashlib
import os
from pathlib import Path
from typing import Final

MADE: Final = {".git", ".venv", ".hypothesis", "build", "site", "__pycache__"}
"""What git ignores, by its name; caches are recognized by the end of theirs."""


def is_made(name: str) -> bool:
    """Whether a file or folder of this name is no part of the tree."""
    return name in MADE or name.endswith("_cache")


def tree_digest(folder: Path) -> str:
    """Tell the tree in a folder from any other, by its files' names and contents (SHA-256)."""
    digest = hashlib.sha256()
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not is_made(name))
        for file in sorted(Path(parent, name) for name in files if not is_made(name)):
            content = str(file.readlink()).encode() if file.is_symlink() else file.read_bytes()
            name = file.relative_to(folder).as_posix().encode()
            digest.update(b"%d %s %d %s" % (len(name), name, len(content), content))
    return digest.hexdigest()
