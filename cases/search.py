"""Find cases by number, by the words of subject and messages, and by who asked."""

from dataclasses import dataclass

from django.db import connection

from cases.access import visible_cases
from cases.queries import CaseRow, with_what_a_row_shows
from cases.said import said_openly
from workflow.people.actors import Actor

FOUND_AT_MOST = 200
PEOPLE_AT_MOST = 50
# Subjects and names are found by the beginnings of words, messages by whole words. Functions of
# the role searcher ask: the operators that match are not leakproof (docs/security.md).
FIND = """
WITH people AS MATERIALIZED (SELECT customers_called(%(words)s, %(people)s) AS id)
SELECT 'contact', id FROM people
UNION ALL SELECT 'case', cases_about(%(words)s, %(most)s)
UNION ALL SELECT 'said', cases_that_say(%(words)s, %(most)s)
UNION ALL (
  SELECT 'case', cases_case.id FROM people
    JOIN cases_case ON cases_case.tenant_id = app_tenant() AND cases_case.contact_id = people.id
  LIMIT %(most)s)
"""


@dataclass(frozen=True)
class Found:
    """The ids of cases and of contacts that words lead to."""

    cases: frozenset[int]
    contacts: frozenset[int]


def found_by(words: str, *, with_notes: bool) -> Found:
    """Return which cases and contacts of the tenant some words lead to; one query.

    Both are bounded: 200 of each way to a case, 50 contacts. For who may not read notes
    (`with_notes`), what only notes say leads nowhere; that costs a query more.
    """
    given: dict[str, str | int] = {
        "words": cleaned(words),
        "people": PEOPLE_AT_MOST,
        "most": FOUND_AT_MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(FIND, given)
        rows = cursor.fetchall()
    said = [key for kind, key in rows if kind == "said"]
    if said and not with_notes:
        said = said_openly(cleaned(words), among=said)
    return Found(
        cases=frozenset((*said, *(key for kind, key in rows if kind == "case"))),
        contacts=frozenset(key for kind, key in rows if kind == "contact"),
    )


def cleaned(words: str) -> str:
    """Return words as they can be looked for: no NUL, single spaces, at most 200 characters."""
    return " ".join(words.replace("\x00", "").split())[:200]


def number_in(words: str) -> int | None:
    """Return the case's number that somebody wrote (`#48213`, `48213`), or None."""
    number = words.strip().removeprefix("#")
    is_number = number.isascii() and number.isdigit() and len(number) <= 15
    return int(number) if is_number else None


def cases_found(
    actor: Actor, words: str, found: Found, *, before: int | None = None, at_most: int
) -> list[CaseRow]:
    """Return the cases that were found and may be seen, newest first; one query.

    `before` is the id of the last case that was shown.
    """
    number = number_in(words)
    cases = visible_cases(actor)
    cases = (
        cases.filter(pk__in=found.cases) | cases.filter(number=number)
        if number is not None
        else cases.filter(pk__in=found.cases)
    )
    if before is not None:
        cases = cases.filter(pk__lt=before)
    return list(with_what_a_row_shows(cases).order_by("-id")[:at_most])
