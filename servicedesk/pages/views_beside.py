"""The saved views in the list of queues, with their counts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from cases.beside_case import NamedView
from cases.filtering import COUNTED_AT_MOST, counts_at_most, criteria_of, matching
from cases.models import SavedView
from cases.saved_views import views_for
from problems.backlog import beside
from workflow.people.actors import Actor

COUNTED_VIEWS = 12


def group_of_views(
    actor: Actor, *, at: datetime, current: int | None = None
) -> list[dict[str, Any]]:
    """Return a person's views as a group of queues, none if there are none; one or two queries.

    The first twelve say how many cases they hold, the rest do not.
    """
    views = views_for(actor)
    if not views:
        return []
    lists = []
    for view in views[:COUNTED_VIEWS]:
        criteria = criteria_of(view)
        lists.append(matching(actor, criteria, at=at, beside=beside(criteria)))
    counts = [said(count) for count in counts_at_most(lists)]
    return group_named(views, counts=counts, current=current)


def group_named(
    views: Sequence[SavedView | NamedView],
    *,
    counts: Sequence[str] = (),
    current: int | None = None,
) -> list[dict[str, Any]]:
    """Return views as a group of queues, none if there are none; no query."""
    if not views:
        return []
    return [
        {
            "name": _("Views"),
            "queues": [
                {
                    "name": view.name,
                    "symbol": "users-round" if view.is_shared else "bookmark",
                    "href": reverse("agent:view", args=[view.pk]),
                    "count": counts[place] if place < len(counts) else "",
                    "tone": "",
                    "is_current": view.pk == current,
                }
                for place, view in enumerate(views)
            ],
        }
    ]


def said(count: int) -> str:
    """Return a count that ends somewhere: 1000+ says that there are more."""
    return f"{COUNTED_AT_MOST}+" if count > COUNTED_AT_MOST else str(count)
