"""What a drawing of a journey is made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo

from servicedesk.pages.journey_scale import Window

Part = tuple[str, datetime, datetime]


@dataclass(frozen=True)
class PictureLeg:
    """One stay of the problem with one department; all times are aware, `hue` is a CSS class.

    `worked`, `waited` and `over` (its target) are the department's own opening hours; without them
    the hours in which the picture is drawn are counted.
    """

    number: int
    department: str
    department_name: str
    hue: str
    entered_at: datetime
    acknowledged_at: datetime | None
    due_at: datetime | None
    left_at: datetime | None
    title: str
    because: str = ""
    is_detour: bool = False
    is_sent_back: bool = False
    href: str = ""
    waits: tuple[Window, ...] = ()
    worked: timedelta | None = None
    waited: timedelta | None = None
    over: timedelta | None = None


@dataclass(frozen=True)
class PictureTask:
    """What another department did at the same time; `ended_at` is None while it goes on."""

    department: str
    department_name: str
    hue: str
    title: str
    asked_at: datetime
    ended_at: datetime | None
    href: str = ""


@dataclass(frozen=True)
class PictureEstimate:
    """When the fix is expected, and the window in which it is likely."""

    expected_at: datetime
    earliest_at: datetime | None = None
    latest_at: datetime | None = None


@dataclass(frozen=True)
class PictureUsual:
    """How long a department usually has problems of this sort, in plain time."""

    department: str
    span: timedelta
    words: str


@dataclass(frozen=True)
class Journey:
    """All that is drawn; `windows` are the tenant's open hours over the whole span, sorted.

    `ends_at` is where a part of a journey ends; empty for one that is drawn to its end.
    """

    legs: Sequence[PictureLeg]
    at: datetime
    zone: tzinfo
    windows: Sequence[Window]
    resolved_at: datetime | None = None
    cause_found_at: datetime | None = None
    cases_per_day: Mapping[date, int] = field(default_factory=dict)
    told_at: Sequence[datetime] = ()
    estimate: PictureEstimate | None = None
    old_estimates: Sequence[datetime] = ()
    tasks: Sequence[PictureTask] = ()
    usual: Sequence[PictureUsual] = ()
    ends_at: datetime | None = None


def leg_left(leg: PictureLeg, *, until: datetime) -> datetime:
    """Return when a leg ended; for the open one `until`, the drawing's present."""
    return leg.left_at or max(until, leg.entered_at)


def leg_parts(leg: PictureLeg, *, left: datetime) -> list[Part]:
    """Return a leg's parts in time order: queue until taken up, work, wait for somebody outside."""
    taken = min(max(leg.acknowledged_at or left, leg.entered_at), left)
    parts: list[Part] = [("queue", leg.entered_at, taken)] if taken > leg.entered_at else []
    here = taken
    for began, ended in sorted(leg.waits):
        start, stop = max(began, here), min(ended, left)
        if stop <= start:
            continue
        if start > here:
            parts.append(("work", here, start))
        parts.append(("wait", start, stop))
        here = stop
    if left > here or not parts:
        parts.append(("work" if leg.acknowledged_at else "queue", here, left))
    return parts
