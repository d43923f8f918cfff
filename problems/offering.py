"""What a drawing offers somebody: the steps from where a problem stands, and why one is not theirs."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from problems.gates import (
    ConditionNotMet,
    NotYourStep,
    refuse_strangers,
    refuse_unless_condition,
)
from problems.models import Leg, Problem, StepRequest, StepVote
from problems.models.step_request import LIVE_REQUEST, RequestState, Vote
from problems.stages import FIELDS, definition_of, stage_of, steps_from
from problems.states import WORKING_STATES, ProblemState
from problems.step_needs import has_field, needed_by
from workflow.people.actors import Actor
from workflow.people.models import Department
from workflow.stages.definition import Owner, Stage, Step

# What the action behind a pair of states asks for, whatever the drawing says.
WRITTEN_BY: dict[tuple[str, str], str] = {
    (ProblemState.ROOT_CAUSE, ProblemState.FIX_IN_PROGRESS): "root_cause",
    (ProblemState.FIX_IN_PROGRESS, ProblemState.VERIFYING): "fix",
    (ProblemState.VERIFYING, ProblemState.RESOLVED): "solution",
}
SENT = {
    (ProblemState.NEW.value, ProblemState.ASSESS.value),
    *((state.value, ProblemState.ASSESS.value) for state in WORKING_STATES),
}
REASONED = {
    (ProblemState.ASSESS.value, ProblemState.NEW.value),
    (ProblemState.VERIFYING.value, ProblemState.FIX_IN_PROGRESS.value),
    *((state.value, ProblemState.ASSESS.value) for state in WORKING_STATES),
}
REJECTIONS_SHOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class StepOffered:
    """A drawn step from where a problem stands, for one person.

    `why_not` says why it is not theirs to take now, empty if it is. `asks` are the fields that
    its form asks for, `department` the one it goes to, empty where `chooses_department` says that
    the form asks for it. `request` is the approval that it waits for.
    """

    step: Step
    end: Stage
    why_not: str
    asks: tuple[str, ...]
    asks_reason: bool
    chooses_department: bool
    needs_department: bool
    department: str
    needs_approval: bool
    request: StepRequest | None

    @property
    def may(self) -> bool:
        """Whether it can be taken, or its approval asked for, now."""
        return not self.why_not


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a problem stands in its drawing, what leads on, and which approvals were asked."""

    stage: Stage | None
    steps: tuple[StepOffered, ...]
    requests: tuple[StepRequest, ...]


