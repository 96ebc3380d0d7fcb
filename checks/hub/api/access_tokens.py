"""Access tokens: made, listed, changed and deleted by who has the password."""

import re
from datetime import datetime
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from checks.hub.api.bearer import Bearers
from checks.hub.api.page import paginate
from checks.hub.body import flag_of, read_object, text_of
from checks.hub.database import timestamp
from checks.hub.problem import not_found, value_problem
from checks.hub.tokens import Scope, Token, Tokens

LONGEST_LABEL: Final = 100
PATH: Final = "/v2/access-tokens"
CHANGEABLE: Final = {"token_label", "is_active"}
TIME: Final = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.IGNORECASE | re.ASCII
)
"""RFC 3339, which is less than Python reads as a time."""


class AccessTokens:
    """`/v2/access-tokens`."""

    def __init__(self, tokens: Tokens, bearers: Bearers) -> None:
        self._tokens = tokens
        self._bearers = bearers

    def routes(self) -> list[Route]:
        """The operations and their paths."""
        return [
            Route(PATH, self.create, methods=["POST"]),
            Route(PATH, self.list, methods=["GET"]),
            Route(PATH + "/{uuid}", self.get, methods=["GET"]),
            Route(PATH + "/{uuid}", self.update, methods=["PATCH"]),
            Route(PATH + "/{uuid}", self.delete, methods=["DELETE"]),
        ]

    async def create(self, request: Request) -> Response:
        """Create a token; its secret is in this answer only."""
        account = self._bearers.with_password(request).account
        body = await read_object(request)
        label = text_of(body, "token_label", LONGEST_LABEL)
        scope, expires_at = _scope(body.get("scopes")), _time(body.get("expires_at"))
        token, secret = self._tokens.create(account, label, scope, expires_at)
        return JSONResponse(_shown(token, secret), 201)

    async def list(self, request: Request) -> Response:
        """List the account's tokens."""
        tokens = self._tokens.of(self._bearers.with_password(request).account)
        active = sum(token.is_active for token in tokens)
        return JSONResponse(paginate(request, tokens, _shown, active_count=active))

    async def get(self, request: Request) -> Response:
        """Show one token, without its secret."""
        account = self._bearers.with_password(request).account
        return JSONResponse(_shown(self._token(account, request)))

    async def update(self, request: Request) -> Response:
        """Rename, activate or deactivate a token."""
        account = self._bearers.with_password(request).account
        # First: while the rest of a body is on its way, others change the token.
        given = await read_object(request)
        token = self._token(account, request)
        if unknown := ", ".join(sorted(given.keys() - CHANGEABLE)):
            raise value_problem(f"can't be changed in the local Docker Hub: {unknown}")
        body = {"token_label": token.label, "is_active": token.is_active} | given
        label = text_of(body, "token_label", LONGEST_LABEL)
        return JSONResponse(_shown(self._tokens.update(token, label, flag_of(body, "is_active"))))

    async def delete(self, request: Request) -> Response:
        """Delete a token: nobody signs in with it from now on."""
        account = self._bearers.with_password(request).account
        self._tokens.delete(self._token(account, request))
        return Response(status_code=204)

    def _token(self, account: str, request: Request) -> Token:
        try:
            return self._tokens.get(account, request.path_params["uuid"])
        except KeyError:
            raise not_found() from None


def _scope(names: object) -> Scope:
    """Return the highest of the scopes; each implies the lower ones."""
    known = {scope.api_name: scope for scope in Scope}
    if not isinstance(names, list) or not names or not all(name in [*known] for name in names):
        raise value_problem(f"scopes: a list of some of {', '.join(known)} is required")
    return max(known[name] for name in names)


def _time(value: object) -> str | None:
    if value is None:
        return None
    try:
        if isinstance(value, str) and TIME.fullmatch(value):
            return timestamp(datetime.fromisoformat(value.upper()))
    except (ValueError, OverflowError):
        pass
    raise value_problem("expires_at: a time like 2027-01-01T00:00:00Z is required")


def _shown(token: Token, secret: str = "") -> dict[str, Any]:
    shown = {
        "uuid": token.uuid,
        "client_id": "HUB",
        "creator_ip": "127.0.0.1",
        "creator_ua": "",
        "created_at": token.created_at,
        "last_used": token.last_used,
        "generated_by": "manual",
        "is_active": token.is_active,
        "token": secret,
        "token_label": token.label,
        "scopes": [token.scope.api_name],
    }
    return shown | ({"expires_at": token.expires_at} if token.expires_at else {})
