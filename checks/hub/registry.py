"""What the registry beside the Hub holds, read from its storage."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from checks.hub.manifest import Document, Manifest

PART: Final = r"[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*"
NAME: Final = re.compile(rf"{PART}(?:/{PART})+")
"""`namespace/repository` (distribution specification, name)."""
DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")
LARGEST: Final = 4 * 2**20
"""Bytes of a manifest (distribution's limit); what is larger is an artifact's, and no image's."""
LONGEST_NAME: Final = 255
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
        self._storage = storage
        self._blobs = storage / "docker/registry/v2/blobs/sha256"
        self._repositories = storage / "docker/registry/v2/repositories"

    def created_at(self, name: str) -> datetime | None:
        """Return when `namespace/repository` was first pushed to, or None if never."""
        folder = self._folder(name)
        return _modified(folder) if folder and (folder / "_manifests").is_dir() else None

    def names(self, namespace: str) -> list[str]:
        """Return the names of a namespace's repositories."""
        if len(namespace) > LONGEST_NAME or not re.fullmatch(PART, namespace):
            return []
        folders = self._repositories.glob(f"{namespace}/*/_manifests")
        return [f"{namespace}/{folder.parent.name}" for folder in folders]

    def tags(self, name: str) -> list[Tag]:
        """Return a repository's tags, the last pushed first."""
        folder = self._folder(name)
        links = folder.glob("_manifests/tags/*/current/link") if folder else iter(())
        found = [tag for link in links if (tag := _read_tag(link))]
        return sorted(found, key=lambda tag: tag.pushed_at, reverse=True)

    def tag(self, name: str, tag: str) -> Tag | None:
        """Return one tag, or None where there is no such tag."""
        return next((one for one in self.tags(name) if one.name == tag), None)

    def delete_tag(self, name: str, tag: Tag) -> None:
        """Remove a tag, if it is still there; its manifest stays, as on Docker Hub.

        All of it at once, by moving it out of the registry's sight.
        """
        self._remove(self._repositories / name / "_manifests/tags" / tag.name)

    def delete(self, name: str) -> None:
        """Remove a repository; its layers stay, unreachable."""
        self._remove(self._repositories / name)

    def _remove(self, folder: Path) -> None:
        with TemporaryDirectory(dir=self._storage) as removed, suppress(FileNotFoundError):
            folder.rename(Path(removed) / "removed")

    def manifest(self, digest: str) -> Manifest:
        """Return a manifest; one without anything in it where it is none."""
        return Manifest(self.document(digest))

    def document(self, digest: str) -> Document:
        """Return a manifest or an image's configuration; nothing where it is none."""
        if not DIGEST.fullmatch(digest):
            return Document.of(None)
        hexadecimal = digest.partition(":")[2]
        file = self._blobs / hexadecimal[:2] / hexadecimal / "data"
        try:
            content = json.loads(file.read_bytes()) if file.stat().st_size <= LARGEST else None
        except (OSError, ValueError, RecursionError):
            content = None
        return Document.of(content)

    def manifest_of(self, name: str, reference: str) -> Manifest | None:
        """Return the manifest that a tag or digest of a repository names, or None."""
        tag = self.tag(name, reference)
        digest = tag.digest if tag else reference
        return self.manifest(digest) if digest in self._digests(name) else None

    def is_in_use(self, name: str, digest: str) -> bool:
        """Whether a tag of the repository names this manifest, or an index lists it."""
        is_tagged = any(digest == tag.digest for tag in self.tags(name))
        indexes = (self.manifest(one) for one in self._digests(name))
        return is_tagged or any(digest in index.listed for index in indexes)

    def _digests(self, name: str) -> Iterator[str]:
        folder = self._folder(name)
        links = folder.glob("_manifests/revisions/sha256/*/link") if folder else iter(())
        return (f"sha256:{link.parent.name}" for link in links)

    def _folder(self, name: str) -> Path | None:
        is_name = len(name) <= LONGEST_NAME and NAME.fullmatch(name)
        return self._repositories / name if is_name else None


def _read_tag(link: Path) -> Tag | None:
    """Read a tag; None for one that the registry is writing or removing at the moment."""
    try:
        digest = link.read_text()
        return Tag(link.parents[1].name, digest, _modified(link)) if digest else None
    except FileNotFoundError:
        return None


def _modified(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)
