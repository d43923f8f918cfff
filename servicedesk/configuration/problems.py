"""Settings: by when customers hear more, which impact makes a problem urgent, what a delay costs."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from problems.problem_policies import (
    BadProblemPolicy,
    Wishes,
    policy_of_tenant,
    set_problem_policy,
    thresholds_of,
)
from problems.urgency import MEASURES, RAISED_TO
from servicedesk.configuration.frame import (
    NotANumber,
    hours_in,
    hours_of,
    settings_page,
    whole_number,
)
from servicedesk.pages.case_words import priority_words
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.promise_words import MEASURES as MEASURE_NAMES
from workflow.clocks.models import Ladder
from workflow.people.permissions import Permission

MINUTE = timedelta(minutes=1)
NOT_READ = -1
WORKS = ("work_per_contact", "work_per_broken_promise", "work_per_upset_customer")
MOST_MINUTES = 100_000


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.CONFIGURE)
def problems(request: StaffRequest) -> HttpResponse:
    """Show what is said of all problems, or say it anew."""
    if request.method != "POST":
        return problems_page(request, data=data_of_policy())
    try:
        set_problem_policy(wishes=wishes_in(request.POST), actor=request.actor, at=now())
    except BadProblemPolicy as refusal:
        return problems_page(request, data=data_of_form(request.POST), refusal=refusal, status=422)
    messages.success(request, _("Saved. Priorities follow within the hour."))
    return redirect("settings:problems")


def wishes_in(posted: Mapping[str, str]) -> Wishes:
    """Return what a form asks for.

    Raises:
        BadProblemPolicy: what should be a number is none.
    """
    ladder, cost = posted.get("ladder", ""), posted.get("cost_per_hour", "").strip()
    return Wishes(
        news_within=hours_or_none(posted.get("news_hours", "")),
        news_text=posted.get("news_text", ""),
        ladder_id=whole_number(ladder) or (NOT_READ if ladder else None),
        follows_impact=posted.get("follows_impact") == "1",
        thresholds={
            measure: {
                level: whole_number(written) or NOT_READ
                for level in RAISED_TO
                if (written := posted.get(f"{measure}_{level}", "").strip())
            }
            for measure in MEASURES
        },
        work_per_contact=minutes_in(posted, "work_per_contact"),
        work_per_broken_promise=minutes_in(posted, "work_per_broken_promise"),
        work_per_upset_customer=minutes_in(posted, "work_per_upset_customer"),
        cost_per_hour=(whole_number(cost) or 0) if cost else None,
        currency=posted.get("currency", ""),
    )


def hours_or_none(written: str) -> timedelta | None:
    """Return a span written in hours, None for nothing.

    Raises:
        BadProblemPolicy: it is no number.
    """
    if not written.strip():
        return None
    try:
        return hours_in(written)
    except NotANumber as refusal:
        raise BadProblemPolicy(
            refusal.sentence, next_step=refusal.next_step, field="news_within"
        ) from None


def minutes_in(posted: Mapping[str, str], name: str) -> timedelta:
    """Return a span written in minutes.

    Raises:
        BadProblemPolicy: it is no number.
    """
    minutes = whole_number(posted.get(name, "").strip())
    if minutes is None:
        raise BadProblemPolicy(
            _("This is not a number of minutes."), next_step=_("Write it like 12."), field=name
        )
    return min(minutes, MOST_MINUTES) * MINUTE


def data_of_policy() -> dict[str, Any]:
    """Return the fields as they are; one query."""
    policy = policy_of_tenant()
    levels = thresholds_of(policy)
    return {
        "news_hours": hours_of(policy.news_within) if policy.news_within is not None else "",
        "news_text": policy.news_text,
        "ladder": policy.ladder_id or "",
        "follows_impact": policy.follows_impact,
        **{
            f"{measure}_{level}": levels.get(measure, {}).get(level, "")
            for measure in MEASURES
            for level in RAISED_TO
        },
        **{name: getattr(policy, name) // MINUTE for name in WORKS},
        "cost_per_hour": policy.cost_per_hour or "",
        "currency": policy.currency,
    }


def data_of_form(posted: Mapping[str, str]) -> dict[str, Any]:
    """Return the fields as somebody filled them in; one query."""
    return {name: posted.get(name, "") for name in data_of_policy()}


def problems_page(
    request: StaffRequest,
    *,
    data: dict[str, Any],
    refusal: BadProblemPolicy | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return the page; two queries beside the frame's."""
    errors = {refusal.field: f"{refusal} {refusal.next_step}"} if refusal is not None else {}
    return settings_page(
        request,
        "problems",
        {
            "form": {"data": data, "errors": errors},
            "levels": [priority_words(int(level)) for level in RAISED_TO],
            "measures": [
                {
                    "name": str(MEASURE_NAMES[measure]),
                    "error": errors.get(measure, ""),
                    "cells": [
                        {
                            "name": f"{measure}_{level}",
                            "value": data[f"{measure}_{level}"],
                            "label": _("%(measure)s: %(priority)s from")
                            % {
                                "measure": MEASURE_NAMES[measure],
                                "priority": priority_words(int(level)),
                            },
                        }
                        for level in RAISED_TO
                    ],
                }
                for measure in MEASURES
            ],
            "ladders": [
                {"value": one.pk, "label": one.name}
                for one in Ladder.objects.order_by("name", "id")
            ],
        },
        status=status,
    )
