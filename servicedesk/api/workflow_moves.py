"""Versions of workflows as files, and the problems under way that move between them; for programs."""

from typing import Any

from problems.migrating_stages import move_from, move_problems
from servicedesk.api.naming import row_of
from servicedesk.api.operations import operation
from servicedesk.api.paging import one
from servicedesk.api.shapes import workflows as shapes
from servicedesk.api.workflows import CONFIGURES, PATH, TAG, Fields, WorkflowView
from workflow.stages.files import write
from workflow.stages.models import WorkflowVersion
from workflow.stages.versions import definition_of


class FileOfWorkflow(WorkflowView):
    """One version as a file."""

    @operation(
        "export_workflow",
        any_of=CONFIGURES,
        filters=shapes.WorkflowFileFilters,
        gives=shapes.WorkflowFileShape,
        path=PATH,
        tag=TAG,
    )
    def get(self, pk: int) -> Any:
        """Write a version of a workflow as YAML: what counts, or the one asked for."""
        asked = self.asked.get("number")
        rows = WorkflowVersion.objects.filter(workflow=self.workflow(pk))
        version = row_of(rows, **({"number": asked} if asked else {"state": "published"}))
        return {"yaml": write(definition_of(version))}


class MoveOfWorkflow(WorkflowView):
    """Problems under way in an old version."""

    @operation(
        "preview_workflow_move",
        any_of=CONFIGURES,
        filters=shapes.FromVersion,
        gives=shapes.MoveShape,
        path=PATH,
        tag=TAG,
    )
    def get(self, pk: int) -> Any:
        """Say where the open problems of an old version stand, and where they would go."""
        move = move_from(workflow_id=self.workflow(pk).pk, number=self.asked["version"])
        return one(
            shapes.MoveShape,
            {
                "from_version": move.before.number,
                "to_version": move.after.number,
                "stages": [
                    {"stage": key, "problems": count, "suggested": move.suggested.get(key, "")}
                    for key, count in sorted(move.in_flight.items())
                ],
            },
        )

    @operation(
        "move_workflow_problems",
        any_of=CONFIGURES,
        takes=shapes.MoveWish,
        gives=shapes.MovedShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, fields: Fields, pk: int) -> Any:
        """Let all open problems of an old version follow the one that counts; all or none."""
        moved = move_problems(
            workflow_id=self.workflow(pk).pk,
            number=fields["version"],
            stage_map=fields["stages"],
            actor=self.actor,
            at=self.at,
        )
        return {"moved": moved}
