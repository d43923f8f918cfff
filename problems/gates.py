"""Whether the drawing lets a problem through: which step leads on, who may take it, what it asks.

Every action that changes a state asks here, whichever door it came through, so that nobody walks
around a drawing. A problem without one passes freely.
"""

from collections import ChainMap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

from django.utils.translation import gettext as _

from problems.facts import facts_of
from problems.models import Leg, Problem, StepRequest
from problems.models.leg import Because
from problems.models.step_request import RequestState
from problems.stages import definition_of, is_at_home, stage_of, steps_from
from problems.states import STATE_NAMES, ProblemState
from problems.step_needs import KeptByDrawing, StepNeeds, refuse_while_missing
from workflow.conditions import evaluate
from workflow.history.recording import ChangeValue
from workflow.people.actors import Actor
from workflow.people.models import Department
from workflow.people.permissions import Permission
from workflow.refusals import Refusal
from workflow.stages.definition import Definition, MayTake, Owner, Stage, Step, StepKind


class NotDrawn(KeptByDrawing):
    """The drawing has no such step from here."""

    code: ClassVar[str] = "step_not_drawn"


class NotYourStep(KeptByDrawing):
    """The drawing lets others take this step."""

    code: ClassVar[str] = "not_your_step"
    status = 403


class ConditionNotMet(KeptByDrawing):
    """The condition of a step does not fit the problem."""

    code: ClassVar[str] = "condition_not_met"


class WrongOwner(KeptByDrawing):
    """The drawing gives the stage to another department, or its department is closed."""

    code: ClassVar[str] = "wrong_owner"


class ApprovalNeeded(KeptByDrawing):
    """Others have to agree before this step is taken; `step` names it."""

    code: ClassVar[str] = "approval_needed"

    def __init__(self, sentence: str, *, next_step: str, step: Step) -> None:
        super().__init__(sentence, next_step=next_step)
        self.step = step


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """What comes with a step: a reason, the department it goes to, texts by the field's name.

    `step_key` names the drawn step; empty means the one that leads to the wanted state. `confirm`
    says that the sender knows how little of the promise to customers is left.
    """

    step_key: str = ""
    reason: str = ""
    department: Department | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    confirm: bool = False

    def with_texts(self, texts: Mapping[str, str]) -> "Offered":
        """Return the same with more texts."""
        return replace(self, texts={**self.texts, **texts})

    def for_step(self, step_key: str) -> "Offered":
        """Return the same for one step."""
        return replace(self, step_key=step_key)


NOTHING_OFFERED = Offered()


@dataclass(frozen=True, slots=True)
class Way:
    """A step that is taken and the stage it leads to; both are None on the standard way.

    Without a step it was possible beside the drawing: a refusal, an end, a reopening, an escalation.
    """

    step: Step | None = None
    stage: Stage | None = None

    @property
    def is_standard(self) -> bool:
        """Whether nobody drew anything."""
        return self.step is None and self.stage is None

    @property
    def state(self) -> str:
        """The state of the stage that it leads to, empty on the standard way."""
        return self.stage.state if self.stage is not None else ""

    @property
    def step_key(self) -> str:
        """The key of the step, empty without one."""
        return self.step.key if self.step is not None else ""

    def because(self, usual: Because) -> Because:
        """Return why the next stay begins: by the kind of the drawn step, else as usual."""
        return BECAUSE[self.step.kind] if self.step is not None else usual

    def facts(self) -> dict[str, ChangeValue]:
        """Return what the history keeps of it: keys only."""
        found: dict[str, ChangeValue] = {}
        if self.stage is not None:
            found["stage"] = self.stage.key
        if self.step is not None:
            found["step"] = self.step.key
        return found


STANDARD = Way()
BECAUSE = {
    StepKind.FORWARD: Because.FORWARD,
    StepKind.SIDE: Because.SIDE,
    StepKind.BACK: Because.BACK,
}


# ---- through the gate ------------------------------------------------------------------------


