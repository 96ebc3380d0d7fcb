"""Pulls, counted where there is a limit."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from checks.hub.front.handover import PATH, Permissions, hand_over, hand_over_counted, refusal
from checks.hub.keys import Access
from checks.hub.pulls import Pulls
from checks.hub.registry import Registry

TO_AN_ADDRESS: Final = (
    "You have reached your unauthenticated pull rate limit."
    " https://www.docker.com/increase-rate-limit"
)
"""Reported from 2025 on (docker/hub-feedback#2464, jenkinsci/helm-charts#1586)."""
TO_AN_ACCOUNT: Final = (
    "You have reached your pull rate limit. You may increase the limit by authenticating and"
    " upgrading: https://www.docker.com/increase-rate-limits"
)
"""Documented (facts: "Pull limits")."""


class PullLimit:
    """`GET` and `HEAD /v2/{name}/manifests/{reference}` (facts: "Pull limits").

    The limit is the token's, as on Docker Hub (facts: "Hub's real tokens").
    """

    def __init__(self, registry: Registry, pulls: Pulls, permissions: Permissions) -> None:
        self._registry = registry
        self._pulls = pulls
        self._permissions = permissions

    def routes(self) -> list[Route]:
        """The operation and its path."""
        return [Route(PATH, self.get, methods=["GET"])]

    async def get(self, request: Request) -> Response:
        """Refuse a pull too many, and tell how many are left; only a GET is one."""
        account, access = self._permissions.of(request)
        if access.pull_limit is None or not access.allows("pull"):
            return hand_over()
        source = account or request.headers["X-Real-IP"]
        left = access.pull_limit - self._pulls.count(source)
        if request.method == "GET" and self._is_image(access, request.path_params["reference"]):
            if left <= 0:
                return refusal(429, "TOOMANYREQUESTS", TO_AN_ACCOUNT if account else TO_AN_ADDRESS)
            self._pulls.note(source)
            left -= 1
        return hand_over_counted(access.pull_limit, max(0, left), "" if account else source)

    def _is_image(self, access: Access, reference: str) -> bool:
        """Whether a reference is of one image: of several platforms each counts, not their list."""
        manifest = self._registry.manifest_of(access.name, reference)
        return manifest is not None and not manifest.is_index
