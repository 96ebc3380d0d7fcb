"""What the registry beside the Hub holds, read from its storage."""

import re
import shutil
from pathlib import Path
from typing import Final

NAME: Final = re.compile(r"[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)+")
TAG: Final = re.compile(r"\w[\w.-]{0,127}", re.ASCII)


class Registry:
    """Repositories and tags of a distribution registry with the filesystem driver.

    distribution 2.8 can't delete a tag over HTTP; it reads its storage afresh at each request, so
    removing the tag's folder is the deletion (layout: registry/storage/paths.go).
    """

    def __init__(self, storage: Path) -> None:
        self._repositories = storage / "docker/registry/v2/repositories"

    def has_repository(self, name: str) -> bool:
        """Whether anything was ever pushed to `namespace/repository`."""
        return bool(NAME.fullmatch(name)) and (self._tags(name)).is_dir()

    def digest(self, name: str, tag: str) -> str | None:
        """Return the digest that a tag names, or None where there is no such tag."""
        if not NAME.fullmatch(name) or not TAG.fullmatch(tag):
            return None
        link = self._tags(name) / tag / "current/link"
        return link.read_text() if link.is_file() else None

    def delete_tag(self, name: str, tag: str) -> None:
        """Remove a tag that exists; its manifest stays, as on Docker Hub."""
        shutil.rmtree(self._tags(name) / tag)

    def _tags(self, name: str) -> Path:
        return self._repositories / name / "_manifests/tags"