def way_to(
    problem: Problem,
    *states: ProblemState,
    actor: Actor,
    leg: Leg | None = None,
    offered: Offered = NOTHING_OFFERED,
    to_department: Department | None = None,
) -> Way:
    """Return the step by which a problem goes to one of some states, or refuse it.

    `states` are in order of preference: the first to which a step leads counts. With
    `to_department` it goes to another department: a step to a stage of theirs, or of whoever is
    chosen, counts too. At most five queries, none on the standard way.

    Raises:
        NotDrawn: the drawing has no step there from here, or none of this key.
        NotYourStep, WrongOwner, ConditionNotMet, StepNeeds, ApprovalNeeded: what the step asks for.
    """
    definition = definition_of(problem)
    if definition is None:
        return STANDARD
    found = candidates(
        definition, problem, states, to_department=to_department, step_key=offered.step_key
    )
    if not found:
        raise not_drawn(problem, states)
    leg = leg or last_leg(problem)
    refusals: list[Refusal] = []
    for way in found:
        try:
            pass_gate(problem, leg, way, actor=actor, offered=offered, to_department=to_department)
        except KeptByDrawing as refusal:
            refusals.append(refusal)
        else:
            return way
    # What lacks least is what helps most.
    raise max(refusals, key=lambda refusal: HOW_FAR[type(refusal)])


HOW_FAR: dict[type[Refusal], int] = {
    WrongOwner: 0,
    NotYourStep: 1,
    ConditionNotMet: 2,
    StepNeeds: 3,
    ApprovalNeeded: 4,
}


def last_leg(problem: Problem) -> Leg:
    """Return where a problem is, or was last, with its department; one query."""
    return (
        Leg.objects.select_related("department", "department__calendar", "assignee")
        .filter(problem=problem)
        .latest("position")
    )


def candidates(
    definition: Definition,
    problem: Problem,
    states: Iterable[ProblemState],
    *,
    to_department: Department | None,
    step_key: str,
) -> list[Way]:
    """Return the drawn ways from where a problem stands to the first of some states that has one.

    A step that is named by its key may lead to any of them.
    """
    ways = [Way(step, definition.stage(step.end)) for step in steps_from(problem)]
    groups = [[way for way in ways if way.state == state] for state in states]
    if to_department is not None:
        groups.append([way for way in ways if hands_over(way, to_department, state=problem.state)])
    if step_key:
        found = [way for group in groups for way in group]
        return [way for way in found if way.step is not None and way.step.key == step_key][:1]
    return next((group for group in groups if group), [])


def hands_over(way: Way, department: Department, *, state: str) -> bool:
    """Whether a way leads from a state to where a department, or whoever is chosen, goes on.

    What lies further on is reached by doing the work, not by handing it over.
    """
    stage = way.stage
    if stage is None or stage.state not in {ProblemState.ASSESS, GOES_ON.get(state, state)}:
        return False
    if stage.owner is Owner.DEPARTMENT:
        return stage.department == department.slug
    return stage.owner is Owner.CHOSEN


GOES_ON = {ProblemState.NEW.value: ProblemState.ROOT_CAUSE.value}


def pass_gate(
    problem: Problem,
    leg: Leg,
    way: Way,
    *,
    actor: Actor,
    offered: Offered,
    to_department: Department | None = None,
) -> None:
    """Refuse a step that this actor may not take now; at most three queries."""
    if way.step is None or way.stage is None:
        return
    refuse_strangers(way.step, leg, actor=actor)
    refuse_wrong_owner(way.stage, to_department)
    refuse_unless_condition(way.step, problem, leg)
    refuse_while_missing(problem, way.step, reason=offered.reason, texts=offered.texts)
    refuse_unapproved(problem, way.step)


def not_drawn(problem: Problem, states: Iterable[ProblemState]) -> NotDrawn:
    """Return the refusal of a step that nobody drew."""
    stage = stage_of(problem)
    names = ", ".join(f"“{step.name}”" for step in steps_from(problem))
    wanted = ", ".join(str(STATE_NAMES[state]) for state in states)
    here = stage.name if stage is not None else problem.stage_key
    sentence = (
        _("Its workflow has no step from “%(stage)s” to %(wanted)s.")
        % {"stage": here, "wanted": wanted}
        if wanted
        else _("Its workflow has no such step from “%(stage)s”.") % {"stage": here}
    )
    return NotDrawn(
        sentence,
        next_step=_("From here it offers: %(steps)s.") % {"steps": names}
        if names
        else _("Ask an administrator to draw a step that leads on."),
    )


