"""Read what the page of one case shows: the case, its customer, its conversation."""

import json
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.utils.translation import gettext as _

from cases.access import NoSuchCase, visible_cases
from cases.models import Case, Message
from cases.states import OPEN_STATES
from workflow.people.actors import Actor
from workflow.tenancy.scope import tenant_of_the_scope

ASKED_LATELY = timedelta(days=90)
MOST_MESSAGES = 500
OPEN = ", ".join(f"'{state.value}'" for state in OPEN_STATES)
ADDED = (
    "contact_addresses",
    "contact_open_cases",
    "contact_recent_cases",
    "contact_mail",
    "earlier",
    "people",
    "answers",
)
NAMED = ("product", "owner", "queue", "service_level")
# A subquery each: planning seven joined tables took longer than the rest of the page.
ABOUT_CUSTOMER = f"""
SELECT ARRAY[
    (SELECT name FROM customers_product WHERE tenant_id = c.tenant_id AND id = c.product_id),
    (SELECT name FROM workflow_user WHERE tenant_id = c.tenant_id AND id = c.owner_id),
    (SELECT name FROM workflow_department WHERE tenant_id = c.tenant_id AND id = c.queue_id),
    (SELECT name FROM workflow_servicelevel
     WHERE tenant_id = c.tenant_id AND id = c.service_level_id)],
  ARRAY(SELECT value FROM customers_contactaddress
        WHERE tenant_id = c.tenant_id AND contact_id = c.contact_id
        ORDER BY is_primary DESC, id LIMIT 5),
  (SELECT count(*) FROM cases_case other
   WHERE other.tenant_id = c.tenant_id AND other.contact_id = c.contact_id
     AND other.state IN ({OPEN})),
  (SELECT count(*) FROM cases_case other
   WHERE other.tenant_id = c.tenant_id AND other.contact_id = c.contact_id
     AND other.opened_at > %(since)s),
  (SELECT value FROM customers_contactaddress
   WHERE tenant_id = c.tenant_id AND contact_id = c.contact_id AND kind = 'mail'
     AND bounced_at IS NULL ORDER BY is_primary DESC, id LIMIT 1),
  ARRAY(SELECT to_jsonb(earlier) FROM (
    SELECT id, number, subject, state, opened_at FROM cases_case other
    WHERE other.tenant_id = c.tenant_id AND other.contact_id = c.contact_id AND other.id <> c.id
    ORDER BY id DESC LIMIT 6) earlier),
  ARRAY(SELECT jsonb_build_object('id', id, 'name', name, 'address', address, 'state', state,
                                  'contact', contact_id)
        FROM cases_participant WHERE tenant_id = c.tenant_id AND case_id = c.id ORDER BY id),
  ARRAY(SELECT jsonb_build_object('label', question.label, 'value', answer.text)
        FROM cases_requestanswer answer
        JOIN cases_requestquestion question
          ON question.tenant_id = answer.tenant_id AND question.id = answer.question_id
        WHERE answer.tenant_id = c.tenant_id AND answer.case_id = c.id
        ORDER BY question.position, question.id)
FROM cases_case c WHERE c.tenant_id = %(tenant)s AND c.id = %(case)s
"""  # noqa: S608 - the states are ours


class EarlierCase(NamedTuple):
    """Another case of the same customer."""

    pk: int
    number: int
    subject: str
    state: str
    opened_at: datetime


def earlier_case(row: dict[str, Any]) -> EarlierCase:
    """Return an earlier case as PostgreSQL wrote it down."""
    opened_at = datetime.fromisoformat(row["opened_at"])
    return EarlierCase(row["id"], row["number"], row["subject"], row["state"], opened_at)


def case_with_customer(actor: Actor, number: int, *, at: datetime) -> Case:
    """Return a case with all that its page says of the customer; two queries.

    Adds `contact_addresses` (a list), `contact_open_cases` and `contact_recent_cases`, the
    customer's cases of the last 90 days, `contact_mail`, where answers go (None if nowhere),
    `people`, who was copied (dicts of id, name, address, state and contact), `earlier`, up to six
    other cases of the customer, and `answers` to the questions of its type (dicts of label and
    value). Of product, owner, queue and service level the names are loaded.

    Raises:
        NoSuchCase: it is not there, or not for this actor.
    """
    case = (
        visible_cases(actor)
        .select_related("contact", "contact__organisation")
        .filter(number=number)
        .first()
    )
    if case is None:
        raise NoSuchCase(
            _("There is no case #%(number)s here.") % {"number": number},
            next_step=_("Check the number, or look for the case in a queue."),
        )
    given: dict[str, Any] = {
        "tenant": tenant_of_the_scope(),
        "case": case.pk,
        "since": at - ASKED_LATELY,
    }
    with connection.cursor() as cursor:
        cursor.execute(ABOUT_CUSTOMER, given)
        names, *facts, earlier, people, answers = cursor.fetchone()
    for relation, name in zip(NAMED, names, strict=True):
        keep_named(case, relation, name=name)
    facts += [
        [earlier_case(json.loads(one)) for one in earlier],
        [json.loads(one) for one in people],
        [json.loads(one) for one in answers],
    ]
    for added, fact in zip(ADDED, facts, strict=True):
        setattr(case, added, fact)
    return case


def keep_named(case: Case, relation: str, *, name: str | None) -> None:
    """Let a case know the name of what it refers to; anything else of it would cost a query."""
    field: Any = Case._meta.get_field(relation)
    key = getattr(case, field.attname)
    named = None
    if key is not None:
        values = (key, case.tenant_id, name)
        named = field.remote_field.model.from_db("default", ("id", "tenant_id", "name"), values)
    field.set_cached_value(case, named)


def conversation_of(case: Case, *, with_notes: bool) -> list[Message]:
    """Return the last 500 messages of a case with authors and files, oldest first; two queries.

    Notes are for those who may view them: readers see the customer, not what colleagues say.
    """
    messages = Message.objects.filter(case=case)
    newest = (
        (messages if with_notes else messages.exclude(direction="note"))
        .select_related("user", "contact")
        .prefetch_related("attachments")
        .order_by("-id")[:MOST_MESSAGES]
    )
    return list(newest)[::-1]
