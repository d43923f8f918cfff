"""Read what happened to a subject, with the names of those who did it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from workflow.history.actions import SENTENCES, Action
from workflow.history.models import Entry
from workflow.people.models import ApiToken, User
from workflow.tenancy.prepared import Statement
from workflow.tenancy.scope import tenant_of_the_scope

# Written out: the pages of cases and problems ask it each time.
NEWEST = Statement("""
SELECT entry.at, entry.action, entry.actor_kind, entry.actor_id,
  CASE entry.actor_kind
    WHEN 'user' THEN coalesce((SELECT name FROM workflow_user person
      WHERE person.tenant_id = entry.tenant_id AND person.id = entry.actor_id), '')
    WHEN 'token' THEN coalesce((SELECT label FROM workflow_apitoken token
      WHERE token.tenant_id = entry.tenant_id AND token.id = entry.actor_id), '')
    ELSE entry.actor_label END,
  entry.changes
FROM workflow_entry entry
WHERE entry.tenant_id = %(tenant)s AND entry.subject_kind = %(kind)s
  AND entry.subject_id = %(subject)s
ORDER BY entry.id DESC LIMIT %(at_most)s
""")


@dataclass(frozen=True)
class Line:
    """One line as a person reads it. `contact_id` is set where a customer acted.

    `who` is the name of a colleague or token, or the part of the program that acted.
    """

    at: datetime
    action: str
    who: str
    sentence: str
    changes: dict[str, Any]
    contact_id: int | None
    is_program: bool = False


def entries_of(subject: models.Model) -> models.QuerySet[Entry]:
    """Return the entries of a subject, oldest first."""
    return Entry.objects.filter(
        subject_kind=str(subject._meta.model_name), subject_id=subject.pk
    ).order_by("id")


def newest_lines(subject: models.Model, *, at_most: int) -> list[Line]:
    """Return the last lines about a subject, oldest first; one query."""
    rows = NEWEST.rows(
        tenant=tenant_of_the_scope(),
        kind=str(subject._meta.model_name),
        subject=subject.pk,
        at_most=at_most,
    )
    return [
        Line(
            at=at,
            action=action,
            who=who,
            sentence=str(SENTENCES.get(Action(action), action)),
            changes=json.loads(changes),
            contact_id=actor_id if kind == "contact" else None,
            is_program=kind == "system",
        )
        for at, action, kind, actor_id, who, changes in reversed(rows)
    ]


def lines_of(entries: Iterable[Entry]) -> list[Line]:
    """Return entries as lines; two queries for the names, however many entries."""
    kept = list(entries)
    users = dict(
        User.objects.filter(pk__in={e.actor_id for e in kept if e.actor_kind == "user"})
        .values_list("pk", "name")
        .order_by()
    )
    tokens = dict(
        ApiToken.objects.filter(pk__in={e.actor_id for e in kept if e.actor_kind == "token"})
        .values_list("pk", "label")
        .order_by()
    )

    def who(entry: Entry) -> str:
        if entry.actor_kind == "user":
            return users.get(entry.actor_id, "")
        if entry.actor_kind == "token":
            return tokens.get(entry.actor_id, "")
        return entry.actor_label

    return [
        Line(
            at=entry.at,
            action=entry.action,
            who=who(entry),
            sentence=str(SENTENCES.get(Action(entry.action), entry.action)),
            changes=entry.changes,
            contact_id=entry.actor_id if entry.actor_kind == "contact" else None,
            is_program=entry.actor_kind == "system",
        )
        for entry in kept
    ]
