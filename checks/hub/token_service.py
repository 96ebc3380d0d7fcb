"""The token services: who may do what to which repository."""

import base64
import binascii
from datetime import UTC, datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse

from checks.hub.keys import LIFETIME, Access, Keys
from checks.hub.registry import NAME, Registry
from checks.hub.store import Identity, Refused, Scope, Store

NEEDED: Final = {"pull": Scope.READ, "push": Scope.WRITE, "delete": Scope.ADMIN, "*": Scope.ADMIN}


class TokenService:
    """Answers `auth.docker.io/token` (distribution token specification, GET form)."""

    issuer = "auth.docker.io"
    service = "registry.docker.io"
    makes_public = True
    """Whether anyone may pull what was pushed."""

    def __init__(self, store: Store, keys: Keys, registry: Registry) -> None:
        self._store = store
        self._keys = keys
        self._registry = registry

    async def get(self, request: Request) -> JSONResponse:
        """Grant a registry token, or answer 401 with `details` as Docker Hub does."""
        try:
            identity = self._identity(request)
            access = [
                self._grant(identity, scope)
                for parameter in request.query_params.getlist("scope")
                for scope in parameter.split()
            ]
        except Refused as refused:
            return self.refuse(refused)
        account = identity.account if identity else ""
        granted = [one for one in access if one.actions]
        token = self._keys.registry_token(self.issuer, self.service, account, granted)
        issued = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        return JSONResponse(
            {"token": token, "access_token": token, "expires_in": LIFETIME, "issued_at": issued}
        )

    def refuse(self, refused: Refused) -> JSONResponse:
        """Say no as Docker Hub does."""
        return JSONResponse({"details": str(refused)}, 401)

    def _identity(self, request: Request) -> Identity | None:
        header = request.headers.get("authorization")
        if header is None:
            return None
        try:
            kind, encoded = header.split()
            name, secret = base64.b64decode(encoded, validate=True).decode().split(":", 1)
        except (ValueError, binascii.Error):
            raise Refused("incorrect username or password") from None
        if kind.lower() != "basic":
            raise Refused("incorrect username or password")
        return self._store.sign_in(name, secret)

    def _grant(self, identity: Identity | None, scope: str) -> Access:
        """Grant what is allowed of one `repository:NAME:ACTIONS`.

        A token too weak for its own account's repository is refused outright, where the
        specification would grant less (facts: "What Hub does", push with a read-only token).
        """
        kind, _, rest = scope.partition(":")
        name, _, actions = rest.rpartition(":")
        asked = set(actions.split(","))
        if kind != "repository" or not NAME.fullmatch(name) or not asked <= NEEDED.keys():
            return Access(name, ())
        exists = self._registry.has_repository(name)
        if identity is None or name.split("/")[0] != identity.account:
            is_open = self.makes_public and exists and "pull" in asked
            return Access(name, ("pull",) if is_open else ())
        needed = max(Scope.PUBLIC_READ if one == "pull" else NEEDED[one] for one in asked)
        if identity.scope < needed:
            raise Refused("access token has insufficient scopes")
        if not exists and "push" not in asked:
            return Access(name, ())
        return Access(name, tuple(sorted(asked)))


class PackagesTokenService(TokenService):
    """Answers `ghcr.io/token`: a new package is private (GitHub's documentation)."""

    issuer = "ghcr.io"
    service = "ghcr.io"
    makes_public = False

    def refuse(self, _refused: Refused) -> JSONResponse:
        """Say no as GitHub does, always in the same words (mcuadros/ofelia#202, 2023)."""
        return JSONResponse({"errors": [{"code": "DENIED", "message": "denied"}]}, 403)
