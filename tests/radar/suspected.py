"""A suspected problem as a look raises it, without anything to look at."""

from datetime import datetime

from cases.models import Case
from problems.models import Pattern, Radar
from problems.suspecting import Cause, Suspicion, suspect
from tests.make import AT, HOUR, make_case


def make_pattern(
    *,
    cases: list[Case] | None = None,
    customers: int = 4,
    title: str = "Taken twice",
    least_customers: int = 2,
    at: datetime = AT + HOUR,
) -> Pattern:
    """Return a pattern that a look raised from cases (of four customers, if none are given)."""
    found = cases if cases is not None else [make_case(at=AT) for _ in range(customers)]
    pattern = suspect(
        Suspicion(
            case_ids=[case.pk for case in found],
            usual=0.5,
            cause=Cause(
                title=title,
                phrases=("taken twice", "direct debit"),
                shares=(("region", "NO", 3.0),),
            ),
        ),
        radar=Radar(least_customers=least_customers),
        at=at,
    )
    assert pattern is not None
    return pattern