# ---- what a step asks for --------------------------------------------------------------------


def may_take(step: Step, leg: Leg, *, actor: Actor) -> bool:
    """Whether the drawing lets an actor take a step; no query if the department is loaded."""
    return actor.is_system or any(is_one_of(who, leg, actor=actor) for who in step.may_take)


def is_one_of(who: MayTake, leg: Leg, *, actor: Actor) -> bool:
    """Whether an actor is the department that has a problem, its person, its head, or a lead."""
    if who is MayTake.LEAD:
        return actor.may(Permission.STEER_PROBLEM)
    if who is MayTake.ASSIGNEE:
        return actor.user_id is not None and leg.assignee_id == actor.user_id
    if not actor.works_in(leg.department_id):
        return False
    if who is MayTake.HEAD:
        return actor.may(Permission.WORK_PROBLEM) and actor.may(Permission.ROUTE_PROBLEM)
    # Customer service opens problems and works on those that nobody has yet.
    own = Permission.OPEN_PROBLEM if leg.department.is_customer_service else Permission.WORK_PROBLEM
    return actor.may(own) or actor.may(Permission.WORK_PROBLEM)


def refuse_strangers(step: Step, leg: Leg, *, actor: Actor) -> None:
    """Refuse whoever the drawing does not let take a step."""
    if may_take(step, leg, actor=actor):
        return
    names = {
        MayTake.DEPARTMENT: leg.department.name,
        MayTake.ASSIGNEE: _("the person who works on it"),
        MayTake.HEAD: _("the head of %(department)s") % {"department": leg.department.name},
        MayTake.LEAD: _("a service lead"),
    }
    raise NotYourStep(
        _("“%(step)s” is not yours to take.") % {"step": step.name},
        next_step=_("Ask: %(who)s.") % {"who": ", ".join(names[who] for who in step.may_take)},
    )


def refuse_wrong_owner(stage: Stage, department: Department | None) -> None:
    """Refuse to send a problem to a stage of another department."""
    if department is None or is_at_home(stage, department):
        return
    owner = Department.objects.filter(slug=stage.department).first()
    if owner is None or not owner.is_active:
        return  # Who has the stage is gone: whoever is chosen may have it.
    raise WrongOwner(
        _("“%(stage)s” belongs to %(department)s.")
        % {"stage": stage.name, "department": owner.name},
        next_step=_("Send it there, or take another step."),
    )


def step_facts(problem: Problem, leg: Leg) -> Mapping[str, object]:
    """Return what the condition of a step may ask of a problem; queries when it does."""
    here = {
        "department": leg.department.slug,
        "stage": problem.stage_key,
        "is_known_error": problem.is_known_error,
    }
    return ChainMap[str, object](here, facts_of(problem))  # type: ignore[arg-type]


def refuse_unless_condition(step: Step, problem: Problem, leg: Leg) -> None:
    """Refuse a step whose condition does not fit; says which facts decided it."""
    verdict = evaluate(step.condition, step_facts(problem, leg))
    if not verdict.matched:
        raise ConditionNotMet(
            _("“%(step)s” is not for this problem: %(reasons)s.")
            % {"step": step.name, "reasons": "; ".join(verdict.reasons)},
            next_step=_("Take another step, or correct the description of the problem."),
        )


def refuse_unapproved(problem: Problem, step: Step) -> None:
    """Refuse a step that others have to approve and have not; one query where they have to."""
    if step.approval is None or not step.approval.quorum:
        return
    state = (
        StepRequest.objects.filter(
            problem=problem, step_key=step.key, state__in=(RequestState.OPEN, RequestState.APPROVED)
        )
        .order_by("-id")
        .values_list("state", flat=True)
        .first()
    )
    if state == RequestState.APPROVED:
        return
    if state == RequestState.OPEN:
        raise ApprovalNeeded(
            _("“%(step)s” waits for its approval.") % {"step": step.name},
            next_step=_("It is taken by itself once it is approved."),
            step=step,
        )
    raise ApprovalNeeded(
        _("“%(step)s” needs an approval first.") % {"step": step.name},
        next_step=_("Ask for it among the steps of the problem."),
        step=step,
    )
