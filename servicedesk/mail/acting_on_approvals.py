"""How somebody who was asked approves a drawn step, or declines it, without signing in."""

from datetime import datetime

from problems.models import StepRequest, StepVote
from problems.models.step_request import RequestState, Vote
from problems.stages import definition_with
from problems.stepping import vote_on_step
from servicedesk.mail.commands import Deed
from servicedesk.mail.errands import Errand
from servicedesk.mail.standing import ErrandOver, Standing
from workflow.people.actors import Actor
from workflow.people.models import Department, User


def stand(errand: Errand, user: User, actor: Actor) -> Standing:
    """Return how a request stands for one who was asked; three queries.

    Raises:
        ErrandOver: it is not there, or somebody else was asked.
    """
    request = (
        StepRequest.objects.select_related("problem", "department")
        .filter(pk=errand.subject_id)
        .first()
    )
    own = StepVote.objects.filter(request=request, user=user).first() if request else None
    if request is None or own is None:
        raise ErrandOver
    is_open = request.state == RequestState.OPEN and not own.vote
    return Standing(
        errand=errand,
        user=user,
        actor=actor,
        problem=request.problem,
        name=request.problem.name,
        title=f"{request.problem.title}: {step_name(request)}",
        state=str(own.get_vote_display() or request.get_state_display()),
        has_moved_on=not is_open,
        department=request.department.name,
        reason=str(request.given.get("reason", "")),
        deeds=(Deed.APPROVE, Deed.DECLINE) if is_open else (),
    )


def step_name(request: StepRequest) -> str:
    """Return what the drawing calls the step that waits."""
    steps = definition_with(request.workflow_version_id).steps
    return next((step.name for step in steps if step.key == request.step_key), request.step_key)


def do(
    standing: Standing,
    deed: Deed,
    *,
    text: str,
    owner: Department | None,  # noqa: ARG001 - the drawing says who is next
    confirm: bool,  # noqa: ARG001 - nothing is sent on by an answer
    at: datetime,
) -> None:
    """Say yes or no as one who was asked; the action locks the request."""
    vote_on_step(
        request_id=standing.errand.subject_id,
        vote=Vote.YES if deed is Deed.APPROVE else Vote.NO,
        reason=text,
        actor=standing.actor,
        at=at,
    )
