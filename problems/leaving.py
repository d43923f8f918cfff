"""Where work goes when a colleague leaves or a department closes: nothing stays behind."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cases.lifecycle import assign_case
from cases.models import Case
from cases.states import OPEN_STATES as OPEN_CASES
from problems.changes import move_changes
from problems.handing import hand_over_problem, refuse_problem
from problems.lifecycle import keep, lock_problem, required_reason, tell
from problems.models import Leg, Problem
from problems.states import OPEN_STATES, ProblemState
from problems.task_moving import give_tasks, move_tasks, tasks_of_department, tasks_of_person
from workflow.amending import remember
from workflow.configuring import set_department_active
from workflow.history.actions import Action
from workflow.people.actors import Actor, Source
from workflow.people.authentication import actor_for_user
from workflow.people.models import Department, User
from workflow.people.permissions import Permission
from workflow.refusals import Refusal
from workflow.routing.models import RoutingRule
from workflow.staffing import deactivate_user


class CannotTakeOver(Refusal):
    """The one who shall have the work cannot do it."""

    code = "cannot_take_over"


@dataclass(frozen=True, kw_only=True)
class Moved:
    """How much went to others."""

    cases: int = 0
    problems: int = 0
    led: int = 0
    tasks: int = 0
    changes: int = 0
    rules: int = 0


# ---- a colleague -----------------------------------------------------------------------------


def cases_of_person(user: User) -> QuerySet[Case]:
    """Return the open cases that a colleague owns, the oldest first."""
    return Case.objects.filter(owner=user, state__in=OPEN_CASES).order_by("id")


def problems_of_person(user: User) -> QuerySet[Problem]:
    """Return the open problems that a colleague works on now, the oldest first."""
    return Problem.objects.filter(
        pk__in=Leg.objects.filter(assignee=user, left_at__isnull=True).values("problem_id")
    ).order_by("id")


def problems_led_by(user: User) -> QuerySet[Problem]:
    """Return the open problems that a colleague answers for in customer service."""
    return Problem.objects.filter(lead=user, state__in=OPEN_STATES).order_by("id")


@transaction.atomic
def let_person_go(
    *,
    user_id: int,
    cases_to: User | None,
    problems_to: User | None,
    actor: Actor,
    at: datetime,
) -> Moved:
    """Let a colleague in no more and give all open work to others, in one go.

    Cases go to a person, or back to their queue. Problems go to a person of the department that
    has them; where that person does not work, and where nobody was named, they have nobody and
    the department sees them so. What moved asks to be looked at now.

    Raises:
        CannotTakeOver: who shall have the work may not sign in, or may not do it.
        LastAdmin, NotYourself, BadPerson: see `deactivate_user`.
    """
    actor.require(Permission.MANAGE_PEOPLE)
    refuse_unfit(cases_to, leaving=user_id, needs=Permission.WORK_CASE)
    refuse_unfit(problems_to, leaving=user_id, needs=Permission.WORK_PROBLEM)
    user = deactivate_user(user_id=user_id, actor=actor, at=at)
    # Who may let a colleague go may hand the work on: it would be nobody's otherwise.
    mover = replace(actor, permissions=actor.permissions | {Permission.ASSIGN_CASE})
    return Moved(
        cases=move_cases(cases_of_person(user), owner=cases_to, actor=mover, at=at),
        problems=move_problems(problems_of_person(user), to=problems_to, actor=actor, at=at),
        led=move_leads(problems_led_by(user), to=cases_to, actor=actor, at=at),
        tasks=give_tasks(
            tasks_of_person(user),
            to=problems_to,
            works_in=departments_of(problems_to, actor=actor),
            actor=actor,
            at=at,
        ),
    )


def refuse_unfit(user: User | None, *, leaving: int, needs: Permission) -> None:
    """Refuse somebody who leaves too, is gone already, or may not do this work."""
    if user is None:
        return
    is_fit = user.is_active and user.pk != leaving
    if not is_fit or not actor_for_user(user, source=Source.SYSTEM).may(needs):
        raise CannotTakeOver(
            _("%(name)s cannot take this work over.") % {"name": user.name},
            next_step=_("Choose somebody else, or leave it to the queues."),
        )


def move_cases(cases: Iterable[Case], *, owner: User | None, actor: Actor, at: datetime) -> int:
    """Give cases to a person, or back to their queues; returns how many."""
    moved = 0
    for case in list(cases):
        given = assign_case(case_id=case.pk, owner=owner, queue=case.queue, actor=actor, at=at)
        given.needs_attention = True
        given.next_look_at = at
        given.save(update_fields=["needs_attention", "next_look_at"])
        moved += 1
    return moved


def move_problems(
    problems: Iterable[Problem], *, to: User | None, actor: Actor, at: datetime
) -> int:
    """Give problems to a colleague of their department, or to nobody; returns how many."""
    works_in = departments_of(to, actor=actor)
    moved = 0
    for found in list(problems):
        problem = lock_problem(found.pk)
        leg = Leg.objects.select_for_update().get(problem=problem, left_at__isnull=True)
        before = leg.assignee_id
        leg.assignee = to if leg.department_id in works_in else None
        leg.save(update_fields=["assignee"])
        problem.next_look_at = at
        keep(problem)
        tell(
            problem,
            Action.PROBLEM_ASSIGNED,
            actor=actor,
            at=at,
            changes={"assignee": leg.assignee_id, "assignee_was": before},
            changes_state=False,
        )
        moved += 1
    return moved


def departments_of(user: User | None, *, actor: Actor) -> frozenset[int]:
    """Return where somebody works; nobody works nowhere."""
    return actor_for_user(user, source=actor.source).departments if user else frozenset()


def move_leads(problems: Iterable[Problem], *, to: User | None, actor: Actor, at: datetime) -> int:
    """Let somebody else, or nobody, answer for problems in customer service."""
    moved = 0
    for found in list(problems):
        problem = lock_problem(found.pk)
        before, problem.lead = problem.lead_id, to
        keep(problem)
        tell(
            problem,
            Action.PROBLEM_ASSIGNED,
            actor=actor,
            at=at,
            changes={"lead": to.pk if to else None, "lead_was": before},
            changes_state=False,
        )
        moved += 1
    return moved


# ---- a department ----------------------------------------------------------------------------


def problems_of_department(department: Department) -> QuerySet[Problem]:
    """Return the open problems that a department has now, the oldest first."""
    return Problem.objects.filter(
        pk__in=Leg.objects.filter(department=department, left_at__isnull=True).values("problem_id")
    ).order_by("id")


def cases_of_department(department: Department) -> QuerySet[Case]:
    """Return the open cases in a department's queue, the oldest first."""
    return Case.objects.filter(queue=department, state__in=OPEN_CASES).order_by("id")


