"""Settings: the draft of a workflow, drawn and checked; every change of it is a plain form."""

from collections.abc import Callable
from dataclasses import replace

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from problems.drawable import world_of_problems
from servicedesk.configuration.frame import NotFound, settings_page, whole_number
from servicedesk.configuration.workflow_designer import designer_shown
from servicedesk.configuration.workflow_form import Filled
from servicedesk.configuration.workflow_shown import draft_shown
from servicedesk.pages.guards import StaffRequest, staff
from workflow.amending import BadSetting, NameTaken
from workflow.lengths import TooManyCharacters
from workflow.people.permissions import Permission
from workflow.stages.definition import Definition
from workflow.stages.editing import KeyTaken, PieceNotThere, tidied
from workflow.stages.files import BadWorkflowFile, read
from workflow.stages.models import Workflow, WorkflowVersion
from workflow.stages.versions import (
    ChangedMeanwhile,
    HasFaults,
    change_draft,
    definition_of,
    discard_draft,
    draft_of,
    publish_draft,
)

# What a form of a draft may be refused for; the page tells it and nothing is lost.
REFUSED = (
    BadSetting,
    NameTaken,
    TooManyCharacters,
    ChangedMeanwhile,
    PieceNotThere,
    KeyTaken,
    BadWorkflowFile,
)


def workflow_with(workflow_id: int) -> Workflow:
    """Return a workflow with its published version; one query.

    Raises:
        NotFound: there is none.
    """
    workflow = Workflow.objects.select_related("version").filter(pk=workflow_id).first()
    if workflow is None:
        raise NotFound(_("There is no such workflow."), next_step=_("Look at the list of them."))
    return workflow


def draft_with(workflow_id: int) -> WorkflowVersion:
    """Return the draft of a workflow; two queries.

    Raises:
        NotFound: there is none.
    """
    draft = draft_of(workflow_with(workflow_id))
    if draft is None:
        raise NotFound(
            _("This workflow has no draft."), next_step=_("Begin one on its page, then go on.")
        )
    return draft


@staff(Permission.CONFIGURE)
def workflow_draft(request: StaffRequest, workflow_id: int) -> HttpResponse:
    """Show the draft; name it, tidy its map, put a file in its place, publish or discard it."""
    draft = draft_of(workflow_with(workflow_id))
    if draft is None:
        return redirect("settings:workflow", workflow_id)
    if request.method != "POST":
        return draft_page(request, draft)
    action = request.POST.get("action", "")
    if action == "publish":
        return publish(request, draft)
    if action == "discard":
        discard_draft(version_id=draft.pk, actor=request.actor, at=now())
        messages.success(request, _("The draft is discarded."))
        return redirect("settings:workflow", workflow_id)
    return change(request, draft, edits=lambda drawing: edited(request, drawing, action=action))


def edited(request: StaffRequest, drawing: Definition, *, action: str) -> Definition:
    """Return the whole drawing as an action of the page wants it.

    Raises:
        NotFound: the form asks for something else.
        BadWorkflowFile: the file cannot be read.
    """
    if action == "tidy":
        return tidied(drawing)
    if action == "name":
        return replace(drawing, name=request.POST.get("name", ""))
    if action == "replace":
        sent = request.FILES.get("file")
        written = sent.read().decode("utf-8", "replace") if sent else request.POST.get("text", "")
        return read(written)
    raise NotFound(_("This is not there."), next_step=_("Load the page again."))


def change(
    request: StaffRequest,
    draft: WorkflowVersion,
    *,
    edits: Callable[[Definition], Definition],
    opens: str = "",
    filled: Filled | None = None,
) -> HttpResponse:
    """Let the draft say what `edits` makes of its drawing; then show it anew.

    `opens` is the query that the next page opens with (`stage=assess`). With `filled`, a form
    that was refused keeps what was written in it.
    """
    # What is edited is the drawing that was read: a form without an edition means that one.
    edition = whole_number(request.POST.get("edition"))
    try:
        change_draft(
            version_id=draft.pk,
            definition=edits(definition_of(draft)),
            expected_edition=draft.edition if edition is None else edition,
            actor=request.actor,
            at=now(),
        )
    except REFUSED as refusal:
        return draft_page(request, draft, opens=opens, filled=filled, refusal=refusal, status=422)
    if getattr(request, "htmx", False):
        changed = draft_with(draft.workflow_id)
        return draft_page(request, changed, opens=opens)
    place = reverse("settings:workflow_draft", args=[draft.workflow_id])
    return redirect(f"{place}?{opens}#inspector" if opens else place)


def publish(request: StaffRequest, draft: WorkflowVersion) -> HttpResponse:
    """Let new problems follow the draft from now on."""
    try:
        version = publish_draft(
            version_id=draft.pk,
            world=world_of_problems(),
            note=request.POST.get("note", ""),
            expected_edition=whole_number(request.POST.get("edition")),
            actor=request.actor,
            at=now(),
        )
    except (HasFaults, ChangedMeanwhile, NameTaken, TooManyCharacters) as refusal:
        return draft_page(request, draft, refusal=refusal, status=422)
    messages.success(
        request,
        _("Version %(number)d of %(name)s counts for new problems.")
        % {"number": version.number, "name": version.workflow.name},
    )
    return redirect("settings:workflow", draft.workflow_id)


def draft_page(
    request: StaffRequest,
    draft: WorkflowVersion,
    *,
    opens: str | None = None,
    filled: Filled | None = None,
    refusal: Exception | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return the page, for htmx its part `draft`; about nine queries, whatever the draft says."""
    world = world_of_problems()
    opened = request.GET.urlencode() if opens is None else opens
    shown = draft_shown(draft, world=world, opens=opened, filled=filled)
    found = shown.pop("found")
    return settings_page(
        request,
        "workflow_draft",
        {
            "settings_page": "workflows",
            **shown,
            **designer_shown(request, draft, world=world, findings=found, opens=opened),
            "refused": str(refusal) if refusal else "",
        },
        partial="draft",
        status=status,
    )
