"""Settings: who is woken when before and after a target is missed."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from servicedesk.configuration.frame import (
    NotANumber,
    NotFound,
    chosen,
    hours_in,
    posted_id,
    settings_page,
    whole_number,
)
from servicedesk.configuration.ladder_form import ROWS, StepRow, form_of, rows_in, wishes_of
from servicedesk.notifications.waking import Expected, woken_when
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.ladder_words import ACTIONS, action_words, sentence_of
from workflow.amending import BadSetting, NameTaken
from workflow.clocks.ladder_changes import remove_ladder, save_ladder, uses_of_ladders
from workflow.clocks.models import Calendar, Ladder, LadderStep
from workflow.clocks.working_time import NeverOpen
from workflow.people.models import Department, User
from workflow.people.permissions import Permission

WHENS: dict[str, Callable[[], str]] = {
    "percent": lambda: _("% of the time"),
    "before": lambda: _("minutes before the due time"),
    "after": lambda: _("minutes after the due time"),
}
USUAL_HOURS = "8"


@staff(Permission.CONFIGURE)
def escalation(request: StaffRequest) -> HttpResponse:
    """Show the ladders and who would be woken now, or change one."""
    if request.method != "POST":
        editing = chosen(ladders(), request.GET.get("edit"))
        return escalation_page(request, editing=editing, form=form_of(editing))
    action = request.POST.get("action", "")
    if action == "save":
        return save(request)
    if action == "remove":
        remove_ladder(ladder_id=posted_id(request), actor=request.actor, at=now())
        return redirect("settings:escalation")
    raise NotFound(_("This is not there."), next_step=_("Load the page again."))


def save(request: StaffRequest) -> HttpResponse:
    """Add or change a ladder; what cannot be used stands in the form."""
    ladder_id = whole_number(request.POST.get("id"))
    rows = rows_in(request.POST)
    picked = set(request.POST.getlist("departments"))
    errors: dict[str, str] = {}
    try:
        ladder = save_ladder(
            ladder_id=ladder_id,
            name=request.POST.get("name", ""),
            steps=wishes_of(rows),
            is_default=request.POST.get("is_default") == "1",
            departments=[
                pk for pk in Department.objects.values_list("pk", flat=True) if str(pk) in picked
            ],
            actor=request.actor,
            at=now(),
        )
    except NameTaken as refusal:
        errors["name"] = str(refusal)
    except (BadSetting, NotANumber) as refusal:
        errors["steps"] = f"{refusal} {refusal.next_step}"
    else:
        messages.success(request, _("%(name)s is saved.") % {"name": ladder.name})
        return redirect("settings:escalation")
    editing = ladders().filter(pk=ladder_id).first() if ladder_id else None
    form = {
        "data": {
            "name": request.POST.get("name", ""),
            "is_default": request.POST.get("is_default") == "1",
            "departments": picked,
            "steps": [*rows, *[StepRow()] * (ROWS - len(rows))],
        },
        "errors": errors,
    }
    return escalation_page(request, editing=editing, form=form, status=422)


def ladders() -> Any:
    """Return the ladders with their steps, the usual one first; two queries."""
    steps = LadderStep.objects.select_related("department").order_by("position")
    return Ladder.objects.prefetch_related(Prefetch("steps", queryset=steps)).order_by(
        "-is_default", "name", "id"
    )


def escalation_page(
    request: StaffRequest,
    *,
    editing: Ladder | None,
    form: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    """Return the page; about a dozen queries for any number of ladders."""
    found = list(ladders())
    departments = list(Department.objects.filter(is_active=True).order_by("name", "id"))
    uses = uses_of_ladders()
    return settings_page(
        request,
        "escalation",
        {
            "ladders": [row_of(ladder, departments=departments, uses=uses) for ladder in found],
            "form": form,
            "editing": {"id": editing.pk, "name": editing.name} if editing else None,
            "whens": options(WHENS),
            "actions": options(ACTIONS),
            "departments": [
                {
                    "value": str(one.pk),
                    "label": one.name,
                    "is_chosen": str(one.pk) in form["data"]["departments"],
                }
                for one in departments
            ],
            "preview": preview_for(request, found, departments=departments, at=now()),
        },
        status=status,
    )


def row_of(
    ladder: Ladder,
    *,
    departments: list[Department],
    uses: dict[int, tuple[list[str], int]],
) -> dict[str, Any]:
    """Return what the list says of a ladder; no query."""
    levels, targets = uses.get(ladder.pk, ([], 0))
    return {
        "id": ladder.pk,
        "name": ladder.name,
        "is_default": ladder.is_default,
        "sentences": [sentence_of(step) for step in ladder.steps.all()],
        "service_levels": levels,
        "targets": targets,
        "departments": [one.name for one in departments if one.ladder_id == ladder.pk],
        "edit_href": f"{reverse('settings:escalation')}?edit={ladder.pk}#edit",
        "preview_href": f"{reverse('settings:escalation')}?ladder={ladder.pk}#preview",
    }


def options(words: dict[str, Callable[[], str]]) -> list[dict[str, str]]:
    """Return codes and words as a select shows them."""
    return [{"value": str(code), "label": label()} for code, label in words.items()]


# ---- who would be woken when -----------------------------------------------------------------


def preview_for(
    request: StaffRequest, found: list[Ladder], *, departments: list[Department], at: datetime
) -> dict[str, Any]:
    """Return who would be woken when for a clock that starts now; nothing is saved. Seven queries."""
    asked = request.GET
    ladder = next((one for one in found if str(one.pk) == asked.get("ladder")), found[0])
    calendars = list(Calendar.objects.order_by("name", "id"))
    calendar = next(
        (one for one in calendars if str(one.pk) == asked.get("calendar")), calendars[0]
    )
    service = next(one for one in departments if one.is_customer_service)
    department = next(
        (one for one in departments if str(one.pk) == asked.get("department")), service
    )
    error = ""
    try:
        within = hours_in(asked.get("hours", "") or USUAL_HOURS)
    except NotANumber as refusal:
        within, error = timedelta(hours=8), str(refusal)
    expected: list[Expected] = []
    try:
        expected = woken_when(
            list(ladder.steps.all()),
            started_at=at,
            within=within,
            working_time=calendar.working_time(),
            department_id=department.pk,
        )
    except NeverOpen as refusal:
        error = str(refusal)
    return {
        "rows": in_words(expected),
        "error": error,
        "data": {
            "ladder": str(ladder.pk),
            "calendar": str(calendar.pk),
            "department": str(department.pk),
            "hours": asked.get("hours", "") or USUAL_HOURS,
        },
        "ladders": [{"value": str(one.pk), "label": one.name} for one in found],
        "calendars": [{"value": str(one.pk), "label": one.name} for one in calendars],
    }


def in_words(expected: list[Expected]) -> list[dict[str, Any]]:
    """Return a line for each moment: what happens, and the names of those who hear; one query."""
    names = dict(User.objects.filter(is_active=True).values_list("pk", "name"))
    return [
        {
            "at": one.at,
            "is_due": one.step is None,
            "does": does(one.step) if one.step else "",
            "people": [names[pk] for pk in one.people],
        }
        for one in expected
    ]


def does(step: LadderStep) -> str:
    """Return what a step does; its department is loaded."""
    return action_words(step.action, department=step.department.name if step.department else "")
