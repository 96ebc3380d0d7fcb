"""Tags that are pushed once."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from checks.hub.front.handover import PATH, Permissions, hand_over, refusal
from checks.hub.registry import Registry
from checks.hub.repositories import Repositories

IMMUTABLE: Final = (
    "requested access to the resource is denied - This tag is already assigned to an image in this"
    " repository and cannot be updated due to immutability settings. To push this image, use a"
    " different tag."
)


class Immutability:
    """`PUT /v2/{name}/manifests/{reference}` (facts: "What Hub does", tag overwrite)."""

    def __init__(
        self, registry: Registry, repositories: Repositories, permissions: Permissions
    ) -> None:
        self._registry = registry
        self._repositories = repositories
        self._permissions = permissions

    def routes(self) -> list[Route]:
        """The operation and its path."""
        return [Route(PATH, self.put, methods=["PUT"])]

    async def put(self, request: Request) -> Response:
        """Refuse a tag that is there and must stay, even for the image that has it already."""
        name, reference = request.path_params["name"], request.path_params["reference"]
        _, access = self._permissions.of(request)
        if access.allows("push") and self._is_fixed(name, reference):
            return refusal(403, "DENIED", IMMUTABLE)
        return hand_over()

    def _is_fixed(self, name: str, tag: str) -> bool:
        repository = self._repositories.get(name)
        is_immutable = repository is not None and repository.has_immutable_tags
        return is_immutable and self._registry.tag(name, tag) is not None
