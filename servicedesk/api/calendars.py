"""Opening hours for programs: weeks and holidays, files with closed days, what is due when."""

from typing import Any

from servicedesk.api.base import TokenView
from servicedesk.api.naming import row_of
from servicedesk.api.operations import operation, page_shape
from servicedesk.api.paging import one, page_of, shaped
from servicedesk.api.shapes import calendars as shapes
from servicedesk.api.shapes.fields import Listing
from workflow.calendars import Hours, closed_by_file, save_calendar, with_file
from workflow.clocks.models import Calendar
from workflow.clocks.previewing import preview
from workflow.clocks.public_holidays import countries, public_holidays, regions
from workflow.people.permissions import Permission

Fields = dict[str, Any]
CONFIGURES = (Permission.CONFIGURE,)
BY_ID = ("pk",)
TAG = "Organisation"


class CalendarView(TokenView):
    """An address of opening hours."""

    def saved(self, fields: Fields, *, calendar_id: int | None) -> dict[str, Any]:
        """Save opening hours and return them."""
        hours = Hours(
            timezone=fields["timezone"],
            weekly=fields["hours"],
            holidays=fields["holidays"],
            breaks=fields["breaks"],
            country=fields["country"],
            region=fields["region"],
        )
        calendar = save_calendar(
            calendar_id=calendar_id,
            name=fields["name"],
            hours=hours,
            actor=self.actor,
            at=self.at,
        )
        return one(shapes.CalendarShape, calendar)


class Calendars(CalendarView):
    """Opening hours."""

    @operation(
        "list_calendars",
        any_of=CONFIGURES,
        filters=Listing,
        gives=page_shape(shapes.CalendarShape),
        tag=TAG,
    )
    def get(self) -> Any:
        """List opening hours, oldest first."""
        return page_of(
            Calendar.objects.all(),
            self,
            shape=shaped(shapes.CalendarShape),
            is_newest_first=False,
        )

    @operation(
        "create_calendar",
        any_of=CONFIGURES,
        takes=shapes.CalendarWish,
        gives=shapes.CalendarShape,
        status=201,
        tag=TAG,
    )
    def post(self, fields: Fields) -> Any:
        """Add opening hours."""
        return self.saved(fields, calendar_id=None)


class OneCalendar(CalendarView):
    """Some opening hours."""

    @operation(
        "change_calendar",
        any_of=CONFIGURES,
        takes=shapes.CalendarWish,
        gives=shapes.CalendarShape,
        path=BY_ID,
        tag=TAG,
    )
    def patch(self, fields: Fields, pk: int) -> Any:
        """Change opening hours; what runs by them is planned anew."""
        return self.saved(fields, calendar_id=row_of(Calendar.objects, pk=pk).pk)


class ClosedDaysFile(CalendarView):
    """Closed days out of a calendar file."""

    @operation(
        "import_closed_days",
        any_of=CONFIGURES,
        takes=shapes.ClosedDaysFile,
        gives=shapes.ClosedDaysShape,
        path=BY_ID,
        says="What lies outside this year and the next two is counted, what cannot be read is named.",
        tag=TAG,
    )
    def post(self, fields: Fields, pk: int) -> Any:
        """Add what a calendar file closes to opening hours; what runs by them is planned anew."""
        calendar = row_of(Calendar.objects, pk=pk)
        found = closed_by_file(fields["content"].encode(), timezone=calendar.timezone, at=self.at)
        changed = save_calendar(
            calendar_id=calendar.pk,
            name=calendar.name,
            hours=with_file(Hours.of(calendar), found),
            actor=self.actor,
            at=self.at,
        )
        return {
            "calendar": one(shapes.CalendarShape, changed),
            "closed_days": len(found.holidays),
            "closed_in_part": len(found.closures),
            "outside": found.outside,
            "left_out": list(found.left_out),
        }


class PreviewOfCalendar(TokenView):
    """What would be due when."""

    @operation(
        "preview_calendar",
        any_of=CONFIGURES,
        takes=shapes.DueTimeWish,
        gives=shapes.DueTimeShape,
        path=BY_ID,
        tag=TAG,
    )
    def post(self, fields: Fields, pk: int) -> Any:
        """Say when a promise would be due in opening hours, and how that adds up; changes nothing."""
        working_time = row_of(Calendar.objects, pk=pk).working_time()
        found = preview(
            working_time,
            started_at=fields["started_at"] or self.at,
            within=shapes.SECOND * fields["seconds"],
            within_days=fields["working_days"],
            pauses=[(pause["began_at"], pause["ended_at"]) for pause in fields["pauses"]],
        )
        segments = [
            {
                "kind": segment.kind.value,
                "began_at": segment.began_at,
                "ended_at": segment.ended_at,
                "counted_so_far_seconds": segment.counted_so_far / shapes.SECOND,
            }
            for segment in found.segments
        ]
        return one(
            shapes.DueTimeShape,
            {"started_at": found.started_at, "due_at": found.due_at, "segments": segments},
        )


class PublicHolidays(TokenView):
    """Whose public holidays are known, and which they are."""

    @operation(
        "show_public_holidays",
        any_of=CONFIGURES,
        filters=shapes.HolidayFilters,
        gives=shapes.PublicHolidaysShape,
        tag=TAG,
    )
    def get(self) -> Any:
        """Show countries; with a country its regions, and the public holidays of a year."""
        country, region = self.asked.get("country", ""), self.asked.get("region", "")
        year = self.asked.get("year") or self.at.year
        found = {
            "countries": [] if country else countries(),
            "regions": regions(country) if country else [],
            "holidays": [
                {"day": day, "name": name}
                for day, name in public_holidays(country, region, years=[year]).items()
            ]
            if country
            else [],
        }
        return one(shapes.PublicHolidaysShape, found)
