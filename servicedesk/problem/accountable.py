"""Who was accountable for a problem at a moment that somebody names."""

from datetime import datetime, tzinfo
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import get_current_timezone, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from problems.access import problem_for
from problems.accountability import Answer, who_was_accountable
from problems.accountable import Standing
from problems.drawn import drawn_stay
from servicedesk.pages.answers import page
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.problem_words import leg_title
from workflow.people.permissions import Permission

EARLIEST, LATEST = 1970, 9000
STANDINGS = {
    Standing.UNKNOWN: gettext_lazy("Nobody knew of it yet"),
    Standing.WAITING: gettext_lazy("In its queue, not taken up"),
    Standing.WORKING: gettext_lazy("Taken up"),
    Standing.HELD_SOLVED: gettext_lazy("Held solved; it came back later"),
    Standing.RESOLVED: gettext_lazy("Solved; no department had it"),
}


@require_safe
@staff(Permission.VIEW_PROBLEM)
def accountable(request: StaffRequest, number: int) -> HttpResponse:
    """Show who answered for a problem at the moment in the address, or answers now; five queries."""
    zone = get_current_timezone()
    written = request.GET.get("at", "")
    asked = moment_in(written, zone=zone) if written else now()
    problem = problem_for(request.actor, number)
    answer = who_was_accountable(problem, at=asked or now())
    return page(
        request,
        "problem/accountable.html",
        {
            "problem": {"number": problem.name, "title": problem.title},
            "at": written_moment(answer.found.at, zone=zone) if asked else written,
            "error": "" if asked else _("This is no date and time. Write both."),
            "answer": answer_shown(answer) if asked else None,
            "stays": stays_shown(answer, problem_name=problem.name, zone=zone),
        },
        status=200 if asked else 422,
    )


def moment_in(written: str, *, zone: tzinfo) -> datetime | None:
    """Return the moment that an address names, in `zone` unless it says another; None if it is none.

    An hour that the clocks repeat is its first occurrence.
    """
    try:
        found = datetime.fromisoformat(written.strip())
    except ValueError:
        return None
    if not EARLIEST < found.year < LATEST:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=zone)


def written_moment(at: datetime, *, zone: tzinfo) -> str:
    """Write a moment as the field takes it, in whole seconds."""
    return at.astimezone(zone).replace(tzinfo=None, microsecond=0).isoformat()


def answer_shown(answer: Answer) -> dict[str, Any]:
    """Return who answered, in words; no query."""
    found = answer.found
    leg = answer.legs[found.position] if found.position is not None else None
    return {
        "at": found.at,
        "department": leg.department.name if leg else "",
        "hue": leg.department.hue if leg else "",
        "number": leg.position + 1 if leg else None,
        "title": leg_title(leg.stage, name=found.stage_name) if leg else "",
        "standing": str(STANDINGS[found.standing]),
        "person": answer.assignee,
        "lead": answer.lead,
        "since": found.since,
        "until": found.until,
        "due_at": found.due_at if leg and found.standing is not Standing.HELD_SOLVED else None,
        "is_late": found.is_late,
        "is_nobody": leg is None,
    }


def stays_shown(answer: Answer, *, problem_name: str, zone: tzinfo) -> list[dict[str, Any]]:
    """Return all stays, each with the address that asks for its beginning; no query."""
    here = reverse("problem:accountable", args=[problem_name])
    return [
        {
            "number": leg.position + 1,
            "department": leg.department.name,
            "hue": leg.department.hue,
            "title": leg_title(leg.stage, name=drawn_stay(leg).stage_name),
            "entered_at": leg.entered_at,
            "left_at": leg.left_at,
            "href": f"{here}?{urlencode({'at': leg.entered_at.astimezone(zone).isoformat()})}",
            "is_asked": leg.position == answer.found.position,
        }
        for leg in answer.legs
    ]
