"""Drawn workflows, for programs: which there are, their versions, drafts and checks."""

from typing import Any

from django.utils.translation import gettext as _

from problems.drawable import world_of_problems
from servicedesk.api.base import TokenView
from servicedesk.api.naming import row_of
from servicedesk.api.operations import operation, page_shape
from servicedesk.api.paging import one, page_of, shaped
from servicedesk.api.shapes import organising
from servicedesk.api.shapes import workflows as shapes
from servicedesk.api.shapes.fields import Nothing
from workflow.people.permissions import Permission
from workflow.refusals import Refusal
from workflow.stages.beginning import begin_workflow_with, drawing_to_go_on
from workflow.stages.checking import check
from workflow.stages.definition import Definition
from workflow.stages.differing import differences
from workflow.stages.files import from_data, read
from workflow.stages.models import Workflow, WorkflowVersion
from workflow.stages.starters import STARTERS, starter_with
from workflow.stages.versions import (
    change_draft,
    definition_of,
    discard_draft,
    draft_of,
    publish_draft,
    start_draft,
)
from workflow.stages.workflows import (
    move_workflow,
    remove_workflow,
    set_active,
    set_applies_when,
    set_default,
    set_key,
)

Fields = dict[str, Any]
CONFIGURES = (Permission.CONFIGURE,)
PATH = ("pk",)
TAG = "Workflows"


class NoWorkflowDraft(Refusal):
    """The workflow has no draft."""

    code = "no_draft"
    status = 404


class WorkflowView(TokenView):
    """An address of workflows."""

    def workflow(self, pk: int) -> Workflow:
        """Return a workflow with what counts; one query."""
        return row_of(Workflow.objects.select_related("version"), pk=pk)

    def shown(self, pk: int) -> dict[str, Any]:
        """Return a workflow as data; one query."""
        return one(shapes.WorkflowShape, self.workflow(pk))

    def draft(self, pk: int) -> WorkflowVersion:
        """Return the draft of a workflow; two queries.

        Raises:
            NoWorkflowDraft: it has none.
        """
        found = draft_of(self.workflow(pk))
        if found is None:
            raise NoWorkflowDraft(
                _("This workflow has no draft."), next_step=_("Begin one, then look again.")
            )
        return found


class Workflows(WorkflowView):
    """All workflows."""

    @operation(
        "list_workflows",
        any_of=CONFIGURES,
        filters=shapes.WorkflowVersions,
        gives=page_shape(shapes.WorkflowShape),
        tag=TAG,
    )
    def get(self) -> Any:
        """List the workflows, newest first; `position` says in which order they are asked."""
        rows = Workflow.objects.select_related("version")
        return page_of(rows, self, shape=shaped(shapes.WorkflowShape))

    @operation(
        "create_workflow",
        any_of=CONFIGURES,
        takes=shapes.WorkflowWish,
        gives=shapes.WorkflowShape,
        status=201,
        tag=TAG,
    )
    def post(self, fields: Fields) -> Any:
        """Add a workflow and begin its draft with a starter or a file; nothing is published."""
        drawing = (
            read(fields["yaml"]) if fields["yaml"] else starter_with(fields["starter"]).definition
        )
        draft = begin_workflow_with(
            drawing,
            name=fields["name"] or drawing.name,
            departments=None if fields["yaml"] else world_of_problems().departments,
            actor=self.actor,
            at=self.at,
        )
        return self.shown(draft.workflow_id)


class OneWorkflow(WorkflowView):
    """One workflow."""

    @operation("read_workflow", any_of=CONFIGURES, gives=shapes.WorkflowShape, path=PATH, tag=TAG)
    def get(self, pk: int) -> Any:
        """Read one workflow."""
        return self.shown(pk)

    @operation(
        "change_workflow",
        any_of=CONFIGURES,
        takes=shapes.WorkflowChange,
        gives=shapes.WorkflowShape,
        path=PATH,
        tag=TAG,
    )
    def patch(self, fields: Fields, pk: int) -> Any:
        """Say which problems take a workflow, whether it takes the rest, whether it is on."""
        self.workflow(pk)
        actor, at = self.actor, self.at
        if "applies_when" in fields:
            set_applies_when(
                workflow_id=pk,
                condition=fields["applies_when"],
                known_facts=world_of_problems().facts,
                actor=actor,
                at=at,
            )
        if "is_active" in fields:
            set_active(workflow_id=pk, is_active=fields["is_active"], actor=actor, at=at)
        if "takes_rest" in fields:
            set_default(workflow_id=pk, is_default=fields["takes_rest"], actor=actor, at=at)
        if "is_key" in fields:
            set_key(workflow_id=pk, is_key=fields["is_key"], actor=actor, at=at)
        return self.shown(pk)

    @operation("remove_workflow", any_of=CONFIGURES, path=PATH, tag=TAG)
    def delete(self, _fields: Fields, pk: int) -> Any:
        """Remove a workflow that never counted, with its draft."""
        self.workflow(pk)
        remove_workflow(workflow_id=pk, actor=self.actor, at=self.at)
        return {}


