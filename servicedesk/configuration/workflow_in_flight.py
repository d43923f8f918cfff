"""Settings: move problems of an old version, or of the standard way, to the one that counts."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from problems.drawable import world_of_problems
from problems.migrating_stages import (
    STANDARD_WAY,
    BadMap,
    Move,
    NoSuchMove,
    move_from,
    move_problems,
)
from servicedesk.configuration.frame import settings_page, whole_number
from servicedesk.configuration.workflow_draft import workflow_with
from servicedesk.pages.guards import StaffRequest, staff
from workflow.people.permissions import Permission
from workflow.stages.definition import Definition
from workflow.stages.models import Workflow
from workflow.stages.world import World

STAGE_FIELD = "stage_"
FROM_STANDARD = "standard"
NO_VERSION = -1


@staff(Permission.CONFIGURE)
def workflow_in_flight(request: StaffRequest, workflow_id: int) -> HttpResponse:
    """Show where the problems of an old version stand and where they would go; move them."""
    workflow = workflow_with(workflow_id)
    asked = request.POST if request.method == "POST" else request.GET
    number = number_in(asked.get("from", ""))
    try:
        move = move_from(workflow_id=workflow.pk, number=number)
    except NoSuchMove as refusal:
        messages.error(request, str(refusal))
        return redirect("settings:workflow", workflow.pk)
    if request.method != "POST":
        return in_flight_page(request, workflow, move, stage_map=move.suggested, errors={})
    stage_map = map_in(request, move)
    try:
        moved = move_problems(
            workflow_id=workflow.pk,
            number=number,
            stage_map=stage_map,
            actor=request.actor,
            at=now(),
        )
    except BadMap as refusal:
        errors = {fault.stage: f"{fault.sentence} {fault.next_step}" for fault in refusal.faults}
        return in_flight_page(
            request, workflow, move, stage_map=stage_map, errors=errors, status=422
        )
    messages.success(
        request,
        ngettext(
            "%(count)d problem follows version %(number)d now.",
            "%(count)d problems follow version %(number)d now.",
            moved,
        )
        % {"count": moved, "number": move.after.number},
    )
    return redirect("settings:workflow", workflow.pk)


def number_in(written: str) -> int:
    """Return the number of the version that an address names; what names none is no version."""
    if written == FROM_STANDARD:
        return STANDARD_WAY
    return whole_number(written) or NO_VERSION


def map_in(request: StaffRequest, move: Move) -> dict[str, str]:
    """Return the map that a form says."""
    before, _after = move.drawings
    return {stage.key: request.POST.get(f"{STAGE_FIELD}{stage.key}", "") for stage in before.stages}


def in_flight_page(
    request: StaffRequest,
    workflow: Workflow,
    move: Move,
    *,
    stage_map: Mapping[str, str],
    errors: Mapping[str, str],
    status: int = 200,
) -> HttpResponse:
    """Return the page; about fifteen queries for any number of problems."""
    before, after = move.drawings
    world = world_of_problems()
    return settings_page(
        request,
        "workflow_in_flight",
        {
            "settings_page": "workflows",
            "workflow": {"id": workflow.pk, "name": workflow.name},
            "before": {"number": move.before.number, "value": move.before.number}
            if move.before is not None
            else {"number": None, "value": FROM_STANDARD},
            "after": {"number": move.after.number},
            "rows": [
                {
                    "key": stage.key,
                    "field": f"{STAGE_FIELD}{stage.key}",
                    "name": stage.name,
                    "state": world.state_name(stage.state),
                    "problems": move.in_flight.get(stage.key, 0),
                    "target": stage_map.get(stage.key, ""),
                    "targets": targets_for(stage.state, after, world=world),
                    "error": errors.get(stage.key, ""),
                }
                for stage in before.stages
                if move.in_flight.get(stage.key)
            ],
            "has_faults": bool(errors),
        },
        status=status,
    )


def targets_for(state: str, after: Definition, *, world: World) -> list[dict[str, Any]]:
    """Return the stages of the new drawing that a problem may go to: those of the same state."""
    found = [stage for stage in after.stages if stage.state == state]
    return [
        {
            "value": stage.key,
            "label": _("%(stage)s (%(state)s)")
            % {"stage": stage.name, "state": world.state_name(stage.state)},
        }
        for stage in found
    ]
