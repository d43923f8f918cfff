"""What is told after a fix: whether it holds, what has to be done yet, and why it happened."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from problems.events import ProblemEvent


@dataclass(frozen=True, kw_only=True)
class FixEvent(ProblemEvent):
    """Base of what is told of a watched fix."""

    kind: ClassVar[str] = "problems.fix"
    watch_id: int


@dataclass(frozen=True, kw_only=True)
class FixCameBack(FixEvent):
    """More customers than the limit have it again: the problem was opened again by itself."""

    kind: ClassVar[str] = "problems.fix.came_back"


@dataclass(frozen=True, kw_only=True)
class FixInDoubt(FixEvent):
    """More customers than the limit have it again: a lead decides whether it is opened again."""

    kind: ClassVar[str] = "problems.fix.in_doubt"


@dataclass(frozen=True, kw_only=True)
class FixHeld(FixEvent):
    """The watch of a fix is over, and it held."""

    kind: ClassVar[str] = "problems.fix.held"


@dataclass(frozen=True, kw_only=True)
class PreventionDue(ProblemEvent):
    """What somebody has to do against a problem is due soon, or its day is over."""

    kind: ClassVar[str] = "problems.prevention.due"
    prevention_id: int
    reminder: int
    is_over: bool


@dataclass(frozen=True, kw_only=True)
class PreventionPlanned(ProblemEvent):
    """Somebody has to do something so that a problem never comes again."""

    kind: ClassVar[str] = "problems.prevention.planned"
    prevention_id: int
    planned_at: datetime


@dataclass(frozen=True, kw_only=True)
class ReviewEvent(ProblemEvent):
    """Base of what is told of what customers may read of why a problem happened."""

    kind: ClassVar[str] = "problems.review"
    review_id: int


@dataclass(frozen=True, kw_only=True)
class ReviewAsked(ReviewEvent):
    """A review waits for a lead's yes; `asked_at` names the round."""

    kind: ClassVar[str] = "problems.review.asked"
    asked_at: datetime


@dataclass(frozen=True, kw_only=True)
class ReviewApproved(ReviewEvent):
    """Customers concerned may read why it happened."""

    kind: ClassVar[str] = "problems.review.approved"
