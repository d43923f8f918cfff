"""What it costs to draw a journey: processor time of the pure functions, without a database."""

from collections.abc import Callable
from datetime import timedelta
from time import process_time

from servicedesk.pages.journey_picture import Journey, draw, strip
from tests.benchmarks.measuring import Measurement
from tests.pages.journeys import journey_of

TIMES = 15
MOST_MS = 15.0


def bench_journeys() -> list[Measurement]:
    """Draw journeys of 7, 60 and 200 stays, and the longest as a strip."""
    journeys = {
        "picture of 7 stays": journey_of(legs=7, each=timedelta(hours=5)),
        "picture of 60 stays in 14 departments": journey_of(
            legs=60, each=timedelta(hours=30), departments=14
        ),
        "picture of 200 stays": journey_of(legs=200, each=timedelta(hours=3)),
    }
    lines = [drawn(name, journey, draw) for name, journey in journeys.items()]
    return [*lines, drawn("strip of 200 stays", journeys["picture of 200 stays"], strip)]


def drawn(name: str, journey: Journey, how: Callable[[Journey], object]) -> Measurement:
    """Return the least processor time of many tries: other work on the machine only adds to it."""
    how(journey)
    spent = []
    for _ in range(TIMES):
        began = process_time()
        how(journey)
        spent.append(1000 * (process_time() - began))
    least = min(spent)
    return Measurement(
        name=name, figure=f"{least:.1f} ms", ratio=least, goal=MOST_MS, gate=2 * MOST_MS
    )
