"""How was it for you? One tap after the fix, kept in the ledger, on the case and in the report."""

from typing import Any

import pytest

from cases.models import Case
from cases.states import Feeling
from problems.affected import NotAffected, NotFixedYet
from problems.after_fix import begin_watch
from problems.fix_report import Satisfaction, fix_report
from problems.models import Affected, FixRating, Problem
from problems.rating import rate_fix, ratings_of
from servicedesk.pages.session import contact_actor
from tests.after_fix.fixed import cases_of_customers, make_fixed_problem
from tests.make import AT, DAY, make_contact, make_problem

FIXED = AT + 30 * DAY


def rate(problem: Problem, contact: Any, *, feeling: int, comment: str = "") -> FixRating:
    """Let a customer say how a fix was."""
    return rate_fix(
        problem_id=problem.pk, contact_id=contact.pk, feeling=feeling, comment=comment,
        actor=contact_actor(contact), at=FIXED + DAY,
    )  # fmt: skip


def test_what_customers_say_of_a_fix_stands_in_the_report_and_on_the_case(tenant: Any) -> None:
    [case] = cases_of_customers(1, at=FIXED - 10 * DAY)
    problem = make_fixed_problem(fixed_at=FIXED, cases=[case])
    begin_watch(problem_id=problem.pk, at=FIXED)
    without_case = make_contact()
    Affected.objects.create(problem=problem, contact=without_case, found="product", found_at=AT)

    rate(problem, case.contact, feeling=Feeling.UPSET, comment="It took weeks.")
    rate(problem, case.contact, feeling=Feeling.CONTENT)
    rate(problem, without_case, feeling=Feeling.DELIGHTED)
    found = fix_report(since=FIXED - DAY, until=FIXED + DAY, at=FIXED + 60 * DAY)
    rated = ratings_of(problem)

    assert found.felt_after == Satisfaction(customers=2, total=9, content=2)
    assert (rated.customers, rated.mean) == (2, 4.5)
    assert [one.comment for one in rated.comments] == ["It took weeks."]
    assert Case.objects.get(pk=case.pk).feeling == Feeling.CONTENT


def test_nobody_rates_what_is_not_fixed_or_not_theirs(tenant: Any) -> None:
    [case] = cases_of_customers(1, at=FIXED - 10 * DAY)
    fixed, open_problem = make_fixed_problem(fixed_at=FIXED, cases=[case]), make_problem()

    with pytest.raises(NotAffected):
        rate(fixed, make_contact(), feeling=3)
    with pytest.raises(NotFixedYet):
        rate(open_problem, case.contact, feeling=3)

    assert not FixRating.objects.exists()
