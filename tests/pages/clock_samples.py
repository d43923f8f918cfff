"""A due time that was opened, as pages show it: an office with a holiday, and two pauses."""

from datetime import timedelta

from servicedesk.pages.clock_explained import explanation
from tests.pages.journeys import NOW, OSLO
from workflow.clocks.working_time import WorkingTime

HOUR = timedelta(hours=1)
TODAY = NOW.astimezone(OSLO).date()
HOLIDAY = TODAY + timedelta(days=1)
OFFICE = WorkingTime.from_dict(
    {
        "tz": "Europe/Oslo",
        "hours": {day: [["08:00", "16:00"]] for day in ("mon", "tue", "wed", "thu", "fri")},
        "holidays": [HOLIDAY.isoformat()],
    }
)
BEGAN = OFFICE.next_opening(NOW - timedelta(days=1))
PAUSES = [(BEGAN + HOUR, BEGAN + 3 * HOUR), (NOW, NOW + 40 * timedelta(minutes=1))]


CLOCK_EXPLAINED = explanation(
    promise="Solution",
    ident="resolution-7",
    switches=[(BEGAN, OFFICE)],
    until=OFFICE.add(BEGAN, 16 * HOUR, PAUSES),
    within=16 * HOUR,
    pauses=PAUSES,
    mark_at=NOW,
    calendar="Office hours",
    names={HOLIDAY.isoformat(): "Day of Rest"},
    zone=OSLO,
)
