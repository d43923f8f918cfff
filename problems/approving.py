"""Steps that others have to approve: who is asked, what they say, who is asked next."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import transaction
from django.utils.translation import gettext as _

from problems.events import ApprovalAsked, ApprovalDecided
from problems.gates import Offered
from problems.lifecycle import lock_problem, required_reason, tell
from problems.models import Leg, Problem, StepRequest, StepVote
from problems.models.step_request import RequestState, Round, Vote
from problems.quorum import Answer, verdict
from problems.stages import definition_with
from workflow.clocks.due_times import due_time
from workflow.history.actions import Action
from workflow.history.recording import ChangeValue
from workflow.people.absences import active_users, away_at, service_leads, stepped_in
from workflow.people.actors import Actor, ActorKind
from workflow.people.models import ApiToken, Department, Membership, User
from workflow.people.permissions import Role
from workflow.refusals import Refusal
from workflow.stages.definition import Approval, Step

# One working day, where the drawing says nothing.
ANSWER_WITHIN = timedelta(hours=8)
IN_THE_DEPARTMENT = frozenset({Role.MEMBER, Role.HEAD})


class NobodyToApprove(Refusal):
    """Everybody who could approve a step is gone, or is the one who asks."""

    code: ClassVar[str] = "nobody_to_approve"


class AskedAlready(Refusal):
    """The step waits for its approval already."""

    code: ClassVar[str] = "asked_already"


class RequestIsDecided(Refusal):
    """The request was decided or withdrawn meanwhile."""

    code: ClassVar[str] = "request_is_decided"


class NotAsked(Refusal):
    """Somebody else was asked, or the request is not there."""

    code: ClassVar[str] = "not_asked"
    status = 404


class VotedAlready(Refusal):
    """This person has answered."""

    code: ClassVar[str] = "voted_already"


# ---- who is asked ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Approvers:
    """The users of each round, before anybody's absence."""

    by_round: dict[Round, list[int]] = field(default_factory=dict)

    def asked(
        self, asked_round: Round, *, at: datetime, without: Iterable[int]
    ) -> tuple[Round, list[int]]:
        """Return the first round from one on in which somebody is there, and who; three queries.

        Those who are away are stood in for; `without` are asked no more.
        """
        away, active = away_at(at), active_users()
        left_out = set(without)
        for one in Round:
            if one >= asked_round:
                there = stepped_in(self.by_round.get(one, ()), away=away, active=active) - left_out
                if there:
                    return one, sorted(there)
        return Round.LEADS, []


def approvers_of(approval: Approval, department: Department) -> Approvers:
    """Return who is asked in which round; three queries."""
    return Approvers(
        {
            Round.APPROVERS: [
                *users_with(approval.roles, department=department),
                *users_called(approval.people),
            ],
            Round.SUBSTITUTES: users_called(approval.substitutes),
            Round.LEADS: service_leads(),
        }
    )


def users_with(roles: Sequence[str], *, department: Department) -> list[int]:
    """Return who has one of some roles; members and heads are those of the department."""
    if not roles:
        return []
    found = Membership.objects.filter(role__in=roles, user__is_active=True).values_list(
        "user_id", "role", "department_id"
    )
    return [
        user
        for user, role, where in found
        if role not in IN_THE_DEPARTMENT or where == department.pk
    ]


def users_called(addresses: Sequence[str]) -> list[int]:
    """Return the active users with some addresses; one query if there are any."""
    if not addresses:
        return []
    return list(
        User.objects.filter(email__in=addresses, is_active=True).values_list("pk", flat=True)
    )


# ---- ask -------------------------------------------------------------------------------------


