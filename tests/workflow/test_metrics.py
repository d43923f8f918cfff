"""What each metric counts: the rule cases that other projects state, through the pure engine."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.workflow.test_switching import minute, of_minutes
from workflow.clocks.engine import Moment, Rule, Run, run
from workflow.clocks.metrics import conditions_of
from workflow.clocks.working_time import WorkingTime

CASES = {
    case["id"]: case
    for case in json.loads(
        (Path(__file__).parents[1] / "data" / "working-time" / "cases.json").read_text("utf-8")
    )
    if case["kind"] == "rule"
}
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALWAYS = WorkingTime.from_dict({"tz": "UTC", "hours": {day: [["00:00", "24:00"]] for day in WEEK}})
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
MUCH_LATER = datetime(2040, 1, 1, tzinfo=UTC)


def moment(text: str) -> datetime:
    """Return a time of the cases, which they write without a zone, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def at(clock: str) -> datetime:
    """Return a time of the sixth of January 2025, a Monday."""
    return moment(f"2025-01-06 {clock}")


def case_moment(when: datetime, state: str, **facts: object) -> Moment:
    """Return a moment of a case that was opened when it says."""
    usual = {"priority": 3, "is_answered": False, "is_unanswered": True, "event": "state"}
    return Moment(when, {**usual, "state": state, **facts})


def only(rules: list[Rule], moments: list[Moment], *, until: datetime = MUCH_LATER) -> Run:
    """Return the one clock that the rules start."""
    (one,) = run(rules, moments, until=until)
    return one


def test_every_rule_case_has_its_test() -> None:
    names = [name for name in globals() if name.startswith("test_")]
    here = {word.upper() for name in names for word in name.split("_")}

    # F9 is marked "do NOT copy" by its source.
    assert set(CASES) - {"F9"} <= here
    assert len(CASES) == 12


def test_e13_a_wait_moves_the_solution_by_as_long_as_it_lasts() -> None:
    start = moment(CASES["E13"]["start"])
    solved = Rule(metric="resolution", within=4 * HOUR, working_time=ALWAYS)

    clock = only(
        [solved],
        [
            case_moment(start, "new"),
            case_moment(start + HOUR, "pending"),
            case_moment(start + HOUR + timedelta(seconds=7702), "open"),
        ],
        until=start + 4 * HOUR,
    )

    assert clock.due_at == moment(CASES["E13"]["expect"])
    assert clock.original_due_at == start + 4 * HOUR


def test_f1_a_requester_waits_while_new_open_and_on_hold() -> None:
    wait = Rule(metric="requester_wait", within=10 * HOUR, working_time=ALWAYS)
    work = Rule(metric="agent_work", within=10 * HOUR, working_time=ALWAYS)

    agent, requester = run(
        [wait, work],
        [
            case_moment(at("09:00"), "new"),
            case_moment(at("09:10"), "open"),
            case_moment(at("09:40"), "pending"),
            case_moment(at("11:00"), "open"),
            case_moment(at("11:30"), "on_problem"),
            case_moment(at("12:30"), "open"),
            case_moment(at("13:00"), "resolved"),
        ],
        until=MUCH_LATER,
    )

    assert requester.used(until=MUCH_LATER) / MINUTE == float(CASES["F1"]["expect"])
    assert agent.used(until=MUCH_LATER) == 100 * MINUTE


def test_f3_the_next_response_counts_from_the_oldest_unanswered_message() -> None:
    rule = Rule(metric="next_response", within=HOUR, working_time=ALWAYS)
    answered = {"is_answered": True}
    unanswered = {**answered, "is_unanswered": True, "unanswered_since": at("10:00")}

    clock = only(
        [rule],
        [
            case_moment(at("09:30"), "open", **answered, is_unanswered=False, event="answered"),
            case_moment(at("10:00"), "open", **unanswered, event="customer_wrote"),
            case_moment(at("10:20"), "open", **unanswered, event="customer_wrote"),
            case_moment(at("10:40"), "open", **unanswered, event="noted"),
            case_moment(at("10:50"), "open", **answered, is_unanswered=False, event="answered"),
        ],
    )

    assert (clock.due_at, clock.state) == (at("11:00"), "met")
    assert clock.used(until=MUCH_LATER) == 50 * MINUTE


def problem_moment(when: datetime, event: str, *, since: datetime) -> Moment:
    """Return a moment of a problem that a department has since then."""
    return Moment(
        when,
        {
            "state": "assess",
            "event": event,
            "is_acknowledged": False,
            "is_fixed": False,
            "assigned_since": since,
            "opened_at": at("08:00"),
        },
    )


def test_f5_a_department_is_measured_from_its_own_assignment() -> None:
    ours = Rule(metric="fix", within=2 * HOUR, working_time=ALWAYS)
    theirs = Rule(metric="resolution", within=4 * HOUR, working_time=ALWAYS)

    customer = only([theirs], [case_moment(at("08:00"), "new", opened_at=at("08:00"))])
    first, second = run(
        [ours],
        [
            problem_moment(at("09:00"), "department", since=at("09:00")),
            problem_moment(at("10:30"), "department", since=at("10:30")),
        ],
        until=at("10:45"),
    )

    assert (customer.due_at, first.due_at) == (at("12:00"), at("11:00"))
    # The second one got it late, which is not its time.
    assert (first.state, second.started_at, second.due_at) == ("met", at("10:30"), at("12:30"))


