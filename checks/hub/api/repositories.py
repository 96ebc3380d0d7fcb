"""Repositories."""

import re
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from checks.hub.accounts import Accounts, Identity
from checks.hub.api.bearer import Bearers, may_see, owns, require_admin
from checks.hub.api.page import paginate
from checks.hub.body import flag_of, optional_text_of, read_object, text_of
from checks.hub.database import timestamp
from checks.hub.problem import not_found, value_problem
from checks.hub.registry import LONGEST_NAME
from checks.hub.repositories import Repositories, Repository
from checks.hub.tokens import Scope

COLLECTIONS: Final = ("/v2/namespaces/{namespace}/repositories", "/v2/repositories/{namespace}")
"""Today's path, and the one before it, which scripts still use."""
NEW_NAME: Final = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")
"""Of a repository that the API makes; pushes may make others."""
SHORTEST: Final = 2
ORDERINGS: Final = ("name", "last_updated", "pull_count")
LONGEST_DESCRIPTION: Final = 100
LONGEST_TEXT: Final = 25_000


class RepositoryApi:
    """`/v2/namespaces/{namespace}/repositories`."""

    def __init__(self, repositories: Repositories, accounts: Accounts, bearers: Bearers) -> None:
        self._repositories = repositories
        self._accounts = accounts
        self._bearers = bearers

    def routes(self) -> list[Route]:
        """The operations and their paths, each with and without a last slash."""
        routes = []
        for path in [one + end for one in COLLECTIONS for end in ("", "/")]:
            routes += [
                Route(path, self.list, methods=["GET"]),
                Route(path, self.create, methods=["POST"]),
            ]
        for path in [one + "/{repository}" + end for one in COLLECTIONS for end in ("", "/")]:
            routes.append(Route(path, self.get, methods=["GET"]))
            routes.append(Route(path, self.delete, methods=["DELETE"]))
        return routes

    def seen(self, request: Request) -> tuple[Repository, Identity | None]:
        """Return the repository of a path and who asks; raises Problem 404.

        The same for one that isn't there and for one that is private: an outsider learns nothing.
        """
        namespace, name = (request.path_params[one] for one in ("namespace", "repository"))
        identity = self._bearers.given(request)
        repository = self._repositories.get(f"{namespace}/{name}")
        if repository is None or not may_see(identity, repository):
            raise not_found(namespace=namespace, repository=name)
        return repository, identity

    async def list(self, request: Request) -> Response:
        """List a namespace's repositories that the one who asks may see."""
        namespace = request.path_params["namespace"]
        identity = self._bearers.given(request)
        found = self._repositories.of(namespace)
        if not found and not self._accounts.has(namespace):
            raise not_found(namespace=namespace)
        filtered = request.query_params.get("name", "")
        seen = [one for one in found if may_see(identity, one) and filtered in one.short_name]
        ordered = _ordered(request, seen)
        return JSONResponse(paginate(request, ordered, lambda one: shown(one, identity)))

    async def create(self, request: Request) -> Response:
        """Create an empty repository, which takes a Read, Write, Delete token or the password."""
        identity = self._bearers.required(request)
        body = await read_object(request)
        namespace = text_of(body, "namespace")
        if namespace != request.path_params["namespace"]:
            raise value_problem("namespace: another than the path's")
        name = _new_name(namespace, text_of(body, "name"))
        require_admin(identity, name)
        if self._repositories.get(name):
            raise value_problem(f"there is a repository {name} already")
        repository = Repository(
            name,
            flag_of(body, "is_private", default=False),
            optional_text_of(body, "description", LONGEST_DESCRIPTION),
            optional_text_of(body, "full_description", LONGEST_TEXT) or None,
            timestamp(),
        )
        self._repositories.put(repository)
        return JSONResponse(shown(repository, identity), 201)

    async def get(self, request: Request) -> Response:
        """Show one repository."""
        return JSONResponse(shown(*self.seen(request)))

    async def delete(self, request: Request) -> Response:
        """Delete a repository with its tags (as docker/hub-tool asks for it)."""
        identity = self._bearers.required(request)
        repository, _ = self.seen(request)
        require_admin(identity, repository.name)
        self._repositories.delete(repository.name)
        return JSONResponse({}, 202)


def _new_name(namespace: str, name: str) -> str:
    whole = f"{namespace}/{name}"
    if not NEW_NAME.fullmatch(name) or len(name) < SHORTEST or len(whole) > LONGEST_NAME:
        raise value_problem("name: two or more small letters, digits, and . _ - between them")
    return whole


def _ordered(request: Request, found: list[Repository]) -> list[Repository]:
    ordering = request.query_params.get("ordering", "name")
    if ordering.removeprefix("-") not in ORDERINGS:
        raise value_problem(f"ordering: one of {', '.join(ORDERINGS)} is required")
    by_time = ordering.endswith("last_updated")
    return sorted(
        found,
        key=lambda one: one.created_at if by_time else one.name,
        reverse=ordering.startswith("-"),
    )


def shown(repository: Repository, identity: Identity | None) -> dict[str, Any]:
    """Return a repository as the API shows it to who asks, or to nobody."""
    namespace, name = repository.name.split("/")
    owner = identity if identity and owns(identity, namespace) else None
    scope = owner.scope if owner else Scope.PUBLIC_READ
    return {
        "user": namespace,
        "name": name,
        "namespace": namespace,
        "repository_type": "image",
        "status": 1,
        "status_description": "active",
        "description": repository.description,
        "full_description": repository.full_description,
        "is_private": repository.is_private,
        "is_automated": False,
        "star_count": 0,
        "pull_count": 0,
        "collaborator_count": 0,
        "has_starred": False,
        "hub_user": namespace,
        "last_updated": repository.created_at,
        "last_modified": repository.created_at,
        "date_registered": repository.created_at,
        "affiliation": "owner" if owner else "",
        "permissions": {
            "read": True,
            "write": scope >= Scope.WRITE,
            "admin": scope >= Scope.ADMIN,
        },
        "media_types": [],
        "content_types": ["image"],
        "categories": [],
        "immutable_tags_settings": {"enabled": repository.has_immutable_tags, "rules": []},
        "storage_size": 0,
        "source": None,
    }
