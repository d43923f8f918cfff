"""Cases by filters: shown, kept as a view, forgotten again."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cases.filtering import Criteria, criteria_of, matching, page_of_cases
from cases.queries import Queue
from cases.saved_views import may_change, remove_view, save_view, view_for
from problems.backlog import beside
from servicedesk.agent.filter_form import (
    Choices,
    address_with,
    criteria_in,
    fields_shown,
    given_by,
)
from servicedesk.pages.answers import page
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.paging import cursor_of, moment_and_id_in
from servicedesk.pages.queues import groups_of_queues, rows_of
from servicedesk.pages.views_beside import group_of_views
from workflow.people.permissions import Permission

LONGEST_NAME = 80


@require_safe
@staff(Permission.VIEW_CASE)
def filtered(request: StaffRequest) -> HttpResponse:
    """Show the cases that fit the filters of the address."""
    return shown(request, criteria_in(request.GET), view=None)


@require_safe
@staff(Permission.VIEW_CASE)
def view(request: StaffRequest, view_id: int) -> HttpResponse:
    """Show the cases of a saved view."""
    found = view_for(request.actor, view_id)
    return shown(request, criteria_of(found), view=found)


def shown(request: StaffRequest, criteria: Criteria, *, view: Any) -> HttpResponse:
    """Return the page of filtered cases; twelve queries at most, however many cases."""
    at = now()
    actor = request.actor
    cases = matching(actor, criteria, at=at, beside=beside(criteria))
    found = page_of_cases(
        cases, criteria.order, after=moment_and_id_in(request.GET.get("after", ""))
    )
    here = (
        reverse("agent:view", args=[view.pk])
        if view
        else address_with(reverse("agent:filtered"), criteria)
    )
    return page(
        request,
        "agent/queue.html",
        {
            "queue_groups": [
                *groups_of_queues(actor, at=at, current=None),
                *group_of_views(actor, at=at, current=view.pk if view else None),
            ],
            "queue": {"name": view.name if view else _("Filtered cases"), "says": ""},
            "cases": rows_of(found.cases, queue=Queue.OPEN, at=at),
            "next_url": next_address(here, found.ends_at),
            "filters": fields_shown(criteria, Choices.now()),
            "view": {
                "id": view.pk if view else "",
                "name": view.name if view else "",
                "is_shared": bool(view and view.is_shared),
                "may_change": bool(view and may_change(actor, view)),
                "may_share": actor.may(Permission.STEER_PROBLEM),
            },
            "here": here,
            "may_open_case": actor.may(Permission.OPEN_CASE),
            "may_open_problem": actor.may(Permission.OPEN_PROBLEM),
            "may_assign": actor.may(Permission.ASSIGN_CASE),
        },
    )


def next_address(here: str, ends_at: tuple[datetime, int] | None) -> str:
    """Return the address of the next rows, or nothing."""
    if ends_at is None:
        return ""
    return f"{here}{'&' if '?' in here else '?'}{urlencode({'after': cursor_of(*ends_at)})}"


@require_POST
@staff(Permission.VIEW_CASE)
def save(request: StaffRequest) -> HttpResponse:
    """Keep the filters of the form as a view."""
    criteria = criteria_in(request.POST)
    name = " ".join(request.POST.get("name", "").split())[:LONGEST_NAME]
    if not name:
        messages.error(request, _("Give the view a name to keep it."))
        return redirect(address_with(reverse("agent:filtered"), criteria))
    kept = save_view(
        name=name,
        criteria=criteria,
        is_shared=bool(request.POST.get("is_shared")),
        actor=request.actor,
        at=now(),
    )
    messages.success(request, _("View saved."))
    return redirect("agent:view", kept.pk)


@require_POST
@staff(Permission.VIEW_CASE)
def remove(request: StaffRequest, view_id: int) -> HttpResponse:
    """Forget a view; its filters stay on the page."""
    criteria = criteria_of(view_for(request.actor, view_id))
    remove_view(view_id=view_id, actor=request.actor)
    messages.success(request, _("View removed."))
    return redirect(f"{reverse('agent:filtered')}?{urlencode(given_by(criteria))}")
