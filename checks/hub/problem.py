"""Problems: the API's answers to what it doesn't do."""

from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse


class Problem(Exception):
    """An answer with a status of 400 or more; made by the functions below."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(str(body))
        self.status = status
        self.body = body


def problem(status: int, message: str, **names: str) -> Problem:
    """Return a problem in the shape of the API's `error`; `names` say what wasn't found."""
    return Problem(status, {"detail": message, "message": message, "errinfo": names})


def value_problem(text: str) -> Problem:
    """Return the problem of a value that isn't accepted, in the shapes of 400 that the API has."""
    return Problem(
        400, {"detail": text, "message": text, "errinfo": {}, "fields": {}, "text": text}
    )


def as_json(_request: Request, error: Exception) -> JSONResponse:
    """Answer a problem, or one of Starlette's own."""
    if isinstance(error, HTTPException):
        error = problem(error.status_code, f"{error.detail} (local Docker Hub)")
    assert isinstance(error, Problem)
    return JSONResponse(error.body, error.status)
