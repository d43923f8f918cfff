"""The report of fixes: repeats and satisfaction before and after, with counts."""

from typing import Any

import pytest

from cases.conversation import add_customer_message
from cases.lifecycle import note_feeling
from cases.models import Case
from cases.states import Channel, Feeling
from problems.after_fix import begin_watch
from problems.avoided import Avoided, Interval
from problems.fix_report import Repeats, Satisfaction, added, fix_report
from tests.after_fix.fixed import SYSTEM, cases_of_customers, make_fixed_problem
from tests.make import AT, DAY, HOUR

FIXED = AT + 30 * DAY


def write(case: Case, *, at: Any) -> None:
    add_customer_message(
        case_id=case.pk,
        contact=case.contact,
        text="Any news?",
        channel=Channel.MAIL,
        actor=SYSTEM,
        at=at,
    )


def test_repeats_and_feelings_are_told_before_and_after_with_counts(
    tenant: Any, django_assert_num_queries: Any
) -> None:
    first, second = cases_of_customers(2, at=FIXED - 10 * DAY)
    problem = make_fixed_problem(fixed_at=FIXED, cases=[first, second])
    begin_watch(problem_id=problem.pk, at=FIXED)
    for day in (8, 6, 4):
        write(first, at=FIXED - day * DAY)
    write(second, at=FIXED + 5 * DAY)
    note_feeling(case_id=first.pk, feeling=Feeling.CONTENT, actor=SYSTEM, at=FIXED - 9 * DAY)
    note_feeling(case_id=first.pk, feeling=Feeling.UPSET, actor=SYSTEM, at=FIXED - DAY)
    note_feeling(case_id=first.pk, feeling=Feeling.DELIGHTED, actor=SYSTEM, at=FIXED + HOUR)

    with django_assert_num_queries(4):
        told = fix_report(since=FIXED - DAY, until=FIXED + DAY, at=FIXED + 60 * DAY)

    assert [one.watch.problem_id for one in told.fixes] == [problem.pk]
    assert told.repeats_before == Repeats(contacts=3, customers=2)
    assert told.repeats_after == Repeats(contacts=1, customers=2)
    assert told.repeats_before.each == 1.5
    assert told.felt_before == Satisfaction(customers=1, total=1, content=0)
    assert told.felt_after == Satisfaction(customers=1, total=5, content=1)
    assert told.felt_after.mean == 5


def test_a_time_without_a_fix_says_nothing(tenant: Any) -> None:
    told = fix_report(since=AT, until=AT + DAY, at=AT + DAY)

    assert told.fixes == ()
    assert told.avoided is None
    assert told.repeats_after.each is None
    assert told.felt_after.mean is None


def test_what_fixes_spared_adds_up_with_the_root_of_squares() -> None:
    one = Avoided(10, 0, DAY, Interval(10, 7, 14))
    other = Avoided(20, 0, DAY, Interval(20, 16, 23))

    together = added([one, None, other])

    assert together is not None
    assert [together.likely, together.low, together.high] == pytest.approx([30, 25, 35])
