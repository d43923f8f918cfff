"""Shapes of opening hours, their holidays, and what would be due when."""

from datetime import timedelta

from rest_framework import serializers

from servicedesk.api.shapes.clocks import SegmentShape
from servicedesk.api.shapes.fields import (
    Shown,
    Taken,
    number_shown,
    text_shown,
    time_shown,
    words,
)
from workflow.calendars import Hours
from workflow.clocks.calendar_files import LARGEST_FILE
from workflow.clocks.models import Calendar
from workflow.clocks.previewing import MOST_PAUSES

SECOND = timedelta(seconds=1)
LONGEST_SECONDS = 365 * 24 * 3600


def windows() -> serializers.ListField:
    """Return a field for the windows of a day, each a pair of times."""
    pair = serializers.ListField(
        child=serializers.CharField(max_length=8), min_length=2, max_length=2
    )
    return serializers.ListField(child=pair, max_length=24)


class CalendarWish(Taken):
    """Opening hours: `hours` maps mon…sun to windows such as ["08:00", "18:00"]."""

    name = words(longest=80, is_needed=True)
    timezone = words(longest=64, is_needed=True, says="Such as Europe/Oslo.")
    hours = serializers.DictField(child=windows())
    holidays = serializers.ListField(
        child=serializers.CharField(max_length=10),
        max_length=1000,
        default=list,
        help_text="Closed days of one's own; public holidays stand apart from them.",
    )
    breaks = serializers.DictField(child=windows(), default=dict)
    country = words(
        longest=2, says="Code of the country whose public holidays are kept, such as DE."
    )
    region = words(longest=20, says="Code of its region, such as BY; empty for the whole country.")


class HolidayShape(Shown):
    """A public holiday."""

    day = text_shown()
    name = text_shown()


class CalendarShape(Shown):
    """Opening hours in a time zone; `public_holidays` are closed like the days of one's own."""

    id = number_shown()
    name = text_shown()
    timezone = text_shown()
    hours = serializers.DictField(read_only=True)
    holidays = serializers.SerializerMethodField()
    breaks = serializers.DictField(read_only=True)
    country = serializers.SerializerMethodField()
    region = serializers.SerializerMethodField()
    public_holidays = serializers.SerializerMethodField()

    def get_holidays(self, calendar: Calendar) -> list[str]:
        """Return the closed days of one's own."""
        return list(Hours.of(calendar).holidays)

    def get_country(self, calendar: Calendar) -> str:
        """Return the code of the country whose holidays are kept, or nothing."""
        return Hours.of(calendar).country

    def get_region(self, calendar: Calendar) -> str:
        """Return the code of its region, or nothing."""
        return Hours.of(calendar).region

    def get_public_holidays(self, calendar: Calendar) -> list[dict[str, str]]:
        """Return the public holidays that are filled in, in order of time."""
        days = Hours.of(calendar).public
        return [{"day": day, "name": name} for day, name in days.items()]


class ClosedDaysFile(Taken):
    """A calendar file (iCalendar)."""

    content = serializers.CharField(
        max_length=LARGEST_FILE,
        trim_whitespace=False,
        help_text="The text of the file, at most 1 MB.",
    )


class ClosedDaysShape(Shown):
    """What a calendar file closed: how many days, what lies outside, and what was left out."""

    calendar = CalendarShape()
    closed_days = number_shown()
    closed_in_part = number_shown()
    outside = number_shown()
    left_out = serializers.ListField(child=serializers.CharField(), read_only=True)


class PauseField(Taken):
    """From when to when a clock stands still."""

    began_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField()


class DueTimeWish(Taken):
    """A promise: so many seconds of opening hours, or working days, which go before them."""

    started_at = serializers.DateTimeField(
        required=False, allow_null=True, default=None, help_text="Now without one."
    )
    seconds = serializers.IntegerField(min_value=0, max_value=LONGEST_SECONDS, default=8 * 3600)
    working_days = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=0, max_value=366
    )
    pauses = serializers.ListField(child=PauseField(), default=list, max_length=MOST_PAUSES)


class DueTimeShape(Shown):
    """When a promise would be due; the counted segments add up to it."""

    started_at = time_shown()
    due_at = time_shown()
    segments = SegmentShape(many=True)


class HolidayFilters(Taken):
    """Whose holidays of which year."""

    country = words(longest=2)
    region = words(longest=20)
    year = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1970, max_value=2199
    )


class PlaceShape(Shown):
    """A country or region."""

    code = text_shown()
    name = text_shown()


class PublicHolidaysShape(Shown):
    """Countries whose holidays are known; or the regions and the holidays of one of them."""

    countries = PlaceShape(many=True)
    regions = PlaceShape(many=True)
    holidays = HolidayShape(many=True)
