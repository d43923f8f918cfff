"""The targets of a problem opened up: how each due time came about."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from problems.access import problem_for
from problems.clocks_told import clock_told as one_clock
from problems.clocks_told import clocks_told
from servicedesk.pages.answers import page
from servicedesk.pages.clock_chip import chip_of, promise_words
from servicedesk.pages.clock_told import clock_told
from servicedesk.pages.guards import StaffRequest, staff
from workflow.clocks.acknowledging import may_acknowledge
from workflow.people.actors import Actor
from workflow.people.permissions import Permission


@require_safe
@staff(Permission.VIEW_PROBLEM)
def clocks(request: StaffRequest, number: int) -> HttpResponse:
    """Open every running target of a problem; three queries beside the frame's."""
    at = now()
    problem = problem_for(request.actor, number)
    found = clocks_told(problem)
    return page(
        request,
        "problem/clocks.html",
        {
            "problem": {"number": problem.name, "title": problem.title},
            "is_one": False,
            "clocks": [
                opened(clock, at=at, actor=request.actor, number=problem.name)
                for clock in found
                if clock.is_open
            ],
            "ended": [
                {
                    "href": reverse("problem:clock", args=[problem.name, clock.pk]),
                    "promise": f"{promise_words(clock.metric)}, {clock.department.name}",
                    "chip": chip_of(clock, at=at),
                    "at": clock.stopped_at,
                }
                for clock in found
                if not clock.is_open
            ],
        },
    )


def opened(clock: Any, *, at: datetime, actor: Actor, number: str) -> dict[str, Any]:
    """Return a clock opened up: which department's it is, and an id for its heading."""
    shown = clock_told(clock, at=at)
    return {
        **shown,
        "promise": f"{shown['promise']}, {clock.department.name}",
        "title_id": f"clock-{clock.pk}",
        "in_hand_href": reverse("problem:in_hand", args=[number, clock.pk])
        if may_acknowledge(clock, actor=actor)
        else "",
    }


@require_safe
@staff(Permission.VIEW_PROBLEM)
def clock(request: StaffRequest, number: int, clock_id: int) -> HttpResponse:
    """Open one target of a problem, running or ended; three queries beside the frame's."""
    problem = problem_for(request.actor, number)
    found = one_clock(problem, clock_id)
    return page(
        request,
        "problem/clocks.html",
        {
            "problem": {"number": problem.name, "title": problem.title},
            "is_one": True,
            "clocks": [opened(found, at=now(), actor=request.actor, number=problem.name)],
            "ended": [],
        },
    )
