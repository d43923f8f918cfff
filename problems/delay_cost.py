"""What a week's delay of a fix costs: contacts that still come, promises that break, people upset. Pure.

Everything is told as work in hours, so that unlike things add up; the weights are the tenant's.
"""

from dataclasses import dataclass
from datetime import timedelta
from math import sqrt

NOTHING = timedelta()
HOUR = timedelta(hours=1)
# Nothing doubles or stops within a week only because the last one was unusual.
STEEPEST = 2.0
# Half the width of an interval that holds 95 of 100 weeks, in standard deviations.
WIDTH = 1.96


@dataclass(frozen=True, slots=True)
class Weights:
    """What the work is for one contact, one broken promise and one upset customer.

    `cost_per_hour` is in whole units of `currency`; None where nobody counts money.
    """

    contact: timedelta
    broken_promise: timedelta
    upset_customer: timedelta
    cost_per_hour: int | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Week:
    """What is known of a problem: contacts of the last week and of the one before it.

    `breaking` counts promises that break within the next week unless it is fixed, `upset` distinct
    customers of open cases who are upset about it.
    """

    contacts: int = 0
    contacts_before: int = 0
    breaking: int = 0
    upset: int = 0


@dataclass(frozen=True, slots=True)
class DelayCost:
    """What a week costs: contacts with the interval that holds 95 of 100 weeks, and the work of all.

    `money` is None where nobody counts it.
    """

    contacts: int
    contacts_least: int
    contacts_most: int
    breaking: int
    upset: int
    contact_work: timedelta
    promise_work: timedelta
    upset_work: timedelta
    money: int | None

    @property
    def work(self) -> timedelta:
        """All of it."""
        return self.contact_work + self.promise_work + self.upset_work


def cost_of_a_week(week: Week, weights: Weights) -> DelayCost:
    """Return what another week is expected to cost if nothing is done.

    Contacts go on as in the last week, faster or slower by as much as that week differs from the
    one before it; they come by chance, so the square root of their number is their spread.
    """
    trend = (week.contacts + 1) / (week.contacts_before + 1)
    expected = week.contacts * min(STEEPEST, max(1 / STEEPEST, trend))
    spread = WIDTH * sqrt(expected)
    contacts = round(expected)
    contact_work = contacts * weights.contact
    promise_work = week.breaking * weights.broken_promise
    upset_work = week.upset * weights.upset_customer
    work = contact_work + promise_work + upset_work
    cost = weights.cost_per_hour
    return DelayCost(
        contacts=contacts,
        contacts_least=max(0, round(expected - spread)),
        contacts_most=round(expected + spread),
        breaking=week.breaking,
        upset=week.upset,
        contact_work=contact_work,
        promise_work=promise_work,
        upset_work=upset_work,
        money=round(work / HOUR * cost) if cost is not None else None,
    )
