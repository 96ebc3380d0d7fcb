"""Problems: how each of Docker Hub's host names says that it doesn't do something."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute


class Problem(Exception):
    """An answer with a status of 400 or more; made by the functions below."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(str(body))
        self.status = status
        self.body = body


Shape = Callable[[Problem], dict[str, Any]]


def problem(status: int, message: str, **names: str) -> Problem:
    """Return a problem in the shape of the API's `error`; `names` say what wasn't found."""
    return Problem(status, {"detail": message, "message": message, "errinfo": names})


def not_found(**names: str) -> Problem:
    """Return the problem of something that isn't there, or that one may not learn of."""
    return problem(404, "httperror 404: object not found", **names)


def value_problem(text: str) -> Problem:
    """Return the problem of a value that isn't accepted, in the shapes of 400 that the API has."""
    return Problem(
        400, {"detail": text, "message": text, "errinfo": {}, "fields": {}, "text": text}
    )


def of_api(problem: Problem) -> dict[str, Any]:
    """Say it as `hub.docker.com` does."""
    return problem.body


def of_token_service(problem: Problem) -> dict[str, Any]:
    """Say it as `auth.docker.io` does."""
    return {"details": problem.body["message"]}


def of_registry(problem: Problem) -> dict[str, Any]:
    """Say it as a registry does (distribution specification, error codes)."""
    return {"errors": [{"code": "UNSUPPORTED", "message": problem.body["message"]}]}


def site(routes: Sequence[BaseRoute], shape: Shape) -> Starlette:
    """Return what one host name answers, its problems and Starlette's own in one shape."""

    def handler(_request: Request, error: Exception) -> Response:
        headers = error.headers if isinstance(error, HTTPException) else None
        if isinstance(error, HTTPException):
            error = problem(error.status_code, f"{error.detail} (local Docker Hub)")
        if not isinstance(error, Problem):
            error = problem(500, "the local Docker Hub has a fault: see its log")
        return JSONResponse(shape(error), error.status, headers)

    handlers: dict[Any, Callable[[Request, Exception], Response | Awaitable[Response]]]
    handlers = {HTTPException: handler, Problem: handler, Exception: handler}
    made = Starlette(routes=routes, exception_handlers=handlers)
    # A redirection to the path without its last slash would be plain text.
    made.router.redirect_slashes = False
    return made
