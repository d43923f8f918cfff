"""What would be due when? A start and a span in some hours, before anybody is promised anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from django.utils.translation import gettext as _

from workflow.clocks.working_time import Pause, Segment, WorkingTime
from workflow.refusals import Refusal

FIRST_YEAR, LAST_YEAR = 1970, 2199
LONGEST = timedelta(days=3 * 366)
MOST_PAUSES = 100


class BadPreview(Refusal):
    """What was asked lies too far away to be told."""

    code: ClassVar[str] = "bad_preview"


@dataclass(frozen=True, kw_only=True)
class Preview:
    """When a promise would be due, in UTC, and what lies between: counted parts add up to it."""

    started_at: datetime
    due_at: datetime
    segments: tuple[Segment, ...]


def preview(
    working_time: WorkingTime,
    *,
    started_at: datetime,
    within: timedelta = timedelta(),
    within_days: int | None = None,
    pauses: Sequence[Pause] = (),
) -> Preview:
    """Return when a promise that begins at a moment would be due, and how that adds up.

    Working days, if there are any, go before the span. A span of zero is due at once, or when
    somebody is there next.

    Raises:
        BadPreview: it begins outside 1970 to 2199, takes more than three years, or pauses too often.
        NeverOpen: the hours do not offer it.
        BadSpan: it is less than nothing.
    """
    moments = [started_at, *(moment for pause in pauses for moment in pause)]
    if any(not FIRST_YEAR <= moment.year <= LAST_YEAR for moment in moments):
        raise BadPreview(
            _("That is too far away."),
            next_step=_("Take years from %(first)d to %(last)d.")
            % {"first": FIRST_YEAR, "last": LAST_YEAR},
        )
    if len(pauses) > MOST_PAUSES:
        raise BadPreview(
            _("These are too many pauses."),
            next_step=_("Take at most %(count)d.") % {"count": MOST_PAUSES},
        )
    if within_days is not None:
        due_at = working_time.add_days(started_at, within_days, pauses)
    else:
        due_at = working_time.add(started_at, within, pauses)
    if due_at - started_at > LONGEST:
        raise BadPreview(
            _("That would take more than three years."),
            next_step=_("Set a shorter target or longer opening hours."),
        )
    return Preview(
        started_at=started_at,
        due_at=due_at,
        segments=working_time.segments(started_at, due_at, pauses),
    )
