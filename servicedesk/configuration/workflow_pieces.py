"""Settings: stages and steps of a draft: add, change, move, place and take them out.

Each address takes a plain POST and goes back to the draft; asked by htmx it answers with the part
`draft` of that page: map, findings, table and the form that is open.
"""

from collections.abc import Callable
from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from problems.states import ProblemState
from servicedesk.configuration.frame import NotFound
from servicedesk.configuration.workflow_draft import change, draft_page, draft_with
from servicedesk.configuration.workflow_form import read_stage, read_step
from servicedesk.pages.guards import StaffRequest, staff
from workflow.people.permissions import Permission
from workflow.stages.definition import Definition, Stage, Step
from workflow.stages.editing import (
    PieceNotThere,
    free_key,
    stage_in,
    step_in,
    with_stage,
    with_stage_changed,
    with_stage_moved,
    with_stage_placed,
    with_step,
    with_step_changed,
    with_step_moved,
    without_stage,
    without_step,
)
from workflow.stages.models import WorkflowVersion
from workflow.stages.versions import definition_of

UP, DOWN = -1, 1
LONGEST_NUMBER = 7


@staff(Permission.CONFIGURE)
def workflow_stages(request: StaffRequest, workflow_id: int) -> HttpResponse:
    """Add a stage: name, state, and whatever else its form says; `x` and `y` place it."""
    draft = draft_with(workflow_id)
    if request.method != "POST":
        return to_draft(workflow_id, "add=stage")
    drawing = definition_of(draft)
    name = request.POST.get("name", "")
    key = free_key(name, taken=[one.key for one in drawing.stages])
    blank = Stage(key=key, name=name, state=request.POST.get("state", ProblemState.ASSESS))
    stage, filled = read_stage(request.POST, before=blank)
    if filled.errors:
        return draft_page(request, draft, opens="add=stage", filled=filled, status=422)
    x, y = coordinate(request, "x"), coordinate(request, "y")
    stage = replace(stage, x=x, y=y) if x is not None and y is not None else stage
    return change(
        request,
        draft,
        edits=lambda drawn: with_stage(drawn, stage),
        opens=f"stage={key}",
        filled=filled,
    )


@staff(Permission.CONFIGURE)
def workflow_stage(request: StaffRequest, workflow_id: int, key: str) -> HttpResponse:
    """Change a stage: save · place (x, y) · up · down · start · delete."""
    draft = draft_with(workflow_id)
    if request.method != "POST":
        return to_draft(workflow_id, f"stage={key}")
    action = request.POST.get("action", "save")
    opens = f"stage={key}"
    if action == "save":
        return save_stage(request, draft, key)
    if action == "place":
        x, y = coordinate(request, "x"), coordinate(request, "y")
        if x is None or y is None:
            raise NotFound(_("This is not a place on the map."), next_step=_("Drag it again."))
        return change(
            request, draft, edits=lambda drawn: with_stage_placed(drawn, key, x=x, y=y), opens=opens
        )
    edits: dict[str, Callable[[Definition], Definition]] = {
        "up": lambda drawn: with_stage_moved(drawn, key, by=UP),
        "down": lambda drawn: with_stage_moved(drawn, key, by=DOWN),
        "start": lambda drawn: replace(drawn, start=stage_in(drawn, key).key),
        "delete": lambda drawn: without_stage(drawn, key),
    }
    return do(request, draft, edits, action=action, opens="" if action == "delete" else opens)


def save_stage(request: StaffRequest, draft: WorkflowVersion, key: str) -> HttpResponse:
    """Let a stage say what its form says; what cannot be read stands in it."""
    try:
        before = stage_in(definition_of(draft), key)
    except PieceNotThere as refusal:
        return draft_page(request, draft, opens="", refusal=refusal, status=422)
    stage, filled = read_stage(request.POST, before=before)
    opens = f"stage={key}"
    if filled.errors:
        return draft_page(request, draft, opens=opens, filled=filled, status=422)
    return change(
        request,
        draft,
        edits=lambda drawn: with_stage_changed(drawn, stage),
        opens=opens,
        filled=filled,
    )


