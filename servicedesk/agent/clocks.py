"""The promises of a case opened up: how each due time came about, and what people promised."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from cases.access import case_for
from cases.clocks_told import clock_told as one_clock
from cases.clocks_told import clocks_told
from servicedesk.pages.answers import page
from servicedesk.pages.clock_chip import chip_of, promise_words
from servicedesk.pages.clock_told import clock_told
from servicedesk.pages.guards import StaffRequest, staff
from workflow.clocks.acknowledging import may_acknowledge
from workflow.people.actors import Actor
from workflow.people.permissions import Permission


@require_safe
@staff(Permission.VIEW_CASE)
def clocks(request: StaffRequest, number: int) -> HttpResponse:
    """Open every running promise of a case; four queries beside the frame's."""
    return clocks_page(request, number)


def clocks_page(
    request: StaffRequest, number: int, *, form: Any = None, refusal: Any = None, status: int = 200
) -> HttpResponse:
    """Return the page of a case's promises; `form` is what somebody tried and was refused."""
    at = now()
    case = case_for(request.actor, number)
    found = clocks_told(case)
    return page(
        request,
        "agent/clocks.html",
        {
            "case": {"number": case.number, "subject": case.subject},
            "is_one": False,
            "clocks": [
                opened(clock, at=at, actor=request.actor, number=case.number)
                for clock in found
                if clock.is_open
            ],
            "ended": [
                {
                    "href": reverse("agent:clock", args=[case.number, clock.pk]),
                    "promise": promise_words(clock.metric),
                    "chip": chip_of(clock, at=at),
                    "at": clock.stopped_at,
                }
                for clock in found
                if not clock.is_open
            ],
            "promises": promises_shown(found, form=form, at=at),
            "may_promise": request.actor.may(Permission.WORK_CASE) and case.is_open,
            "form": form,
            "refusal": refusal,
        },
        partial="promises",
        status=status,
    )


def opened(clock: Any, *, at: Any, actor: Actor, number: int) -> dict[str, Any]:
    """Return a clock opened up, with an id for its heading, and where to say "I have it"."""
    return {
        **clock_told(clock, at=at),
        "title_id": f"clock-{clock.pk}",
        "in_hand_href": reverse("agent:in_hand", args=[number, clock.pk])
        if may_acknowledge(clock, actor=actor)
        else "",
    }


def promises_shown(found: list[Any], *, form: Any, at: Any) -> list[dict[str, Any]]:
    """Return what people promised among the clocks of a case, with what was refused; no query."""
    tried = form.data.get("promise") if form is not None else None
    return [
        {
            "id": clock.promise_id,
            "key": str(clock.promise_id),
            "text": clock.promised_words,
            "person": clock.promised_by,
            "chip": chip_of(clock, at=at),
            "due_at": clock.due_at,
            "first_due_at": clock.original_due_at
            if clock.original_due_at != clock.due_at
            else None,
            "is_open": clock.is_open,
            "form": form if tried == str(clock.promise_id) else None,
        }
        for clock in found
        if clock.promise_id is not None
    ]


@require_safe
@staff(Permission.VIEW_CASE)
def clock(request: StaffRequest, number: int, clock_id: int) -> HttpResponse:
    """Open one promise of a case, running or ended; three queries beside the frame's."""
    case = case_for(request.actor, number)
    found = one_clock(case, clock_id)
    return page(
        request,
        "agent/clocks.html",
        {
            "case": {"number": case.number, "subject": case.subject},
            "is_one": True,
            "clocks": [opened(found, at=now(), actor=request.actor, number=case.number)],
            "ended": [],
        },
    )
