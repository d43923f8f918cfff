"""How long opening hours take: an add of 90 days should stay under 200 µs."""

from datetime import UTC, datetime, timedelta

from tests.benchmarks.measuring import Measurement, nanoseconds_each
from workflow.clocks import switching
from workflow.clocks.working_time import WorkingTime

OFFICE = {
    "tz": "Europe/Berlin",
    "hours": {
        day: [["09:00", "12:30"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")
    },
    "holidays": ["2025-12-25", "2025-12-26", "2026-01-01"],
    "breaks": {"2025-12-24": [["12:00", "17:00"]]},
}
START = datetime(2025, 11, 20, 10, 30, tzinfo=UTC)
PAUSES = [
    (START + timedelta(days=day), START + timedelta(days=day, hours=5)) for day in range(1, 9, 2)
]


def bench_working_time() -> list[Measurement]:
    """Measure a calendar that is known already, and one that is read anew each time."""
    known = WorkingTime.from_dict(OFFICE)
    longer = WorkingTime.from_dict(OFFICE | {"breaks": {}})
    hours, ninety_days = timedelta(hours=4), timedelta(days=90)
    a_year_later = START + timedelta(days=365)

    acts = {
        "add 4 hours": lambda: known.add(START, hours),
        "add 90 days": lambda: known.add(START, ninety_days),
        "add 20 working days": lambda: known.add_days(START, 20),
        "add 20 hours, 4 pauses": lambda: known.add(START, timedelta(hours=20), PAUSES),
        "between, a year": lambda: known.between(START, a_year_later),
        "segments, a week": lambda: known.segments(START, START + timedelta(days=7)),
        "add 90 days, hours that changed": lambda: switching.due(
            [(START, known), (START + timedelta(days=30), longer)], span=ninety_days
        ),
        "read calendar, add 4 hours": lambda: WorkingTime.from_dict(OFFICE).add(START, hours),
        "read calendar, add 90 days": lambda: WorkingTime.from_dict(OFFICE).add(START, ninety_days),
    }
    addition = nanoseconds_each(lambda: START + hours, times=3000)
    each = {name: nanoseconds_each(act, times=300) for name, act in acts.items()}
    return [
        Measurement(name="bare datetime addition", figure=f"{addition:,.0f} ns", ratio=1.0),
        *(
            Measurement(name=name, figure=f"{spent:,.0f} ns", ratio=spent / addition)
            for name, spent in each.items()
        ),
    ]
