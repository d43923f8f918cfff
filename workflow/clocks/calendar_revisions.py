"""Keep what a calendar said, so that what was planned by it can be planned again."""

from datetime import UTC, datetime

from workflow.clocks.models import Calendar, CalendarRevision

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def keep_revision(calendar: Calendar, *, at: datetime) -> CalendarRevision:
    """Write down what a saved calendar says from `at` on; two queries, three if it is not new.

    The first revision counts from the beginning of time.
    """
    last = CalendarRevision.objects.filter(calendar=calendar).order_by("-number").first()
    number = last.number + 1 if last else 1
    if calendar.revision != number:
        calendar.revision = number
        calendar.save(update_fields=["revision"])
    return CalendarRevision.objects.create(
        calendar=calendar,
        number=number,
        timezone=calendar.timezone,
        hours=calendar.hours,
        holidays=calendar.holidays,
        breaks=calendar.breaks,
        valid_from=at if last else BEGINNING,
    )
