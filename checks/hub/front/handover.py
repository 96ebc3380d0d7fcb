"""Handing a request to the registry, and what the request may do there."""

from typing import Final
from urllib.parse import urlencode

import jwt
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from checks.hub.keys import ISSUER, REGISTRY, Access, Keys
from checks.hub.pulls import WINDOW

PATH: Final = "/v2/{name:path}/manifests/{reference}"


class Permissions:
    """Reads the registry's token of a request, as the registry will."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def of(self, request: Request) -> tuple[str, Access]:
        """Return whose token it is, "" for nobody's, and what it allows on the path's repository.

        Nothing where the token is none: the registry refuses the request, in its own words.
        """
        name = request.path_params["name"]
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        try:
            token = token if kind.lower() == "bearer" else ""
            account, granted = self._keys.read_registry_token(ISSUER, REGISTRY, token)
        except jwt.InvalidTokenError:
            return "", Access(name, ())
        named = [one for one in granted if one.name == name]
        actions = {action for one in named for action in one.actions}
        limit = next((one.pull_limit for one in named), None)
        return account, Access(name, tuple(sorted(actions)), limit)


def hand_over() -> Response:
    """Have nginx let the registry answer."""
    return Response(headers={"X-Accel-Redirect": "@registry"})


def hand_over_counted(limit: int, remaining: int, source: str) -> Response:
    """Have nginx let the registry answer, and say how many pulls are left, and whose, if told."""
    names = {"limit": limit, "remaining": remaining, "window": WINDOW, "source": source}
    return Response(headers={"X-Accel-Redirect": f"/counted?{urlencode(names)}"})


def refusal(status: int, code: str, message: str) -> JSONResponse:
    """Refuse as a registry does (distribution specification, error codes)."""
    return JSONResponse({"errors": [{"code": code, "message": message}]}, status)
