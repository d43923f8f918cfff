"""Read what departments and customer service ask of one another: questions and hand-overs."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from problems.models import Leg, Question
from problems.models.question import OPEN_QUESTION, QuestionState
from problems.states import ProblemState

QUESTIONS_SHOWN = 30
MOST_WAITING = 100


@dataclass(frozen=True)
class Page:
    """Some questions, newest first; `ends_at` is the id where the next page begins."""

    questions: list[Question]
    ends_at: int | None


def with_words(questions: QuerySet[Question]) -> QuerySet[Question]:
    """Add what a question is shown with: its texts, its case with customer, who asked."""
    return questions.select_related(
        "problem", "case", "case__contact", "department", "asked_by", "asked", "sent", "answer"
    )


def open_questions_of_case(case_id: int) -> list[Question]:
    """Return what departments want to know of a case's customer, oldest first; one query."""
    questions = Question.objects.filter(case_id=case_id, state__in=OPEN_QUESTION)
    return list(with_words(questions).order_by("id"))


def questions_of_problem(problem_id: int) -> list[Question]:
    """Return what was asked about a problem, newest first, at most 30; one query."""
    questions = Question.objects.filter(problem_id=problem_id)
    return list(with_words(questions).order_by("-id")[:QUESTIONS_SHOWN])


def open_questions_asked_by(department_id: int) -> list[Question]:
    """Return what a department asked and has no answer to, newest first; one query."""
    questions = Question.objects.filter(department_id=department_id, state__in=OPEN_QUESTION)
    return list(with_words(questions).order_by("-id")[:MOST_WAITING])


def settled_questions_asked_by(department_id: int, *, before: int | None = None) -> Page:
    """Return a page of what a department asked and was answered or withdrew; one query."""
    questions = Question.objects.filter(department_id=department_id).exclude(
        state__in=OPEN_QUESTION
    )
    if before is not None:
        questions = questions.filter(id__lt=before)
    found = list(with_words(questions).order_by("-id")[: QUESTIONS_SHOWN + 1])
    rows = found[:QUESTIONS_SHOWN]
    return Page(questions=rows, ends_at=rows[-1].pk if len(found) > QUESTIONS_SHOWN else None)


def questions_for_service() -> list[Question]:
    """Return what agents have yet to pass on, what is due first before the rest; one query."""
    questions = Question.objects.filter(state=QuestionState.ASKED)
    return list(with_words(questions).order_by("due_at", "id")[:MOST_WAITING])


def not_accepted() -> QuerySet[Leg]:
    """Return the stays that a department has yet to accept, with what is shown of them."""
    return (
        Leg.objects.filter(
            left_at=None, acknowledged_at=None, problem__state=ProblemState.ASSESS.value
        )
        .select_related("problem", "department")
        .order_by("due_at", "id")
    )


def hand_overs_to(department_id: int) -> list[Leg]:
    """Return the stays that wait for a department's yes, due first; one query."""
    return list(not_accepted().filter(department_id=department_id)[:MOST_WAITING])


def hand_overs_from(department_id: int) -> list[Leg]:
    """Return what a department handed on and nobody has accepted yet; one query."""
    before = Leg.objects.filter(
        problem=OuterRef("problem"),
        position=OuterRef("position") - 1,
        department_id=department_id,
    )
    waiting = not_accepted().exclude(department_id=department_id).filter(Exists(before))
    return list(waiting[:MOST_WAITING])


def answer_offered(question: Question, messages: Iterable[Any]) -> Any:
    """Return the customer's newest message since a question was sent, or None; no query."""
    if question.sent_id is None:
        return None
    since = [one for one in messages if one.direction == "in" and one.pk > question.sent_id]
    return since[-1] if since else None
