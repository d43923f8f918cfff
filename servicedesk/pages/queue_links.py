"""The list of queues as markup; the template of a link is agent/queue_link.html."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from servicedesk.pages.stencils import Row, written

TEMPLATE = "agent/queue_link.html"


def queue_links_markup(groups: Iterable[Mapping[str, Any]]) -> SafeString:
    """Return groups of queues (see agent/queue.html) as markup, each below its name."""
    parts = [
        f"<h2>{escape(str(group['name']))}</h2>{written(TEMPLATE, map(row, group['queues']))}"
        for group in groups
    ]
    # The names were escaped, the links are stencils.
    return mark_safe("".join(parts))  # noqa: S308


def row(queue: Mapping[str, Any]) -> Row:
    """Return the shape of a link and its values."""
    shape = (
        ("symbol", queue.get("symbol") or "inbox"),
        ("tone", queue.get("tone") or ""),
        ("is_current", bool(queue["is_current"])),
    )
    return Row(shape, queue)
