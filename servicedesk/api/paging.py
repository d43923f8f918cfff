"""Lists in pages: `{"results": [...], "next": URL or null}`, by key and never by offset."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from rest_framework.request import Request

from servicedesk.api.shapes.fields import Shown
from servicedesk.pages.paging import cursor_of, id_in

if TYPE_CHECKING:
    from servicedesk.api.base import TokenView

PAGE = 50
Row = TypeVar("Row", bound=Model)


def page_of(
    rows: QuerySet[Row],
    view: "TokenView",
    *,
    shape: Callable[[list[Row]], list[dict[str, Any]]],
    is_newest_first: bool = True,
) -> dict[str, Any]:
    """Return a page of rows by id, shaped as data, with the address of the next page.

    The request may name `limit` (at most 200) and, as `next` does, `after`.

    Raises:
        BadCursor: `after` is none of ours.
    """
    limit = view.asked.get("limit", PAGE)
    place = id_in(view.asked.get("after", ""))
    if place is not None:
        rows = rows.filter(id__lt=place) if is_newest_first else rows.filter(id__gt=place)
    found = list(rows.order_by("-id" if is_newest_first else "id")[: limit + 1])
    page = found[:limit]
    following = address_after(page[-1].pk, view.request) if len(found) > limit else None
    return {"results": shape(page), "next": following}


def shaped(shape: type[Shown], *, context: dict[str, Any] | None = None) -> Callable[..., Any]:
    """Return how rows become data in a shape."""

    def shape_rows(rows: list[Any]) -> list[dict[str, Any]]:
        return [dict(row) for row in shape(rows, many=True, context=context or {}).data]

    return shape_rows


def one(shape: type[Shown], row: Any) -> dict[str, Any]:
    """Return one row as data in a shape."""
    return dict(shape(row).data)


def address_after(row_id: int, request: Request) -> str:
    """Return the address of the page after a row; the filters stay."""
    kept = {name: value for name, value in request.query_params.items() if name != "after"}
    query = urlencode({**kept, "after": cursor_of(row_id)})
    return request.build_absolute_uri(f"{request.path}?{query}")
