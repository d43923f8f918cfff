"""Everything that one decision did to many, and the way back."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from problems.access import problem_for
from problems.fan_out import FanOut, fan_outs_of
from servicedesk.pages.answers import page
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.ledger_words import scope_words
from servicedesk.pages.problem_words import state_words
from workflow.people.permissions import Permission

TOLD = {
    "workaround": gettext_lazy("Told the workaround"),
    "estimate": gettext_lazy("Told a date"),
    "fixed": gettext_lazy("Told the solution"),
    "wont_fix": gettext_lazy("Told that there will be no fix"),
    "regression": gettext_lazy("Told that it is back"),
    "promise": gettext_lazy("Told that a promise changed"),
}
WAYS_BACK = {
    "stop": gettext_lazy("Stop what has not left"),
    "reopen": gettext_lazy("Reopen the problem"),
    "take_back": gettext_lazy("Take back"),
    "end_scope": gettext_lazy("Reach them no more"),
}


@require_safe
@staff(Permission.VIEW_PROBLEM)
def fan_out(request: StaffRequest, number: int) -> HttpResponse:
    """Show what fanned out from a problem; five queries."""
    problem = problem_for(request.actor, number)
    return page(
        request,
        "problem/fan_out.html",
        {
            "problem": {
                "number": problem.name,
                "title": problem.title,
                "state": problem.state,
                "state_label": state_words(problem.state),
            },
            "fan_outs": [shown(one, problem) for one in fan_outs_of(problem, at=now())],
        },
    )


def shown(one: FanOut, problem: Any) -> dict[str, Any]:
    """Return one line of the page; no query."""
    return {
        "at": one.at,
        "by": one.by,
        "words": words_of(one),
        "href": address_of(one, problem),
        "count": one.count,
        "are_cases": one.code == "cases",
        "way_back": str(WAYS_BACK.get(one.way_back, "")),
    }


def words_of(one: FanOut) -> str:
    """Return what was done, in words."""
    other = f"P-{one.reference}"
    match one.code:
        case "broadcast":
            return str(TOLD.get(one.kind, one.kind))
        case "cases":
            return _("Cases got the solution")
        case "merge":
            return _("Merged with %(problem)s") % {"problem": other}
        case "split":
            return _("Split: %(problem)s") % {"problem": other}
    return _("Reached: %(scope)s") % {"scope": scope_words(one.subject)}


def address_of(one: FanOut, problem: Any) -> str:
    """Return the page where it can be looked at and taken back."""
    match one.code:
        case "broadcast":
            return reverse("problem:broadcast", args=[one.reference])
        case "cases":
            return reverse("problem:problem", args=[problem.name])
        case "merge" | "split":
            return reverse("problem:reshape", args=[problem.name])
    return reverse("problem:customers", args=[problem.name])