@staff(Permission.CONFIGURE)
def workflow_steps(request: StaffRequest, workflow_id: int) -> HttpResponse:
    """Add a step between two stages; without a name it is called after where it leads."""
    draft = draft_with(workflow_id)
    if request.method != "POST":
        return to_draft(workflow_id, "add=step")
    drawing = definition_of(draft)
    begin, end = request.POST.get("begin", ""), request.POST.get("end", "")
    opens = f"add=step&from={begin}" if drawing.stage(begin) else "add=step"
    target = drawing.stage(end)
    posted = request.POST.copy()
    if not posted.get("name", "").strip() and target is not None:
        posted["name"] = _("To %(stage)s") % {"stage": target.name}
    key = free_key(posted.get("name", ""), taken=[one.key for one in drawing.steps])
    step, filled = read_step(posted, before=Step(key=key, name="", begin=begin, end=end))
    for name in ("begin", "end"):
        if drawing.stage(posted.get(name, "")) is None:
            filled.errors[name] = _("Choose a stage.")
    if filled.errors:
        return draft_page(request, draft, opens=opens, filled=filled, status=422)
    return change(
        request,
        draft,
        edits=lambda drawn: with_step(drawn, step),
        opens=f"step={key}",
        filled=filled,
    )


@staff(Permission.CONFIGURE)
def workflow_step(request: StaffRequest, workflow_id: int, key: str) -> HttpResponse:
    """Change a step: save · up · down · delete."""
    draft = draft_with(workflow_id)
    if request.method != "POST":
        return to_draft(workflow_id, f"step={key}")
    action = request.POST.get("action", "save")
    if action == "save":
        return save_step(request, draft, key)
    edits: dict[str, Callable[[Definition], Definition]] = {
        "up": lambda drawn: with_step_moved(drawn, key, by=UP),
        "down": lambda drawn: with_step_moved(drawn, key, by=DOWN),
        "delete": lambda drawn: without_step(drawn, key),
    }
    opens = "" if action == "delete" else f"step={key}"
    return do(request, draft, edits, action=action, opens=opens)


def save_step(request: StaffRequest, draft: WorkflowVersion, key: str) -> HttpResponse:
    """Let a step say what its form says; what cannot be read stands in it."""
    try:
        before = step_in(definition_of(draft), key)
    except PieceNotThere as refusal:
        return draft_page(request, draft, opens="", refusal=refusal, status=422)
    step, filled = read_step(request.POST, before=before)
    opens = f"step={key}"
    if filled.errors:
        return draft_page(request, draft, opens=opens, filled=filled, status=422)
    return change(
        request, draft, edits=lambda drawn: with_step_changed(drawn, step), opens=opens,
        filled=filled,
    )  # fmt: skip


# ---- both ------------------------------------------------------------------------------------


def do(
    request: StaffRequest,
    draft: WorkflowVersion,
    edits: dict[str, Callable[[Definition], Definition]],
    *,
    action: str,
    opens: str,
) -> HttpResponse:
    """Do the one thing that a button asks for.

    Raises:
        NotFound: the form asks for something else.
    """
    edit = edits.get(action)
    if edit is None:
        raise NotFound(_("This is not there."), next_step=_("Load the page again."))
    return change(request, draft, edits=edit, opens=opens)


def to_draft(workflow_id: int, opens: str) -> HttpResponse:
    """Go to the draft with a form open."""
    place = reverse("settings:workflow_draft", args=[workflow_id])
    return redirect(f"{place}?{opens}#inspector")


def coordinate(request: StaffRequest, name: str) -> int | None:
    """Return a whole number of the form that may be below zero, or None."""
    written = request.POST.get(name, "")[:LONGEST_NUMBER]
    digits = written.removeprefix("-")
    return int(written) if digits.isascii() and digits.isdigit() else None