def rules_of_department(department: Department) -> QuerySet[RoutingRule]:
    """Return the rules that send problems to a department, in their order."""
    return RoutingRule.objects.filter(department=department).order_by("position", "id")


@transaction.atomic
def close_department(
    *, department_id: int, work_to: Department, reason: str, actor: Actor, at: datetime
) -> Moved:
    """Close a department for new work and send all it has to another one, in one go.

    Problems are handed over, each with the reason in its journey, and have yet to be accepted
    there; tasks are asked of the other one; cases go to the other queue and keep their owner;
    routing rules point there from now on.

    Raises:
        CannotTakeOver: the other department is closed, or the same.
        DepartmentHasWork: it is customer service, which stays.
        ReasonMissing: problems move, and no reason was given.
    """
    actor.require(Permission.CONFIGURE)
    department = Department.objects.select_for_update(of=("self",)).get(pk=department_id)
    if work_to.pk == department.pk or not work_to.is_active:
        raise CannotTakeOver(
            _("%(name)s cannot take this work over.") % {"name": work_to.name},
            next_step=_("Choose another department that is open."),
        )
    mover = replace(
        actor, permissions=actor.permissions | {Permission.ASSIGN_CASE, Permission.STEER_PROBLEM}
    )
    moved = Moved(
        problems=hand_all_over(
            problems_of_department(department), to=work_to, reason=reason, actor=mover, at=at
        ),
        cases=requeue(cases_of_department(department), to=work_to, actor=mover, at=at),
        tasks=move_tasks(
            tasks_of_department(department), to=work_to, reason=reason, actor=mover, at=at
        ),
        changes=move_changes(department=department, to=work_to, actor=mover, at=at),
        rules=point_rules_to(
            rules_of_department(department), department=work_to, actor=actor, at=at
        ),
    )
    set_department_active(
        department_id=department.pk, is_active=False, open_problems=0, actor=actor, at=at
    )
    return moved


def hand_all_over(
    problems: Iterable[Problem], *, to: Department, reason: str, actor: Actor, at: datetime
) -> int:
    """Send problems to another department: what was not accepted yet is refused towards it.

    Nobody is asked whether enough time is left, and no drawing hinders it: the department closes.
    """
    moved = 0
    for problem in list(problems):
        given = required_reason(reason)
        if problem.state == ProblemState.ASSESS:
            refuse_problem(
                problem_id=problem.pk,
                reason=given,
                better_owner=to,
                actor=actor,
                at=at,
                confirm=True,
            )
        else:
            hand_over_problem(
                problem_id=problem.pk,
                department=to,
                reason=given,
                actor=actor,
                at=at,
                confirm=True,
                beside_drawing=True,
            )
        moved += 1
    return moved


def requeue(cases: QuerySet[Case], *, to: Department, actor: Actor, at: datetime) -> int:
    """Put cases into another queue; who owns one keeps it. Returns how many."""
    moved = 0
    for case in list(cases.select_related("owner")):
        assign_case(case_id=case.pk, owner=case.owner, queue=to, actor=actor, at=at)
        moved += 1
    return moved


def point_rules_to(
    rules: Iterable[RoutingRule], *, department: Department, actor: Actor, at: datetime
) -> int:
    """Let rules send problems to another department; returns how many."""
    moved = 0
    for rule in list(rules):
        before, rule.department = rule.department_id, department
        rule.save(update_fields=["department"])
        remember(
            rule,
            actor=actor,
            at=at,
            changes={"what": "rule", "department": department.pk, "department_was": before},
        )
        moved += 1
    return moved