class Offering:
    """The steps that lead on from where a problem stands, for one person."""

    def __init__(self, problem: Problem, leg: Leg, *, actor: Actor) -> None:
        """Look at a problem whose `leg`, the last one, is loaded with its department."""
        self.problem, self.leg, self.actor = problem, leg, actor
        self.known: dict[str, bool] = {}

    def standing(self) -> Standing:
        """Return everything; at most eight queries, whatever is drawn."""
        definition = definition_of(self.problem)
        steps = steps_from(self.problem)
        offered = []
        for step in steps:
            end = definition.stage(step.end) if definition is not None else None
            if end is not None:
                offered.append(self.offered(step, end))
        return Standing(
            stage=stage_of(self.problem), steps=tuple(offered), requests=tuple(self.requests)
        )

    @cached_property
    def requests(self) -> list[StepRequest]:
        """The approvals that were asked for here, newest first; two queries."""
        return list(
            StepRequest.objects.filter(problem=self.problem, stage_key=self.problem.stage_key)
            .exclude(state__in=[RequestState.TAKEN, RequestState.WITHDRAWN])
            .select_related("requested_by")
            .prefetch_related(Prefetch("votes", StepVote.objects.select_related("user")))
            .order_by("-id")[: REJECTIONS_SHOWN + len(steps_from(self.problem))]
        )

    @cached_property
    def departments(self) -> dict[str, Department]:
        """The departments that work can be sent to, by short name; one query."""
        return {one.slug: one for one in Department.objects.filter(is_active=True)}

    def has(self, name: str) -> bool:
        """Whether the problem has something in a field; each is asked once."""
        if name not in self.known:
            self.known[name] = has_field(self.problem, name)
        return self.known[name]

    def offered(self, step: Step, end: Stage) -> StepOffered:
        """Return what one step asks of this person."""
        pair = (self.problem.state, end.state)
        missing = [name for name in needed_by(self.problem, step) if not self.has(name)]
        written = WRITTEN_BY.get(pair)
        if written is not None and written not in missing and not self.has(written):
            missing.append(written)
        owner = self.departments.get(end.department) if end.owner is Owner.DEPARTMENT else None
        request = next(
            (
                one
                for one in self.requests
                if one.step_key == step.key and one.state in LIVE_REQUEST
            ),
            None,
        )
        sends = pair in SENT or end.owner is not Owner.STAYS
        return StepOffered(
            step=step,
            end=end,
            why_not=self.why_not(step, missing, request=request),
            asks=tuple(name for name in missing if FIELDS[name].is_given),
            asks_reason=step.needs_reason or pair in REASONED,
            chooses_department=sends and owner is None and self.can_be_sent(pair),
            needs_department=owner is None
            and (pair in SENT or (end.owner is Owner.DEPARTMENT and self.can_be_sent(pair))),
            department=owner.name
            if owner is not None and owner.pk != self.leg.department_id
            else "",
            needs_approval=bool(step.approval and step.approval.quorum),
            request=request,
        )

    def can_be_sent(self, pair: tuple[str, str]) -> bool:
        """Whether somebody else can have it after a step of these states."""
        begin, end = pair
        stays_new = begin == end == ProblemState.NEW
        return self.problem.is_open and not stays_new and end not in ENDS

    def why_not(self, step: Step, missing: Iterable[str], *, request: StepRequest | None) -> str:
        """Return why a step is not this person's to take now, empty if it is."""
        try:
            refuse_strangers(step, self.leg, actor=self.actor)
            refuse_unless_condition(step, self.problem, self.leg)
        except (NotYourStep, ConditionNotMet) as refusal:
            return str(refusal)
        if request is not None and request.state == RequestState.OPEN:
            return _("It waits for an approval and is taken by itself then.")
        elsewhere = [FIELDS[name] for name in missing if not FIELDS[name].is_given]
        if elsewhere:
            return _("It needs: %(fields)s. %(what)s") % {
                "fields": ", ".join(str(one.label) for one in elsewhere),
                "what": elsewhere[0].elsewhere,
            }
        return ""


ENDS = (ProblemState.NEW, ProblemState.RESOLVED, ProblemState.CLOSED)


def standing_of(problem: Problem, leg: Leg, *, actor: Actor) -> Standing:
    """Return where a problem stands in its drawing and what leads on; at most eight queries."""
    return Offering(problem, leg, actor=actor).standing()


# ---- approvals -------------------------------------------------------------------------------

APPROVALS_SHOWN = 50


def approvals_waiting_for(actor: Actor, *, at_most: int = APPROVALS_SHOWN) -> list[StepVote]:
    """Return what somebody was asked to approve and has not answered, due first; one query."""
    if actor.user_id is None:
        return []
    return list(
        StepVote.objects.filter(user_id=actor.user_id, vote="", request__state=RequestState.OPEN)
        .select_related("request__problem", "request__requested_by", "request__department")
        .order_by("request__due_at", "id")[:at_most]
    )


def step_requests() -> QuerySet[StepRequest]:
    """Return the approvals that were asked for, with what is told of them."""
    return StepRequest.objects.select_related(
        "problem", "department", "requested_by"
    ).prefetch_related(Prefetch("votes", StepVote.objects.select_related("user")))


def may_vote(request: StepRequest, actor: Actor) -> bool:
    """Whether somebody was asked and has not answered; no query if the votes are loaded."""
    return request.state == RequestState.OPEN and any(
        one.user_id == actor.user_id and not one.vote for one in request.votes.all()
    )


def said_yes(request: StepRequest) -> int:
    """Return how many have agreed; no query if the votes are loaded."""
    return sum(one.vote == Vote.YES for one in request.votes.all())
