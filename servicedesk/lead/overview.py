"""What waits, for whom and how long, on one page; every figure leads to the list behind it."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import get_current_timezone, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases.backlog import (
    cases_per_day,
    feelings_of_open_cases,
    load_of_owners,
)
from cases.filtering import COUNTED_AT_MOST
from problems.at_risk import AtRisk, problems_at_risk
from problems.backlog import (
    longest_waiting,
    problems_by_department,
)
from problems.requests import not_accepted
from servicedesk.pages.answers import page
from servicedesk.pages.backlog import figures_of_backlog
from servicedesk.pages.bars import bars_of
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.impact_shown import feelings_shown
from servicedesk.pages.problem_words import BECAUSE
from servicedesk.pages.spans import hours_in_words, span_in_words
from servicedesk.pages.steps_shown import approvals_shown
from workflow.people.actors import Actor
from workflow.people.permissions import Permission

OLDEST_SHOWN = 8
HAND_OVERS_SHOWN = 8
RISKS_SHOWN = 8


@require_safe
@staff(Permission.STEER_PROBLEM)
def overview(request: StaffRequest) -> HttpResponse:
    """Show the backlog of the service and of the departments; ten queries on any size."""
    at, zone = now(), get_current_timezone()
    legs = list(not_accepted()[:HAND_OVERS_SHOWN])
    return page(
        request,
        "lead/overview.html",
        {
            **figures(request.actor, at=at),
            "approvals": approvals_shown(request.actor),
            "oldest": [waiting(case, at=at) for case in longest_waiting(at_most=OLDEST_SHOWN)],
            "departments": [department(one, at=at) for one in problems_by_department(at=at)],
            "hand_overs": [hand_over(leg, at=at) for leg in legs],
            "at_risk": [risk(one) for one in problems_at_risk(at=at, at_most=RISKS_SHOWN)],
            "opened": bars_of(
                cases_per_day("opened_at", at=at, zone=zone), title=_("Cases opened")
            ),
            "solved": bars_of(
                cases_per_day("resolved_at", at=at, zone=zone), title=_("Cases solved")
            ),
            "loads": [
                {
                    "name": one.name,
                    "open": one.open,
                    "asking": one.asking,
                    "href": filtered(who=f"user-{one.owner_id}"),
                }
                for one in load_of_owners()
            ],
            "feelings": feelings_shown(feelings_of_open_cases()),
        },
    )


def figures(actor: Actor, *, at: datetime) -> dict[str, Any]:
    """Return the tiles with their counts, each leading to its list; one query for all."""
    found = figures_of_backlog(actor, at=at)
    return {
        "split": [
            tile(
                _("With an agent"),
                found.wait_for_agent,
                filtered(waits_for="agent", order="oldest"),
            ),
            tile(
                _("Wait for the customer"), found.wait_for_customer, filtered(waits_for="customer")
            ),
            tile(
                _("Wait for a department"),
                found.wait_for_department,
                filtered(waits_for="department"),
            ),
            tile(
                _("Wait for a problem nobody has taken"),
                found.wait_for_problem,
                filtered(waits_for="problem"),
            ),
        ],
        "tiles": [
            tile(_("Nobody has them"), found.without_owner, filtered(who="nobody"), warns=True),
            tile(_("Promises missed"), found.promises_missed, filtered(order="due"), is_bad=True),
            tile(
                _("Promises due within a day"),
                found.promises_due_within_a_day,
                filtered(order="due"),
                warns=True,
            ),
            tile(
                _("Hand-overs not accepted yet"),
                found.hand_overs_not_accepted,
                f"{reverse('problem:list')}?state=new",
                warns=True,
            ),
            tile(
                _("Look like a known problem"),
                found.look_like_a_problem,
                reverse("agent:triage")
                if actor.may(Permission.LINK_CASE)
                else filtered(problem="unlinked"),
            ),
            tile(
                _("Suspected problems"),
                found.suspected_problems,
                reverse("lead:radar"),
                warns=True,
            ),
            tile(_("Open problems"), found.open_problems, reverse("problem:list")),
        ],
    }


def filtered(**asked: str) -> str:
    """Return the address of the open cases that fit."""
    return f"{reverse('agent:filtered')}?{urlencode({'standing': 'open', **asked})}"


def tile(
    label: str, count: int, href: str, *, is_bad: bool = False, warns: bool = False
) -> dict[str, str]:
    """Return a figure that leads to its list."""
    tone = ""
    if count:
        tone = "bad" if is_bad else "warn" if warns else ""
    said = f"{COUNTED_AT_MOST}+" if count > COUNTED_AT_MOST else str(count)
    return {"label": label, "value": said, "href": href, "tone": tone}


def waiting(case: Any, *, at: datetime) -> dict[str, str]:
    """Return an open case: how long it waits, and for whom; no query."""
    if case.waits_department:
        whom = _("a department")
    elif case.waits_problem:
        whom = _("a problem nobody has taken")
    elif case.waits_customer:
        whom = _("the customer")
    elif case.owner is not None:
        whom = case.owner.name
    else:
        whom = _("somebody to take it")
    return {
        "number": f"#{case.number}",
        "href": reverse("agent:case", args=[case.number]),
        "subject": case.subject,
        "contact": case.contact.name,
        "age": span_in_words(at - case.opened_at),
        "waits_for": whom,
    }


def department(one: Any, *, at: datetime) -> dict[str, Any]:
    """Return what a department has: how old, how late; no query."""
    return {
        "name": one.name,
        "hue": one.hue,
        "href": f"{reverse('department:board')}?{urlencode({'department': one.slug})}",
        "requests_href": f"{reverse('department:requests')}?{urlencode({'department': one.slug})}",
        "problems": one.problems,
        "age": span_in_words(at - one.oldest_at),
        "late": one.late,
        "delay": span_in_words(at - one.longest_late_since) if one.longest_late_since else "",
        "not_accepted": one.not_accepted,
    }


def risk(one: AtRisk) -> dict[str, Any]:
    """Return a problem that is late, with nobody, or on a detour, and by how much; no query."""
    return {
        "number": one.problem.name,
        "title": one.problem.title,
        "href": reverse("problem:journey", args=[one.problem.name]),
        "department": one.leg.department.name,
        "department_hue": one.leg.department.hue,
        "is_lost": one.is_lost,
        "delay": hours_in_words(one.delay) if one.delay else "",
        "detour": span_in_words(one.detour) if one.detour else "",
        "left_department": one.left_department,
    }


def hand_over(leg: Any, *, at: datetime) -> dict[str, Any]:
    """Return a stay that waits for its department's yes; no query."""
    return {
        "number": leg.problem.name,
        "title": leg.problem.title,
        "href": reverse("problem:problem", args=[leg.problem.name]),
        "department": leg.department.name,
        "department_hue": leg.department.hue,
        "because": str(BECAUSE.get(leg.entered_because, "")),
        "waits": span_in_words(at - leg.entered_at),
        "is_late": leg.due_at <= at,
    }
