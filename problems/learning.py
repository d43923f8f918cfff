"""What a problem sounds like: its own words and those of its linked cases."""

from collections.abc import Iterable

from django.db import connection
from django.db.models import F

from cases.models import Case, Message
from problems.models import Problem, ProblemTerm
from problems.similarity import length_of
from problems.terms import terms_of
from workflow.tenancy.scope import tenant_of_the_scope

ADD = """
INSERT INTO problems_problemterm (tenant_id, problem_id, term, texts)
SELECT %s, %s, term, 1 FROM unnest(%s::text[]) term
ON CONFLICT (tenant_id, term, problem_id)
DO UPDATE SET texts = problems_problemterm.texts + 1
"""
TAKE_AWAY = """
UPDATE problems_problemterm SET texts = texts - 1
WHERE tenant_id = %s AND problem_id = %s AND term = ANY(%s)
"""


def opening_text(case: Case) -> str:
    """Return the first message of a case's customer, "" if there is none; one query."""
    first = (
        Message.objects.filter(case=case, direction="in")
        .order_by("id")
        .values_list("text", flat=True)
        .first()
    )
    return first or ""


def text_of_case(case: Case) -> str:
    """Return what the customer wrote first: subject and opening message; one query."""
    return whole_text(case.subject, opening_text(case))


def whole_text(subject: str, text: str) -> str:
    """Return subject and text as one, without saying a subject twice that begins the text."""
    if text.startswith(subject.rstrip("…")):
        return text
    return f"{subject}\n{text}"


def learn_problem(problem: Problem) -> None:
    """Count title and statement as one text of the problem; one statement."""
    add_terms(problem, terms_of(f"{problem.title}\n{problem.statement}"))


def learn_case(problem: Problem, case: Case) -> None:
    """Count what the customer wrote as one text of the problem; two statements."""
    add_terms(problem, terms_of(text_of_case(case)))


def forget_case(problem: Problem, case: Case) -> None:
    """Take the words of an unlinked case back; three statements."""
    terms = unique(terms_of(text_of_case(case)))
    with connection.cursor() as cursor:
        cursor.execute(TAKE_AWAY, [tenant_of_the_scope(), problem.pk, terms])
    count_words(problem, -words_in(terms))
    ProblemTerm.objects.filter(problem=problem, texts__lte=0).delete()


def add_terms(problem: Problem, terms: Iterable[str]) -> None:
    """Count each term once for one text."""
    once = unique(terms)
    with connection.cursor() as cursor:
        cursor.execute(ADD, [tenant_of_the_scope(), problem.pk, once])
    count_words(problem, words_in(once))


def words_in(terms: Iterable[str]) -> int:
    """Return how much terms say, as similarity counts it."""
    return length_of(dict.fromkeys(terms, 1))


def count_words(problem: Problem, words: int) -> None:
    """Keep how much a problem says in all, beside its terms."""
    Problem.objects.filter(pk=problem.pk).update(term_count=F("term_count") + words)


def unique(terms: Iterable[str]) -> list[str]:
    """Return each term once, sorted: rows are then locked in one order."""
    return sorted({term[:64] for term in terms})