def test_f6_a_breach_is_never_back_dated() -> None:
    nothing_yet = Rule(metric="first_response", priority=1, within=HOUR, working_time=ALWAYS)
    opened = {"opened_at": at("09:00")}

    clock = only(
        [nothing_yet],
        [
            case_moment(at("09:00"), "new", **opened),
            case_moment(at("12:00"), "new", **opened, priority=1, event="priority"),
        ],
    )

    assert (clock.started_at, clock.due_at) == (at("09:00"), at("10:00"))
    assert (clock.attached_at, clock.breached_at) == (at("12:00"), at("12:00"))


def test_f8_what_two_calendars_counted_is_added_up() -> None:
    rules = [
        Rule(
            metric="resolution",
            priority=priority,
            within=90 * HOUR,
            working_time=of_minutes(*windows),
        )
        for priority, windows in ((3, [(3600, 4440), (5040, 5880)]), (2, [(5220, 5790)]))
    ]

    clock = only(
        rules,
        [
            case_moment(minute(3902), "new"),
            case_moment(minute(5461.25), "open", priority=2),
            case_moment(minute(5461.46), "resolved", priority=2),
        ],
    )

    # Only the last hours, which case F9 warns of, would give 690 minutes.
    assert clock.used(until=MUCH_LATER) == float(CASES["F8"]["expect"]) * MINUTE


@pytest.mark.parametrize(
    ("recurrence", "starts", "due"),
    [("sequential", "13:00", "14:00"), ("independent", "12:30", "13:30")],
    ids=["f10", "f11"],
)
def test_f10_f11_news_at_intervals(recurrence: str, starts: str, due: str) -> None:
    rule = Rule(metric="periodic_update", within=HOUR, recurrence=recurrence, working_time=ALWAYS)

    first, second = run(
        [rule],
        [
            case_moment(at("12:00"), "open"),
            case_moment(at("12:30"), "open", event="answered"),
        ],
        until=at("12:45"),
    )

    assert (first.state, first.due_at) == ("met", at("13:00"))
    assert (second.cycle, second.started_at, second.due_at) == (2, at(starts), at(due))


def test_f12_without_recurrence_it_is_met_once() -> None:
    clock = only(
        [Rule(metric="resolution", within=4 * HOUR, working_time=ALWAYS)],
        [case_moment(at("10:00"), "open"), case_moment(at("13:00"), "closed")],
    )

    assert (clock.due_at, clock.state) == (at("14:00"), "met")
    assert clock.used(until=MUCH_LATER) == 3 * HOUR


@pytest.mark.parametrize(
    ("asked", "due"), [(True, "2017-01-12 08:00"), (False, "2017-01-11 20:30")]
)
def test_g7_a_promised_date_moves_to_the_next_opening_where_asked(asked: bool, due: str) -> None:
    office = WorkingTime.from_dict(
        {"tz": "UTC", "hours": {day: [["08:00", "16:00"]] for day in WEEK[:5]}}
    )
    rule = Rule(metric="promise", working_time=office, moves_to_opening=asked)

    clock = only(
        [rule],
        [case_moment(moment("2017-01-10 12:00"), "open", promised_for=moment("2017-01-11 20:30"))],
        until=moment("2017-01-11 09:00"),
    )

    assert clock.due_at == moment(due)
    assert clock.due_at == moment(CASES["G7"]["expect"]) or not asked


def test_g10_working_days_end_when_somebody_is_there() -> None:
    hours = {
        **{day: [["09:00", "17:00"]] for day in ("mon", "wed", "fri")},
        **{day: [["10:00", "16:00"]] for day in ("tue", "thu")},
        "sat": [["11:00", "14:30"]],
    }
    biz = WorkingTime.from_dict({"tz": "UTC", "hours": hours})

    clock = only(
        [Rule(metric="resolution", within_days=2, working_time=biz)],
        [case_moment(moment(CASES["G10"]["start"].removeprefix("Tue ")), "new")],
        until=moment("2006-01-04 09:00"),
    )

    assert clock.due_at == moment(CASES["G10"]["expect"])


# ---- ServiceNow's order ----------------------------------------------------------------------


def test_stop_beats_pause_and_pause_beats_start() -> None:
    always_paused = conditions_of(
        "resolution", {"pause": {"fact": "state", "in": ["new", "resolved"]}}
    )
    rule = Rule(metric="resolution", within=HOUR, working_time=ALWAYS, conditions=always_paused)
    opened, solved = case_moment(at("09:00"), "new"), case_moment(at("11:00"), "resolved")

    begun = only([rule], [opened], until=at("09:30"))
    ended = only([rule], [opened, solved])

    assert (begun.state, begun.used(until=at("09:30"))) == ("paused", timedelta())
    assert (ended.state, ended.stopped_at) == ("met", at("11:00"))


