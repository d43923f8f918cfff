"""Open a problem, end it, open it again; and the rules that every step of it keeps."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from cases.lifecycle import service_department
from cases.models import Case
from cases.numbering import next_number
from customers.models import Product
from problems.describing import NotDescribed, refuse_undescribed
from problems.entering import announce_step, begin_again, enter, say_severity, way_beside
from problems.events import (
    ProblemDescribed,
    ProblemMoved,
    ProblemOpened,
    ProblemReopened,
    ProblemResolved,
)
from problems.facts import facts_before_opening, own_facts
from problems.gates import NOTHING_OFFERED, Offered, way_to
from problems.legs import first_leg, follow, leave, next_leg, open_leg
from problems.models import Estimate, Evidence, Follow, Leg, Note, Problem
from problems.models.leg import Because
from problems.stages import begin_workflow, is_closing_drawn
from problems.states import OPEN_STATES, Outcome, ProblemState
from problems.still_on_workaround import refuse_while_on_workaround
from problems.still_to_prevent import refuse_while_to_prevent
from problems.teaching import LessonKind, teach
from workflow.history.actions import Action
from workflow.history.recording import ChangeValue, record
from workflow.lengths import fitting, one_line
from workflow.outbox.event import Event
from workflow.outbox.publishing import publish
from workflow.people.actors import Actor, NotPermitted
from workflow.people.models import User
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

LOOK_AGAIN_AFTER = timedelta(days=1)
LONGEST_VERSION = 40


class NotInThisState(Refusal):
    """The problem is past this step, or not there yet."""

    code = "not_in_this_state"


class ProblemChangedMeanwhile(Refusal):
    """Somebody else changed the problem since this person read it."""

    code = "changed_meanwhile"


class ReasonMissing(Refusal):
    """A hand-over, a refusal and a return need a reason."""

    code = "reason_missing"


@transaction.atomic
def open_problem(
    *,
    title: str,
    statement: str,
    category: str,
    product: Product | None,
    actor: Actor,
    at: datetime,
    cases: Sequence[Case] = (),
    severity: int = 3,
    lead: User | None = None,
    evidence: str = "",
    product_version: str = "",
) -> Problem:
    """Open a problem; its journey begins with the first contact of its earliest case.

    The cases are linked by the caller (`problems.linking.open_problem_from_cases`).

    Raises:
        NotPermitted: the actor may not open problems.
        NotDescribed: it has no title.
    """
    actor.require(Permission.OPEN_PROBLEM)
    if not title.strip():
        raise NotDescribed(
            _("A problem needs a title."), next_step=_("Say in a line what is wrong.")
        )
    problem = Problem(
        number=next_number("problem"),
        title=fitting(title, longest=200),
        statement=statement.strip(),
        category=fitting(category, longest=80),
        product=product,
        severity=severity,
        priority=severity,
        product_version=one_line(product_version, longest=LONGEST_VERSION),
        lead=lead,
        discovered_at=min([at, *(case.first_contact_at for case in cases)]),
        opened_at=at,
        next_look_at=at + LOOK_AGAIN_AFTER,
    )
    known = facts_before_opening(
        own_facts(problem),
        case_ids=[case.pk for case in cases],
        version=problem.product_version,
    )
    begin_workflow(problem, facts=known)
    problem.save()
    if evidence.strip():
        Evidence.objects.create(problem=problem, text=evidence, user_id=actor.user_id, at=at)
    first_leg(problem, department=service_department())
    tell(
        problem,
        Action.PROBLEM_OPENED,
        actor=actor,
        at=at,
        event=ProblemOpened(problem_id=problem.pk),
    )
    teach(LessonKind.OPENED, problem_id=problem.pk, at=at)
    return problem


@transaction.atomic
def describe_problem(
    *,
    problem_id: int,
    title: str,
    statement: str,
    category: str,
    product: Product | None,
    severity: int,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
    product_version: str | None = None,
) -> Problem:
    """Say anew what is wrong; while it waits for a department, the rules look at it once more.

    So does the choice of its workflow, as long as it stands at the beginning. Without
    `product_version` that stays as it is.

    Raises:
        NotPermitted: the actor may not open problems.
        NotDescribed: something that a department needs would be missing.
        NotInThisState: it has ended.
        ProblemChangedMeanwhile: somebody was faster.
    """
    actor.require(Permission.OPEN_PROBLEM)
    problem = lock_problem(problem_id, expected_version=expected_version)
    refuse_unless(problem, *OPEN_STATES)
    if not (title.strip() and statement.strip() and category.strip() and product):
        raise NotDescribed(
            _("A problem needs title, statement, category and product."),
            next_step=_("Complete what is missing."),
        )
    problem.title = fitting(title, longest=200)
    problem.statement = statement.strip()
    problem.category = fitting(category, longest=80)
    problem.product = product
    before = problem.priority
    say_severity(problem, severity)
    if product_version is not None:
        problem.product_version = one_line(product_version, longest=LONGEST_VERSION)
    if problem.state == ProblemState.NEW:
        begin_again(problem, at=at)
    keep(problem)
    if problem.priority != before:
        follow(problem, open_leg(problem), event="priority", at=at)
        given: dict[str, ChangeValue] = {"from": before, "to": problem.priority}
        record(Action.PROBLEM_PRIORITY_SET, problem, actor=actor, at=at, changes=given)
    tell(
        problem,
        Action.PROBLEM_DESCRIBED,
        actor=actor,
        at=at,
        changes_state=False,
        event=ProblemDescribed(problem_id=problem.pk),
    )
    teach(LessonKind.RETITLED, problem_id=problem.pk, at=at)
    return problem


def tell(
    problem: Problem,
    action: Action,
    *,
    actor: Actor,
    at: datetime,
    changes: dict[str, ChangeValue] | None = None,
    changes_state: bool = True,
    event: Event | None = None,
) -> None:
    """Write history and news of a problem that was just saved; one to six queries.

    Those who follow it hear of each state, whatever news there is besides.
    """
    entry = record(
        action, problem, actor=actor, at=at, changes=changes, changes_state=changes_state
    )
    if event is not None:
        publish(event, at=at, entry_id=entry.pk)
    if changes_state and Follow.objects.filter(problem=problem).exists():
        publish(ProblemMoved(problem_id=problem.pk, state_version=problem.state_version), at=at)


def keep(problem: Problem) -> None:
    """Save a changed problem and count the change."""
    problem.version += 1
    problem.save()


def lock_problem(problem_id: int, *, expected_version: int | None = None) -> Problem:
    """Return the problem, locked until the transaction ends; one query.

    Raises:
        ProblemChangedMeanwhile: `expected_version` is given and is not the version of today.
    """
    problem = Problem.objects.select_for_update().get(pk=problem_id)
    if expected_version is not None and problem.version != expected_version:
        raise ProblemChangedMeanwhile(
            _("Somebody changed this problem while you had it open."),
            next_step=_("Load the problem again, look at what is new, and decide once more."),
        )
    return problem


def refuse_unless(problem: Problem, *states: ProblemState) -> None:
    """Refuse a step that does not fit the state."""
    if problem.state not in states:
        raise NotInThisState(
            _("%(problem)s is not at this step any more.") % {"problem": problem.name},
            next_step=_("Load the problem again to see where it stands."),
        )


def refuse_others(actor: Actor, leg: Leg) -> None:
    """Refuse whoever neither works in the department that has it nor steers problems."""
    if actor.may(Permission.STEER_PROBLEM):
        return
    actor.require(Permission.WORK_PROBLEM)
    if not actor.works_in(leg.department_id):
        raise NotPermitted(
            _("%(department)s has this problem now.") % {"department": leg.department.name},
            next_step=_("Ask them to hand it over, or ask a service lead."),
        )


def required_reason(reason: str) -> str:
    """Return the reason, or refuse an empty one."""
    if not reason.strip():
        raise ReasonMissing(
            _("A reason is needed: it stands in the journey."), next_step=_("Say why.")
        )
    return reason.strip()


@transaction.atomic
def end_problem_without_fix(
    *, problem_id: int, outcome: Outcome, reason: str, actor: Actor, at: datetime
) -> Problem:
    """End a problem another way than by a fix; its cases go back to their agents.

    Raises:
        ReasonMissing: no reason was given.
        NotInThisState: it has ended.
    """
    actor.require(Permission.STEER_PROBLEM)
    reason = required_reason(reason)
    problem = lock_problem(problem_id)
    if not problem.is_open:
        refuse_unless(problem)
    at = leave(problem, at=at, is_solved=False).left_at or at
    Note.objects.create(problem=problem, text=reason, user_id=actor.user_id, at=at)
    problem.end_without_fix(outcome=outcome, at=at)
    way = way_beside(problem, ProblemState.RESOLVED)
    enter(problem, way)
    keep(problem)
    tell(
        problem,
        Action.PROBLEM_RESOLVED,
        actor=actor,
        at=at,
        changes={"outcome": outcome.value, **way.facts()},
        event=ProblemResolved(problem_id=problem.pk, resolved_at=at, is_fixed=False),
    )
    teach(LessonKind.ENDED, problem_id=problem.pk, at=at)
    return problem


@transaction.atomic
def close_problem(
    *, problem_id: int, actor: Actor, at: datetime, offered: Offered = NOTHING_OFFERED
) -> Problem:
    """End a resolved problem for good.

    Raises:
        NotInThisState: it is not resolved.
        StillOnWorkaround: customers have no more than a workaround, and are no exceptions.
        NotDrawn, NotYourStep, ConditionNotMet, StepNeeds, ApprovalNeeded: see `problems.gates`.
    """
    problem = lock_problem(problem_id)
    is_drawn = is_closing_drawn(problem)
    if not is_drawn:
        actor.require(Permission.STEER_PROBLEM)
    refuse_unless(problem, ProblemState.RESOLVED)
    refuse_while_on_workaround(problem)
    refuse_while_to_prevent(problem)
    if is_drawn:
        way = way_to(problem, ProblemState.CLOSED, actor=actor, offered=offered)
    else:
        way = way_beside(problem, ProblemState.CLOSED)
    problem.close(at=at)
    enter(problem, way)
    keep(problem)
    tell(problem, Action.PROBLEM_CLOSED, actor=actor, at=at, changes=way.facts())
    announce_step(problem, way, at=at)
    teach(LessonKind.ENDED, problem_id=problem.pk, at=at)
    return problem


@transaction.atomic
def reopen_problem(*, problem_id: int, reason: str, actor: Actor, at: datetime) -> Problem:
    """It is back: the department that had it last has it again, and has to accept it.

    The time in which everybody believed it solved becomes a stay of its own, with customer
    service, so that it burdens no department and leaves no gap.

    Raises:
        ReasonMissing: no reason was given.
        NotInThisState: it has not ended.
        NotDescribed: it ended before it was described.
    """
    actor.require(Permission.STEER_PROBLEM)
    reason = required_reason(reason)
    problem = lock_problem(problem_id)
    refuse_unless(problem, ProblemState.RESOLVED, ProblemState.CLOSED)
    # It may have ended while it was new: nobody can be asked to accept what nobody described.
    refuse_undescribed(problem)
    last = (
        Leg.objects.select_related("department__calendar")
        .filter(problem=problem)
        .latest("position")
    )
    at = max(at, problem.resolved_at or at)
    resting = way_beside(problem, ProblemState.RESOLVED, stays=True)
    Leg.objects.create(
        problem=problem,
        position=last.position + 1,
        department=service_department(),
        stage=ProblemState.RESOLVED,
        entered_because=Because.FORWARD,
        entered_at=last.left_at or at,
        acknowledged_at=last.left_at,
        due_at=at,
        workflow_version_id=problem.workflow_version_id,
        stage_key=resting.stage.key if resting.stage is not None else "",
    )
    problem.reopen()
    # No date that was said before it came back is one for the new fix.
    newest = Estimate.objects.filter(problem=problem).order_by("-id").values_list("pk", flat=True)
    problem.estimates_after = newest.first() or 0
    way = way_beside(problem, ProblemState.ASSESS)
    enter(problem, way)
    problem.next_look_at = at + LOOK_AGAIN_AFTER
    following = next_leg(
        problem, department=last.department, because=Because.REOPENED, reason=reason, at=at
    )
    keep(problem)
    tell(
        problem,
        Action.PROBLEM_REOPENED,
        actor=actor,
        at=at,
        changes={"department": last.department_id, "leg": following.pk, **way.facts()},
        event=ProblemReopened(problem_id=problem.pk, reopened_at=at),
    )
    teach(LessonKind.OPENED, problem_id=problem.pk, at=at)
    return problem
