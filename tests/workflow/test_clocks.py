"""Clocks run, pause, warn and breach, once each, and never back-date."""

from typing import Any

from cases.models import CaseClock
from problems.handing import route_problem
from problems.models import ProblemClock
from tests.hearing import hear_everything, news, told
from tests.make import AT, DAY, HOUR, MINUTE, make_actor, make_case, make_department, make_problem
from workflow.clocks.keeping import cancel, pause, resume, stop
from workflow.clocks.sweeping import look_at
from workflow.people.actors import Actor
from workflow.people.permissions import Role


def first_response(priority: int = 3) -> CaseClock:
    """Return the first-response clock of a new case: eight opening hours from Monday nine."""
    return (
        make_case(priority=priority).clocks.select_related("calendar").get(metric="first_response")
    )


def test_due_times_count_opening_hours_only(tenant: Any) -> None:
    clock = first_response()

    # 09:00 to 17:00 on the same Monday; the desk is open from 8 to 18.
    assert clock.due_at == AT + 8 * HOUR


def test_a_clock_warns_at_three_quarters_and_breaches_once(tenant: Any) -> None:
    clock = first_response()

    spoken = [
        look_at(CaseClock, clock.pk, at=AT + HOUR),
        look_at(CaseClock, clock.pk, at=AT + 6 * HOUR),
        look_at(CaseClock, clock.pk, at=AT + 6 * HOUR + MINUTE),
        look_at(CaseClock, clock.pk, at=AT + 9 * HOUR),
        look_at(CaseClock, clock.pk, at=AT + DAY),
    ]

    clock.refresh_from_db()
    assert spoken == [0, 1, 0, 1, 0]
    assert clock.warned_at == AT + 6 * HOUR
    assert (clock.due_at, clock.breach_recorded_at) == (AT + 8 * HOUR, AT + 9 * HOUR)
    assert news()[-2:] == ["workflow.clock.warned", "workflow.clock.breached"]


def test_a_paused_clock_says_nothing_and_runs_on_later(tenant: Any) -> None:
    clock = first_response()
    pause(clock, at=AT + HOUR)

    silent = look_at(CaseClock, clock.pk, at=AT + 5 * DAY)
    resume(clock, at=AT + DAY)

    clock.refresh_from_db()
    assert silent == 0
    # One hour was used on Monday, seven are left from Tuesday nine.
    assert clock.due_at == AT + DAY + 7 * HOUR


def test_stopping_while_paused_judges_by_the_moved_due_time(tenant: Any) -> None:
    clock = first_response()
    pause(clock, at=AT + HOUR)

    stop(clock, at=AT + DAY)

    assert clock.state == "met"


def test_a_stopped_clock_stays_as_it_is(tenant: Any) -> None:
    clock = first_response()
    stop(clock, at=AT + HOUR)
    due = clock.due_at

    pause(clock, at=AT + 2 * HOUR)
    resume(clock, at=AT + 3 * HOUR)
    cancel(clock, at=AT + 4 * HOUR)
    stop(clock, at=AT + DAY)

    clock.refresh_from_db()
    assert (clock.state, clock.due_at, clock.stopped_at) == ("met", due, AT + HOUR)


def test_a_breach_on_a_case_is_told_to_the_leads(tenant: Any) -> None:
    lead = make_actor(Role.LEAD)
    clock = first_response()

    look_at(CaseClock, clock.pk, at=AT + 9 * HOUR)
    hear_everything()

    assert [n.user_id for n in told("clock_digest")] == [lead.id]


def test_a_breach_on_a_problem_is_told_to_the_head_of_its_department(tenant: Any) -> None:
    payments = make_department("Payments")
    head = make_actor(Role.HEAD, department=payments)
    problem = make_problem()
    route_problem(
        problem_id=problem.pk, department=payments, actor=Actor.system("test"), at=AT + 2 * HOUR
    )
    clock = problem.clocks.get(metric="acknowledge")

    look_at(ProblemClock, clock.pk, at=clock.due_at + MINUTE)
    hear_everything()

    assert head.id in [n.user_id for n in told("clock_digest")]
