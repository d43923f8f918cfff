"""Read cases: the queues, one case with its conversation, and what a customer asked before."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from django.core.exceptions import EmptyResultSet
from django.db.models import (
    Count,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
)
from django.db.models.functions import Coalesce, Left
from django.utils.translation import gettext as _

from cases.access import visible_cases
from cases.models import Attachment, Case, Message
from cases.said import cases_that_say
from cases.states import OPEN_STATES, CaseState
from workflow.people.actors import Actor, ActorKind
from workflow.people.models import Department, Membership, User
from workflow.people.permissions import ROLE_PERMISSIONS, Permission
from workflow.refusals import Refusal
from workflow.tenancy.kept_queries import TENANT, KeptStatement, kept, stand_ins_for
from workflow.tenancy.prepared import Statement
from workflow.tenancy.scope import statements_made_for, tenant_of_the_scope

PAGE = 50
FOUND_AT_MOST = 200
# Navigation shows these: more rows than six pages have are many, and counting them all costs a page.
COUNTED_AT_MOST = 300
PREVIEW_LENGTH = 160
LATELY = timedelta(days=7)
SOME_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
MOST_COLLEAGUES = 200

WORKING_ROLES = [
    role.value
    for role, permissions in ROLE_PERMISSIONS.items()
    if Permission.WORK_CASE in permissions
]
# Written out: on the busiest pages the ORM took longer to make these than PostgreSQL to answer.
CLOCKS_SHOWN = Statement("""
SELECT clock.case_id, clock.metric, clock.state, clock.started_at, clock.due_at,
       clock.calendar_id, clock.pauses,
       CASE clock.state WHEN 'paused' THEN (
         SELECT jsonb_build_object('tz', calendar.timezone, 'hours', calendar.hours,
                                   'holidays', calendar.holidays, 'breaks', calendar.breaks)
         FROM workflow_calendar calendar
         WHERE calendar.tenant_id = clock.tenant_id AND calendar.id = clock.calendar_id) END
FROM cases_caseclock clock
WHERE clock.tenant_id = %(tenant)s AND clock.case_id = ANY(%(cases)s) AND clock.state IN ('running', 'paused')
ORDER BY clock.state DESC, clock.due_at, clock.id
""")

Place = tuple[datetime, int]
"""Where a page of a queue ended: the last message's time and the id of its last case."""


class Queue(StrEnum):
    """The queues that everybody has."""

    MINE = "mine"
    UNASSIGNED = "unassigned"
    ATTENTION = "attention"
    WAITING = "waiting"
    ON_PROBLEM = "on-problem"
    OPEN = "open"
    RESOLVED = "resolved"


class NoSuchQueue(Refusal):
    """The address names no queue."""

    code = "no_such_queue"
    status = 404


class NoSuchMessage(Refusal):
    """There is no such message or file in the case, or not for this person."""

    code = "no_such_message"
    status = 404


class CaseRow(Protocol):
    """What a row of a list shows of a case; `preview` is the beginning of its last message.

    A value and no record: making records of fifty cases, customers and companies took longer than
    the query that found them.
    """

    pk: int
    number: int
    subject: str
    state: str
    priority: int
    channel: str
    needs_attention: bool
    opened_at: datetime
    last_message_at: datetime
    next_look_at: datetime
    contact_name: str
    organisation_name: str | None
    preview: str


class RowClock(NamedTuple):
    """An open clock of a case; pauses and opening hours are there if it pauses now."""

    metric: str
    state: str
    started_at: datetime
    due_at: datetime
    calendar_id: int
    pauses: list[list[str | None]]
    opening_hours: dict[str, Any] | None


@dataclass(frozen=True)
class Page:
    """Some cases of a queue, newest message first; `ends_at` is where the next page begins."""

    cases: list[CaseRow]
    ends_at: Place | None


def queue_named(name: str) -> Queue:
    """Return the queue of a name.

    Raises:
        NoSuchQueue: there is none.
    """
    try:
        return Queue(name)
    except ValueError:
        raise NoSuchQueue(
            _("There is no queue of this name."), next_step=_("Choose one from the list.")
        ) from None


