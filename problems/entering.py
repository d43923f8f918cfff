"""Let a problem stand in the stage that it comes to, by a drawn step or beside the drawing."""

from datetime import datetime

from django.utils.translation import gettext as _

from problems.events import StepAnnounced, StepEvent, StepTaken
from problems.facts import facts_of
from problems.gates import NOTHING_OFFERED, STANDARD, Offered, Way, WrongOwner, candidates
from problems.models import Leg, Problem, StepRequest
from problems.models.step_request import LIVE_REQUEST, RequestState
from problems.stages import SETTABLE, begin_workflow, definition_of, first_stage_in
from problems.states import ProblemState
from problems.urgency import priority_of
from workflow.outbox.publishing import publish
from workflow.people.models import Department
from workflow.stages.definition import ActionKind, Owner, Stage, Step


def enter(problem: Problem, way: Way) -> None:
    """Let a problem stand where a way leads; the caller saves it. At most one query.

    What the step sets is set at once; the approval that it had is used up.
    """
    if problem.workflow_version_id is None:
        return
    problem.stage_key = way.stage.key if way.stage is not None else ""
    problem.next_stage_key = ""
    if way.step is not None:
        set_fields(problem, way.step)
        use_approval(problem, way.step)


def enter_handed_on(problem: Problem, way: Way) -> None:
    """Let a problem wait for a department's yes, which leads to the stage of a way.

    A way to a stage in which it waits leads just there. The caller saves it.
    """
    enter(problem, way)
    if problem.workflow_version_id is None or way.state == ProblemState.ASSESS:
        return
    problem.next_stage_key = way.stage.key if way.stage is not None else ""
    waiting = way_beside(problem, ProblemState.ASSESS)
    problem.stage_key = waiting.stage.key if waiting.stage is not None else ""


def set_fields(problem: Problem, step: Step) -> None:
    """Set what a step sets; a value that the field cannot hold is left out."""
    for act in step.acts:
        field, value = act.get("field"), act.get("value")
        if act.kind is not ActionKind.SET_FIELD or field not in SETTABLE:
            continue
        if field == "severity":
            if value in SEVERITIES:
                say_severity(problem, int(value))
        elif value.strip():
            problem.category = value.strip()[:80]


SEVERITIES = ("1", "2", "3", "4")


def say_severity(problem: Problem, severity: int) -> None:
    """Let a problem be as bad as somebody says; its priority follows unless a person decided it.

    What it does to customers keeps it as urgent as before. The caller saves it and lets its clocks
    follow. No query.
    """
    problem.severity = severity
    if not problem.priority_reason:
        problem.priority = priority_of(severity=severity, because=problem.priority_because)


def use_approval(problem: Problem, step: Step) -> None:
    """Note that an approved step was taken; one query where it needs an approval."""
    if step.approval is not None and step.approval.quorum:
        StepRequest.objects.filter(
            problem=problem, step_key=step.key, state=RequestState.APPROVED
        ).update(state=RequestState.TAKEN)


def withdraw_requests(problem: Problem, *, at: datetime) -> None:
    """Ask nobody any more about steps from where a problem stood; one query."""
    StepRequest.objects.filter(problem=problem, state__in=LIVE_REQUEST).update(
        state=RequestState.WITHDRAWN, due_at=None, decided_at=at
    )


def announce_step(problem: Problem, way: Way, *, at: datetime) -> None:
    """Tell that a drawn step was taken, so that what happens by itself happens; two queries."""
    if way.step is None or problem.workflow_version_id is None:
        return
    kinds: list[type[StepEvent]] = [StepTaken]
    if any(act.kind is ActionKind.WEBHOOK for act in way.step.acts):
        kinds.append(StepAnnounced)
    for kind in kinds:
        publish(
            kind(
                problem_id=problem.pk,
                version_id=problem.workflow_version_id,
                step_key=way.step.key,
                taken_at=at,
            ),
            at=at,
        )


def begin_again(problem: Problem, *, at: datetime) -> None:
    """Let another workflow take a new problem if another one fits now; at most four queries.

    One that has gone on from the beginning of its drawing, or was taken up once, stays in it.
    """
    version_id, stage_key = problem.workflow_version_id, problem.stage_key
    definition = definition_of(problem)
    if problem.confirmed_at or (definition is not None and definition.start != stage_key):
        return
    begin_workflow(problem, facts=facts_of(problem))
    if problem.workflow_version_id == version_id:
        return
    withdraw_requests(problem, at=at)
    Leg.objects.filter(problem=problem, left_at__isnull=True).update(
        workflow_version_id=problem.workflow_version_id, stage_key=problem.stage_key, step_key=""
    )


# ---- beside the drawing ----------------------------------------------------------------------


def way_beside(problem: Problem, state: ProblemState, *, stays: bool = False) -> Way:
    """Return where a problem lands that comes to a state by what is always possible.

    A refusal, an end without a fix, a reopening and an escalation need no step. With `stays` it
    keeps its stage if that belongs to the state.
    """
    definition = definition_of(problem)
    if definition is None:
        return STANDARD
    here = definition.stage(problem.stage_key)
    if stays and here is not None and here.state == state:
        return Way(stage=here)
    return Way(stage=first_stage_in(definition, state))


def way_back(problem: Problem, state: ProblemState, *, offered: Offered = NOTHING_OFFERED) -> Way:
    """Return the drawn step to a state if there is one, else where it lands beside the drawing."""
    definition = definition_of(problem)
    if definition is None:
        return STANDARD
    found = candidates(definition, problem, [state], to_department=None, step_key=offered.step_key)
    return found[0] if found else way_beside(problem, state)


# ---- who has it then -------------------------------------------------------------------------


def owner_of(stage: Stage | None, leg: Leg, *, chosen: Department | None = None) -> Department:
    """Return who has a problem that comes to a stage; at most one query.

    Where the drawn department is closed, whoever was chosen has it.

    Raises:
        WrongOwner: nobody was chosen who could have it.
    """
    if stage is None or stage.owner is Owner.STAYS:
        return leg.department
    if stage.owner is Owner.CHOSEN:
        return chosen or leg.department
    if stage.department == leg.department.slug:
        return leg.department
    owner = drawn_owner(stage) or chosen
    if owner is None:
        raise WrongOwner(
            _("The department that “%(stage)s” belongs to is closed.") % {"stage": stage.name},
            next_step=_("Choose a department that goes on with it."),
        )
    return owner


def drawn_owner(stage: Stage) -> Department | None:
    """Return the department that a drawing gives a stage to, unless it is closed; one query."""
    if stage.owner is not Owner.DEPARTMENT:
        return None
    return (
        Department.objects.select_related("calendar")
        .filter(slug=stage.department, is_active=True)
        .first()
    )
