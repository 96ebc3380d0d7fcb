"""Tags of a repository."""

import zlib
from collections.abc import Iterator
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from checks.hub.api.bearer import Bearers, require_admin
from checks.hub.api.page import paginate
from checks.hub.api.repositories import COLLECTIONS, RepositoryApi
from checks.hub.database import timestamp
from checks.hub.problem import Problem, problem
from checks.hub.registry import Registry, Tag

INDEX_TYPE: Final = "application/vnd.oci.image.index.v1+json"
MANIFEST_TYPE: Final = "application/vnd.oci.image.manifest.v1+json"


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
        return JSONResponse(self._shown(*self._tag(request)))

    async def delete(self, request: Request) -> Response:
        """Delete a tag, which takes a Read, Write, Delete token or the password."""
        identity = self._bearers.required(request)
        name, tag = self._tag(request)
        require_admin(identity, name)
        self._registry.delete_tag(name, tag)
        return Response(status_code=204)

    def _tag(self, request: Request) -> tuple[str, Tag]:
        repository, _ = self._repositories.seen(request)
        wanted = request.path_params["tag"]
        tag = self._registry.tag(repository.name, wanted)
        if tag is None:
            names = {"namespace": request.path_params["namespace"], "tag": wanted}
            raise problem(404, "httperror 404: object not found", **names)
        return repository.name, tag

    def _shown(self, repository: str, tag: Tag) -> dict[str, Any]:
        account = repository.split("/", maxsplit=1)[0]
        pushed = timestamp(tag.pushed_at)
        images = list(self._images(tag, pushed))
        manifest = self._registry.manifest(tag.digest)
        untyped = INDEX_TYPE if "manifests" in manifest else MANIFEST_TYPE
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
            "media_type": manifest.get("mediaType", untyped),
            "content_type": "image",
            "digest": tag.digest,
        }

    def _images(self, tag: Tag, pushed: str) -> Iterator[dict[str, Any]]:
        manifest = self._registry.manifest(tag.digest)
        if "manifests" not in manifest:
            configuration = self._registry.manifest(manifest.get("config", {}).get("digest", ""))
            yield _image(tag.digest, configuration, manifest, pushed)
        for one in manifest.get("manifests", ()):
            listed = self._registry.manifest(one["digest"])
            yield _image(one["digest"], one.get("platform", {}), listed, pushed)


def _image(
    digest: str, platform: dict[str, Any], manifest: dict[str, Any], pushed: str
) -> dict[str, Any]:
    return {
        "architecture": _text(platform, "architecture") or "unknown",
        "features": "",
        "variant": _text(platform, "variant"),
        "digest": digest,
        "os": _text(platform, "os") or "unknown",
        "os_features": "",
        "os_version": None,
        "size": sum(layer.get("size", 0) for layer in manifest.get("layers", ())),
        "status": "active",
        "last_pulled": None,
        "last_pushed": pushed,
    }


def _text(platform: dict[str, Any], name: str) -> str | None:
    """Return a member, which a pusher may have made anything."""
    value = platform.get(name)
    return value if isinstance(value, str) else None


def _number(name: str) -> int:
    """Return a number that stays a thing's own, as Docker Hub's identifiers are numbers."""
    return zlib.crc32(name.encode())
