"""Read what happened to a subject, with the names of those who did it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from workflow.history.actions import SENTENCES, Action
from workflow.history.models import Entry
from workflow.people.models import ApiToken, User


@dataclass(frozen=True)
class Line:
    """One line as a person reads it. `contact_id` is set where a customer acted."""

    at: datetime
    action: str
    who: str
    sentence: str
    changes: dict[str, Any]
    contact_id: int | None


def entries_of(subject: models.Model) -> models.QuerySet[Entry]:
    """Return the entries of a subject, oldest first."""
    return Entry.objects.filter(
        subject_kind=str(subject._meta.model_name), subject_id=subject.pk
    ).order_by("id")


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
        )
        for entry in kept
    ]