def ask_approval(
    problem: Problem, leg: Leg, step: Step, *, offered: Offered, actor: Actor, at: datetime
) -> StepRequest:
    """Ask those whom the drawing names whether a step may be taken; about ten queries.

    The problem is locked. Nobody approves what they ask for themselves.

    Raises:
        AskedAlready: it was asked before and is open.
        NobodyToApprove: there is nobody who could.
    """
    approval = step.approval
    if approval is None or problem.workflow_version_id is None:
        raise NobodyToApprove(_("This step needs no approval."), next_step=_("Take it."))
    if StepRequest.objects.filter(
        problem=problem, step_key=step.key, state=RequestState.OPEN
    ).exists():
        raise AskedAlready(
            _("“%(step)s” waits for its approval already.") % {"step": step.name},
            next_step=_("It is taken by itself once it is approved."),
        )
    asked_round, users = approvers_of(approval, leg.department).asked(
        Round.APPROVERS, at=at, without=[actor.user_id] if actor.user_id else []
    )
    if not users:
        raise NobodyToApprove(
            _("“%(step)s” needs an approval, and nobody but you could give it.")
            % {"step": step.name},
            next_step=_("Ask an administrator to name people who approve it."),
        )
    request = StepRequest.objects.create(
        problem=problem,
        workflow_version_id=problem.workflow_version_id,
        department=leg.department,
        stage_key=problem.stage_key,
        step_key=step.key,
        requested_by_id=actor.user_id,
        given=as_data(offered),
        quorum=approval.quorum,
        asked_round=asked_round,
        asked_at=at,
        due_at=answer_due(approval, leg.department, at=at),
    )
    ask(request, users, Action.STEP_ASKED, actor=actor, at=at)
    return request


def as_data(offered: Offered) -> dict[str, Any]:
    """Return what came with a step as plain data."""
    return {
        "reason": offered.reason,
        "department": offered.department.pk if offered.department is not None else None,
        "texts": dict(offered.texts),
        "confirm": offered.confirm,
    }


def offered_with(request: StepRequest) -> Offered:
    """Return what came with a step that waited; one query if it goes to a department."""
    given = request.given
    department = None
    if given.get("department"):
        department = (
            Department.objects.select_related("calendar")
            .filter(pk=given["department"], is_active=True)
            .first()
        )
    return Offered(
        step_key=request.step_key,
        reason=given.get("reason", ""),
        department=department,
        texts=given.get("texts", {}),
        confirm=bool(given.get("confirm")),
    )


def answer_due(approval: Approval, department: Department, *, at: datetime) -> datetime:
    """Return until when those who are asked have, in the opening hours of a department."""
    within = approval.within or ANSWER_WITHIN
    return due_time([(at, department.calendar.working_time())], within=within)


def ask(
    request: StepRequest, users: Iterable[int], action: Action, *, actor: Actor, at: datetime
) -> None:
    """Ask some users, and tell them; four queries."""
    asked = list(users)
    StepVote.objects.bulk_create(
        StepVote(request=request, user_id=user, asked_round=request.asked_round, asked_at=at)
        for user in asked
    )
    tell(
        request.problem,
        action,
        actor=actor,
        at=at,
        changes={**facts_of(request), "asked": len(asked), "round": request.asked_round},
        changes_state=False,
        event=ApprovalAsked(problem_id=request.problem_id, request_id=request.pk, asked_at=at),
    )


def facts_of(request: StepRequest) -> dict[str, ChangeValue]:
    """Return what the history keeps of a request: keys only."""
    return {"request": request.pk, "step": request.step_key, "stage": request.stage_key}


# ---- answer ----------------------------------------------------------------------------------


def voter_behind(actor: Actor) -> int | None:
    """Return whose voice an actor has: their own, or of whoever was given the token."""
    if actor.kind is ActorKind.TOKEN:
        return ApiToken.objects.filter(pk=actor.id).values_list("created_by", flat=True).first()
    return actor.user_id


def lock_request(request_id: int) -> StepRequest:
    """Return an open request, locked after its problem, which is loaded; three queries.

    Raises:
        NotAsked: it is not there.
        RequestIsDecided: it was decided, or the problem has moved on.
    """
    problem_id = (
        StepRequest.objects.filter(pk=request_id).values_list("problem_id", flat=True).first()
    )
    if problem_id is None:
        raise not_asked()
    problem = lock_problem(problem_id)
    request = (
        StepRequest.objects.select_for_update(of=("self",))
        .select_related("department__calendar")
        .get(pk=request_id)
    )
    request.problem = problem
    if request.state != RequestState.OPEN:
        raise RequestIsDecided(
            _("Nobody has to decide about this step any more."),
            next_step=_("Look at the problem to see where it stands."),
        )
    return request


