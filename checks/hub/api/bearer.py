"""Bearer tokens: who asks."""

from typing import Final

import jwt
from starlette.requests import Request

from checks.hub.accounts import Identity
from checks.hub.keys import Keys
from checks.hub.problem import problem
from checks.hub.repositories import Repository
from checks.hub.tokens import Scope

KINDS: Final = ("bearer", "jwt")
"""Docker Hub's documents have the one, scripts the other."""


class Bearers:
    """Reads the `Authorization` header; a personal access token itself is no bearer token."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def issue(self, identity: Identity) -> str:
        """Return a bearer token for the API."""
        claims = {"scope": int(identity.scope), "with_token": identity.with_token}
        return self._keys.api_token(identity.account, claims)

    def required(self, request: Request) -> Identity:
        """Return who asks; raises Problem 401."""
        identity = self.given(request)
        if identity is None:
            raise problem(401, "authentication required")
        return identity

    def given(self, request: Request) -> Identity | None:
        """Return who asks, or None where nobody says; raises Problem 401 for a bad token.

        Even where nobody need ask (facts, "Hub HTTP API": a bad header gives 401 all the same).
        """
        header = request.headers.get("authorization")
        if header is None:
            return None
        kind, _, token = header.partition(" ")
        try:
            claims = self._keys.read_api_token(token if kind.lower() in KINDS else "")
        except jwt.InvalidTokenError:
            raise problem(401, "invalid token") from None
        return Identity(claims["sub"], Scope(claims["scope"]), claims["with_token"])

    def with_password(self, request: Request) -> Identity:
        """Return who asks; raises Problem 403 for one who signed in with a token."""
        identity = self.required(request)
        if identity.with_token:
            raise problem(403, "token issued from personal access token is not allowed")
        return identity


def may_see(identity: Identity | None, repository: Repository) -> bool:
    """Whether someone may learn of a repository."""
    if not repository.is_private:
        return True
    if identity is None:
        return False
    return owns(identity, repository.name) and identity.scope >= Scope.READ


def require_admin(identity: Identity, name: str) -> None:
    """Raise Problem 403 for one who may not manage a repository, or a namespace."""
    if not owns(identity, name) or identity.scope < Scope.ADMIN:
        raise problem(403, "access denied: insufficient scope")


def owns(identity: Identity, name: str) -> bool:
    """Whether a namespace, or a repository's, is the account's own."""
    return name.split("/", maxsplit=1)[0] == identity.account
