"""Prepare what a broadcast tells each person: ledger, mail and effect of a slice in one statement.

A slice is one short transaction that ends where the broadcast remembers: whoever is killed leaves
nothing half-done, and the next one goes on behind it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Max

from cases.models import Case
from customers.preferences import quiet_until, who_wants
from problems.broadcast_policies import room_of
from problems.broadcast_rights import lock_occasion
from problems.broadcast_steps import ask_for_the_rest
from problems.guard_rules import Rule, Verdict
from problems.ledger_marks import note_told
from problems.models import Affected, Broadcast, HeldBack, Told
from problems.models.broadcast import BroadcastKind, BroadcastState
from problems.models.link import LinkKind
from problems.recipients import recipients_of
from servicedesk.mail.addresses import message_id_domain, secret_of_mail_ids
from servicedesk.notifications.asking import EFFECT
from servicedesk.notifications.broadcast_mails import MAIL_OF
from servicedesk.notifications.broadcast_words import said_in_thread
from servicedesk.notifications.guard import judge
from servicedesk.notifications.wishes import MAY_WAIT, TOPICS
from workflow.outbox.publishing import wake_after_commit
from workflow.people.actors import Actor
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_of_the_scope

SYSTEM = Actor.system("broadcasts")
SLICE = 1000
# Up to so many leave beside answers; more go by a queue of their own and hold up nobody.
FEW = 500
MAIL, PORTAL = "mail", "portal"
# Who asked for no mail is told by the portal alone, as one who switched such mails off.
BY_PORTAL_ALONE = frozenset({Rule.OPTED_OUT.value})

WRITE = """
WITH chosen AS (
  SELECT * FROM unnest(%(affected)s::bigint[], %(contacts)s::bigint[], %(cases)s::bigint[],
    %(channels)s::text[], %(due)s::timestamptz[]) AS c (affected, contact, linked, channel, due)
), told AS (
  INSERT INTO problems_told (tenant_id, affected_id, message, channel, broadcast_id, at)
  SELECT %(tenant)s, c.affected, %(occasion)s, c.channel, %(broadcast)s, %(at)s
  FROM chosen c ORDER BY c.affected
  ON CONFLICT DO NOTHING
  RETURNING affected_id
), asked AS (
  INSERT INTO servicedesk_notification
    (tenant_id, key, kind, contact_id, case_id, problem_id, broadcast_id, mail_id, created_at)
  SELECT %(tenant)s, n.key, %(kind)s, n.contact, nullif(n.linked, 0), %(problem)s, %(broadcast)s,
    left(encode(sha256(convert_to(
      %(secret)s || '/' || %(domain)s || '/' || n.key, 'UTF8')), 'hex'), 32)
      || '@' || %(domain)s, %(at)s
  FROM (
    SELECT c.*, concat_ws(':', %(occasion)s, %(problem)s::text, c.contact::text, %(name)s) AS key
    FROM told JOIN chosen c ON c.affected = told.affected_id WHERE c.channel = 'mail'
    ORDER BY c.affected
  ) n
  ON CONFLICT DO NOTHING
  RETURNING id, key, contact_id
), effects AS (
  INSERT INTO workflow_effect
    (tenant_id, key, kind, queue, payload, state, attempts, due_at, created_at, sent_by, last_error)
  SELECT %(tenant)s, asked.key, %(effect)s, %(queue)s,
    jsonb_build_object('notification', asked.id), 'pending', 0, c.due, %(at)s, '', ''
  FROM asked JOIN chosen c ON c.contact = asked.contact_id ORDER BY asked.id
  ON CONFLICT DO NOTHING
  RETURNING id
), said AS (
  INSERT INTO cases_message
    (tenant_id, case_id, direction, channel, text, quoted, html, is_automatic, is_unverified, at)
  SELECT %(tenant)s, c.linked, 'out', behind.channel, %(thread)s, '', '', true, false, %(at)s
  FROM told JOIN chosen c ON c.affected = told.affected_id
  JOIN cases_case behind ON behind.tenant_id = %(tenant)s AND behind.id = c.linked
  WHERE c.linked <> 0 AND %(thread)s <> '' ORDER BY c.linked
)
SELECT (SELECT count(*) FROM told), (SELECT count(*) FROM effects)
"""


@dataclass(frozen=True, slots=True)
class Slice:
    """What became of a slice: how many were looked at, told, mailed and held back."""

    seen: int = 0
    told: int = 0
    mailed: int = 0
    held: int = 0


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person of a slice: how they are told, when the mail may leave, and their newest case."""

    affected: int
    contact: int
    channel: str
    due_at: datetime
    case: int = 0