class PlaceOfWorkflow(WorkflowView):
    """When a workflow is asked."""

    @operation(
        "move_workflow",
        any_of=CONFIGURES,
        takes=organising.RuleMove,
        gives=shapes.WorkflowShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, fields: Fields, pk: int) -> Any:
        """Let a workflow be asked one place earlier or later."""
        self.workflow(pk)
        by = -1 if fields["direction"] == "up" else 1
        move_workflow(workflow_id=pk, by=by, actor=self.actor, at=self.at)
        return self.shown(pk)


class VersionsOfWorkflow(WorkflowView):
    """All versions of a workflow."""

    @operation(
        "list_versions_of_workflow",
        any_of=CONFIGURES,
        filters=shapes.WorkflowVersions,
        gives=page_shape(shapes.WorkflowVersionShape),
        path=PATH,
        tag=TAG,
    )
    def get(self, pk: int) -> Any:
        """List the versions of a workflow with what they draw, newest first."""
        self.workflow(pk)
        rows = WorkflowVersion.objects.filter(workflow_id=pk)
        return page_of(rows, self, shape=shaped(shapes.WorkflowVersionShape))


class DraftOfWorkflow(WorkflowView):
    """The draft of a workflow."""

    @operation(
        "read_workflow_draft",
        any_of=CONFIGURES,
        gives=shapes.WorkflowVersionShape,
        path=PATH,
        tag=TAG,
    )
    def get(self, pk: int) -> Any:
        """Read the draft of a workflow."""
        return one(shapes.WorkflowVersionShape, self.draft(pk))

    @operation(
        "start_workflow_draft",
        any_of=CONFIGURES,
        takes=Nothing,
        gives=shapes.WorkflowVersionShape,
        path=PATH,
        status=201,
        tag=TAG,
    )
    def post(self, _fields: Fields, pk: int) -> Any:
        """Begin a draft: a copy of what counts, or was last."""
        workflow = self.workflow(pk)
        draft = start_draft(
            workflow_id=pk,
            definition=drawing_to_go_on(workflow),
            actor=self.actor,
            at=self.at,
        )
        return one(shapes.WorkflowVersionShape, draft)

    @operation(
        "change_workflow_draft",
        any_of=CONFIGURES,
        takes=shapes.DrawingWish,
        gives=shapes.WorkflowVersionShape,
        path=PATH,
        tag=TAG,
    )
    def patch(self, fields: Fields, pk: int) -> Any:
        """Let the draft draw something else: stages and steps given are all it has."""
        draft = change_draft(
            version_id=self.draft(pk).pk,
            definition=drawing_in(fields),
            expected_edition=fields["edition"],
            actor=self.actor,
            at=self.at,
        )
        return one(shapes.WorkflowVersionShape, draft)

    @operation(
        "discard_workflow_draft",
        any_of=CONFIGURES,
        gives=shapes.WorkflowShape,
        path=PATH,
        tag=TAG,
    )
    def delete(self, _fields: Fields, pk: int) -> Any:
        """Throw the draft away; the answer is the workflow as it stays."""
        discard_draft(version_id=self.draft(pk).pk, actor=self.actor, at=self.at)
        return self.shown(pk)


def drawing_in(fields: Fields) -> Definition:
    """Return the drawing that a program sent.

    Raises:
        BadWorkflowFile: it cannot be read.
    """
    return read(fields["yaml"]) if fields["yaml"] else from_data(fields["definition"])


class CheckOfWorkflow(WorkflowView):
    """What is wrong with a draft."""

    @operation(
        "check_workflow_draft",
        any_of=CONFIGURES,
        gives=shapes.WorkflowCheckShape,
        path=PATH,
        tag=TAG,
    )
    def get(self, pk: int) -> Any:
        """Say what is wrong with a draft (faults) or may be, and what is other than now."""
        draft, world = self.draft(pk), world_of_problems()
        drawing, published = definition_of(draft), draft.workflow.version
        findings = check(drawing, world=world)
        return one(
            shapes.WorkflowCheckShape,
            {
                "may_be_published": not any(finding.is_fault for finding in findings),
                "findings": findings,
                "changes": differences(definition_of(published), drawing, world=world)
                if published
                else [],
            },
        )


class PublishWorkflow(WorkflowView):
    """That a draft counts."""

    @operation(
        "publish_workflow_draft",
        any_of=CONFIGURES,
        takes=shapes.PublishingWish,
        gives=shapes.WorkflowVersionShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, fields: Fields, pk: int) -> Any:
        """Let new problems follow the draft; those under way stay on their version."""
        version = publish_draft(
            version_id=self.draft(pk).pk,
            world=world_of_problems(),
            note=fields["note"],
            expected_edition=fields["edition"],
            actor=self.actor,
            at=self.at,
        )
        return one(shapes.WorkflowVersionShape, version)


class Starters(TokenView):
    """Drawings to begin with."""

    @operation("list_workflow_starters", any_of=CONFIGURES, gives=shapes.StarterListShape, tag=TAG)
    def get(self) -> Any:
        """List the drawings that a workflow may begin with."""
        return one(shapes.StarterListShape, {"results": list(STARTERS.values())})
