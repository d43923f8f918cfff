"""Settings: one workflow, what counts now, which problems take it, its versions side by side."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from problems.drawable import world_of_problems
from problems.migrating_stages import problems_by_version
from servicedesk.configuration.condition_form import (
    OPERATORS,
    STATEMENTS,
    condition_written,
    fields_of,
)
from servicedesk.configuration.frame import NotFound, settings_page, whole_number
from servicedesk.configuration.service_levels import as_file
from servicedesk.configuration.workflow_draft import workflow_with
from servicedesk.configuration.workflow_in_flight import FROM_STANDARD
from servicedesk.configuration.workflow_inspector import choices
from servicedesk.configuration.workflow_shown import stages_shown
from servicedesk.configuration.workflows import applies_shown
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.workflow_map import draft_map
from workflow.conditions import BadCondition
from workflow.people.permissions import Permission
from workflow.stages.beginning import drawing_to_go_on
from workflow.stages.differing import differences
from workflow.stages.files import write
from workflow.stages.models import Workflow, WorkflowState, WorkflowVersion
from workflow.stages.versions import definition_of, start_draft
from workflow.stages.workflows import (
    remove_workflow,
    set_active,
    set_applies_when,
    set_default,
    set_key,
)
from workflow.stages.world import World

MOST_VERSIONS = 50


@staff(Permission.CONFIGURE)
def workflow(request: StaffRequest, workflow_id: int) -> HttpResponse:
    """Show one workflow; begin a draft, say which problems take it, switch or remove it."""
    found = workflow_with(workflow_id)
    if request.method != "POST":
        return workflow_page(request, found)
    action = request.POST.get("action", "")
    if action == "draft":
        start_draft(
            workflow_id=found.pk,
            definition=drawing_to_go_on(found),
            actor=request.actor,
            at=now(),
        )
        return redirect("settings:workflow_draft", found.pk)
    if action == "applies":
        return say_when(request, found)
    if action == "remove":
        remove_workflow(workflow_id=found.pk, actor=request.actor, at=now())
        messages.success(request, _("The workflow is removed."))
        return redirect("settings:workflows")
    change(request, found, action=action)
    return redirect("settings:workflow", found.pk)


def change(request: StaffRequest, found: Workflow, *, action: str) -> None:
    """Switch a workflow, or let it take the rest.

    Raises:
        NotFound: the form asks for something else.
    """
    actor, at = request.actor, now()
    if action in ("on", "off"):
        set_active(workflow_id=found.pk, is_active=action == "on", actor=actor, at=at)
    elif action in ("key", "no_key"):
        set_key(workflow_id=found.pk, is_key=action == "key", actor=actor, at=at)
    elif action in ("default", "no_default"):
        is_default = action == "default"
        set_default(workflow_id=found.pk, is_default=is_default, actor=actor, at=at)
    else:
        raise NotFound(_("This is not there."), next_step=_("Load the page again."))


def say_when(request: StaffRequest, found: Workflow) -> HttpResponse:
    """Say which new problems take a workflow; what cannot be read stands in the form."""
    posted = {name: str(value) for name, value in request.POST.items()}
    try:
        set_applies_when(
            workflow_id=found.pk,
            condition=condition_written(posted),
            known_facts=world_of_problems().facts,
            actor=request.actor,
            at=now(),
        )
    except BadCondition as refusal:
        return workflow_page(request, found, posted=posted, error=str(refusal), status=422)
    messages.success(request, _("It is saved which problems take it."))
    return redirect("settings:workflow", found.pk)


@require_safe
@staff(Permission.CONFIGURE)
def workflow_file(request: StaffRequest, workflow_id: int) -> HttpResponse:
    """Hand out one version as a file: the one that is asked for, else what counts."""
    found = workflow_with(workflow_id)
    number = whole_number(request.GET.get("version"))
    version = (
        WorkflowVersion.objects.filter(workflow=found, number=number).first()
        if number is not None
        else found.version
    )
    if version is None:
        raise NotFound(_("There is no such version."), next_step=_("Look at its versions."))
    return as_file(write(definition_of(version)), name=f"workflow-{found.pk}-{version.number}.yaml")


# ---- the page --------------------------------------------------------------------------------


def workflow_page(
    request: StaffRequest,
    found: Workflow,
    *,
    posted: dict[str, str] | None = None,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    """Return the page; about ten queries for any number of versions."""
    world, under_way = world_of_problems(), problems_by_version()
    versions = list(
        WorkflowVersion.objects.filter(workflow=found)
        .select_related("created_by", "published_by")
        .order_by("-number")[: MOST_VERSIONS + 1]
    )
    return settings_page(
        request,
        "workflow",
        {
            "settings_page": "workflows",
            "workflow": {
                "id": found.pk,
                "name": found.name,
                "is_default": found.is_default,
                "is_key": found.is_key,
                "is_active": found.is_active,
                "number": found.version.number if found.version else None,
                "has_draft": any(one.state == WorkflowState.DRAFT for one in versions),
                "was_published": any(one.published_at for one in versions),
                "applies": applies_shown(found),
            },
            "map": draft_map(definition_of(found.version), world=world) if found.version else None,
            "stages": stages_shown(definition_of(found.version), world=world, workflow_id=found.pk)
            if found.version
            else [],
            "versions": versions_shown(versions, under_way=under_way, world=world),
            "standard": standard_shown(found, count=under_way.get(None, 0)),
            "form": when_form(found, world=world, posted=posted, error=error),
            "compared": compared(request, versions, world=world),
        },
        status=status,
    )


def standard_shown(found: Workflow, *, count: int) -> dict[str, Any] | None:
    """Return how many follow the standard way and where they are moved; None if nobody can be."""
    if not count or found.version is None or not found.is_active:
        return None
    here = reverse("settings:workflow_in_flight", args=[found.pk])
    return {"problems": count, "move_href": f"{here}?from={FROM_STANDARD}"}


def versions_shown(
    versions: list[WorkflowVersion], *, under_way: Mapping[int | None, int], world: World
) -> list[dict[str, Any]]:
    """Return versions, newest first, each with what it draws other than the one before."""
    before: list[WorkflowVersion | None] = [*versions[1:], None]
    return [
        {
            "number": version.number,
            "state": version.state,
            "note": version.note,
            "by": str(version.published_by or version.created_by or ""),
            "at": version.published_at or version.created_at,
            "problems": under_way.get(version.pk, 0),
            "can_move": version.state == WorkflowState.RETIRED and under_way.get(version.pk, 0),
            "lines": differences(definition_of(former), definition_of(version), world=world)
            if former
            else [],
            "is_first": former is None,
            "file_href": f"{reverse('settings:workflow_file', args=[version.workflow_id])}"
            f"?version={version.number}",
            "move_href": f"{reverse('settings:workflow_in_flight', args=[version.workflow_id])}"
            f"?from={version.number}",
        }
        for version, former in zip(versions, before, strict=True)
    ][:MOST_VERSIONS]


def compared(
    request: StaffRequest, versions: list[WorkflowVersion], *, world: World
) -> dict[str, Any] | None:
    """Return two versions side by side in words; None while there are fewer than two."""
    if len(versions) < 2:
        return None
    by_number = {version.number: version for version in versions}
    newest, former = next(pairwise(versions))
    old = by_number.get(whole_number(request.GET.get("from")) or 0, former)
    new = by_number.get(whole_number(request.GET.get("to")) or 0, newest)
    return {
        "choices": [
            {"value": one.number, "label": _("Version %(number)d") % {"number": one.number}}
            for one in versions
        ],
        "from": old.number,
        "to": new.number,
        "is_asked": "from" in request.GET,
        "lines": differences(definition_of(old), definition_of(new), world=world),
    }


def when_form(
    found: Workflow, *, world: World, posted: dict[str, str] | None, error: str
) -> dict[str, Any]:
    """Return the form that says which problems take a workflow."""
    data = posted if posted is not None else fields_of(found.applies_when)
    return {
        "statements": [
            {
                "place": place,
                "fact": data.get(f"fact_{place}", ""),
                "operator": data.get(f"operator_{place}", "is"),
                "value": data.get(f"value_{place}", ""),
            }
            for place in range(STATEMENTS)
        ],
        "facts": choices(world.facts),
        "operators": [{"value": code, "label": name()} for code, name in OPERATORS.items()],
        "joined": data.get("joined", "all"),
        "joins": [
            {"value": "all", "label": _("all of these are so")},
            {"value": "any", "label": _("one of these is so")},
        ],
        "condition": data.get("condition", ""),
        "error": error,
    }
