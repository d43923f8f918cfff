"""What customers of all problems were promised, what became of it, and how right dates were."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import get_current_timezone, now
from django.views.decorators.http import require_safe

from problems.hit_rates import hit_rates, slips_of
from problems.promises_told import Verdict, counts_of_promises, page_of_promises
from servicedesk.pages.answers import page
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.paging import cursor_of, id_in
from servicedesk.pages.promise_words import (
    hit_words,
    promise_shown,
    slip_words,
    verdict_filters,
)
from workflow.people.permissions import Permission


@require_safe
@staff(Permission.VIEW_PROBLEM)
def promises(request: StaffRequest) -> HttpResponse:
    """Show promises to customers of problems; four queries on any size beside the frame's."""
    at = now()
    asked = request.GET.get("show", "")
    chosen = Verdict(asked) if asked in Verdict.values else Verdict.RUNNING
    found = page_of_promises(
        request.actor, chosen, at=at, after=id_in(request.GET.get("after", ""))
    )
    address = reverse("problem:promises")
    next_url = ""
    if found.ends_at is not None:
        more = urlencode({"show": chosen.value, "after": cursor_of(found.ends_at)})
        next_url = f"{address}?{more}"
    counts = counts_of_promises(request.actor, at=at)
    return page(
        request,
        "problem/promise_list.html",
        {
            "filters": verdict_filters(counts, chosen=chosen, address=address),
            "promises": [row_of(one, at=at) for one in found.promises],
            "next_url": next_url,
            "hit_rates": [hit_words(one) for one in hit_rates(at=at, zone=get_current_timezone())],
            "slips": slip_words(slips_of(at=at)),
            "may_see_people": request.actor.may(Permission.STEER_PROBLEM),
        },
    )


def row_of(promise: Any, *, at: datetime) -> dict[str, Any]:
    """Return one promise with its problem; no query."""
    return {
        **promise_shown(promise, at=at),
        "number": promise.problem.name,
        "title": promise.problem.title,
        "href": reverse("problem:problem", args=[promise.problem.name]),
        "clock_href": reverse("problem:clock", args=[promise.problem.name, promise.clock_id]),
    }
