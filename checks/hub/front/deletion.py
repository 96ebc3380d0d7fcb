"""Deletion of manifests, where Docker Hub differs from the registry behind it."""

from typing import Final

import jwt
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from checks.hub.keys import Keys
from checks.hub.registry import DIGEST, Registry
from checks.hub.token_service import TokenService

TO_REGISTRY: Final = {"X-Accel-Redirect": "@registry"}
"""Has nginx hand the request to the registry."""


class Deletion:
    """`DELETE /v2/{name}/manifests/{reference}` (facts: "What Hub does", delete a manifest)."""

    def __init__(self, registry: Registry, keys: Keys) -> None:
        self._registry = registry
        self._keys = keys

    def routes(self) -> list[Route]:
        """The operation and its path."""
        path = "/v2/{name:path}/manifests/{reference}"
        return [Route(path, self.delete, methods=["DELETE"])]

    async def delete(self, request: Request) -> Response:
        """Refuse a tag, and a digest still in use; the registry does, or refuses, the rest."""
        name, reference = request.path_params["name"], request.path_params["reference"]
        if not self._may_delete(request, name):
            return Response(headers=TO_REGISTRY)
        if not DIGEST.fullmatch(reference):
            return _error(405, "UNSUPPORTED", "The operation is unsupported.")
        if self._registry.is_in_use(name, reference):
            return _error(403, "DENIED", "the manifest is tagged or referenced by another")
        return Response(headers=TO_REGISTRY)

    def _may_delete(self, request: Request, name: str) -> bool:
        _, _, token = request.headers.get("authorization", "").partition(" ")
        try:
            access = self._keys.read_registry_token(TokenService.service, token)
        except jwt.InvalidTokenError:
            return False
        return any(one.name == name and {"delete", "*"} & {*one.actions} for one in access)


def _error(status: int, code: str, message: str) -> JSONResponse:
    return JSONResponse({"errors": [{"code": code, "message": message}]}, status)