@transaction.atomic
def prepare_slice(broadcast_id: int, *, at: datetime, at_most: int = SLICE) -> Slice:
    """Prepare the next people of a broadcast; about 30 queries for any number of them.

    An empty slice means that nobody is left, or that more than these need a lead's yes.
    """
    broadcast = lock_occasion(broadcast_id)
    room = room_to_tell(broadcast, at=at)
    if not room:
        return Slice()
    following = recipients_of(broadcast).filter(pk__gt=broadcast.prepared_to)
    rows = list(following.values_list("pk", "contact_id")[: min(at_most, room)])
    if not rows:
        return Slice()
    done = prepare(broadcast, rows, at=at)
    broadcast.prepared_to = rows[-1][0]
    keep(broadcast, done, at=at)
    return done


@transaction.atomic
def prepare_overlooked(broadcast_id: int, *, at: datetime, at_most: int = SLICE) -> Slice:
    """Prepare those whose ledger row was stored behind the place where the broadcast stood.

    A row that somebody was about to store while its neighbours were prepared is seen only here.
    Four queries over everybody whom it is for, and those of a slice where somebody was overlooked.
    """
    broadcast = lock_occasion(broadcast_id)
    room = room_to_tell(broadcast, at=at)
    if not room:
        return Slice()
    told = set(
        Told.objects.filter(
            affected__problem_id=broadcast.problem_id, message=broadcast.occasion
        ).values_list("affected_id", flat=True)
    )
    held = set(broadcast.held.filter(is_stopped=True).values_list("contact_id", flat=True))
    everybody = recipients_of(broadcast).values_list("pk", "contact_id")
    rows = [one for one in everybody if one[0] not in told and one[1] not in held]
    rows = rows[: min(at_most, room)]
    if not rows:
        return Slice()
    done = prepare(broadcast, rows, at=at)
    keep(broadcast, done, at=at)
    return done


def room_to_tell(broadcast: Broadcast, *, at: datetime) -> int:
    """Return how many more a locked broadcast may tell now; none where it is not under way.

    Its ledger is live: where it grew above what is allowed, the leads are asked for the rest.
    """
    if broadcast.state != BroadcastState.SENDING:
        return 0
    room = room_of(broadcast)
    if room <= 0:
        ask_for_the_rest(broadcast, actor=SYSTEM, at=at)
    return max(0, room)


def prepare(broadcast: Broadcast, rows: list[tuple[int, int]], *, at: datetime) -> Slice:
    """Tell some people, each by ledger row and contact, or hold them back."""
    told_before = set(
        Told.objects.filter(
            affected__in=[row for row, _contact in rows], message=broadcast.occasion
        ).values_list("affected_id", flat=True)
    )
    fresh = [one for one in rows if one[0] not in told_before]
    verdicts = judge(broadcast, [contact for _row, contact in fresh], at)
    spoken = {contact: found for contact, found in verdicts.items() if found}
    stopped = {contact for contact, found in spoken.items() if is_stopping(found)}
    hold_back(broadcast, spoken, at=at)
    people = recipients_among(
        broadcast,
        [one for one in fresh if one[1] not in stopped],
        by_portal={contact for contact, found in spoken.items() if is_by_portal_alone(found)},
        at=at,
    )
    told, mailed = write(broadcast, people, at=at)
    # By their ids: joined with itself, a ledger of many was read anew for every slice.
    note_told([Affected(pk=one.affected) for one in people], at=at, message=broadcast.occasion)
    return Slice(seen=len(rows), told=told, mailed=mailed, held=len(stopped))


