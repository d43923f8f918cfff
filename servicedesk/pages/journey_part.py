"""A part of a long journey: from one stay to another, and how to look nearer or further. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from servicedesk.pages.journey_legs import Journey, PictureTask

LEAST_STAYS = 4
# From here on the picture names only what matters most, and its parts are worth looking at.
WORTH_PARTS = 20


@dataclass(frozen=True, slots=True)
class Part:
    """The stays from `first` to `last` of `count`, counted from 1."""

    first: int
    last: int
    count: int

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out."""
        return self.first == 1 and self.last == self.count

    def nearer(self) -> "Part | None":
        """Return the middle half; None where it is near enough."""
        return self._around((self.last - self.first + 1) // 2)

    def further(self) -> "Part | None":
        """Return twice as much; None where everything is shown."""
        return None if self.is_whole else self._around((self.last - self.first + 1) * 2)

    def earlier(self) -> "Part | None":
        """Return as much before it; None at the beginning."""
        return None if self.first == 1 else self._from(self.first - (self.last - self.first + 1))

    def later(self) -> "Part | None":
        """Return as much after it; None at the end."""
        return None if self.last == self.count else self._from(self.last + 1)

    def _around(self, stays: int) -> "Part | None":
        if stays < min(LEAST_STAYS, self.count):
            return None
        return self._from((self.first + self.last - stays) // 2 + 1, stays=stays)

    def _from(self, first: int, *, stays: int = 0) -> "Part":
        stays = min(stays or self.last - self.first + 1, self.count)
        first = min(max(first, 1), self.count - stays + 1)
        return Part(first, first + stays - 1, self.count)


def part_asked(first: int | None, last: int | None, *, count: int) -> Part:
    """Return the part that is asked for, the wrong way round or not; the whole without numbers."""
    ends = sorted((min(max(first or 1, 1), count), min(max(last or count, 1), count)))
    return Part(ends[0], ends[1], count)


def part_of(journey: Journey, part: Part) -> Journey:
    """Return a journey of some stays only, with what happened meanwhile.

    What is worked and waited is each stay's own; estimates and the resolution belong to the end.
    """
    if part.is_whole:
        return journey
    legs = list(journey.legs)[part.first - 1 : part.last]
    begin = legs[0].entered_at
    is_end = part.last == part.count
    end = legs[-1].left_at if not is_end else None
    cause = journey.cause_found_at
    return replace(
        journey,
        legs=legs,
        ends_at=end,
        resolved_at=journey.resolved_at if is_end else None,
        cause_found_at=cause if cause and is_between(cause, begin, end) else None,
        told_at=[at for at in journey.told_at if is_between(at, begin, end)],
        estimate=journey.estimate if is_end else None,
        old_estimates=journey.old_estimates if is_end else (),
        tasks=tasks_between(journey.tasks, begin, end),
    )


def is_between(at: datetime, begin: datetime, end: datetime | None) -> bool:
    """Whether a moment lies in a span that may have no end."""
    return at >= begin and (end is None or at <= end)


def tasks_between(
    tasks: Sequence[PictureTask], begin: datetime, end: datetime | None
) -> list[PictureTask]:
    """Return the parts of tasks that lie in a span."""
    return [
        replace(
            task,
            asked_at=max(task.asked_at, begin),
            ended_at=min(filter(None, (task.ended_at, end)), default=None),
        )
        for task in tasks
        if (end is None or task.asked_at < end) and (task.ended_at is None or task.ended_at > begin)
    ]
