"""What everybody affected is promised: a date, or by when they hear more; told before it passes."""

from datetime import date, datetime
from importlib import import_module
from typing import Any

import pytest
from django.db import connection

from problems.escalating import take_clock_in_hand
from problems.estimates import BadEstimate, NoEstimate, estimate_fix, withdraw_estimate
from problems.fixing import publish_workaround, put_fix_in_place, record_root_cause, resolve_problem
from problems.handing import accept_problem, route_problem
from problems.lifecycle import end_problem_without_fix, reopen_problem
from problems.models import Estimate, Problem, ProblemClock, ProblemPromise
from problems.models.estimate import Confidence
from problems.projection import problem_behind
from problems.promises import (
    BadNews,
    NoNewsPromised,
    keep_news,
    owe_news_of,
    promise_news,
    withdraw_news,
)
from problems.public import PublicProblem
from problems.queries import problem_with_counts
from problems.states import Outcome
from servicedesk.notifications.models import ClockNotice
from tests.make import AT, DAY, HOUR, MINUTE, make_actor, make_department, make_problem, make_user
from workflow.clocks.models import Metric
from workflow.clocks.sweeping import look_at_clocks
from workflow.history.models import Entry
from workflow.people.actors import Actor, NotPermitted
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

pytestmark = pytest.mark.django_db

FRIDAY = date(2026, 3, 6)
MONDAY = date(2026, 3, 9)
END_OF_FRIDAY = datetime.fromisoformat("2026-03-07T00:00+00:00")
FRIDAY_MORNING = datetime.fromisoformat("2026-03-06T10:00+00:00")


@pytest.fixture
def lead(tenant: Tenant) -> Actor:
    """A service lead, who may say dates whoever has the problem."""
    return make_actor(Role.LEAD)


@pytest.fixture
def problem(lead: Actor) -> Problem:
    """A problem that Payments has taken on."""
    payments = make_department()
    make_user(Role.HEAD, department=payments)
    made = make_problem()
    route_problem(problem_id=made.pk, department=payments, actor=lead, at=AT + 2 * HOUR)
    accept_problem(
        problem_id=made.pk,
        actor=make_actor(Role.MEMBER, department=payments),
        at=AT + 3 * HOUR,
    )
    return made


def say(
    problem: Problem,
    lead: Actor,
    day: date,
    *,
    at: datetime = AT + 4 * HOUR,
    reason: str = "",
    is_public: bool = True,
) -> Estimate:
    """Say that the problem is fixed by a day."""
    return estimate_fix(
        problem_id=problem.pk,
        expected_on=day,
        latest_on=day,
        confidence=Confidence.MEDIUM,
        reason=reason,
        is_public=is_public,
        actor=lead,
        at=at,
    )


def verdicts(problem: Problem, *, at: datetime) -> list[tuple[str, str]]:
    """Return what was promised and what became of it, in order."""
    rows = ProblemPromise.objects.filter(problem=problem).order_by("id")
    return [(one.kind, one.verdict(at=at).value) for one in rows]


def estimate_clocks(problem: Problem) -> list[ProblemClock]:
    """Return the clocks of the dates that were told, in order."""
    clocks = ProblemClock.objects.filter(problem=problem, metric=Metric.ESTIMATE)
    return list(clocks.order_by("id"))


def expected(lead: Actor, problem: Problem) -> date | None:
    """Return the day that stands for a problem."""
    found: Any = problem_with_counts(lead, problem.number)
    day: date | None = found.expected_on
    return day


def public(problem: Problem) -> PublicProblem:
    """Return the problem as its first customer may know it."""
    case = problem.links.get().case
    found = problem_behind(case, contact_id=case.contact_id)
    assert found is not None
    return found


def look(problem: Problem, *, at: datetime) -> None:
    """Let the clocks of dates do what their time has come for."""
    look_at_clocks(ProblemClock, [clock.pk for clock in estimate_clocks(problem)], at=at)


def fix_and_resolve(problem: Problem, *, at: datetime) -> None:
    """Find the cause, fix it and resolve the problem."""
    member = make_actor(Role.MEMBER, department=make_department())
    record_root_cause(
        problem_id=problem.pk, root_cause="A job ran twice.", public_cause="", actor=member, at=at
    )
    put_fix_in_place(problem_id=problem.pk, fix="The job has a lock.", actor=member, at=at)
    resolve_problem(problem_id=problem.pk, solution="It works now.", actor=member, at=at)


# ---- dates -----------------------------------------------------------------------------------


def test_people_are_woken_before_a_date_passes(problem: Problem, lead: Actor) -> None:
    say(problem, lead, FRIDAY)

    look(problem, at=FRIDAY_MORNING)

    (clock,) = estimate_clocks(problem)
    assert clock.due_at == END_OF_FRIDAY
    assert clock.warned_at == FRIDAY_MORNING
    assert clock.breach_recorded_at is None
    woken = ClockNotice.objects.filter(problem_clock=clock).values_list("reason", flat=True)
    assert "notify" in woken


