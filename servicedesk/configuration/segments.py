"""Settings: sorts of customers, each a rule over what is known of them, counted anew each time."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from customers.editing import BadCustomer, NameInUse
from customers.models import Segment
from customers.segmenting import (
    Preview,
    SegmentChangedMeanwhile,
    TooManySegments,
    preview,
    save_segment,
    segment_numbered,
)
from customers.segments import counts_of
from servicedesk.configuration.condition_form import LONGEST_CONDITION, OPERATORS
from servicedesk.configuration.condition_groups import (
    Groups,
    condition_posted,
    groups_of,
    groups_posted,
    groups_shown,
)
from servicedesk.configuration.frame import NotFound, settings_page, whole_number
from servicedesk.configuration.segment_words import FACTS, rule_in_words
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.paging import cursor_of, id_in
from workflow.conditions import BadCondition
from workflow.lengths import TooManyCharacters
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

# Each is counted among all customers.
ROWS = 20


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.CONFIGURE)
def segments(request: StaffRequest) -> HttpResponse:
    """Show the segments with how many customers each has; try a rule, save one, put one away."""
    if request.method != "POST":
        editing = edited(request.GET.get("edit"))
        return segments_page(request, editing=editing, form=form_for(editing))
    action = request.POST.get("action", "")
    if action == "save":
        return save(request)
    if action == "look":
        return look(request)
    if action == "more":
        form = form_posted(request, errors={}, has_more=True)
        return segments_page(request, editing=edited(request.POST.get("number")), form=form)
    return switch(request, action)


def edited(text: str | None) -> Segment | None:
    """Return the segment that an address or a form names, or None; at most one query."""
    number = whole_number(text)
    return segment_numbered(number) if number is not None else None


def switch(request: StaffRequest, action: str) -> HttpResponse:
    """Use a segment again, or no more.

    Raises:
        NotFound: the form asks for something else.
    """
    segment = edited(request.POST.get("number"))
    if segment is None or action not in ("on", "off"):
        raise NotFound(_("This is not there."), next_step=_("Load the page again."))
    save_segment(
        number=segment.number,
        name=segment.name,
        rule=segment.rule,
        is_active=action == "on",
        actor=request.actor,
        at=now(),
    )
    return redirect("settings:segments")


def save(request: StaffRequest) -> HttpResponse:
    """Add or change a segment; what cannot be used stands in the form."""
    editing = edited(request.POST.get("number"))
    try:
        saved = save_segment(
            number=editing.number if editing else None,
            name=request.POST.get("name", ""),
            rule=condition_posted(request.POST.dict()),
            version=whole_number(request.POST.get("version")) if editing else None,
            is_active=editing.is_active if editing else True,
            actor=request.actor,
            at=now(),
        )
    except (
        BadCondition,
        BadCustomer,
        NameInUse,
        SegmentChangedMeanwhile,
        TooManyCharacters,
        TooManySegments,
    ) as refusal:
        form = form_posted(request, errors={field_of(refusal, request): str(refusal)})
        return segments_page(request, editing=editing, form=form, status=422)
    messages.success(request, _("%(name)s is saved.") % {"name": saved.name})
    return redirect("settings:segments")


def look(request: StaffRequest) -> HttpResponse:
    """Say whom the rule of the form fits now; nothing is saved."""
    editing = edited(request.POST.get("number"))
    try:
        fits = preview(condition_posted(request.POST.dict()))
    except BadCondition as refusal:
        form = form_posted(request, errors={field_of(refusal, request): str(refusal)})
        return segments_page(request, editing=editing, form=form, status=422)
    form = form_posted(request, errors={})
    return segments_page(request, editing=editing, form=form, fits=fits)


def field_of(refusal: Refusal, request: StaffRequest) -> str:
    """Return beside what a refusal stands."""
    if not isinstance(refusal, BadCondition):
        return "name"
    return "condition" if request.POST.get("condition", "").strip() else "statements"


def form_for(segment: Segment | None) -> dict[str, Any]:
    """Return the fields as they are; a rule that groups cannot say stands in JSON."""
    if segment is None:
        return {"data": {}, "errors": {}, "when": groups_shown(Groups())}
    data: dict[str, Any] = {"name": segment.name, "version": segment.version}
    groups = groups_of(segment.rule)
    if groups is None:
        wide = json.dumps(segment.rule, ensure_ascii=False, indent=2)
        # Blanks may not make it longer than what may be sent back.
        is_long = len(wide) > LONGEST_CONDITION
        data["condition"] = json.dumps(segment.rule, ensure_ascii=False) if is_long else wide
    return {"data": data, "errors": {}, "when": groups_shown(groups or Groups())}


def form_posted(
    request: StaffRequest, *, errors: dict[str, str], has_more: bool = False
) -> dict[str, Any]:
    """Return the fields as somebody wrote them."""
    posted = request.POST.dict()
    return {
        "data": {name: posted.get(name, "") for name in ("name", "condition", "version")},
        "errors": errors,
        "when": groups_shown(groups_posted(posted), has_more=has_more),
    }


def segments_page(
    request: StaffRequest,
    *,
    editing: Segment | None,
    form: dict[str, Any],
    fits: Preview | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return the page, 20 segments each; two queries."""
    rows = Segment.objects.order_by("number")
    after = id_in(request.GET.get("after", ""))
    if after is not None:
        rows = rows.filter(number__gt=after)
    found = list(rows[: ROWS + 1])
    counts = counts_of(found[:ROWS])
    return settings_page(
        request,
        "segments",
        {
            "segments": [in_list(one, count=counts[one.pk]) for one in found[:ROWS]],
            "next_url": f"?after={cursor_of(found[ROWS - 1].number)}" if len(found) > ROWS else "",
            "editing": {"number": editing.number, "name": editing.name} if editing else None,
            "form": form,
            "fits": fits_shown(fits) if fits else None,
            "fields": [{"value": code, "label": name()} for code, name in FACTS.items()],
            "operators": [{"value": code, "label": name()} for code, name in OPERATORS.items()],
        },
        status=status,
    )


def in_list(segment: Segment, *, count: int) -> dict[str, Any]:
    """Return what a row shows."""
    return {
        "number": segment.number,
        "name": segment.name,
        "when": rule_in_words(segment.rule),
        "count": count,
        "is_active": segment.is_active,
        "edit_href": f"{reverse('settings:segments')}?edit={segment.number}#edit",
    }


def fits_shown(fits: Preview) -> dict[str, Any]:
    """Return whom a rule fits, the first ten by name."""
    return {
        "count": fits.count,
        "of": fits.of,
        "contacts": [
            {
                "name": one.name,
                "organisation": one.organisation.name if one.organisation else "",
                "href": reverse("agent:contact", args=[one.pk]),
            }
            for one in fits.contacts
        ],
    }
