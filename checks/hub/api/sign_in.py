"""Signing in: a user name and a secret against a bearer token."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from checks.hub.accounts import Accounts, Refused, TokenNeeded
from checks.hub.api.bearer import Bearers
from checks.hub.body import read_object, text_of
from checks.hub.problem import problem


class SignIn:
    """`/v2/auth/token`, and `/v2/users/login` before it."""

    def __init__(self, accounts: Accounts, bearers: Bearers) -> None:
        self._accounts = accounts
        self._bearers = bearers

    def routes(self) -> list[Route]:
        """The operations and their paths."""
        return [
            Route("/v2/auth/token", self.create, methods=["POST"]),
            Route("/v2/users/login", self.log_in, methods=["POST"]),
            Route("/v2/users/login/", self.log_in, methods=["POST"]),
        ]

    async def create(self, request: Request) -> Response:
        """Answer `{"access_token"}`."""
        return JSONResponse({"access_token": await self._bearer(request, "identifier", "secret")})

    async def log_in(self, request: Request) -> Response:
        """Answer `{"token"}`; deprecated, and still what scripts use."""
        return JSONResponse({"token": await self._bearer(request, "username", "password")})

    async def _bearer(self, request: Request, name: str, secret: str) -> str:
        body = await read_object(request)
        try:
            identity = await self._accounts.sign_in(text_of(body, name), text_of(body, secret))
        except TokenNeeded:
            raise problem(401, "the local Docker Hub knows no second factor") from None
        except Refused:
            raise problem(401, "Incorrect authentication credentials") from None
        return self._bearers.issue(identity)
