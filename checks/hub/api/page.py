"""Pages of results."""

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

from starlette.requests import Request

from checks.hub.problem import not_found, value_problem

LONGEST_PAGE: Final = 100
"""Results on a page at most (Docker Hub API)."""
LAST: Final = 1_000_000
Result = TypeVar("Result")


def paginate(
    request: Request,
    results: Sequence[Result],
    show: Callable[[Result], dict[str, Any]],
    *,
    cut: bool = False,
    **more: Any,
) -> dict[str, Any]:
    """Return one page of results; raises Problem 400 for a page that is none, 404 past the last.

    With `cut`, a page that would be too long has the most results that it may.
    """
    page = _number(request, "page", 1, LAST)
    size = min(LONGEST_PAGE, _number(request, "page_size", 10, LAST if cut else LONGEST_PAGE))
    start = (page - 1) * size
    if start and start >= len(results):
        raise not_found()
    return {
        "count": len(results),
        "next": _link(request, page + 1, size) if start + size < len(results) else None,
        "previous": _link(request, page - 1, size) if page > 1 else None,
        **more,
        "results": [show(result) for result in results[start : start + size]],
    }


def _number(request: Request, name: str, default: int, most: int) -> int:
    text = request.query_params.get(name, str(default))
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and 1 <= int(text) <= most):
        raise value_problem(f"{name}: a number from 1 to {most:,} is required")
    return int(text)


def _link(request: Request, page: int, size: int) -> str:
    query = urlencode({**request.query_params, "page": page, "page_size": size})
    return f"https://hub.docker.com{request.url.path}?{query}"