def test_a_date_announced_in_time_moves_and_its_old_one_is_not_broken(
    problem: Problem, lead: Actor
) -> None:
    say(problem, lead, FRIDAY)
    look(problem, at=FRIDAY_MORNING)

    say(problem, lead, MONDAY, at=FRIDAY_MORNING + HOUR, reason="The release waits for the bank.")

    (clock,) = estimate_clocks(problem)
    assert clock.due_at == END_OF_FRIDAY + 3 * DAY
    assert verdicts(problem, at=END_OF_FRIDAY + HOUR) == [("date", "moved"), ("date", "running")]
    entry = Entry.objects.filter(action="problem.estimated").order_by("-id")[0]
    assert (entry.changes["moved_days"], entry.changes["in_time"]) == (3, True)


def test_people_are_woken_for_the_new_date_too(problem: Problem, lead: Actor) -> None:
    say(problem, lead, FRIDAY)
    look(problem, at=FRIDAY_MORNING)
    say(problem, lead, MONDAY, at=FRIDAY_MORNING + HOUR, reason="The release waits for the bank.")
    ClockNotice.objects.all().delete()

    look(problem, at=FRIDAY_MORNING + 3 * DAY)

    assert ClockNotice.objects.filter(problem_clock=estimate_clocks(problem)[0]).exists()


def test_a_date_that_passes_without_a_word_is_broken_and_escalated(
    problem: Problem, lead: Actor
) -> None:
    say(problem, lead, FRIDAY)

    look(problem, at=END_OF_FRIDAY + MINUTE)

    (clock,) = estimate_clocks(problem)
    assert clock.breach_recorded_at is not None
    assert verdicts(problem, at=END_OF_FRIDAY + MINUTE) == [("date", "broken")]
    woken = ClockNotice.objects.filter(problem_clock=clock).values_list("reason", flat=True)
    assert {"escalate_head", "escalate_lead"} <= set(woken)


def test_a_new_date_does_not_mend_the_one_that_passed(problem: Problem, lead: Actor) -> None:
    say(problem, lead, FRIDAY)
    look(problem, at=END_OF_FRIDAY + MINUTE)

    late = END_OF_FRIDAY + 2 * HOUR
    say(problem, lead, MONDAY, at=late, reason="We forgot to say so.")

    assert verdicts(problem, at=late + HOUR) == [("date", "broken"), ("date", "running")]
    assert [clock.state for clock in estimate_clocks(problem)] == ["missed", "running"]


def test_whoever_has_a_date_in_hand_is_not_warned_but_a_passed_one_is_escalated(
    problem: Problem, lead: Actor
) -> None:
    say(problem, lead, FRIDAY)
    clock_id = estimate_clocks(problem)[0].pk
    take_clock_in_hand(problem_id=problem.pk, clock_id=clock_id, actor=lead, at=AT + 5 * HOUR)

    look(problem, at=FRIDAY_MORNING)
    before = ClockNotice.objects.filter(problem_clock_id=clock_id).count()
    look(problem, at=END_OF_FRIDAY + MINUTE)

    after = ClockNotice.objects.filter(problem_clock_id=clock_id).count()
    assert before == 0
    assert after > 0


def test_a_fix_in_time_keeps_the_date_and_an_end_without_one_takes_it_back(
    problem: Problem, lead: Actor
) -> None:
    say(problem, lead, FRIDAY)
    other = make_problem(title="Cards are declined")
    estimate_fix(
        problem_id=other.pk,
        expected_on=FRIDAY,
        latest_on=FRIDAY,
        confidence=Confidence.LOW,
        reason="",
        is_public=True,
        actor=lead,
        at=AT + 4 * HOUR,
    )

    fix_and_resolve(problem, at=FRIDAY_MORNING)
    end_problem_without_fix(
        problem_id=other.pk,
        outcome=Outcome.RISK_ACCEPTED,
        reason="It costs more than it helps.",
        actor=lead,
        at=FRIDAY_MORNING,
    )

    assert verdicts(problem, at=FRIDAY_MORNING) == [("date", "kept")]
    assert verdicts(other, at=FRIDAY_MORNING) == [("date", "withdrawn")]
    assert estimate_clocks(problem)[0].state == "met"
    assert estimate_clocks(other)[0].state == "cancelled"


def test_a_date_that_was_taken_back_stands_no_more_and_news_are_owed(
    problem: Problem, lead: Actor
) -> None:
    say(problem, lead, FRIDAY)

    withdraw_estimate(
        problem_id=problem.pk,
        reason="The cause was another one.",
        actor=lead,
        at=AT + 5 * HOUR,
    )

    assert verdicts(problem, at=AT + 6 * HOUR) == [("date", "withdrawn"), ("news", "running")]
    assert expected(lead, problem) is None
    with pytest.raises(NoEstimate):
        withdraw_estimate(problem_id=problem.pk, reason="Again.", actor=lead, at=AT + 6 * HOUR)
    say(problem, lead, MONDAY, at=AT + 7 * HOUR)
    assert expected(lead, problem) == MONDAY


