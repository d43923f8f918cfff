"""Days of repeating events: against dateutil, which unrolls what is only asked here."""

from datetime import date, datetime, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from workflow.clocks.recurrences import DAYS, Recurrence, UnknownRule, read_rule

FIRST, LAST = date(2026, 1, 1), date(2028, 12, 31)


def days_of(rule: Recurrence) -> list[date]:
    return list(rule.days(FIRST, LAST, look=lambda: None))


def unrolled(text: str, start: date) -> list[date]:
    """Return the days that dateutil finds."""
    begin = datetime(start.year, start.month, start.day)  # noqa: DTZ001 - days alone
    end = datetime(LAST.year, LAST.month, LAST.day)  # noqa: DTZ001 - days alone
    found = rrulestr(text, dtstart=begin)
    days = []
    for moment in found:
        if moment > end:
            break
        if moment.date() >= FIRST:
            days.append(moment.date())
    return days


@pytest.mark.parametrize(
    ("text", "start", "first_days"),
    [
        ("FREQ=YEARLY", date(2020, 12, 25), [date(2026, 12, 25), date(2027, 12, 25)]),
        ("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", date(2020, 11, 26), [date(2026, 11, 26)]),
        ("FREQ=YEARLY;BYMONTH=11;BYDAY=TH;BYSETPOS=4", date(2020, 11, 26), [date(2026, 11, 26)]),
        ("FREQ=MONTHLY;BYDAY=-1FR", date(2026, 1, 30), [date(2026, 1, 30), date(2026, 2, 27)]),
        ("FREQ=YEARLY;BYDAY=20MO", date(2020, 5, 18), [date(2026, 5, 18), date(2027, 5, 17)]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", date(2025, 12, 29), [date(2026, 1, 12)]),
        ("FREQ=DAILY;COUNT=3", date(2025, 12, 31), [date(2026, 1, 1), date(2026, 1, 2)]),
        ("FREQ=YEARLY;BYMONTHDAY=-1;BYMONTH=2", date(2024, 2, 29), [date(2026, 2, 28)]),
    ],
)
def test_rules_that_calendars_use_fall_on_their_days(
    text: str, start: date, first_days: list[date]
) -> None:
    assert days_of(read_rule(text, start=start))[: len(first_days)] == first_days


@st.composite
def rules(draw: st.DrawFn) -> tuple[str, date]:
    """Draw a rule and its start."""
    frequency = draw(st.sampled_from(("DAILY", "WEEKLY", "MONTHLY", "YEARLY")))
    parts = [f"FREQ={frequency}", f"INTERVAL={draw(st.integers(1, 5))}"]
    nth = st.sampled_from(("-4", "-2", "-1", "1", "2", "4"))
    # Every monday beside the first monday is read as RFC 5545 has it; dateutil wants both at once.
    is_nth = frequency in ("MONTHLY", "YEARLY") and draw(st.booleans())
    ordinals = nth if is_nth else st.just("")
    weekdays = draw(st.lists(st.tuples(ordinals, st.sampled_from(DAYS)), max_size=3))
    if weekdays:
        parts.append("BYDAY=" + ",".join(number + day for number, day in weekdays))
    months = draw(st.lists(st.integers(1, 12), max_size=3, unique=True))
    if months:
        parts.append("BYMONTH=" + ",".join(map(str, months)))
    # Days that every month has, and not both kinds: dateutil looks for what never is until 9999.
    days = st.integers(1, 28) | st.integers(-28, -1)
    takes_days = frequency != "WEEKLY" and not weekdays
    month_days = draw(st.lists(days, max_size=3, unique=True)) if takes_days else []
    if month_days:
        parts.append("BYMONTHDAY=" + ",".join(map(str, month_days)))
    # In the week of the start dateutil counts from the start, not from the week's first day.
    if frequency != "WEEKLY" and (weekdays or month_days) and draw(st.booleans()):
        parts.append(f"BYSETPOS={draw(st.sampled_from((-1, 1)))}")
    if draw(st.booleans()):
        parts.append(f"COUNT={draw(st.integers(1, 40))}")
    if draw(st.booleans()):
        parts.append(f"WKST={draw(st.sampled_from(DAYS))}")
    return ";".join(parts), FIRST + timedelta(days=draw(st.integers(-900, 900)))


@settings(
    deadline=None,
    max_examples=200,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
@given(rules())
def test_the_days_of_a_rule_are_those_that_dateutil_unrolls(drawn: tuple[str, date]) -> None:
    text, start = drawn

    assert days_of(read_rule(text, start=start)) == unrolled(text, start)


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=SECONDLY;COUNT=1000000",
        "FREQ=HOURLY",
        "FREQ=YEARLY;BYWEEKNO=20",
        "FREQ=DAILY;BYDAY=2MO",
        "FREQ=DAILY;INTERVAL=99999999999999",
        "FREQ=MONTHLY;BYDAY=XX",
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0",
        "INTERVAL=2",
        "",
    ],
)
def test_what_is_not_read_is_said_not_guessed(text: str) -> None:
    with pytest.raises(UnknownRule):
        read_rule(text, start=FIRST)


def test_a_rule_that_falls_on_no_day_ends_with_the_days_to_look_at() -> None:
    looks = []
    never = read_rule("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", start=date(1, 1, 1))

    found = list(never.days(FIRST, LAST, look=lambda: looks.append(1)))

    assert found == []
    assert len(looks) < 200