def test_reset_completes_and_begins_anew() -> None:
    anew = conditions_of("resolution", {"reset": {"fact": "event", "is": "customer_wrote"}})
    rule = Rule(metric="resolution", within=HOUR, working_time=ALWAYS, conditions=anew)

    first, second = run(
        [rule],
        [
            case_moment(at("09:00"), "open"),
            case_moment(at("09:40"), "open", event="customer_wrote"),
        ],
        until=at("09:50"),
    )

    assert (first.state, first.stopped_at) == ("met", at("09:40"))
    assert (second.cycle, second.started_at, second.state) == (2, at("09:40"), "running")


def test_what_has_no_start_any_more_is_cancelled() -> None:
    clock = only(
        [Rule(metric="resolution", within=HOUR, working_time=ALWAYS)],
        [case_moment(at("09:00"), "open"), case_moment(at("09:30"), "spam")],
    )

    assert (clock.state, clock.stopped_at, clock.breached_at) == ("cancelled", at("09:30"), None)


def test_an_own_resume_condition_is_waited_for() -> None:
    only_open = conditions_of("resolution", {"resume": {"fact": "event", "is": "assigned"}})
    rule = Rule(metric="resolution", within=HOUR, working_time=ALWAYS, conditions=only_open)

    clock = only(
        [rule],
        [
            case_moment(at("09:00"), "open"),
            case_moment(at("09:10"), "pending"),
            case_moment(at("09:20"), "open"),
            case_moment(at("09:40"), "open", event="assigned"),
        ],
        until=at("09:45"),
    )

    assert clock.pauses == [(at("09:10"), at("09:40"))]


def test_a_late_target_counts_the_pauses_before_it_applied() -> None:
    urgent = Rule(metric="resolution", priority=1, within=4 * HOUR, working_time=ALWAYS)
    opened = {"opened_at": at("09:00")}

    clock = only(
        [urgent],
        [
            case_moment(at("09:00"), "open", **opened),
            case_moment(at("10:00"), "pending", **opened),
            case_moment(at("11:00"), "open", **opened),
            case_moment(at("12:00"), "open", **opened, priority=1),
        ],
        until=at("12:30"),
    )

    assert (clock.started_at, clock.due_at) == (at("09:00"), at("14:00"))
    assert clock.breached_at is None


def test_a_sequence_that_is_late_begins_at_once() -> None:
    rule = Rule(metric="periodic_update", within=HOUR, recurrence="sequential", working_time=ALWAYS)

    first, second = run(
        [rule],
        [case_moment(at("09:00"), "open"), case_moment(at("12:20"), "open", event="answered")],
        until=at("12:30"),
    )

    assert (first.state, first.breached_at) == ("missed", at("10:00"))
    assert (second.started_at, second.due_at) == (at("12:20"), at("13:20"))


# ---- what must never hurt --------------------------------------------------------------------


def test_a_target_of_zero_is_due_at_once_or_at_the_next_opening() -> None:
    office = WorkingTime.from_dict({"tz": "UTC", "hours": {"mon": [["08:00", "16:00"]]}})
    rule = Rule(metric="first_response", within=timedelta(), working_time=office)

    open_now = only([rule], [case_moment(at("09:00"), "new")], until=at("10:00"))
    too_early = only([rule], [case_moment(at("06:00"), "new")], until=at("07:00"))

    assert (open_now.due_at, open_now.breached_at) == (at("09:00"), at("09:00"))
    assert (too_early.due_at, too_early.breached_at) == (at("08:00"), None)


def test_no_rule_for_the_priority_runs_nothing() -> None:
    rule = Rule(metric="resolution", priority=1, within=HOUR, working_time=ALWAYS)

    assert run([rule], [case_moment(at("09:00"), "new")], until=MUCH_LATER) == []
    assert run([], [case_moment(at("09:00"), "new")], until=MUCH_LATER) == []


@pytest.mark.parametrize("step", [-HOUR, HOUR])
def test_a_clock_that_steps_an_hour_loses_nothing(step: timedelta) -> None:
    rule = Rule(metric="resolution", within=4 * HOUR, working_time=ALWAYS)

    clock = only(
        [rule],
        [
            case_moment(at("09:00"), "open"),
            case_moment(at("09:30"), "pending"),
            case_moment(at("09:40") + step, "open"),
            case_moment(at("09:50") + step, "resolved"),
        ],
    )

    assert clock.state == "met"
    assert clock.started_at <= clock.pauses[0][0] <= (clock.pauses[0][1] or at("00:00"))
    assert timedelta() <= clock.used(until=MUCH_LATER) <= HOUR


def test_hours_that_never_open_count_round_the_clock() -> None:
    never = WorkingTime.from_dict({"tz": "UTC", "hours": {}})

    clock = only(
        [Rule(metric="resolution", within=4 * HOUR, working_time=never)],
        [case_moment(at("09:00"), "open")],
        until=at("10:00"),
    )

    assert clock.due_at == at("13:00")
