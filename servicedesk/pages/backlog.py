"""The figures of the backlog, as a page and programs show them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cases.backlog import clocks_due, clocks_missed
from cases.filtering import Criteria, counts_at_most, matching
from problems.backlog import beside, look_like_a_problem, open_problems, suspected_problems
from problems.requests import not_accepted
from workflow.people.actors import Actor

SOON = timedelta(hours=24)
# Whom cases wait for, as a filter names it.
SPLIT = ("agent", "customer", "department", "problem")


@dataclass(frozen=True, kw_only=True)
class Figures:
    """How much there is of what; 1001 says: more than 1000."""

    wait_for_agent: int
    wait_for_customer: int
    wait_for_department: int
    wait_for_problem: int
    without_owner: int
    promises_missed: int
    promises_due_within_a_day: int
    hand_overs_not_accepted: int
    look_like_a_problem: int
    suspected_problems: int
    open_problems: int


def figures_of_backlog(actor: Actor, *, at: datetime) -> Figures:
    """Return the figures of the cases that somebody sees, and of the problems; one query."""
    split = [Criteria(waits_for=code) for code in SPLIT]
    counts = counts_at_most(
        [
            *(matching(actor, one, at=at, beside=beside(one)) for one in split),
            matching(actor, Criteria(responsible="nobody"), at=at),
            clocks_missed(at=at),
            clocks_due(at=at, within=SOON),
            not_accepted(),
            look_like_a_problem(),
            suspected_problems(),
            open_problems(),
        ]
    )
    return Figures(**dict(zip(Figures.__dataclass_fields__, counts, strict=True)))