def is_in(queue: Queue, *, actor: Actor, at: datetime) -> Q:
    """Return which cases a queue holds for an actor."""
    is_open = Q(state__in=[state.value for state in OPEN_STATES])
    return {
        Queue.MINE: is_open & Q(owner_id=actor.user_id or 0),
        Queue.UNASSIGNED: is_open & Q(owner_id=None),
        Queue.ATTENTION: is_open & Q(needs_attention=True),
        Queue.WAITING: Q(state=CaseState.PENDING),
        Queue.ON_PROBLEM: Q(state=CaseState.ON_PROBLEM),
        Queue.OPEN: is_open,
        Queue.RESOLVED: Q(state__in=[CaseState.RESOLVED, CaseState.CLOSED])
        & Q(resolved_at__gt=at - LATELY),
    }[queue]


def with_what_a_row_shows(cases: QuerySet[Case]) -> QuerySet[Case, Any]:
    """Return cases as the values of a list's rows (`CaseRow`), still to be ordered and cut."""
    last_words = (
        Message.objects.filter(case=OuterRef("pk"))
        .exclude(direction="note")
        .order_by("-id")
        .values(words=Left("text", PREVIEW_LENGTH))[:1]
    )
    return cases.annotate(
        contact_name=F("contact__name"),
        organisation_name=F("contact__organisation__name"),
        preview=Coalesce(Subquery(last_words), "subject", output_field=TextField()),
    ).values_list(*CaseRow.__annotations__, named=True)


def page_of_queue(
    actor: Actor, queue: Queue, *, at: datetime, after: Place | None = None, at_most: int = PAGE
) -> Page:
    """Return a page of a queue, from a place on; one query."""
    seen_at, seen_id = after or (None, None)
    is_personal = actor.user_id is not None and queue is Queue.MINE
    found = rows_of_queue(
        queue=queue,
        kind=actor.kind,
        permissions=actor.permissions,
        actor=actor.id if is_personal or actor.kind is ActorKind.CONTACT else None,
        since=at - LATELY if queue is Queue.RESOLVED else None,
        seen_at=seen_at,
        seen_id=seen_id,
        at_most=at_most + 1,
    )
    rows = found[:at_most]
    last = rows[-1] if len(found) > at_most else None
    return Page(cases=rows, ends_at=(last.last_message_at, last.pk) if last else None)


@kept("actor", "since", "seen_at", "seen_id")
def rows_of_queue(
    *,
    queue: Queue,
    kind: ActorKind,
    permissions: frozenset[Permission],
    actor: int = 0,
    since: datetime = SOME_MOMENT,
    seen_at: datetime | None = None,
    seen_id: int | None = None,
    at_most: int,
) -> QuerySet[Case, Any]:
    """Return the first rows of a queue after a place; the same query for all with the same rights."""
    person = Actor(kind=kind, id=actor, label="", permissions=permissions)
    cases = visible_cases(person).filter(is_in(queue, actor=person, at=since + LATELY))
    if seen_at is not None:
        # The first condition is what an index can begin at; the second alone would read all before.
        cases = cases.filter(last_message_at__lte=seen_at).filter(
            Q(last_message_at__lt=seen_at) | Q(id__lt=seen_id)
        )
    return with_what_a_row_shows(cases).order_by("-last_message_at", "-id")[:at_most]


def cases_found(actor: Actor, words: str) -> list[CaseRow]:
    """Return the newest 200 cases that match: number, address, subject, words of a message.

    Three queries. The words of messages are found by an index (see `cases_that_say`).
    """
    wanted = words.replace("\x00", "").strip()[:200]
    matches = Q(subject__icontains=wanted) | Q(contact__addresses__value__icontains=wanted.lower())
    matches |= Q(pk__in=cases_that_say(wanted, with_notes=actor.may(Permission.VIEW_NOTE)))
    number = wanted.removeprefix("#")
    if number.isascii() and number.isdigit() and len(number) <= 18:
        matches |= Q(number=int(number))
    ids = visible_cases(actor).filter(matches).order_by("-id").values("id").distinct()
    return list(
        with_what_a_row_shows(visible_cases(actor).filter(id__in=ids[:FOUND_AT_MOST])).order_by(
            "-last_message_at", "-id"
        )
    )


def counts_of_queues(actor: Actor, *, at: datetime) -> dict[Queue, int]:
    """Return how many cases each queue holds, 301 for more than 300; one query.

    Nobody decides differently at 40,000 than at 300, but counting them would cost each page
    more than everything else on it.
    """
    counted = count_statement(actor.kind, actor.permissions)
    return dict(zip(Queue, counted.row(actor=actor.id, since=at - LATELY), strict=True))


