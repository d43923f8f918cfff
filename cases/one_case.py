"""Read what the page of one case shows: the case, its customer, its conversation."""

import json
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cases.access import NoSuchCase, visible_cases
from cases.models import Case
from cases.models.conversation import Direction
from cases.states import OPEN_STATES
from customers.glance import HAS, glance_in
from workflow.people.actors import Actor, ActorKind
from workflow.people.permissions import Permission
from workflow.tenancy.kept_queries import kept
from workflow.tenancy.prepared import Statement
from workflow.tenancy.scope import tenant_of_the_scope

ASKED_LATELY = timedelta(days=90)
MOST_MESSAGES = 500
OPEN = ", ".join(f"'{state.value}'" for state in OPEN_STATES)
ADDED = (
    "contact_addresses",
    "contact_open_cases",
    "contact_recent_cases",
    "contact_mail",
    "live_links",
    "earlier",
    "people",
    "answers",
    "glance",
)
NAMED = ("product", "owner", "queue", "service_level")
# A subquery each: planning seven joined tables took longer than the rest of the page.
ABOUT_CUSTOMER = Statement(f"""
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
  (SELECT count(*) FROM cases_casepass
   WHERE tenant_id = c.tenant_id AND case_id = c.id AND ended_at IS NULL AND ends_at > %(at)s),
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
        ORDER BY question.position, question.id),
  {HAS}
FROM cases_case c WHERE c.tenant_id = %(tenant)s AND c.id = %(case)s
""")  # noqa: S608 - states and subqueries are ours


# Rows of values: the ORM made records of the case's author and customer again for each message.
CONVERSATION = Statement("""
SELECT message.id, message.direction, message.channel,
  coalesce(
    (SELECT name FROM workflow_user person
     WHERE person.tenant_id = message.tenant_id AND person.id = message.user_id),
    (SELECT name FROM customers_contact contact
     WHERE contact.tenant_id = message.tenant_id AND contact.id = message.contact_id)),
  message.text, message.quoted, message.html <> '', message.is_automatic, message.is_unverified,
  message.at,
  (SELECT jsonb_agg(jsonb_build_object('pk', id, 'name', name, 'size', size) ORDER BY id)
   FROM cases_attachment file
   WHERE file.tenant_id = message.tenant_id AND file.message_id = message.id)
FROM cases_message message
WHERE message.tenant_id = %(tenant)s AND message.case_id = %(case)s
  AND message.direction <> %(hidden)s
ORDER BY message.id DESC LIMIT %(at_most)s
""")


class AttachedFile(NamedTuple):
    """A file of a message; `size` in bytes."""

    pk: int
    name: str
    size: int


class Said(NamedTuple):
    """One message of a conversation; `author` is None if it was sent by itself."""

    pk: int
    direction: str
    channel: str
    author: str | None
    text: str
    quoted: str
    has_mail: bool
    is_automatic: bool
    is_unverified: bool
    at: datetime
    files: list[AttachedFile]


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
    `live_links`, how many mailed links open the case now without signing in,
    `people`, who was copied (dicts of id, name, address, state and contact), `earlier`, up to six
    other cases of the customer, `answers` to the questions of its type (dicts of label and value),
    and `glance`, what the customer has and the rules of segments. Of product, owner, queue and service level the names are loaded.

    Raises:
        NoSuchCase: it is not there, or not for this actor.
    """
    sees = actor.kind, actor.permissions & {Permission.VIEW_CASE}
    found = cases_of_number(number=number, sees=sees)
    if not found:
        raise NoSuchCase(
            _("There is no case #%(number)s here.") % {"number": number},
            next_step=_("Check the number, or look for the case in a queue."),
        )
    case = found[0]
    ((names, *facts, earlier, people, answers, has),) = ABOUT_CUSTOMER.rows(
        tenant=tenant_of_the_scope(), case=case.pk, since=at - ASKED_LATELY, at=at
    )
    for relation, name in zip(NAMED, names, strict=True):
        keep_named(case, relation, name=name)
    facts += [
        [earlier_case(json.loads(one)) for one in earlier],
        [json.loads(one) for one in people],
        [json.loads(one) for one in answers],
        glance_in(has),
    ]
    for added, fact in zip(ADDED, facts, strict=True):
        setattr(case, added, fact)
    return case


@kept("number")
def cases_of_number(
    *, number: int, sees: tuple[ActorKind, frozenset[Permission]]
) -> QuerySet[Case]:
    """Return the case of a number with its customer, if somebody of such rights sees it."""
    kind, permissions = sees
    # Made for all who have these rights: a contact, whose cases depend on who it is, sees none.
    somebody = Actor(kind=kind, id=0, label="", permissions=permissions)
    cases = visible_cases(somebody).filter(number=number)
    return cases.select_related("contact", "contact__organisation")


def keep_named(case: Case, relation: str, *, name: str | None) -> None:
    """Let a case know the name of what it refers to; anything else of it would cost a query."""
    field: Any = Case._meta.get_field(relation)
    key = getattr(case, field.attname)
    named = None
    if key is not None:
        values = (key, case.tenant_id, name)
        named = field.remote_field.model.from_db("default", ("id", "tenant_id", "name"), values)
    field.set_cached_value(case, named)


def files_in(written: str | None) -> list[AttachedFile]:
    """Return the files of a message as PostgreSQL wrote them down."""
    return [AttachedFile(**one) for one in json.loads(written or "[]")]


def conversation_of(case: Case, *, with_notes: bool) -> list[Said]:
    """Return the last 500 messages of a case with authors and files, oldest first; one query.

    Notes are for those who may view them: readers see the customer, not what colleagues say.
    """
    rows = CONVERSATION.rows(
        tenant=tenant_of_the_scope(),
        case=case.pk,
        hidden="" if with_notes else Direction.NOTE.value,
        at_most=MOST_MESSAGES,
    )
    return [Said._make((*facts, files_in(files))) for *facts, files in reversed(rows)]
