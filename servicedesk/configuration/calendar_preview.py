"""What opening hours mean: when somebody is there next, and what would be due when."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from servicedesk.pages.clock_explained import explanation, moment_in
from workflow.calendars import Hours, examples, next_openings
from workflow.clocks.previewing import preview
from workflow.clocks.working_time import NeverOpen
from workflow.refusals import Refusal

SPANS: dict[timedelta, Callable[[], str]] = {
    timedelta(hours=4): lambda: _("4 open hours"),
    timedelta(hours=8): lambda: _("8 open hours"),
    timedelta(days=3): lambda: _("3 days of 24 open hours"),
}
HOUR = timedelta(hours=1)
MOST_HOURS, MOST_DAYS = 10_000, 366


class NotAPreview(Refusal):
    """The start or the span of a preview cannot be read."""

    code = "not_a_preview"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What somebody wants to see: a promise of some hours, or of working days, from a moment on."""

    starts_at: datetime | None = None
    within: timedelta = 8 * HOUR
    within_days: int | None = None


def asked_start(text: str, *, zone: ZoneInfo) -> datetime | None:
    """Return when a promise begins, as the clock shows in the zone of the hours; None for now.

    Raises:
        NotAPreview: it is no moment.
    """
    if not text.strip():
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise NotAPreview(
            _("“%(text)s” is no moment.") % {"text": text[:40]},
            next_step=_("Write it like 2026-12-24 10:30."),
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def asked_span(text: str) -> tuple[timedelta, int | None]:
    """Return a span written in hours (`8`, `0.5`) or working days (`2 d`), eight hours for nothing.

    Raises:
        NotAPreview: it is neither.
    """
    words = text.strip().lower().replace(",", ".")
    if not words:
        return Asked().within, None
    try:
        if words.endswith(("d", _("days"))):
            days = int(words.removesuffix(_("days")).removesuffix("d"))
            if 0 <= days <= MOST_DAYS:
                return timedelta(), days
        elif 0 <= (hours := float(words.removesuffix("h"))) <= MOST_HOURS:
            return timedelta(seconds=round(hours * 3600)), None
    except ValueError:
        pass
    raise NotAPreview(
        _("“%(text)s” is no span.") % {"text": text[:40]},
        next_step=_("Write hours like 8 or 0.5, or working days like 2 d."),
    )


def preview_of(
    hours: Hours, *, name: str = "", asked: Asked, at: datetime
) -> dict[str, Any] | None:
    """Return the next openings and what would be due when, in the zone of the hours; no query.

    None if nobody is ever there.

    Raises:
        BadCalendar: the hours cannot be read.
        BadPreview, NeverOpen: what was asked lies too far away.
    """
    working_time = hours.working_time()
    zone = working_time.zone
    try:
        openings = next_openings(working_time, at=at)
    except NeverOpen:
        return None
    starts_at = asked.starts_at or at.replace(second=0, microsecond=0)
    found = preview(
        working_time,
        started_at=starts_at,
        within=asked.within,
        within_days=asked.within_days,
    )
    return {
        "is_open": working_time.is_open(at),
        "openings": [opening_in_words(opens, closes, zone=zone) for opens, closes in openings],
        "starts": moment_in(starts_at, zone=zone),
        "dues": [
            {"within": SPANS[example.within](), "due": moment_in(example.due_at, zone=zone)}
            for example in examples(working_time, at=starts_at, spans=list(SPANS))
        ],
        "explained": explanation(
            promise="",
            ident="preview",
            switches=[(starts_at, working_time)],
            until=found.due_at,
            within=asked.within,
            within_days=asked.within_days,
            calendar=name,
            names=hours.public,
            zone=zone,
        ),
        "public": holidays_in_words(hours.public),
    }


def holidays_in_words(days: Mapping[str, str]) -> list[dict[str, str]]:
    """Return public holidays as they are read, in order of time."""
    return [
        {"day": date_format(datetime.fromisoformat(day), "D j M Y"), "name": name}
        for day, name in days.items()
    ]


def opening_in_words(opens: datetime, closes: datetime, *, zone: ZoneInfo) -> str:
    """Write a window in a zone: `Mon 23 Nov, 09:00 to 17:00`."""
    first, last = localtime(opens, zone), localtime(closes, zone)
    is_same_day = (last - timedelta(microseconds=1)).date() == first.date()
    ends = date_format(last, "H:i") if is_same_day else date_format(last, "D j M, H:i")
    if is_same_day and ends == "00:00":
        ends = "24:00"
    return _("%(opens)s to %(closes)s") % {"opens": moment_in(opens, zone=zone), "closes": ends}
