"""The right of reply: departments say their word beside a stay or a detour; a lead may decide.

A department is concerned by its own stays, by the detour that takes a problem from it, and by one
in which it has a stay.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from django.db import transaction
from django.utils.translation import gettext as _

from problems.journey import Detour, Journey
from problems.lifecycle import lock_problem, required_reason
from problems.models import Leg, Problem, Statement
from problems.models.statement import About, Decision
from problems.queries import journey_told, legs_of
from workflow.history.actions import Action
from workflow.history.recording import record
from workflow.people.actors import Actor, ActorKind, NotPermitted
from workflow.people.models import Department, Membership
from workflow.people.permissions import Permission, Role
from workflow.refusals import Refusal

__all__ = [
    "About",
    "AlreadySaid",
    "Decision",
    "NotConcerned",
    "NothingSaid",
    "Statement",
    "change_statement",
    "concerned_by_detour",
    "decide_statement",
    "departments_headed",
    "may_write",
    "statements_of",
    "write_statement",
]
LONGEST = 2_000


class NotConcerned(Refusal):
    """The stay or detour has nothing to do with the department."""

    code: ClassVar[str] = "not_concerned"


class AlreadySaid(Refusal):
    """The department has said its word already; its head may change it."""

    code: ClassVar[str] = "already_said"


class NothingSaid(Refusal):
    """The statement is empty, too long, or not there."""

    code: ClassVar[str] = "nothing_said"


# ---- who is concerned ------------------------------------------------------------------------


def concerned_by_detour(detour: Detour, legs: Iterable[Leg]) -> set[int]:
    """Return the departments that a detour concerns: it left them, or they were on it."""
    return {
        leg.department_id
        for leg in legs
        if detour.first_position - 1 <= leg.position <= detour.last_position
    }


def departments_concerned(journey: Journey, legs: list[Leg], *, leg: Leg, about: About) -> set[int]:
    """Return the departments that may speak beside a stay, or the detour that began with it."""
    if about is About.LEG:
        return {leg.department_id}
    for detour in journey.detours:
        if detour.first_position == leg.position:
            return concerned_by_detour(detour, legs)
    return set()


def may_write(actor: Actor, department_id: int) -> bool:
    """Whether somebody may say the word of a department: who works there."""
    return actor.may(Permission.WORK_PROBLEM) and actor.works_in(department_id)


def departments_headed(actor: Actor) -> frozenset[int]:
    """Return the departments whose word somebody may change: as their head; one query for a user.

    A program that may act as a head does so for every department that it works in.
    """
    if not actor.may(Permission.WORK_PROBLEM):
        return frozenset()
    if actor.kind is not ActorKind.USER:
        return actor.departments if actor.may(Permission.ROUTE_PROBLEM) else frozenset()
    heads = Membership.objects.filter(user_id=actor.id, role=Role.HEAD)
    return frozenset(heads.exclude(department=None).values_list("department_id", flat=True))


# ---- acts ------------------------------------------------------------------------------------


@transaction.atomic
def write_statement(
    *,
    problem_id: int,
    position: int,
    about: About,
    department: Department,
    text: str,
    actor: Actor,
    at: datetime,
) -> Statement:
    """Say the word of a department beside the stay at a position, or the detour that it began.

    Raises:
        NotPermitted: the actor does not work in the department.
        NotConcerned: there is no such stay or detour, or it does not concern the department.
        AlreadySaid: the department has said its word.
        NothingSaid: there is no text, or too much.
    """
    if not may_write(actor, department.pk):
        raise NotPermitted(
            _("You do not work in %(department)s.") % {"department": department.name},
            next_step=_("Ask somebody of that department."),
        )
    text = required_text(text)
    problem = lock_problem(problem_id)
    leg = concerned_leg(problem, position=position, about=about, department=department, at=at)
    if Statement.objects.filter(leg=leg, about=about, department=department).exists():
        raise AlreadySaid(
            _("%(department)s has said its word here.") % {"department": department.name},
            next_step=_("Ask the head of the department to change it."),
        )
    statement = Statement.objects.create(
        problem=problem,
        leg=leg,
        about=about,
        department=department,
        text=text,
        user_id=actor.user_id,
        at=at,
    )
    note(Action.STATEMENT_WRITTEN, statement, actor=actor, at=at)
    return statement


def concerned_leg(
    problem: Problem, *, position: int, about: About, department: Department, at: datetime
) -> Leg:
    """Return the stay beside which a department may speak; one query.

    Raises:
        NotConcerned: there is none.
    """
    legs = legs_of([problem.pk])[problem.pk]
    leg = next((leg for leg in legs if leg.position == position), None)
    journey = journey_told(problem, legs, at=at)
    if leg is None or department.pk not in departments_concerned(
        journey, legs, leg=leg, about=about
    ):
        raise NotConcerned(
            _("This part of the journey does not concern %(department)s.")
            % {"department": department.name},
            next_step=_("Write beside a stay or a detour of your own department."),
        )
    return leg


@transaction.atomic
def change_statement(*, statement_id: int, text: str, actor: Actor, at: datetime) -> Statement:
    """Say the word of a department anew; what a lead decided about the old one is open again.

    Raises:
        NotPermitted: the actor is not the head of the department.
        NothingSaid: there is no text, too much, or no such statement.
    """
    statement = lock_statement(statement_id)
    if statement.department_id not in departments_headed(actor) and not actor.is_system:
        raise NotPermitted(
            _("Only the head of %(department)s changes its word.")
            % {"department": statement.department.name},
            next_step=_("Ask the head of the department."),
        )
    statement.text = required_text(text)
    statement.edited_by_id = actor.user_id
    statement.edited_at = at
    statement.decision, statement.decided_because = "", ""
    statement.decided_by, statement.decided_at = None, None
    statement.save()
    note(Action.STATEMENT_CHANGED, statement, actor=actor, at=at)
    return statement


@transaction.atomic
def decide_statement(
    *, statement_id: int, decision: Decision, because: str, actor: Actor, at: datetime
) -> Statement:
    """Decide whether what was late is excused, or counts; the reason stands beside the word.

    Raises:
        NotPermitted: the actor may not steer problems.
        ReasonMissing: no reason was given.
        NothingSaid: there is no such statement.
    """
    actor.require(Permission.STEER_PROBLEM)
    because = required_reason(because)[:LONGEST]
    statement = lock_statement(statement_id)
    statement.decision = decision
    statement.decided_because = because
    statement.decided_by_id = actor.user_id
    statement.decided_at = at
    statement.save()
    note(
        Action.STATEMENT_DECIDED, statement, actor=actor, at=at, changes={"decision": str(decision)}
    )
    return statement


def lock_statement(statement_id: int) -> Statement:
    """Return a statement with problem, stay and department, locked; one query.

    Raises:
        NothingSaid: it is not there.
    """
    statement = (
        Statement.objects.select_for_update(of=("self",))
        .select_related("problem", "leg", "department")
        .filter(pk=statement_id)
        .first()
    )
    if statement is None:
        raise NothingSaid(
            _("There is no such statement here."), next_step=_("Load the page again.")
        )
    return statement


def required_text(text: str) -> str:
    """Return what was written, or refuse nothing and too much."""
    written = text.strip()
    if not written:
        raise NothingSaid(_("A statement needs words."), next_step=_("Say what happened."))
    if len(written) > LONGEST:
        raise NothingSaid(
            _("A statement has at most %(count)d characters.") % {"count": LONGEST},
            next_step=_("Say it in fewer words."),
        )
    return written


def note(
    action: Action,
    statement: Statement,
    *,
    actor: Actor,
    at: datetime,
    changes: dict[str, str] | None = None,
) -> None:
    """Write into the history of the problem that something was said; ids and codes only."""
    record(
        action,
        statement.problem,
        actor=actor,
        at=at,
        changes={
            "statement": statement.pk,
            "department": statement.department_id,
            "stay": statement.leg.position + 1,
            "about": statement.about,
            **(changes or {}),
        },
    )


# ---- reads -----------------------------------------------------------------------------------


def statements_of(problem_id: int) -> list[Statement]:
    """Return what departments said about a journey, in order; one query."""
    return list(
        Statement.objects.filter(problem_id=problem_id)
        .select_related("leg", "department", "user", "decided_by")
        .order_by("leg__position", "id")
    )
