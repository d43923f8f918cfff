"""Who is answered next: tenants take turns, and no tenant has all who answer."""

from collections import Counter, OrderedDict, deque
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from threading import Condition
from typing import Generic, TypeVar

Asked = TypeVar("Asked")


class Turns(Generic[Asked]):
    """What waits to be answered, by whose it is; safe for threads.

    Those who wait are taken in turn, one of each. Of `answering` threads one is always left for
    others: whoever asks much, or whatever takes long, holds up its own tenant alone.
    """

    def __init__(self, *, answering: int, waiting_at_most: int) -> None:
        self.most_of_one = max(answering - 1, 1)
        self.waiting_at_most = waiting_at_most
        self.changed = Condition()
        self.waiting: OrderedDict[Hashable, deque[Asked]] = OrderedDict()
        self.in_hand: Counter[Hashable] = Counter()
        self.is_open = True

    def put(self, asked: Asked, *, whose: Hashable) -> bool:
        """Let something wait; answers whether there was room among what waits of the same."""
        with self.changed:
            line = self.waiting.setdefault(whose, deque())
            if not self.is_open or len(line) >= self.waiting_at_most:
                return False
            line.append(asked)
            self.changed.notify()
            return True

    @contextmanager
    def next(self) -> Iterator[Asked | None]:
        """Wait for what is next and have it in hand; None when nothing comes any more."""
        with self.changed:
            while (whose := self.whose_turn()) is None and self.is_open:
                self.changed.wait()
            asked = self.taken(whose) if whose is not None else None
        try:
            yield asked
        finally:
            if whose is not None:
                self.give_back(whose)

    def close(self) -> list[Asked]:
        """Let nobody wait any more; returns what was waiting."""
        with self.changed:
            self.is_open = False
            left = [asked for line in self.waiting.values() for asked in line]
            self.waiting.clear()
            self.changed.notify_all()
            return left

    def whose_turn(self) -> Hashable | None:
        """Return who waited longest for a turn and does not have all the turns there are."""
        for whose, line in self.waiting.items():
            if line and self.in_hand[whose] < self.most_of_one:
                return whose
        return None

    def taken(self, whose: Hashable) -> Asked:
        """Take what is first in somebody's line, who then stands behind the others."""
        line = self.waiting.pop(whose)
        asked = line.popleft()
        if line:
            self.waiting[whose] = line
        self.in_hand[whose] += 1
        return asked

    def give_back(self, whose: Hashable) -> None:
        """Note that an answer was given: somebody of the same may be next."""
        with self.changed:
            self.in_hand[whose] -= 1
            if not self.in_hand[whose]:
                del self.in_hand[whose]
            self.changed.notify()
