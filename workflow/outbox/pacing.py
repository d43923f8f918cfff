"""How quickly effects that nobody waits for follow one another: evenly, with rests between them."""

from threading import Event
from time import monotonic

from django.conf import settings

# What was not done in time is made up for by so many seconds' worth at most: reading a batch takes
# a moment, and a mail server that was slow for a minute gets no flood afterwards.
MADE_UP_FOR = 0.1


class Pace:
    """Lets one thing happen after another, so many each second, as evenly as it goes."""

    def __init__(self, *, each_second: int) -> None:
        self.each_second = each_second
        self.gap = 1 / each_second
        self.next_at = monotonic() + self.gap
        self.never = Event()

    def rest(self, *, until: float) -> None:
        """Wait until the next one may happen; `until` of the clock `monotonic` at the longest."""
        at = monotonic()
        pause = min(self.next_at, until) - at
        if pause > 0:
            self.never.wait(pause)
        self.next_at = max(self.next_at, at - MADE_UP_FOR) + self.gap

    def fitting(self, *, until: float) -> int:
        """Return how many may happen until a moment of the clock `monotonic`, one at the least.

        No more than a second's worth: what is prepared leaves, even if it is called off meanwhile.
        """
        return max(1, min(self.each_second, int((until - monotonic()) / self.gap)))


def pace_of(queue: str) -> Pace | None:
    """Return how quickly a worker carries out the effects of a queue; None: as quickly as it can."""
    each_second = settings.BULK_MAILS_PER_SECOND if queue == "bulk" else 0
    return Pace(each_second=each_second) if each_second else None
