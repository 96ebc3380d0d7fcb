"""Pages of results."""

from collections.abc import Sequence
from typing import Any, Final

from starlette.requests import Request

from checks.hub.problem import problem

LONGEST: Final = 100
"""Results on a page at most (Docker Hub API)."""
LAST: Final = 1_000_000


def paginate(request: Request, results: Sequence[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """Return one page of results; raises Problem 400 for a page that is none, 404 past the last."""
    page = _number(request, "page", 1, LAST)
    size = _number(request, "page_size", 10, LONGEST)
    start = (page - 1) * size
    if start and start >= len(results):
        raise problem(404, "httperror 404: object not found")
    return {
        "count": len(results),
        "next": _link(request, page + 1, size) if start + size < len(results) else None,
        "previous": _link(request, page - 1, size) if page > 1 else None,
        **more,
        "results": list(results[start : start + size]),
    }


def _number(request: Request, name: str, default: int, most: int) -> int:
    text = request.query_params.get(name, str(default))
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and 1 <= int(text) <= most):
        raise problem(400, f"{name}: a number from 1 to {most:,} is required")
    return int(text)


def _link(request: Request, page: int, size: int) -> str:
    return f"https://hub.docker.com{request.url.path}?page={page}&page_size={size}"