def test_a_date_of_before_a_regression_is_none_for_the_new_fix(
    problem: Problem, lead: Actor
) -> None:
    say(problem, lead, FRIDAY)
    fix_and_resolve(problem, at=FRIDAY_MORNING)

    reopen_problem(
        problem_id=problem.pk, reason="It is back.", actor=lead, at=FRIDAY_MORNING + HOUR
    )

    assert expected(lead, problem) is None
    assert public(problem).estimate is None
    say(problem, lead, MONDAY + DAY, at=FRIDAY_MORNING + 2 * HOUR)
    shown = public(problem)
    assert shown.estimate is not None
    assert (shown.estimate.latest_on, shown.moved) == (MONDAY + DAY, ())


def test_a_day_is_over_when_it_is_over_where_the_department_is(
    problem: Problem, lead: Actor
) -> None:
    calendar = make_department().calendar
    calendar.timezone = "Pacific/Auckland"
    calendar.save(update_fields=["timezone"])
    # It is Tuesday there already, and Monday in UTC.
    late_on_monday = AT.replace(hour=20)

    with pytest.raises(BadEstimate):
        say(problem, lead, AT.date(), at=late_on_monday)

    assert say(problem, lead, AT.date() + DAY, at=late_on_monday).pk is not None


# ---- news ------------------------------------------------------------------------------------


def test_news_are_owed_by_the_policy_until_a_date_is_given(problem: Problem, lead: Actor) -> None:
    owed = owe_news_of(problem.pk, at=AT + 4 * HOUR)

    # Sixteen opening hours of customer service from Monday 13:00: ten a day.
    assert owed is not None
    assert owed.due_at == AT + 2 * DAY
    assert owe_news_of(problem.pk, at=AT + 5 * HOUR) is None
    say(problem, lead, FRIDAY, at=AT + 6 * HOUR)
    assert verdicts(problem, at=AT + 6 * HOUR) == [("news", "kept"), ("date", "running")]


def test_what_is_told_keeps_the_promise_and_the_next_one_begins(
    problem: Problem, lead: Actor
) -> None:
    promise_news(problem_id=problem.pk, by=AT + DAY, actor=lead, at=AT + 4 * HOUR)

    kept = keep_news(
        problem_id=problem.pk,
        told="We can see it happen and look for the reason.",
        next_by=AT + 3 * DAY,
        actor=lead,
        at=AT + 8 * HOUR,
    )
    publish_workaround(
        problem_id=problem.pk, workaround="Pay by card.", actor=lead, at=AT + 9 * HOUR
    )

    assert kept.told.startswith("We can see it")
    assert verdicts(problem, at=AT + 9 * HOUR) == [
        ("news", "kept"),
        ("news", "kept"),
        ("news", "running"),
    ]


def test_news_told_late_are_a_broken_promise_and_moved_in_time_they_are_not(
    problem: Problem, lead: Actor
) -> None:
    promise_news(problem_id=problem.pk, by=AT + DAY, actor=lead, at=AT + 4 * HOUR)
    with pytest.raises(BadNews):
        promise_news(problem_id=problem.pk, by=AT + 2 * DAY, actor=lead, at=AT + 5 * HOUR)
    promise_news(
        problem_id=problem.pk,
        by=AT + 2 * DAY,
        text="We wait for the bank.",
        actor=lead,
        at=AT + 5 * HOUR,
    )

    keep_news(problem_id=problem.pk, told="The bank answered.", actor=lead, at=AT + 2 * DAY + HOUR)

    assert verdicts(problem, at=AT + 3 * DAY)[:2] == [("news", "moved"), ("news", "broken")]


def test_promises_are_for_those_who_have_the_problem(problem: Problem) -> None:
    stranger = make_actor(Role.MEMBER, department=make_department("Cards"))
    with pytest.raises(NotPermitted):
        promise_news(problem_id=problem.pk, by=AT + DAY, actor=stranger, at=AT + 4 * HOUR)

    member = make_actor(Role.MEMBER, department=make_department())
    promise_news(problem_id=problem.pk, by=AT + DAY, actor=member, at=AT + 4 * HOUR)
    withdraw_news(problem_id=problem.pk, reason="It is fixed soon.", actor=member, at=AT + 5 * HOUR)

    assert verdicts(problem, at=AT + 2 * DAY) == [("news", "withdrawn")]
    with pytest.raises(NoNewsPromised):
        withdraw_news(problem_id=problem.pk, reason="Twice.", actor=member, at=AT + 6 * HOUR)


def test_dates_that_were_told_before_promises_had_rows_get_theirs(
    problem: Problem, lead: Actor
) -> None:
    say(problem, lead, FRIDAY)
    look(problem, at=END_OF_FRIDAY + MINUTE)
    late = END_OF_FRIDAY + 2 * HOUR
    say(problem, lead, MONDAY, at=late, reason="We forgot to say so.")
    expected = verdicts(problem, at=late + HOUR)
    ProblemPromise.objects.all().delete()

    migration = import_module("problems.migrations.0032_dates_that_were_told_before")
    with connection.cursor() as cursor:
        cursor.execute(migration.FROM_CLOCKS)

    assert verdicts(problem, at=late + HOUR) == expected
    days = ProblemPromise.objects.order_by("id").values_list("estimate__latest_on", flat=True)
    assert list(days) == [FRIDAY, MONDAY]
