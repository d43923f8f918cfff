"""A hand-over that nobody accepts climbs by itself: the department, its head, then the leads."""

from datetime import datetime

import pytest
from django.utils.timezone import now

from problems.handing import accept_problem, hand_over_problem, route_problem
from problems.models import Problem, ProblemClock
from servicedesk.notifications.models import ClockNotice
from tests.hearing import hear_everything, told
from tests.make import (
    DAY,
    HOUR,
    MINUTE,
    make_case,
    make_contact,
    make_department,
    make_problem,
    make_user,
)
from workflow.clocks.sweeping import look_at
from workflow.people.actors import Actor
from workflow.people.models import Absence, Department, User
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

SYSTEM = Actor.system("test")


def handed_over_to(department: Department, *, at: datetime) -> Problem:
    """Return a problem that another department handed over, with a reason."""
    before = make_department("Elsewhere")
    problem = make_problem(cases=[make_case(contact=make_contact(at=at), at=at)], at=at)
    route_problem(problem_id=problem.pk, department=before, actor=SYSTEM, at=at)
    accept_problem(problem_id=problem.pk, actor=SYSTEM, at=at)
    hand_over_problem(
        problem_id=problem.pk, department=department, reason="Yours.", actor=SYSTEM, at=at
    )
    return problem


def acceptance_of(problem: Problem) -> ProblemClock:
    """Return the clock that runs until the department accepts."""
    return ProblemClock.objects.get(problem=problem, metric="acknowledge", state="running")


def climb(problem: Problem) -> list[tuple[datetime, set[User]]]:
    """Let time pass as the tick does: look each time a look is due; return who was woken when."""
    woken = []
    clock = acceptance_of(problem)
    while clock.next_look_at is not None:
        at, before = clock.next_look_at, set(ClockNotice.objects.values_list("pk", flat=True))
        look_at(ProblemClock, clock.pk, at=at)
        notices = ClockNotice.objects.exclude(pk__in=before).select_related("digest__user")
        woken.append((at, {notice.digest.user for notice in notices}))
        clock.refresh_from_db()
    return woken


@pytest.fixture
def at() -> datetime:
    """This moment."""
    return now()


def test_from_the_department_to_its_head_to_the_leads(tenant: Tenant, at: datetime) -> None:
    payments = make_department("Payments")
    member, head = (make_user(role, department=payments) for role in (Role.MEMBER, Role.HEAD))
    lead = make_user(Role.LEAD)

    problem = handed_over_to(payments, at=at)
    hear_everything()
    woken = climb(problem)

    assert {one.user for one in told("assigned") if one.key.split(":")[1]} >= {member, head}
    assert [people for _when, people in woken] == [{member}, {head, lead}]
    due_at = acceptance_of(problem).due_at
    assert woken[0][0] < due_at == woken[1][0]


def test_where_nobody_works_the_leads_hear_it_from_the_start(tenant: Tenant, at: datetime) -> None:
    empty, lead = make_department("Empty"), make_user(Role.LEAD)

    problem = handed_over_to(empty, at=at)
    hear_everything()

    assert lead in {one.user for one in told("assigned")}
    assert [people for _when, people in climb(problem)] == [{lead}, {lead}]


def test_a_substitute_hears_it_for_a_head_who_is_away(tenant: Tenant, at: datetime) -> None:
    payments = make_department("Payments")
    head, substitute = make_user(Role.HEAD, department=payments), make_user(Role.AGENT)
    lead = make_user(Role.LEAD)
    Absence.objects.create(
        user=head, substitute=substitute, begins_at=at - DAY, ends_at=at + 30 * DAY
    )

    woken = climb(handed_over_to(payments, at=at))

    assert [people for _when, people in woken] == [{substitute}, {substitute, lead}]


def test_whoever_accepts_ends_the_climb(tenant: Tenant, at: datetime) -> None:
    payments = make_department("Payments")
    make_user(Role.HEAD, department=payments)
    problem = handed_over_to(payments, at=at)
    clock = acceptance_of(problem)

    accept_problem(problem_id=problem.pk, actor=SYSTEM, at=at + MINUTE)

    assert look_at(ProblemClock, clock.pk, at=clock.due_at + HOUR) == 0
    assert not ClockNotice.objects.exists()
