"""Settings: which workflows there are, which problems take which, and how many are under way."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from problems.drawable import world_of_problems
from problems.migrating_stages import problems_by_version
from servicedesk.configuration.frame import NotFound, posted_id, settings_page
from servicedesk.configuration.routing_words import in_words
from servicedesk.pages.guards import StaffRequest, staff
from workflow.amending import BadSetting, NameTaken
from workflow.conditions import parse_condition
from workflow.lengths import TooManyCharacters
from workflow.people.permissions import Permission
from workflow.stages.beginning import begin_workflow_with
from workflow.stages.definition import Definition
from workflow.stages.files import BadWorkflowFile, read
from workflow.stages.models import Workflow, WorkflowState, WorkflowVersion
from workflow.stages.starters import STARTERS, NoSuchStarter, starter_with
from workflow.stages.workflows import move_workflow, set_active, set_default

UP, DOWN = -1, 1
REFUSED = (BadSetting, NameTaken, BadWorkflowFile, NoSuchStarter, TooManyCharacters)


@staff(Permission.CONFIGURE)
def workflows(request: StaffRequest) -> HttpResponse:
    """Show the workflows; add one from a starter or a file, order them, say which takes the rest."""
    if request.method != "POST":
        return workflows_page(request, data={}, errors={})
    action = request.POST.get("action", "")
    if action in ("add", "import"):
        return add(request, action=action)
    change(request, action)
    return redirect("settings:workflows")


def change(request: StaffRequest, action: str) -> None:
    """Move a workflow, switch it, or let it take the rest.

    Raises:
        NotFound: the form asks for something else.
    """
    workflow_id, actor, at = posted_id(request), request.actor, now()
    if action in ("up", "down"):
        by = UP if action == "up" else DOWN
        move_workflow(workflow_id=workflow_id, by=by, actor=actor, at=at)
    elif action in ("default", "no_default"):
        is_default = action == "default"
        set_default(workflow_id=workflow_id, is_default=is_default, actor=actor, at=at)
    elif action in ("on", "off"):
        set_active(workflow_id=workflow_id, is_active=action == "on", actor=actor, at=at)
    else:
        raise NotFound(_("This is not there."), next_step=_("Load the page again."))


def add(request: StaffRequest, *, action: str) -> HttpResponse:
    """Add a workflow and begin its draft; what cannot be used stands in the form."""
    data = {name: request.POST.get(name, "") for name in ("name", "starter")}
    try:
        is_file = action == "import"
        drawing = drawing_in(request) if is_file else starter_with(data["starter"]).definition
        draft = begin_workflow_with(
            drawing,
            name=data["name"] or drawing.name,
            departments=None if is_file else world_of_problems().departments,
            actor=request.actor,
            at=now(),
        )
    except REFUSED as refusal:
        field = "file" if action == "import" else "name"
        return workflows_page(request, data=data, errors={field: str(refusal)}, status=422)
    messages.success(request, _("The draft is begun. Nothing is published yet."))
    return redirect("settings:workflow_draft", draft.workflow_id)


def drawing_in(request: StaffRequest) -> Definition:
    """Return the drawing of the file that was sent.

    Raises:
        BadWorkflowFile: there is none, or it cannot be read.
    """
    sent = request.FILES.get("file")
    if sent is None:
        raise BadWorkflowFile(_("Choose a file."))
    return read(sent.read().decode("utf-8", "replace"))


# ---- the page --------------------------------------------------------------------------------


def workflows_page(
    request: StaffRequest, *, data: dict[str, str], errors: dict[str, str], status: int = 200
) -> HttpResponse:
    """Return the page; six queries for any number of workflows."""
    rows = list(Workflow.objects.select_related("version").order_by("position", "id"))
    versions = list(
        WorkflowVersion.objects.filter(workflow__in=rows).order_by("-number").defer("definition")
    )
    under_way = problems_by_version()
    return settings_page(
        request,
        "workflows",
        {
            "workflows": [
                workflow_in_list(
                    workflow,
                    place=place,
                    versions=[one for one in versions if one.workflow_id == workflow.pk],
                    under_way=under_way,
                )
                for place, workflow in enumerate(rows, start=1)
            ],
            "standard": under_way.get(None, 0),
            "has_default": any(one.is_default for one in rows),
            "starters": [
                {"value": code, "label": str(one.name), "says": str(one.says)}
                for code, one in STARTERS.items()
            ],
            "form": {"data": data, "errors": errors},
        },
        status=status,
    )


def workflow_in_list(
    workflow: Workflow,
    *,
    place: int,
    versions: list[WorkflowVersion],
    under_way: dict[int | None, int],
) -> dict[str, Any]:
    """Return what a card shows; asks nothing."""
    draft = next((one for one in versions if one.state == WorkflowState.DRAFT), None)
    return {
        "id": workflow.pk,
        "place": place,
        "name": workflow.name,
        "is_default": workflow.is_default,
        "is_key": workflow.is_key,
        "is_active": workflow.is_active,
        "is_live": workflow.version_id is not None,
        "number": workflow.version.number if workflow.version else None,
        "draft": draft.number if draft else None,
        "applies": applies_shown(workflow),
        "versions": [
            {"number": one.number, "problems": under_way[one.pk]}
            for one in versions
            if under_way.get(one.pk)
        ],
        "href": reverse("settings:workflow", args=[workflow.pk]),
        "draft_href": reverse("settings:workflow_draft", args=[workflow.pk]),
    }


def applies_shown(workflow: Workflow) -> str:
    """Return in words which problems take a workflow; empty if none does by its facts."""
    if not workflow.applies_when:
        return ""
    return in_words(parse_condition(workflow.applies_when))
