"""Lists in pages: `{"results": [...], "next": URL or null}`, by key and never by offset."""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from servicedesk.pages.paging import cursor_of, id_in

PAGE = 50
LONGEST_PAGE = 200
Row = TypeVar("Row", bound=Model)


def page_of(
    rows: QuerySet[Row],
    request: Request,
    *,
    shape: Callable[[list[Row]], list[dict[str, Any]]],
    is_newest_first: bool = True,
) -> Response:
    """Return a page of rows by id, shaped as data, with the address of the next page.

    The request may name `limit` (at most 200) and, as `next` does, `after`.

    Raises:
        BadCursor: `after` is none of ours.
    """
    limit = limit_of(request)
    place = id_in(request.query_params.get("after", ""))
    if place is not None:
        rows = rows.filter(id__lt=place) if is_newest_first else rows.filter(id__gt=place)
    found = list(rows.order_by("-id" if is_newest_first else "id")[: limit + 1])
    page = found[:limit]
    following = address_after(page[-1].pk, request) if len(found) > limit else None
    return Response({"results": shape(page), "next": following})


def limit_of(request: Request) -> int:
    """Return how many rows the caller wants on a page; nonsense counts as not said."""
    wanted = request.query_params.get("limit", "")
    if not wanted.isascii() or not wanted.isdigit() or len(wanted) > 6:
        return PAGE
    return min(max(int(wanted), 1), LONGEST_PAGE)


def address_after(row_id: int, request: Request) -> str:
    """Return the address of the page after a row; the filters stay."""
    kept = {name: value for name, value in request.query_params.items() if name != "after"}
    query = urlencode({**kept, "after": cursor_of(row_id)})
    return request.build_absolute_uri(f"{request.path}?{query}")
