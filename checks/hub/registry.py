"""What the registry beside the Hub holds, read from its storage."""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

PART: Final = r"[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*"
NAME: Final = re.compile(rf"{PART}(?:/{PART})+")
"""`namespace/repository` (distribution specification, name)."""
TAG: Final = re.compile(r"\w[\w.-]{0,127}", re.ASCII)
LONGEST: Final = 255
"""Characters of a repository's name (Docker Hub; distribution has the same limit)."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag, the manifest that it names, and when it was last pushed."""

    name: str
    digest: str
    pushed_at: datetime


class Registry:
    """Repositories and tags of a distribution registry with the filesystem driver.

    distribution 2.8 can't delete a tag over HTTP; it reads its storage afresh at each request, so
    removing the tag's folder is the deletion (layout: registry/storage/paths.go).
    """

    def __init__(self, storage: Path) -> None:
        self._blobs = storage / "docker/registry/v2/blobs/sha256"
        self._repositories = storage / "docker/registry/v2/repositories"

    def created_at(self, name: str) -> datetime | None:
        """Return when `namespace/repository` was first pushed to, or None if never."""
        folder = self._folder(name)
        return _modified(folder) if folder and (folder / "_manifests/tags").is_dir() else None

    def names(self, namespace: str) -> list[str]:
        """Return the names of a namespace's repositories."""
        if not re.fullmatch(PART, namespace):
            return []
        folders = self._repositories.glob(f"{namespace}/*/_manifests/tags")
        return [f"{namespace}/{folder.parents[1].name}" for folder in folders]

    def tags(self, name: str) -> list[Tag]:
        """Return a repository's tags, the last pushed first."""
        folder = self._folder(name)
        links = folder.glob("_manifests/tags/*/current/link") if folder else iter(())
        found = [Tag(link.parents[1].name, link.read_text(), _modified(link)) for link in links]
        return sorted(found, key=lambda tag: tag.pushed_at, reverse=True)

    def tag(self, name: str, tag: str) -> Tag | None:
        """Return one tag, or None where there is no such tag."""
        return next((one for one in self.tags(name) if one.name == tag), None)

    def delete_tag(self, name: str, tag: Tag) -> None:
        """Remove a tag; its manifest stays, as on Docker Hub."""
        shutil.rmtree(self._repositories / name / "_manifests/tags" / tag.name)

    def manifest(self, digest: str) -> dict[str, Any]:
        """Return a manifest, an index or an image's configuration; raises OSError, ValueError."""
        _, _, hexadecimal = digest.partition(":")
        content = (self._blobs / hexadecimal[:2] / hexadecimal / "data").read_bytes()
        return dict(json.loads(content))

    def is_in_use(self, name: str, digest: str) -> bool:
        """Whether a tag of the repository names this manifest, or an index that lists it."""
        return any(digest in self._listed(tag.digest) for tag in self.tags(name))

    def _listed(self, digest: str) -> Iterator[str]:
        yield digest
        for one in self.manifest(digest).get("manifests", ()):
            yield one["digest"]

    def _folder(self, name: str) -> Path | None:
        is_name = len(name) <= LONGEST and NAME.fullmatch(name)
        return self._repositories / name if is_name else None


def _modified(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
