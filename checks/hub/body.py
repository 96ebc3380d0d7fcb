"""Bodies of requests, none longer than the Hub has use for."""

import json
from typing import Any, Final

from starlette.requests import Request

from checks.hub.problem import problem, value_problem

LONGEST: Final = 64 * 1024
"""Bytes; the longest body that makes sense is a repository's description."""


async def read_body(request: Request) -> bytes:
    """Return a body's bytes; raises Problem 413 where there are too many."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LONGEST:
            raise problem(413, f"the body is longer than {LONGEST:,} bytes")
    return body


async def read_object(request: Request) -> dict[str, Any]:
    """Return a JSON object's members; raises Problem 400 where the body is none."""
    try:
        body = json.loads(await read_body(request), parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise value_problem("the body is not JSON") from None
    if not isinstance(body, dict):
        raise value_problem("the body is not a JSON object")
    return body


def text_of(body: dict[str, Any], name: str, longest: int = LONGEST) -> str:
    """Return a member that must be a text of 1 to `longest` characters; raises Problem 400."""
    value = body.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= longest or not is_unicode(value):
        raise value_problem(f"{name}: a text of 1 to {longest:,} characters is required")
    return value


def optional_text_of(body: dict[str, Any], name: str, longest: int) -> str:
    """Return a member that may be missing or empty; raises Problem 400."""
    return text_of(body, name, longest) if body.get(name, "") != "" else ""


def flag_of(body: dict[str, Any], name: str, default: bool | None = None) -> bool:
    """Return a member that must be true or false; raises Problem 400."""
    value = body.get(name, default)
    if not isinstance(value, bool):
        raise value_problem(f"{name}: true or false is required")
    return value


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is Python's, not JSON")


def is_unicode(text: str) -> bool:
    """Whether a text can be written: JSON can spell halves of characters."""
    return not any("\ud800" <= character <= "\udfff" for character in text)
