"""What customers may know, as plain values: no field here could hold what is not for them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from cases.promised import PublicPromise
from problems.states import VisibleStage


@dataclass(frozen=True, slots=True)
class PublicEstimate:
    """A range of days that customers may know, and why it changed.

    `withdrawn_at` is when it was taken back without another one; `withdrawn_because` says why. What
    was said before the problem came back does not stand: it was said of another fix.
    """

    expected_on: date
    latest_on: date
    confidence: str
    reason: str
    said_at: datetime
    withdrawn_at: datetime | None = None
    withdrawn_because: str = ""
    stands: bool = True

    @property
    def days(self) -> tuple[date, date]:
        """First and last day."""
        return self.expected_on, self.latest_on


@dataclass(frozen=True, slots=True)
class MovedDate:
    """A date that was said and holds no more; `new` is the one after it, None if there is none."""

    old: PublicEstimate
    new: PublicEstimate | None
    moved_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class PublicNews:
    """What everybody affected was told when a promise of news was kept, in the words written then.

    `not_by` is the time by which there will be no news after all, if the promise was taken back:
    `text` says why then.
    """

    text: str
    told_at: datetime
    not_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class PublicStay:
    """A stay of the problem with a department, by the name that customers read."""

    department: str
    stage: VisibleStage
    entered_at: datetime
    was_late: bool
    was_passed_on: bool
    is_reopening: bool


@dataclass(frozen=True, slots=True)
class PublicReview:
    """Why it happened, in words that a lead approved for the customers concerned."""

    what_happened: str
    why: str
    what_we_did: str
    what_we_prevent: str
    approved_at: datetime


@dataclass(frozen=True, slots=True)
class PublicProblem:
    """A problem as customers may know it.

    `others` counts the other customers it affects; `confirmed_at` is when this customer said that
    it works, `has_unseen` whether this customer was told something that was never looked at.
    `estimates` are the public ones and `news` what was told meanwhile, oldest first; `hear_by` is
    by when we tell more. `words` is what the drawing of its workflow says to customers, if anything.
    `review` says why it happened, to a customer who stands in the ledger. `refused` is why it is
    not fixed, as this customer was told, and `ended_at` since when; `rated` is how the fix was for
    this customer, from 1 to 5.
    """

    id: int
    stage: VisibleStage
    is_open: bool
    opened_at: datetime
    cause: str
    cause_found_at: datetime | None
    workaround: str
    workaround_at: datetime | None
    fixed_at: datetime | None
    resolved_at: datetime | None
    solution: str
    estimates: tuple[PublicEstimate, ...] = ()
    news: tuple[PublicNews, ...] = ()
    hear_by: PublicPromise | None = None
    stays: tuple[PublicStay, ...] = ()
    others: int = 0
    confirmed_at: datetime | None = None
    has_unseen: bool = False
    words: str = ""
    review: PublicReview | None = None
    refused: str = ""
    ended_at: datetime | None = None
    rated: int | None = None

    @property
    def estimate(self) -> PublicEstimate | None:
        """What we say today, while it is open and nobody took it back."""
        if not self.estimates or not self.is_open:
            return None
        newest = self.estimates[-1]
        return newest if newest.stands and newest.withdrawn_at is None else None

    @property
    def moved(self) -> tuple[MovedDate, ...]:
        """The dates that we said and that hold no more, oldest first."""
        return tuple(moves_among(self.estimates))

    @property
    def moved_from(self) -> PublicEstimate | None:
        """The last date that we said before the one of today."""
        if self.estimate is None or not self.moved:
            return None
        return self.moved[-1].old


def moves_among(estimates: tuple[PublicEstimate, ...]) -> Iterator[MovedDate]:
    """Return the dates that changed; the same range said again is no move."""
    for old, new in pairwise(estimates):
        is_another_fix = new.stands and not old.stands and old.withdrawn_at is None
        if old.days != new.days and not is_another_fix:
            yield MovedDate(old, new, new.said_at, new.reason)
    if estimates and (at := estimates[-1].withdrawn_at) is not None:
        yield MovedDate(estimates[-1], None, at, estimates[-1].withdrawn_because)


@dataclass(frozen=True, slots=True)
class PublicFile:
    """A file of a message; `key` finds it."""

    key: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class PublicMessage:
    """A message between the customers of a case and us.

    `author` is the name of the customer who wrote it, empty if we did. `quoted` is folded away.
    """

    number: int
    is_own: bool
    author: str
    at: datetime
    text: str
    quoted: str
    files: tuple[PublicFile, ...]


@dataclass(frozen=True, slots=True)
class Issue:
    """One case as its customer may see it.

    `hear_by` says until when the customer hears from us, whoever promised it: the desk in the
    case, or a department to everybody affected.
    """

    number: int
    subject: str
    state: str
    is_open: bool
    opened_at: datetime
    updated_at: datetime
    resolved_at: datetime | None
    problem: PublicProblem | None = None
    messages: tuple[PublicMessage, ...] = ()
    answered_at: datetime | None = None
    hear_by: PublicPromise | None = None
