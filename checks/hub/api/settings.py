"""What can be changed about a repository."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from checks.hub.accounts import Identity
from checks.hub.api.bearer import Bearers, require_admin
from checks.hub.api.repositories import COLLECTIONS, RepositoryApi, shown
from checks.hub.body import flag_of, read_object
from checks.hub.problem import value_problem
from checks.hub.repositories import Repositories, Repository


class SettingsApi:
    """`/v2/repositories/{namespace}/{repository}/privacy`, and `…/immutabletags`."""

    def __init__(
        self, repositories: Repositories, repository_api: RepositoryApi, bearers: Bearers
    ) -> None:
        self._repositories = repositories
        self._repository_api = repository_api
        self._bearers = bearers

    def routes(self) -> list[Route]:
        """The operations and their paths."""
        today, before = (path + "/{repository}" for path in COLLECTIONS)
        return [
            Route(before + "/privacy", self.set_privacy, methods=["POST"]),
            Route(before + "/privacy/", self.set_privacy, methods=["POST"]),
            Route(today + "/immutabletags", self.set_immutable_tags, methods=["PATCH"]),
        ]

    async def set_privacy(self, request: Request) -> Response:
        """Make a repository private or public (as docker/terraform-provider-docker asks for it)."""
        await self._change(request, _with_privacy)
        return JSONResponse({})

    async def set_immutable_tags(self, request: Request) -> Response:
        """Have each tag of a repository pushed once, or as often as one likes."""
        return JSONResponse(shown(*await self._change(request, _with_immutability)))

    async def _change(
        self, request: Request, change: Callable[[Repository, dict[str, Any]], Repository]
    ) -> tuple[Repository, Identity]:
        """Change a repository as a body says; returns it, and who asked."""
        identity = self._bearers.required(request)
        # First: while the rest of a body is on its way, others change the repository.
        body = await read_object(request)
        repository, _ = self._repository_api.seen(request)
        require_admin(identity, repository.name)
        changed = change(repository, body)
        self._repositories.put(changed)
        return changed, identity


def _with_privacy(repository: Repository, body: dict[str, Any]) -> Repository:
    return replace(repository, is_private=flag_of(body, "is_private"))


def _with_immutability(repository: Repository, body: dict[str, Any]) -> Repository:
    if body.get("immutable_tags_rules") != []:
        raise value_problem("immutable_tags_rules: the local Docker Hub knows [] alone")
    return replace(repository, has_immutable_tags=flag_of(body, "immutable_tags"))
