"""Manifests: what is read of them, whatever their pusher has made them."""

from dataclasses import dataclass
from typing import Any, Final

from checks.hub.body import is_unicode

INDEX_TYPE: Final = "application/vnd.oci.image.index.v1+json"
IMAGE_TYPE: Final = "application/vnd.oci.image.manifest.v1+json"


@dataclass(frozen=True, slots=True)
class Document:
    """A JSON object whose members may be missing, or anything: the registry looks at few.

    Members are known in any case of letters, as to the registry (Go's encoding/json).
    """

    members: dict[str, Any]

    @classmethod
    def of(cls, value: object) -> "Document":
        """Read a value; one that is no object has no members."""
        found = value if isinstance(value, dict) else {}
        return cls({name.lower(): member for name, member in found.items()})

    def has(self, name: str) -> bool:
        """Whether there is such a member."""
        return name.lower() in self.members

    def text(self, name: str) -> str | None:
        """Return a text that can be written; None for anything else."""
        value = self.members.get(name.lower())
        return value if isinstance(value, str) and is_unicode(value) else None

    def number(self, name: str) -> int:
        """Return a whole number; 0 for anything else."""
        value = self.members.get(name.lower())
        return value if type(value) is int else 0

    def document(self, name: str) -> "Document":
        """Return an object."""
        return Document.of(self.members.get(name.lower()))

    def documents(self, name: str) -> "list[Document]":
        """Return a list's objects."""
        value = self.members.get(name.lower())
        return [Document.of(one) for one in value] if isinstance(value, list) else []


@dataclass(frozen=True, slots=True)
class Manifest:
    """An image's manifest, or an index, which lists some (OCI image specification)."""

    document: Document

    @property
    def is_index(self) -> bool:
        """Whether it lists manifests."""
        return self.document.has("manifests")

    @property
    def media_type(self) -> str:
        """What it says it is, or must be."""
        return self.document.text("mediaType") or (INDEX_TYPE if self.is_index else IMAGE_TYPE)

    @property
    def size(self) -> int:
        """Bytes of its layers."""
        return sum(layer.number("size") for layer in self.document.documents("layers"))

    @property
    def configuration(self) -> str:
        """Digest of the image's configuration, or nothing."""
        return self.document.document("config").text("digest") or ""

    @property
    def listed(self) -> dict[str, Document]:
        """Digests of the manifests that an index lists, and their platforms."""
        found = self.document.documents("manifests")
        return {one.text("digest") or "": one.document("platform") for one in found}
