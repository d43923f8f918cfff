"""What was said in cases: where some words are, and what was answered last."""

from collections.abc import Iterable

from django.db import connection

from cases.models import Message
from cases.models.conversation import Direction
from workflow.tenancy.scope import tenant_of_the_scope

FOUND_AT_MOST = 200
SAID_OPENLY = """
SELECT DISTINCT case_id FROM cases_message
WHERE tenant_id = %s AND case_id = ANY(%s) AND direction <> 'note'
  AND words @@ websearch_to_tsquery('simple', %s)
"""


def cases_that_say(wanted: str, *, with_notes: bool = True) -> list[int]:
    """Return the ids of the newest 200 cases of the tenant in which these words were written.

    Without notes those of them in which a customer or an answer says it; one query more.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT cases_that_say(%s, %s)", [wanted, FOUND_AT_MOST])
        found = [row[0] for row in cursor.fetchall()]
    return found if with_notes else said_openly(wanted, among=found)


def said_openly(wanted: str, *, among: Iterable[int]) -> list[int]:
    """Return which of some cases say these words outside of notes; one query.

    Whoever may not read a note must not learn either what stands in it by looking for it.
    """
    with connection.cursor() as cursor:
        cursor.execute(SAID_OPENLY, [tenant_of_the_scope(), list(among), wanted])
        return [row[0] for row in cursor.fetchall()]


def last_answers(case_ids: Iterable[int]) -> dict[int, str]:
    """Return the last thing that each case's customer was told, by case; one query, none for none."""
    ids = list(case_ids)
    if not ids:
        return {}
    answers = Message.objects.filter(case__in=ids, direction=Direction.OUT, is_automatic=False)
    return dict(answers.order_by("case", "-id").distinct("case").values_list("case_id", "text"))
