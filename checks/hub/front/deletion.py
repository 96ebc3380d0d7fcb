"""Deletion of manifests."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from checks.hub.front.handover import PATH, Permissions, hand_over, refusal
from checks.hub.registry import DIGEST, Registry


class Deletion:
    """`DELETE /v2/{name}/manifests/{reference}` (facts: "What Hub does", delete a manifest)."""

    def __init__(self, registry: Registry, permissions: Permissions) -> None:
        self._registry = registry
        self._permissions = permissions

    def routes(self) -> list[Route]:
        """The operation and its path."""
        return [Route(PATH, self.delete, methods=["DELETE"])]

    async def delete(self, request: Request) -> Response:
        """Refuse a tag, and a digest still in use; the registry does, or refuses, the rest."""
        name, reference = request.path_params["name"], request.path_params["reference"]
        _, access = self._permissions.of(request)
        if not access.allows("delete"):
            return hand_over()
        if not DIGEST.fullmatch(reference):
            return refusal(405, "UNSUPPORTED", "The operation is unsupported.")
        if self._registry.is_in_use(name, reference):
            return refusal(403, "DENIED", "the manifest is tagged or referenced by another")
        return hand_over()
