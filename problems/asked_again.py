"""Questions whose answer was on file: what a department asked a customer who had said it before.

Two questions are the same if they share at least half of their telling words.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from problems.models import Question
from problems.models.question import QuestionState
from problems.terms import terms_of

READ_AT_MOST = 500
"""Questions of a period that are compared, the newest."""

SAME_FROM = 0.5


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was asked although its answer was on file.

    `case` and `before` are numbers of cases: where it was asked, and where it had been answered.
    """

    case: int
    before: int
    department: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class AskedAgain:
    """How many questions of a period were compared, and which had their answer on file."""

    questions: int
    again: tuple[Asked, ...]

    @property
    def percent(self) -> float | None:
        """The ask-again rate in percent; None without a question."""
        return 100 * len(self.again) / self.questions if self.questions else None


def is_same_question(one: str, other: str) -> bool:
    """Whether two questions ask the same, by their words; pure."""
    words, others = telling(one), telling(other)
    if not words or not others:
        return False
    return len(words & others) / len(words | others) >= SAME_FROM


def telling(text: str) -> frozenset[str]:
    """Return the single telling words of a question."""
    return frozenset(term for term in terms_of(text) if " " not in term)


def asked_again(*, since: datetime, until: datetime) -> AskedAgain:
    """Return the questions of a period whose answer the customer had given before; two queries."""
    questions = list(
        Question.objects.filter(asked_at__gte=since, asked_at__lt=until)
        .exclude(state=QuestionState.WITHDRAWN)
        .order_by("-id")
        .values_list(
            "pk", "case__contact_id", "asked__text", "asked_at", "case__number", "department__name"
        )[:READ_AT_MOST]
    )
    answered: dict[int, list[tuple[datetime, str, int]]] = {}
    rows = (
        Question.objects.filter(
            state=QuestionState.ANSWERED, case__contact__in={row[1] for row in questions}
        )
        .annotate(contact_id=F("case__contact_id"))
        .order_by("answered_at", "id")
        .values_list("contact_id", "answered_at", "asked__text", "case__number")
    )
    for contact_id, answered_at, text, number in rows:
        if answered_at is not None:
            answered.setdefault(contact_id, []).append((answered_at, text, number))
    found = [
        Asked(case=number, before=before, department=department, asked_at=asked_at)
        for _pk, contact_id, text, asked_at, number, department in questions
        if (before := answered_before(text, answered.get(contact_id, ()), at=asked_at)) is not None
    ]
    return AskedAgain(questions=len(questions), again=tuple(found))


def answered_before(
    text: str, answered: Iterable[tuple[datetime, str, int]], *, at: datetime
) -> int | None:
    """Return the number of the case in which the question had been answered, or None; pure."""
    return next(
        (
            number
            for answered_at, asked, number in answered
            if answered_at < at and is_same_question(text, asked)
        ),
        None,
    )
