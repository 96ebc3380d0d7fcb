"""The token services: who may do what to which repository."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse

from checks.hub.accounts import WRONG, Accounts, Identity, Refused
from checks.hub.body import read_body
from checks.hub.keys import ISSUER, LIFETIME, REGISTRY, Access, Keys
from checks.hub.pulls import Pulls
from checks.hub.registry import NAME, PART
from checks.hub.repositories import Repositories
from checks.hub.tokens import Scope

NEEDED: Final = {"pull": Scope.READ, "push": Scope.WRITE, "delete": Scope.ADMIN, "*": Scope.ADMIN}


class TokenService:
    """Answers `auth.docker.io/token` (distribution token specification, GET and OAuth2 POST)."""

    issuer = ISSUER
    service = REGISTRY
    names = re.compile(f"{PART}/{PART}")

    def __init__(
        self, accounts: Accounts, keys: Keys, repositories: Repositories, pulls: Pulls
    ) -> None:
        self._accounts = accounts
        self._keys = keys
        self._repositories = repositories
        self._pulls = pulls

    async def get(self, request: Request) -> JSONResponse:
        """Answer with a registry token, as docker and skopeo ask for it."""
        try:
            identity = await self._basic(request.headers.get("authorization"))
            return self._answer(identity, request.query_params.getlist("scope"))
        except Refused as refused:
            return self.refuse(refused)

    async def post(self, request: Request) -> JSONResponse:
        """Answer with a registry token, as buildx asks for it."""
        form = parse_qs((await read_body(request)).decode(errors="replace"))
        try:
            identity = await self._password(form)
            return self._answer(identity, form.get("scope", []))
        except Refused as refused:
            return self.refuse(refused)

    def refuse(self, refused: Refused) -> JSONResponse:
        """Say no as Docker Hub does."""
        return JSONResponse({"details": str(refused)}, 401)

    def _answer(self, identity: Identity | None, scopes: list[str]) -> JSONResponse:
        """Grant what may be granted of the scopes; never a refresh token.

        With one, clients would keep no password and warn of none; Docker Hub's ordinary result is
        the token in the clients' files (facts: "Scopes clients ask for").
        """
        wanted = [scope for parameter in scopes for scope in parameter.split()]
        access = [self._grant(identity, scope) for scope in wanted]
        account = identity.account if identity else ""
        limit = self._pulls.limit(account)
        granted = [replace(one, pull_limit=limit) for one in access if one.actions]
        token = self._keys.registry_token(self.issuer, self.service, account, granted)
        granted_scopes = [f"repository:{one.name}:{','.join(one.actions)}" for one in granted]
        issued = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        answer = {"token": token, "access_token": token, "scope": " ".join(granted_scopes)}
        return JSONResponse(answer | {"expires_in": LIFETIME, "issued_at": issued})

    async def _basic(self, header: str | None) -> Identity | None:
        if header is None:
            return None
        try:
            kind, encoded = header.split()
            name, secret = base64.b64decode(encoded, validate=True).decode().split(":", 1)
        except (ValueError, binascii.Error):
            raise Refused(WRONG) from None
        if kind.lower() != "basic":
            raise Refused(WRONG)
        return await self._accounts.sign_in(name, secret)

    async def _password(self, form: Mapping[str, list[str]]) -> Identity:
        if form.get("grant_type") != ["password"]:
            raise Refused("only grant_type=password is known to the local Docker Hub")
        (name, *_), (secret, *_) = form.get("username", [""]), form.get("password", [""])
        return await self._accounts.sign_in(name, secret)

    def _grant(self, identity: Identity | None, scope: str) -> Access:
        """Grant what is allowed of one `repository:NAME:ACTIONS`.

        A token too weak for its own account's repository is refused outright, where the
        specification would grant less (facts: "What Hub does", push with a read-only token).
        """
        kind, _, rest = scope.partition(":")
        name, _, actions = rest.rpartition(":")
        asked = NEEDED.keys() & actions.split(",")
        if kind != "repository" or not asked or not self.names.fullmatch(name):
            return Access(name, ())
        repository = self._repositories.get(name)
        is_public = repository is not None and not repository.is_private
        if identity is None or name.split("/")[0] != identity.account:
            return Access(name, ("pull",) if is_public and "pull" in asked else ())
        if repository is None and "push" not in asked:
            return Access(name, ())
        if identity.scope < max(_needed(one, is_public=is_public) for one in asked):
            raise Refused("access token has insufficient scopes")
        if repository and repository.is_archived:
            asked &= {"pull"}
        return Access(name, tuple(sorted(asked)))


class PackagesTokenService(TokenService):
    """Answers `ghcr.io/token`."""

    issuer = "ghcr.io"
    service = "ghcr.io"
    names = NAME

    def refuse(self, _refused: Refused) -> JSONResponse:
        """Say no as GitHub does, always in the same words (mcuadros/ofelia#202, 2023)."""
        return JSONResponse({"errors": [{"code": "DENIED", "message": "denied"}]}, 403)


def _needed(action: str, *, is_public: bool) -> Scope:
    return Scope.PUBLIC_READ if action == "pull" and is_public else NEEDED[action]
