"""Tags of a repository."""

import zlib
from collections.abc import Iterator
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from checks.hub.api.bearer import Bearers, require_admin
from checks.hub.api.page import paginate
from checks.hub.api.repositories import COLLECTIONS, RepositoryApi
from checks.hub.database import timestamp
from checks.hub.manifest import Document, Manifest
from checks.hub.problem import Problem, not_found, problem
from checks.hub.registry import Registry, Tag
from checks.hub.repositories import Repository


class TagApi:
    """`/v2/namespaces/{namespace}/repositories/{repository}/tags`."""

    def __init__(self, registry: Registry, repositories: RepositoryApi, bearers: Bearers) -> None:
        self._registry = registry
        self._repositories = repositories
        self._bearers = bearers

    def routes(self) -> list[Route]:
        """The operations and their paths, each with and without a last slash."""
        routes = []
        for path in [one + "/{repository}/tags" for one in COLLECTIONS]:
            for end in ("", "/"):
                routes += [
                    Route(path + end, self.list, methods=["GET"]),
                    Route(path + "/{tag}" + end, self.get, methods=["GET"]),
                    Route(path + "/{tag}" + end, self.delete, methods=["DELETE"]),
                ]
        return routes

    async def list(self, request: Request) -> Response:
        """List a repository's tags, the last pushed first."""
        repository, _ = self._repositories.seen(request)
        tags = self._registry.tags(repository.name)
        try:
            return JSONResponse(
                paginate(request, tags, lambda tag: self._shown(repository.name, tag), cut=True)
            )
        except Problem as trouble:
            # The published API knows no 400 here.
            raise problem(404, trouble.body["message"]) from None

    async def get(self, request: Request) -> Response:
        """Show one tag."""
        repository, tag = self._tag(request)
        return JSONResponse(self._shown(repository.name, tag))

    async def delete(self, request: Request) -> Response:
        """Delete a tag, which takes a Read, Write, Delete token or the password."""
        identity = self._bearers.required(request)
        repository, tag = self._tag(request)
        require_admin(identity, repository.name)
        if repository.has_immutable_tags:
            raise problem(403, "the repository's tags are immutable")
        self._registry.delete_tag(repository.name, tag)
        return Response(status_code=204)

    def _tag(self, request: Request) -> tuple[Repository, Tag]:
        repository, _ = self._repositories.seen(request)
        wanted = request.path_params["tag"]
        tag = self._registry.tag(repository.name, wanted)
        if tag is None:
            raise not_found(namespace=request.path_params["namespace"], tag=wanted)
        return repository, tag

    def _shown(self, repository: str, tag: Tag) -> dict[str, Any]:
        account = repository.split("/", maxsplit=1)[0]
        pushed = timestamp(tag.pushed_at)
        manifest = self._registry.manifest(tag.digest)
        images = list(self._images(tag.digest, manifest, pushed))
        return {
            "creator": _number(account),
            "id": _number(f"{repository}:{tag.name}"),
            "images": images,
            "last_updated": pushed,
            "last_updater": _number(account),
            "last_updater_username": account,
            "name": tag.name,
            "repository": _number(repository),
            "full_size": sum(image["size"] for image in images),
            "v2": True,
            "tag_status": "active",
            "tag_last_pulled": None,
            "tag_last_pushed": pushed,
            "media_type": manifest.media_type,
            "content_type": "image",
            "digest": tag.digest,
        }

    def _images(self, digest: str, manifest: Manifest, pushed: str) -> Iterator[dict[str, Any]]:
        if not manifest.is_index:
            platform = self._registry.document(manifest.configuration)
            yield _image(digest, platform, manifest.size, pushed)
        for listed, platform in manifest.listed.items():
            yield _image(listed, platform, self._registry.manifest(listed).size, pushed)


def _image(digest: str, platform: Document, size: int, pushed: str) -> dict[str, Any]:
    return {
        "architecture": platform.text("architecture") or "unknown",
        "features": "",
        "variant": platform.text("variant"),
        "digest": digest,
        "os": platform.text("os") or "unknown",
        "os_features": "",
        "os_version": None,
        "size": size,
        "status": "active",
        "last_pulled": None,
        "last_pushed": pushed,
    }


def _number(name: str) -> int:
    """Return a number that stays a thing's own, as Docker Hub's identifiers are numbers."""
    return zlib.crc32(name.encode())
