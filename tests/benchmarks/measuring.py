"""What a benchmark reports: nanoseconds, and how many bare datetime additions that is."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Measurement:
    """One line of the table; the ratio is to an addition measured in the same run."""

    name: str
    nanoseconds: float
    ratio: float


def nanoseconds_each(action: Callable[[], object], *, times: int) -> float:
    """Return how long one call takes: the best of five rounds, for other work only adds."""
    best = float("inf")
    for _ in range(ROUNDS):
        begin = time.perf_counter_ns()
        for _ in range(times):
            action()
        best = min(best, (time.perf_counter_ns() - begin) / times)
    return best


def measured(actions: dict[str, Callable[[], object]], *, times: int) -> list[Measurement]:
    """Measure each action beside a bare `datetime + timedelta`."""
    moment, span = datetime(2025, 1, 6, tzinfo=UTC), timedelta(hours=4)
    addition = nanoseconds_each(lambda: moment + span, times=times * 10)
    found = [(name, nanoseconds_each(action, times=times)) for name, action in actions.items()]
    return [
        Measurement("bare datetime addition", addition, 1.0),
        *(Measurement(name, each, each / addition) for name, each in found),
    ]
