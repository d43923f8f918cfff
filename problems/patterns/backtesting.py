"""What a setting would have told in the tenant's own past: how often, how truly, how early."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from zoneinfo import ZoneInfo

from problems.patterns.arriving import Arrival
from problems.patterns.spotting import Sensitivity, Spot, Spotter

RIGHT_SHARE = 0.6
"""An alert is true when so many of its cases turned out to have the same problem."""


@dataclass(frozen=True, slots=True, eq=False)
class Alert:
    """A burst that a setting would have told of; `problem` is what it was, None if nothing.

    `after_cases` is how many cases of that problem had come by then, its own included.
    """

    spot: Spot
    problem: int | None
    after_cases: int


@dataclass(frozen=True, slots=True, eq=False)
class Backtest:
    """What a setting would have told, oldest first.

    `problems` counts the problems that began in the time and got enough customers to be told.
    `looked_at` counts the cases of the time, `judged` those of them before which enough had come
    to call anything unusual (`limits.LEAST_PAST`): of the others nothing could be told.
    """

    alerts: tuple[Alert, ...]
    problems: int
    looked_at: int
    judged: int

    @property
    def true_alerts(self) -> int:
        """How many alerts were about a problem that was found later."""
        return sum(alert.problem is not None for alert in self.alerts)

    @property
    def found_problems(self) -> int:
        """How many problems would have been told of at all."""
        return len({alert.problem for alert in self.alerts if alert.problem is not None})

    @property
    def after_cases(self) -> int | None:
        """After how many of its cases a problem was told, in the middle; None if none was."""
        first: dict[int, int] = {}
        for alert in self.alerts:
            if alert.problem is not None:
                first.setdefault(alert.problem, alert.after_cases)
        return int(median(first.values())) if first else None


def backtest(
    arrivals: Sequence[Arrival],
    *,
    since: datetime,
    zone: ZoneInfo,
    sensitivity: Sensitivity,
    became: Mapping[int, int],
) -> Backtest:
    """Return what a setting would have told from `since` on, had it been set then.

    `arrivals` as for `survey`: oldest first, from eight weeks before `since` if there are so many.
    `became` says for a case which problem it turned out to have (confirmed links); problems that
    were known before `since` may be in it, their matched cases raise nothing. Costs milliseconds a
    case: for a task, not for a page.
    """
    spotter = Spotter(zone=zone, sensitivity=sensitivity)
    spotter.remember(arrival for arrival in arrivals if arrival.at < since)
    old = {became[one.case_id] for one in arrivals if one.at < since and one.case_id in became}
    came: Counter[int] = Counter()
    customers: dict[int, set[object]] = {}
    alerts: list[Alert] = []
    latest = [arrival for arrival in arrivals if arrival.at >= since]
    judged = 0
    for arrival in latest:
        problem = became.get(arrival.case_id)
        if problem is not None:
            came[problem] += 1
            customers.setdefault(problem, set()).add(arrival.customer)
        spot = spotter.observe(arrival)
        judged += not spotter.is_learning
        if spot:
            alerts.append(_alert(spot, became=became, came=came))
    return Backtest(
        alerts=tuple(alerts),
        problems=sum(
            problem not in old and len(having) >= sensitivity.customers
            for problem, having in customers.items()
        ),
        looked_at=len(latest),
        judged=judged,
    )


def _alert(spot: Spot, *, became: Mapping[int, int], came: Counter[int]) -> Alert:
    """Return the alert that a burst would have been."""
    problems = Counter(became[case_id] for case_id in spot.case_ids if case_id in became)
    problem, cases = problems.most_common(1)[0] if problems else (None, 0)
    if problem is None or cases < RIGHT_SHARE * len(spot.case_ids):
        return Alert(spot=spot, problem=None, after_cases=0)
    return Alert(spot=spot, problem=problem, after_cases=came[problem])