def not_asked() -> NotAsked:
    """Return the refusal of an answer that nobody asked for."""
    return NotAsked(
        _("You were not asked whether this step may be taken."),
        next_step=_("Look at what waits for your approval."),
    )


@transaction.atomic
def cast_vote(
    *, request_id: int, vote: Vote, reason: str, actor: Actor, at: datetime
) -> StepRequest:
    """Say whether a step may be taken; enough of one kind decide it.

    A no needs a reason; the reason of a yes is kept too.

    Raises:
        NotAsked: somebody else was.
        VotedAlready: this person has answered.
        RequestIsDecided: enough others have, or the problem has moved on.
        ReasonMissing: a no without one.
    """
    if vote == Vote.NO:
        reason = required_reason(reason)
    request = lock_request(request_id)
    own = StepVote.objects.filter(request=request, user_id=voter_behind(actor) or 0).first()
    if own is None:
        raise not_asked()
    if own.vote:
        raise VotedAlready(
            _("You have answered already."), next_step=_("Wait for those who have not.")
        )
    own.vote, own.reason, own.voted_at = vote, reason.strip(), at
    own.save(update_fields=["vote", "reason", "voted_at"])
    tell(
        request.problem,
        Action.STEP_VOTED,
        actor=actor,
        at=at,
        changes={**facts_of(request), "vote": vote.value},
        changes_state=False,
    )
    answers = [
        Answer(asked_round=one.asked_round, vote=one.vote)
        for one in StepVote.objects.filter(request=request)
    ]
    found = verdict(answers, quorum=request.quorum, asked_round=request.asked_round)
    if found is not None:
        decide(request, is_approved=found, actor=actor, at=at)
    return request


def decide(request: StepRequest, *, is_approved: bool, actor: Actor, at: datetime) -> None:
    """Note what came of a request, and tell who asked; four queries."""
    request.state = RequestState.APPROVED if is_approved else RequestState.REJECTED
    request.due_at, request.decided_at = None, at
    request.save(update_fields=["state", "due_at", "decided_at"])
    tell(
        request.problem,
        Action.STEP_APPROVED if is_approved else Action.STEP_REJECTED,
        actor=actor,
        at=at,
        changes=facts_of(request),
        changes_state=False,
        event=ApprovalDecided(
            problem_id=request.problem_id, request_id=request.pk, is_approved=is_approved
        ),
    )


# ---- nobody answers --------------------------------------------------------------------------


@transaction.atomic
def ask_on(*, request_id: int, at: datetime) -> bool:
    """Ask the next ones about a step that nobody decided in time; returns whether it was due.

    After the substitutes come the service leads; where nobody else is left, those who were asked
    last are asked once more, so that it is never forgotten.
    """
    try:
        request = lock_request(request_id)
    except RequestIsDecided:
        return False
    if request.due_at is None or request.due_at > at:
        return False
    approval = approval_in(request)
    asked = list(
        StepVote.objects.filter(request=request).values_list("user_id", flat=True).order_by("id")
    )
    without = [*asked, *([request.requested_by_id] if request.requested_by_id else [])]
    following = Round(min(request.asked_round + 1, Round.LEADS))
    asked_round, users = approvers_of(approval, request.department).asked(
        following, at=at, without=without
    )
    if users:
        request.asked_round = asked_round
    request.due_at = answer_due(approval, request.department, at=at)
    request.failed_asks, request.ask_again_at, request.ask_error = 0, None, ""
    request.save(
        update_fields=["asked_round", "due_at", "failed_asks", "ask_again_at", "ask_error"]
    )
    ask(request, users, Action.STEP_ASKED_ON, actor=Actor.system("approvals"), at=at)
    return True


def approval_in(request: StepRequest) -> Approval:
    """Return what the drawing says of the approval that a request waits for."""
    steps = definition_with(request.workflow_version_id).steps
    found = next((step.approval for step in steps if step.key == request.step_key), None)
    return found or Approval(quorum=request.quorum)
