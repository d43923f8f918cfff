"""Take a step of the drawing: whatever its pair of states asks for, by the actions of problems."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import transaction
from django.utils.translation import gettext as _

from problems.approving import ask_approval, cast_vote, not_asked, offered_with
from problems.fixing import add_evidence
from problems.gates import ApprovalNeeded, NotDrawn, Offered, last_leg
from problems.lifecycle import lock_problem, tell
from problems.models import Problem, StepRequest
from problems.models.step_request import RequestState, Vote
from problems.stages import definition_of, stage_of
from problems.states import WORKING_STATES, ProblemState
from problems.step_moves import Move, move
from problems.task_rights import refuse_while_needed
from workflow.history.actions import Action
from workflow.people.actors import Actor, Source
from workflow.people.authentication import actor_for_user
from workflow.people.models import User
from workflow.refusals import Refusal
from workflow.stages.definition import Stage, Step, StepKind

# What the form of a step may fill in; each is a field of the problem.
WRITTEN = ("root_cause", "public_cause", "fix", "solution")


class StepElsewhere(Refusal):
    """The step begins in another stage: somebody was faster, or the page is old."""

    code: ClassVar[str] = "step_elsewhere"


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a step: the problem after it, or the request that it waits for."""

    problem: Problem
    step: Step
    request: StepRequest | None = None

    @property
    def waits(self) -> bool:
        """Whether others have to agree first."""
        return self.request is not None


@transaction.atomic
def take_step(
    *,
    problem_id: int,
    step_key: str,
    offered: Offered,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> Taken:
    """Take a drawn step, or ask for its approval if it needs one. One of many wins.

    Raises:
        StepElsewhere, NotDrawn: it does not begin where the problem stands.
        NotYourStep, WrongOwner, ConditionNotMet, StepNeeds: see `problems.gates`.
        TasksAreNeeded: a step forward needs tasks that are not done.
        AskedAlready, NobodyToApprove: see `problems.approving`.
        ProblemChangedMeanwhile: somebody changed the problem since `expected_version`.
        Refusal: whatever the action says that the pair of states asks for.
    """
    problem = lock_problem(problem_id, expected_version=expected_version)
    step, end = step_from_here(problem, step_key)
    if step.kind is StepKind.FORWARD and problem.state in WORKING_STATES:
        refuse_while_needed(problem, resolves=end.state == ProblemState.RESOLVED)
    try:
        with transaction.atomic():
            write_texts(problem, offered)
            move(
                Move(
                    problem=problem,
                    step=step,
                    end=end,
                    leg=last_leg(problem),
                    offered=offered.for_step(step.key),
                    actor=actor,
                    at=at,
                )
            )
            show(problem, offered, actor=actor, at=at)
    except ApprovalNeeded as refusal:
        problem = lock_problem(problem_id)
        request = ask_approval(
            problem, last_leg(problem), refusal.step, offered=offered, actor=actor, at=at
        )
        return Taken(problem=problem, step=step, request=request)
    return Taken(problem=Problem.objects.get(pk=problem_id), step=step)


def step_from_here(problem: Problem, step_key: str) -> tuple[Step, Stage]:
    """Return a step that begins where a problem stands, and where it ends.

    Raises:
        NotDrawn: the problem follows no drawing, or the drawing has no such step.
        StepElsewhere: it begins in another stage.
    """
    definition = definition_of(problem)
    if definition is None:
        raise NotDrawn(
            _("%(problem)s follows the standard way: nobody drew steps for it.")
            % {"problem": problem.name},
            next_step=_("Use what the page of the problem offers."),
        )
    step = next((one for one in definition.steps if one.key == step_key), None)
    end = definition.stage(step.end) if step is not None else None
    if step is None or end is None:
        raise NotDrawn(
            _("The workflow of %(problem)s has no such step.") % {"problem": problem.name},
            next_step=_("Load the problem again to see its steps."),
        )
    if step.begin != problem.stage_key:
        here = stage_of(problem)
        raise StepElsewhere(
            _("“%(step)s” is past: %(problem)s stands in “%(stage)s” now.")
            % {
                "step": step.name,
                "problem": problem.name,
                "stage": here.name if here is not None else problem.stage_key,
            },
            next_step=_("Load the problem again to see what leads on."),
        )
    return step, end


def write_texts(problem: Problem, offered: Offered) -> None:
    """Write what came with a step into the problem; at most one query."""
    fresh = [name for name in WRITTEN if offered.texts.get(name, "").strip()]
    for name in fresh:
        setattr(problem, name, offered.texts[name].strip())
    if fresh:
        problem.save(update_fields=fresh)


def show(problem: Problem, offered: Offered, *, actor: Actor, at: datetime) -> None:
    """Keep the evidence that came with a step."""
    evidence = offered.texts.get("evidence", "")
    if evidence.strip():
        add_evidence(problem_id=problem.pk, text=evidence, actor=actor, at=at)


# ---- after the approval ----------------------------------------------------------------------


def vote_named(code: str) -> Vote:
    """Return what somebody says; what is not a clear yes is a no."""
    return Vote.YES if code == Vote.YES else Vote.NO


@transaction.atomic
def vote_on_step(
    *,
    request_id: int,
    vote: Vote,
    reason: str,
    actor: Actor,
    at: datetime,
    problem_id: int | None = None,
) -> StepRequest:
    """Say whether a step may be taken; once enough agree it is taken for whoever asked.

    With `problem_id` the request has to be about that problem.

    Raises:
        NotAsked, VotedAlready, RequestIsDecided, ReasonMissing: see `problems.approving`.
    """
    request = cast_vote(request_id=request_id, vote=vote, reason=reason, actor=actor, at=at)
    if problem_id is not None and request.problem_id != problem_id:
        raise not_asked()
    if request.state == RequestState.APPROVED:
        take_approved(request, at=at)
    return request


def take_approved(request: StepRequest, *, at: datetime) -> bool:
    """Take a step that was approved, for whoever asked; returns whether nothing else hinders it.

    What hinders it stands in the history; whoever may take the step can do so once it is mended.
    """
    actor = requester_of(request)
    try:
        # Of its own, so that what hinders the step takes back nothing of the approval.
        with transaction.atomic():
            take_step(
                problem_id=request.problem_id,
                step_key=request.step_key,
                offered=offered_with(request),
                actor=actor,
                at=at,
            )
    except Refusal as refusal:
        tell(
            request.problem,
            Action.STEP_HINDERED,
            actor=actor,
            at=at,
            changes={"step": request.step_key, "request": request.pk, "code": refusal.code},
            changes_state=False,
        )
        return False
    return True


def requester_of(request: StepRequest) -> Actor:
    """Return who asked for an approval, with the rights of today; two queries."""
    user = User.objects.filter(pk=request.requested_by_id or 0, is_active=True).first()
    if user is None:
        return Actor.system("approvals")
    return actor_for_user(user, source=Source.SYSTEM)