def keep(broadcast: Broadcast, done: Slice, *, at: datetime) -> None:
    """Remember how far a broadcast came, and that its next step is due."""
    broadcast.prepared += done.told
    broadcast.due_at = at
    broadcast.save(update_fields=["prepared_to", "prepared", "due_at"])


def is_by_portal_alone(found: Collection[Verdict]) -> bool:
    """Whether what speaks against somebody speaks against a mail alone."""
    return any(one.rule in BY_PORTAL_ALONE for one in found)


def is_stopping(found: Collection[Verdict]) -> bool:
    """Whether somebody is not told at all."""
    return any(one.is_stopped and one.rule not in BY_PORTAL_ALONE for one in found)


def hold_back(broadcast: Broadcast, spoken: dict[int, list[Verdict]], *, at: datetime) -> None:
    """Write down which rules spoke against whom; one query, none where none did."""
    if not spoken:
        return
    HeldBack.objects.bulk_create(
        [
            HeldBack(
                broadcast=broadcast,
                contact_id=contact,
                rule=verdict.rule,
                is_stopped=verdict.is_stopped and verdict.rule not in BY_PORTAL_ALONE,
                at=at,
            )
            for contact, found in spoken.items()
            for verdict in found
        ],
        batch_size=1000,
        ignore_conflicts=True,
    )


def recipients_among(
    broadcast: Broadcast,
    rows: list[tuple[int, int]],
    *,
    by_portal: Collection[int],
    at: datetime,
) -> list[Recipient]:
    """Return how and when each is told: wishes, quiet hours and newest case; three queries."""
    kind = MAIL_OF[BroadcastKind(broadcast.kind)]
    contacts = [contact for _row, contact in rows]
    mailed = who_wants(TOPICS.get(kind), contacts) - set(by_portal)
    quiet = quiet_until(mailed, at=at) if kind in MAY_WAIT else {}
    newest_case = dict(
        Case.objects.filter(
            links__problem_id=broadcast.problem_id,
            links__kind=LinkKind.CONFIRMED,
            contact_id__in=contacts,
        )
        .values("contact_id")
        .order_by()
        .annotate(newest=Max("pk"))
        .values_list("contact_id", "newest")
    )
    return [
        Recipient(
            affected=row,
            contact=contact,
            channel=MAIL if contact in mailed else PORTAL,
            due_at=one_by_one(quiet[contact], place) if contact in quiet else at,
            case=newest_case.get(contact, 0),
        )
        for place, (row, contact) in enumerate(rows)
    ]


def one_by_one(ends_at: datetime, place: int) -> datetime:
    """Return when a mail may leave once quiet hours have ended, for its place in a slice.

    Whoever claims mails takes them by when they are due: a hundred thousand of one moment, as when
    the night ends for all, would be sorted anew for each few. No two of a slice are due together.
    """
    return ends_at + timedelta(microseconds=place)


def write(broadcast: Broadcast, people: list[Recipient], *, at: datetime) -> tuple[int, int]:
    """Store that these are told, and ask for the mails; one statement and the tenant.

    Returns how many were told and mailed: not those whom somebody else told meanwhile.
    """
    if not people:
        return 0, 0
    tenant = Tenant.objects.get(pk=tenant_of_the_scope())
    queue = "mail" if broadcast.size <= FEW else "bulk"
    with connection.cursor() as cursor:
        cursor.execute(
            WRITE,
            {
                "tenant": tenant.pk,
                "affected": [one.affected for one in people],
                "contacts": [one.contact for one in people],
                "cases": [one.case for one in people],
                "channels": [one.channel for one in people],
                "due": [one.due_at for one in people],
                "occasion": broadcast.occasion,
                "broadcast": broadcast.pk,
                "problem": broadcast.problem_id,
                "name": str(broadcast),
                "kind": MAIL_OF[BroadcastKind(broadcast.kind)].value,
                "domain": message_id_domain(tenant),
                "secret": secret_of_mail_ids(),
                "effect": EFFECT,
                "queue": queue,
                "thread": said_in_thread(broadcast),
                "at": at,
            },
        )
        told, mailed = cursor.fetchone()
    if mailed:
        wake_after_commit(queue)
    return told, mailed
