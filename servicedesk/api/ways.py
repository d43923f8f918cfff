"""Drawn ways for programs: the steps of a problem, a step taken, approvals."""

from typing import Any

from problems.access import problem_for
from problems.gates import Offered, last_leg
from problems.offering import StepOffered, standing_of, step_requests
from problems.stepping import take_step, vote_named, vote_on_step
from servicedesk.api.base import TokenView
from servicedesk.api.naming import department_called, row_of
from servicedesk.api.operations import operation, page_shape
from servicedesk.api.paging import page_of, shaped
from servicedesk.api.shapes import ways as shapes
from workflow.people.permissions import Permission
from workflow.stages.models import WorkflowVersion

Fields = dict[str, Any]
SEES = (Permission.VIEW_PROBLEM,)
TAG = "Problems"
TEXTS = ("root_cause", "public_cause", "fix", "solution", "evidence")


def way_of(problem: Any, *, view: TokenView) -> dict[str, Any]:
    """Return where a problem stands and what leads on, for the caller; about ten queries."""
    standing = standing_of(problem, last_leg(problem), actor=view.actor)
    version = (
        WorkflowVersion.objects.select_related("workflow")
        .filter(pk=problem.workflow_version_id or 0)
        .first()
    )
    return {
        "number": problem.number,
        "state": problem.state,
        "version": problem.version,
        "workflow": version.workflow.name if version is not None else None,
        "workflow_version": version.number if version is not None else None,
        "stage": problem.stage_key,
        "stage_name": standing.stage.name if standing.stage is not None else "",
        "steps": [step_data(one) for one in standing.steps],
        "approvals": shaped(shapes.RequestShape)(list(standing.requests)),
    }


def step_data(offered: StepOffered) -> dict[str, Any]:
    """Return one step as data."""
    return {
        "step": offered.step.key,
        "name": offered.step.name,
        "kind": offered.step.kind.value,
        "to_stage": offered.end.key,
        "to_state": offered.end.state,
        "may": offered.may,
        "why_not": offered.why_not,
        "asks": list(offered.asks),
        "asks_reason": offered.asks_reason,
        "asks_department": offered.needs_department,
        "needs_approval": offered.needs_approval,
    }


class WayOfProblem(TokenView):
    """Where a problem stands in its drawn workflow."""

    @operation("read_way", any_of=SEES, gives=shapes.WayShape, path=("number",), tag=TAG)
    def get(self, number: int) -> Any:
        """Read the stage of a problem and the steps that lead on."""
        return way_of(problem_for(self.actor, number), view=self)

    @operation(
        "take_drawn_step",
        any_of=SEES,
        takes=shapes.DrawnStep,
        gives=shapes.DrawnStepShape,
        path=("number",),
        tag=TAG,
    )
    def post(self, fields: Fields, number: int) -> Any:
        """Take a drawn step, or ask for its approval; who may take it says the drawing."""
        problem = problem_for(self.actor, number)
        taken = take_step(
            problem_id=problem.pk,
            step_key=fields["step"],
            offered=Offered(
                reason=fields["reason"],
                department=department_called(fields["department"])
                if fields["department"]
                else None,
                texts={name: fields[name] for name in TEXTS if fields[name].strip()},
                confirm=fields["confirm"],
            ),
            actor=self.actor,
            at=self.at,
            expected_version=self.version_in(fields),
        )
        return {
            "waits": taken.waits,
            "way": way_of(problem_for(self.actor, number), view=self),
        }


class Approvals(TokenView):
    """Steps that wait for an approval, or waited."""

    @operation(
        "list_approvals",
        any_of=SEES,
        filters=shapes.RequestFilters,
        gives=page_shape(shapes.RequestShape),
        tag=TAG,
    )
    def get(self) -> Any:
        """List approvals that were asked for, newest first."""
        found = step_requests()
        if self.asked.get("state"):
            found = found.filter(state=self.asked["state"])
        if self.asked.get("problem"):
            found = found.filter(problem__number=self.asked["problem"])
        return page_of(found, self, shape=shaped(shapes.RequestShape))


class VoteOnStep(TokenView):
    """What somebody says to a step."""

    @operation(
        "vote_on_step",
        any_of=SEES,
        takes=shapes.VoteTaken,
        gives=shapes.RequestShape,
        path=("request_id",),
        tag=TAG,
    )
    def post(self, fields: Fields, request_id: int) -> Any:
        """Approve or reject a step, with the voice of whoever was given the token."""
        request = vote_on_step(
            request_id=request_id,
            vote=vote_named(fields["vote"]),
            reason=fields["reason"],
            actor=self.actor,
            at=self.at,
        )
        return shaped(shapes.RequestShape)([row_of(step_requests(), pk=request.pk)])[0]
