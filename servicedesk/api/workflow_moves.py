"""Workflows and problems, for programs: files, what is under way, a problem taken through a draft."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from problems.drawable import world_of_problems
from problems.drawn import stay_of
from problems.migrating_stages import STANDARD_WAY, move_from, move_problems
from problems.queries import legs_of, problem_with_counts
from servicedesk.api.naming import row_of
from servicedesk.api.operations import operation
from servicedesk.api.paging import one
from servicedesk.api.refusals import Unprocessable
from servicedesk.api.shapes import workflows as shapes
from servicedesk.api.workflows import CONFIGURES, PATH, TAG, Fields, WorkflowView
from workflow.stages.files import write
from workflow.stages.models import WorkflowVersion
from workflow.stages.trying import TriedStay, taken_through
from workflow.stages.versions import definition_of


def named(asked: Mapping[str, Any], name: str) -> int:
    """Return a number that the address must name.

    What it names is looked for first, so that a stranger's is not told from what is not there.

    Raises:
        Unprocessable: the address does not name it.
    """
    number = asked.get(name)
    if number is None:
        raise Unprocessable(
            _("The address does not say which %(name)s.") % {"name": name},
            next_step=_("Add ?%(name)s= and its number.") % {"name": name},
        )
    return int(number)


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
        gives=shapes.MoveOfProblemsShape,
        path=PATH,
        tag=TAG,
    )
    def get(self, pk: int) -> Any:
        """Say where the open problems of an old version, or of the standard way, would go."""
        workflow = self.workflow(pk)
        move = move_from(workflow_id=workflow.pk, number=named(self.asked, "version"))
        return one(
            shapes.MoveOfProblemsShape,
            {
                "from_version": move.before.number if move.before is not None else STANDARD_WAY,
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
        """Let all open problems of an old version follow the one that counts; all or none.

        With version 0 those on the standard way that would take the workflow if they were opened now;
        their stages are the states.
        """
        moved = move_problems(
            workflow_id=self.workflow(pk).pk,
            number=fields["version"],
            stage_map=fields["stages"],
            actor=self.actor,
            at=self.at,
        )
        return {"moved": moved}


class TryWorkflow(WorkflowView):
    """A problem taken through a draft."""

    @operation(
        "try_workflow_draft",
        any_of=CONFIGURES,
        filters=shapes.TryFilters,
        gives=shapes.TriedProblemShape,
        path=PATH,
        tag=TAG,
    )
    def get(self, pk: int) -> Any:
        """Say how the stays of a problem would have been under the draft; nothing is changed."""
        drawing = definition_of(self.draft(pk))
        problem = problem_with_counts(self.actor, named(self.asked, "problem"))
        tried = taken_through(
            drawing,
            [stay_of(leg) for leg in legs_of([problem.pk])[problem.pk]],
            departments={slug: one.name for slug, one in world_of_problems().departments.items()},
        )
        return one(
            shapes.TriedProblemShape,
            {"problem": problem.number, "stays": [stay_shown(each) for each in tried]},
        )


def stay_shown(tried: TriedStay) -> dict[str, Any]:
    """Return a stay as it was and as it would have been."""
    return {
        "state": tried.stay.state,
        "department": tried.stay.department,
        "entered_at": tried.stay.entered_at,
        "left_at": tried.stay.left_at,
        "stage": tried.stage.key if tried.stage else None,
        "step": tried.step.key if tried.step else None,
        "department_then": tried.department,
        "because": tried.because,
        "limit_seconds": tried.limit.total_seconds() if tried.limit else None,
        "remark": tried.remark,
    }
