"""What must always hold on the ground floor, and what a rule of the proof is."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from workflow.tenancy.scope import tenant_of_the_scope

NAMED_AT_MOST = 100


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One thing that must always hold.

    `broken` is one SELECT that returns a row for each violation, with an `id` and the columns that
    `finding` names. It is one statement, so that it sees one moment. It may use `%(tenant)s` and
    `%(at)s`, and repeats the tenant for the sake of the indexes: the wall keeps the others out.
    """

    code: str
    says: Promise
    broken: str
    finding: Promise


@dataclass(frozen=True)
class Verdict:
    """What a rule found: how many rows break it, and a sentence for each of the first."""

    rule: Rule
    violations: int
    findings: list[str] = field(default_factory=list)


def verdict_on(rule: Rule, *, at: datetime, at_most: int = NAMED_AT_MOST) -> Verdict:
    """Ask the database what breaks a rule in the current tenant; one query.

    All violations are counted, `at_most` of them named, by id.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            # The statement is a constant of ours; values travel as parameters.
            f"SELECT count(*) OVER () AS violations, broken.* FROM ({rule.broken}) broken "  # noqa: S608
            "ORDER BY broken.id LIMIT %(at_most)s",
            {"tenant": tenant_of_the_scope(), "at": at, "at_most": at_most},
        )
        names = [column.name for column in cursor.description or ()]
        rows: list[dict[str, Any]] = [
            dict(zip(names, row, strict=True)) for row in cursor.fetchall()
        ]
    return Verdict(
        rule=rule,
        violations=int(rows[0]["violations"]) if rows else 0,
        findings=[str(rule.finding) % row for row in rows],
    )


def recorded_states(*, code: str, says: Promise, finding: Promise, table: str, kind: str) -> Rule:
    """Return the rule that every change of state of a table has its entry, from 1 to the last."""
    return Rule(
        code=code,
        says=says,
        finding=finding,
        broken=f"""
            SELECT subject.id, subject.number, subject.state, subject.state_version,
                   coalesce(told.entries, 0) AS entries, coalesce(told.state, 'nothing') AS told_state
            FROM {table} subject LEFT JOIN (
              SELECT subject_id, count(*) AS entries, min(state_version) AS first,
                     max(state_version) AS last,
                     (array_agg(to_state ORDER BY state_version DESC))[1] AS state
              FROM workflow_entry
              WHERE tenant_id = %(tenant)s AND subject_kind = '{kind}'
                AND state_version IS NOT NULL
              GROUP BY subject_id) told ON told.subject_id = subject.id
            WHERE subject.tenant_id = %(tenant)s
              AND (told.entries, told.first, told.last, told.state) IS DISTINCT FROM
                  (subject.state_version, 1, subject.state_version, subject.state)
        """,  # noqa: S608 - the names are ours
    )


def watched_clocks(*, code: str, says: Promise, finding: Promise, table: str, owner: str) -> Rule:
    """Return the rule that a running clock is looked at again, or has spoken its last word."""
    return Rule(
        code=code,
        says=says,
        finding=finding,
        broken=f"""
            SELECT clock.id, clock.metric, clock.{owner}_id AS owner FROM {table} clock
            WHERE clock.tenant_id = %(tenant)s AND clock.state = 'running'
              AND clock.next_look_at IS NULL AND clock.breach_recorded_at IS NULL
        """,  # noqa: S608 - the names are ours
    )


def retold_clocks(*, code: str, says: Promise, finding: Promise, table: str, owner: str) -> Rule:
    """Return the rule that clocks are due when their history says.

    Whether the history itself adds up is worked out by `replay_clocks`: that is arithmetic.
    """
    return Rule(
        code=code,
        says=says,
        finding=finding,
        broken=f"""
            SELECT clock.id, clock.metric, clock.{owner}_id AS owner, clock.due_at,
                   coalesce(to_char(told.due_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'), 'nothing')
                     AS told_at
            FROM {table} clock LEFT JOIN LATERAL (
              SELECT (array_agg(mark.due_at ORDER BY mark.id DESC)
                        FILTER (WHERE mark.due_at IS NOT NULL))[1] AS due_at,
                     (array_agg(mark.kind ORDER BY mark.id))[1] AS first,
                     (array_agg(mark.due_at ORDER BY mark.id))[1] AS original_due_at
              FROM {table}mark mark
              WHERE mark.tenant_id = clock.tenant_id AND mark.clock_id = clock.id
            ) told ON true
            WHERE clock.tenant_id = %(tenant)s AND (
              told.first IS DISTINCT FROM 'started'
              OR coalesce(told.due_at, clock.due_at) <> clock.due_at
              OR coalesce(told.original_due_at, clock.original_due_at) <> clock.original_due_at)
        """,  # noqa: S608 - the names are ours
    )


RULES = (
    Rule(
        code="news_without_event",
        says=_("Every history entry that others must hear of has its news."),
        finding=_(
            "Entry %(id)s (%(action)s of %(subject_kind)s %(subject_id)s) was not published."
        ),
        broken="""
            SELECT entry.id, entry.action, entry.subject_kind, entry.subject_id
            FROM workflow_entry entry
            WHERE entry.tenant_id = %(tenant)s AND entry.is_news AND NOT EXISTS (
              SELECT 1 FROM workflow_outboxevent event
              WHERE event.tenant_id = entry.tenant_id AND event.entry_id = entry.id)
        """,
    ),
    Rule(
        code="event_without_deliveries",
        says=_("Every news has one delivery for each who hears it."),
        finding=_(
            "News %(id)s (%(kind)s of %(subject)s) has %(deliveries)s of %(subscribers)s deliveries."
        ),
        broken="""
            SELECT event.id, event.kind, event.subject, event.subscribers,
                   count(delivery.id) AS deliveries
            FROM workflow_outboxevent event LEFT JOIN workflow_delivery delivery
              ON delivery.tenant_id = event.tenant_id AND delivery.event_id = event.id
            WHERE event.tenant_id = %(tenant)s
            GROUP BY event.id, event.kind, event.subject, event.subscribers
            HAVING count(delivery.id) <> event.subscribers
        """,
    ),
    Rule(
        code="delivery_dead",
        says=_("Everybody has heard the news, or will: no delivery was given up by the program."),
        finding=_("Delivery %(id)s (%(subject)s to %(subscriber)s) failed %(attempts)s times."),
        broken="""
            SELECT id, subject, subscriber, attempts FROM workflow_delivery
            WHERE tenant_id = %(tenant)s AND state = 'dead'
        """,
    ),
    Rule(
        code="effect_dead",
        says=_("Every mail was sent, or will be: none was given up by the program."),
        finding=_("Effect %(id)s (%(key)s) failed %(attempts)s times."),
        broken="""
            SELECT id, key, attempts FROM workflow_effect
            WHERE tenant_id = %(tenant)s AND state = 'dead'
        """,
    ),
    Rule(
        code="effect_stuck",
        says=_("No mail is being sent for more than an hour."),
        finding=_("Effect %(id)s (%(key)s) has been under way since an hour and more."),
        broken="""
            SELECT id, key FROM workflow_effect
            WHERE tenant_id = %(tenant)s AND state = 'sending'
              AND (locked_until IS NULL OR locked_until < %(at)s - interval '1 hour')
        """,
    ),
)
