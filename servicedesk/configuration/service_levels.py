"""Settings: what customers are promised."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from customers.models import Entitlement
from servicedesk.configuration.frame import (
    NotANumber,
    NotFound,
    chosen,
    hours_in,
    hours_of,
    settings_page,
    whole_number,
)
from servicedesk.pages.guards import StaffRequest, staff
from workflow.amending import BadSetting, NameTaken
from workflow.clocks.models import Calendar, Metric, ServiceLevel
from workflow.configuring import save_service_level
from workflow.people.permissions import Permission

METRICS: dict[Metric, Callable[[], str]] = {
    Metric.FIRST_RESPONSE: lambda: _("First response"),
    Metric.RESOLUTION: lambda: _("Resolution"),
}
PRIORITIES: dict[int, Callable[[], str]] = {
    1: lambda: _("urgent"),
    2: lambda: _("high"),
    3: lambda: _("normal"),
    4: lambda: _("low"),
}
Targets = dict[tuple[Metric, int], timedelta]


def field_name(metric: Metric, priority: int) -> str:
    """Return the name of a target's field."""
    return f"{metric.value}_{priority}"


@staff(Permission.CONFIGURE)
def service_levels(request: StaffRequest) -> HttpResponse:
    """Show the service levels, or change one."""
    if request.method != "POST":
        editing = chosen(ServiceLevel.objects.all(), request.GET.get("edit"))
        return service_levels_page(
            request, editing=editing, data=data_of(editing) if editing else {}, errors={}
        )
    if request.POST.get("action") != "save":
        raise NotFound(_("This is not there."), next_step=_("Load the page again."))
    return save(request)


def save(request: StaffRequest) -> HttpResponse:
    """Add or change a service level; what cannot be used stands in the form."""
    level_id = whole_number(request.POST.get("id"))
    targets, errors = targets_in(request)
    calendar = chosen(Calendar.objects.all(), request.POST.get("calendar"))
    if calendar is None:
        errors["calendar"] = _("Choose the opening hours.")
    if not errors and calendar is not None:
        try:
            level = save_service_level(
                service_level_id=level_id,
                name=request.POST.get("name", ""),
                calendar=calendar,
                targets=targets,
                actor=request.actor,
                at=now(),
            )
        except (BadSetting, NameTaken) as refusal:
            errors["name"] = str(refusal)
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": level.name})
            return redirect("settings:service_levels")
    editing = ServiceLevel.objects.filter(pk=level_id).first() if level_id else None
    data = {name: str(value) for name, value in request.POST.items()}
    return service_levels_page(request, editing=editing, data=data, errors=errors, status=422)


def targets_in(request: StaffRequest) -> tuple[Targets, dict[str, str]]:
    """Return the targets of the form and what is wrong; an empty field promises nothing."""
    targets: Targets = {}
    errors: dict[str, str] = {}
    for metric in METRICS:
        for priority in PRIORITIES:
            name = field_name(metric, priority)
            written = request.POST.get(name, "").strip()
            if not written:
                continue
            try:
                targets[metric, priority] = hours_in(written)
            except NotANumber as refusal:
                errors[name] = str(refusal)
    return targets, errors


def data_of(level: ServiceLevel) -> dict[str, Any]:
    """Return the fields of a service level as they are; one query."""
    return {
        "name": level.name,
        "calendar": level.version.calendar_id if level.version else None,
        **{
            field_name(Metric(target.metric), target.priority): hours_of(target.within)
            for target in (level.version.targets.all() if level.version else ())
        },
    }


def service_levels_page(
    request: StaffRequest,
    *,
    editing: ServiceLevel | None,
    data: dict[str, Any],
    errors: dict[str, str],
    status: int = 200,
) -> HttpResponse:
    """Return the page; four queries for any number of service levels."""
    levels = (
        ServiceLevel.objects.select_related("version__calendar")
        .prefetch_related("version__targets")
        .order_by("-is_default", "name", "id")
    )
    running = Q(ends_at__isnull=True) | Q(ends_at__gt=now())
    customers = dict(
        Entitlement.objects.filter(running, begins_at__lte=now())
        .order_by()
        .values_list("service_level_id")
        .annotate(count=Count("id"))
    )
    return settings_page(
        request,
        "service_levels",
        {
            "service_levels": [
                level_in_list(level, customers=customers.get(level.pk, 0)) for level in levels
            ],
            "priorities": [name().capitalize() for name in PRIORITIES.values()],
            "form": {"data": data, "errors": errors},
            "editing": {"id": editing.pk, "name": editing.name} if editing else None,
            "calendars": [
                {"value": calendar.pk, "label": f"{calendar.name} ({calendar.timezone})"}
                for calendar in Calendar.objects.order_by("name", "id")
            ],
            "target_fields": [
                {
                    "name": field_name(metric, priority),
                    "label": _("%(metric)s, %(priority)s (hours)")
                    % {"metric": metric_name(), "priority": priority_name()},
                    "value": data.get(field_name(metric, priority), ""),
                    "error": errors.get(field_name(metric, priority), ""),
                }
                for metric, metric_name in METRICS.items()
                for priority, priority_name in PRIORITIES.items()
            ],
        },
        status=status,
    )


def in_hours(span: timedelta | None) -> str:
    """Write a target in hours; nothing where nothing is promised."""
    return _("%(hours)s h") % {"hours": hours_of(span)} if span is not None else ""


def level_in_list(level: ServiceLevel, *, customers: int) -> dict[str, Any]:
    """Return what a card shows."""
    version = level.version
    within = {
        (target.metric, target.priority): target.within
        for target in (version.targets.all() if version else ())
    }
    return {
        "id": level.pk,
        "name": level.name,
        "calendar": version.calendar.name if version else "",
        "is_default": level.is_default,
        "customers": customers,
        "promises": [
            {
                "label": label(),
                "targets": [
                    {
                        "priority": name().capitalize(),
                        "within": in_hours(within.get((metric.value, priority))),
                    }
                    for priority, name in PRIORITIES.items()
                ],
            }
            for metric, label in METRICS.items()
            if any(kept == metric.value for kept, _priority in within)
        ],
        "edit_href": f"{reverse('settings:service_levels')}?edit={level.pk}#edit",
    }