@lru_cache(maxsize=64)
def count_statement(kind: ActorKind, permissions: frozenset[Permission]) -> KeptStatement:
    """Return the statement that counts the queues of all who have the same rights."""
    given, stand_ins = stand_ins_for((("actor", int, None), ("since", datetime, None)))
    somebody = Actor(kind=kind, id=given["actor"], label="", permissions=permissions)
    parts: list[str] = []
    values: list[Any] = []
    with statements_made_for(TENANT):
        for queue in Queue:
            cases = visible_cases(somebody).filter(
                is_in(queue, actor=somebody, at=given["since"] + LATELY)
            )
            try:
                sql, parameters = (
                    cases.order_by().values("pk")[: COUNTED_AT_MOST + 1].query.sql_with_params()
                )
            except EmptyResultSet:
                sql, parameters = "SELECT 1 WHERE false", ()
            # Made by Django; values travel as parameters.
            parts.append(f"(SELECT count(*) FROM ({sql}) counted)")  # noqa: S608
            values += parameters
    return KeptStatement(f"SELECT {', '.join(parts)}", values, stand_ins)


def clocks_shown_of(cases: Iterable[int]) -> dict[int, list[RowClock]]:
    """Return the open clocks of cases as lists show them, what is due next first; one query."""
    found: dict[int, list[RowClock]] = {}
    rows = CLOCKS_SHOWN.rows(tenant=tenant_of_the_scope(), cases=list(cases))
    for case_id, *facts, pauses, hours in rows:
        shown = (json.loads(pauses), json.loads(hours)) if hours else ([], None)
        found.setdefault(case_id, []).append(RowClock(*facts, *shown))
    return found


def message_in(case: Case, message_id: int) -> Message:
    """Return a message of a case; one query.

    Raises:
        NoSuchMessage: it is not of this case.
    """
    message = Message.objects.filter(case=case, pk=message_id).first()
    if message is None:
        raise NoSuchMessage(
            _("There is no such message in this case."), next_step=_("Open the case again.")
        )
    return message


def file_in(case: Case, file_id: int) -> Attachment:
    """Return a file of a case; one query.

    Raises:
        NoSuchMessage: it is not of this case.
    """
    files = Attachment.objects.select_related("message")
    file = files.filter(message__case=case, pk=file_id).first()
    if file is None:
        raise NoSuchMessage(
            _("There is no such file in this case."), next_step=_("Open the case again.")
        )
    return file


def cases_of_contact(actor: Actor, contact_id: int) -> list[Case]:
    """Return the newest 200 cases of a customer, newest first; one query.

    Adds `messages_said`, how many messages went to and fro.
    """
    return list(
        visible_cases(actor)
        .filter(contact_id=contact_id)
        .annotate(messages_said=Count("messages", filter=~Q(messages__direction="note")))
        .order_by("-id")[:FOUND_AT_MOST]
    )


def cases_numbered(actor: Actor, numbers: Sequence[int]) -> list[Case]:
    """Return the cases of these numbers that the actor may see, oldest first; one query.

    Adds `opening`, what the customer wrote first.
    """
    opening = (
        Message.objects.filter(case=OuterRef("pk"), direction="in")
        .order_by("id")
        .values(words=Left("text", 4000))[:1]
    )
    return list(
        visible_cases(actor)
        .filter(number__in=numbers)
        .select_related("contact", "product")
        .annotate(opening=Coalesce(Subquery(opening), "subject", output_field=TextField()))
        .order_by("first_contact_at", "id")
    )


def colleagues_who_work_cases() -> list[User]:
    """Return whom a case can be given to, by name; one query, at most 200."""
    working = Membership.objects.filter(role__in=WORKING_ROLES).values("user_id")
    return list(
        User.objects.filter(is_active=True, pk__in=working).order_by("name", "id")[:MOST_COLLEAGUES]
    )


def active_departments() -> list[Department]:
    """Return the departments that work can be given to, by name; one query."""
    return list(Department.objects.filter(is_active=True).order_by("name", "id"))


def categories_of_cases(*, at_most: int = 60) -> list[str]:
    """Return the categories that cases have, by name; one query."""
    return list(
        Case.objects.exclude(category="")
        .order_by("category")
        .values_list("category", flat=True)
        .distinct()[:at_most]
    )
