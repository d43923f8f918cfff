"""Begin a workflow with a starter or a file, and a draft with what counts."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from workflow.people.actors import Actor
from workflow.stages.definition import Definition
from workflow.stages.models import Workflow, WorkflowVersion
from workflow.stages.starters import fitted, starter_with
from workflow.stages.versions import definition_of, start_draft
from workflow.stages.workflows import add_workflow
from workflow.stages.world import Manned


@transaction.atomic
def begin_workflow_with(
    drawing: Definition,
    *,
    name: str,
    actor: Actor,
    at: datetime,
    departments: Mapping[str, Manned] | None = None,
) -> WorkflowVersion:
    """Add a workflow and begin its draft; with `departments` it names none that is not here.

    Raises:
        BadSetting, NameTaken: the name cannot be used.
        BadWorkflowFile: the drawing holds what cannot be stored.
    """
    workflow = add_workflow(name=name, actor=actor, at=at)
    kept = drawing if departments is None else fitted(drawing, departments=departments)
    return start_draft(workflow_id=workflow.pk, definition=kept, actor=actor, at=at)


def drawing_to_go_on(workflow: Workflow) -> Definition:
    """Return what a new draft draws first: what counts, else what was last, else the plain way.

    One query at most.
    """
    if workflow.version is not None:
        return definition_of(workflow.version)
    last = WorkflowVersion.objects.filter(workflow=workflow).order_by("-number").first()
    return definition_of(last) if last is not None else starter_with("plain").definition
