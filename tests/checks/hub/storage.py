"""Images put straight into a registry's storage, as distribution's filesystem driver would."""

import hashlib
import json
from itertools import count
from pathlib import Path
from typing import Any, Final

IMAGE: Final = "application/vnd.oci.image.manifest.v1+json"
INDEX: Final = "application/vnd.oci.image.index.v1+json"
NUMBERS: Final = count(1)


class Storage:
    """The storage of a registry."""

    def __init__(self, folder: Path) -> None:
        self._root = folder / "docker/registry/v2"

    def push(self, name: str, tag: str, manifest: dict[str, Any] | None = None) -> str:
        """Push an image of its own, or some manifest, with a tag; returns its digest."""
        digest = self.push_untagged(name, manifest)
        self.tag(name, tag, digest)
        return digest

    def tag(self, name: str, tag: str, digest: str) -> None:
        """Have a tag name a manifest."""
        self._link(name, f"tags/{tag}/current", digest)
        self._link(name, f"tags/{tag}/index/sha256/{digest[7:]}", digest)

    def push_untagged(self, name: str, manifest: dict[str, Any] | None = None) -> str:
        """Push by digest."""
        digest = self.blob(json.dumps(manifest or self.image()).encode())
        self._link(name, f"revisions/sha256/{digest[7:]}", digest)
        return digest

    def image(self) -> dict[str, Any]:
        """Return the manifest of an image unlike any other."""
        platform = {"architecture": "amd64", "os": "linux", "number": next(NUMBERS)}
        return {
            "mediaType": IMAGE,
            "config": {"digest": self.blob(json.dumps(platform).encode())},
            "layers": [{"size": 7}, {"size": 8}],
        }

    def blob(self, content: bytes) -> str:
        """Store some bytes; returns their digest."""
        hexadecimal = hashlib.sha256(content).hexdigest()
        file = self._root / "blobs/sha256" / hexadecimal[:2] / hexadecimal / "data"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        return f"sha256:{hexadecimal}"

    def link(self, name: str, tag: str) -> Path:
        """Return the file that says what a tag names."""
        return self._root / "repositories" / name / f"_manifests/tags/{tag}/current/link"

    def _link(self, name: str, place: str, digest: str) -> None:
        link = self._root / "repositories" / name / "_manifests" / place / "link"
        link.parent.mkdir(parents=True, exist_ok=True)
        link.write_text(digest)
