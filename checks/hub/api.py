"""The HTTP API of hub.docker.com, as far as the guide uses it."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

import jwt
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from checks.hub.keys import Keys
from checks.hub.registry import Registry
from checks.hub.store import Identity, Refused, Scope, Store

Endpoint = Callable[[Request], Awaitable[Response]]
TAG_PATH = "/v2/repositories/{namespace}/{repository}/tags/{tag}/"


class Api:
    """Sign-in, access tokens and tags, each answering with Docker Hub's statuses and shapes."""

    def __init__(self, store: Store, keys: Keys, registry: Registry) -> None:
        self._store = store
        self._keys = keys
        self._registry = registry

    def routes(self) -> list[Route]:
        """The operations and their paths."""
        return [
            Route("/v2/auth/token", self.sign_in, methods=["POST"]),
            Route("/v2/access-tokens", self.create_token, methods=["POST"]),
            Route(TAG_PATH, self.get_tag, methods=["GET"]),
            Route(TAG_PATH, self.delete_tag, methods=["DELETE"]),
        ]

    async def sign_in(self, request: Request) -> Response:
        """Exchange a user name and a password or token for a bearer token."""
        body = await _body(request, "identifier", "secret")
        try:
            identity = self._store.sign_in(body["identifier"], body["secret"])
        except Refused:
            raise HTTPException(401, "Incorrect authentication credentials") from None
        claims = {"scope": int(identity.scope), "with_token": identity.with_token}
        return JSONResponse({"access_token": self._keys.api_token(identity.account, claims)})

    async def create_token(self, request: Request) -> Response:
        """Create an access token; its secret is in this answer only."""
        identity = self._identity(request)
        if identity.with_token:
            raise HTTPException(403, "token issued from personal access token is not allowed")
        body = await _body(request, "token_label")
        try:
            (name,) = body["scopes"]
            scope = Scope.from_api_name(name)
        except (KeyError, TypeError, ValueError):
            raise HTTPException(400, "scopes: name one of repo:admin, repo:write …") from None
        expires_at = _time(body.get("expires_at"))
        label = body["token_label"]
        token, secret = self._store.add_token(identity.account, label, scope, expires_at)
        answer = asdict(token) | {"token_label": token.label, "scopes": [scope.api_name]}
        del answer["label"], answer["scope"], answer["account"]
        return JSONResponse(answer | {"token": secret}, 201)

    async def get_tag(self, request: Request) -> Response:
        """Return a tag's name and digest; public repositories need no sign-in."""
        name, tag, digest = self._tag(request)
        return JSONResponse({"name": tag, "digest": digest, "repository": name})

    async def delete_tag(self, request: Request) -> Response:
        """Delete a tag, which takes a Read, Write, Delete token of the namespace's own account."""
        identity = self._identity(request)
        name, tag, _ = self._tag(request)
        if identity.account != name.split("/")[0] or identity.scope < Scope.ADMIN:
            raise HTTPException(403, "access denied: insufficient scope")
        self._registry.delete_tag(name, tag)
        return Response(status_code=204)

    def _identity(self, request: Request) -> Identity:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind not in ("Bearer", "JWT"):
            raise HTTPException(401, "authentication required")
        try:
            claims = self._keys.read_api_token(token)
        except jwt.InvalidTokenError:
            raise HTTPException(401, "invalid token") from None
        return Identity(claims["sub"], Scope(claims["scope"]), claims["with_token"])

    def _tag(self, request: Request) -> tuple[str, str, str]:
        name = f"{request.path_params['namespace']}/{request.path_params['repository']}"
        tag = request.path_params["tag"]
        digest = self._registry.digest(name, tag)
        if digest is None:
            raise HTTPException(404, "httperror 404: object not found")
        return name, tag, digest


def _time(value: object) -> str | None:
    """Return a time with its zone as ISO 8601, or None; raises HTTPException 400."""
    try:
        if value is None or datetime.fromisoformat(str(value)).tzinfo:
            return None if value is None else str(value)
    except ValueError:
        pass
    raise HTTPException(400, "expires_at: write a time like 2027-01-01T00:00:00Z")


async def _body(request: Request, *required: str) -> dict[str, Any]:
    """Return a JSON object's members; raises HTTPException 400 where `required` aren't texts."""
    try:
        body = await request.json()
    except ValueError:
        raise HTTPException(400, "the body is not JSON") from None
    if not isinstance(body, dict):
        raise HTTPException(400, "the body is not a JSON object")
    for name in required:
        if not isinstance(body.get(name), str):
            raise HTTPException(400, f"{name}: a text is required")
    return body


def as_json(_request: Request, error: Exception) -> JSONResponse:
    """Answer an HTTPException in the shape of the API's errors."""
    if not isinstance(error, HTTPException):
        raise error
    return JSONResponse({"detail": error.detail, "message": error.detail}, error.status_code)
