"""Whom a problem affects, and that each is told once."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from problems.models import Affected, Told


def affected_by(problem_id: int) -> QuerySet[Affected]:
    """Return those whom a problem affects, with their contacts, by id."""
    return Affected.objects.filter(problem_id=problem_id).select_related("contact").order_by("id")


def tell_once(
    rows: Iterable[Affected], *, message: str, channel: str, at: datetime
) -> list[Affected]:
    """Note that each is told `message`; returns those who were not told it before.

    `message` names the occasion (`fixed:2026-11-21T…`). Two queries for any number.
    """
    rows = list(rows)
    told_before = set(
        Told.objects.filter(affected__in=rows, message=message).values_list(
            "affected_id", flat=True
        )
    )
    fresh = [row for row in rows if row.pk not in told_before]
    Told.objects.bulk_create(
        [Told(affected=row, message=message, channel=channel, at=at) for row in fresh],
        batch_size=500,
        ignore_conflicts=True,
    )
    return fresh


def counts_of(problem_id: int) -> dict[str, int]:
    """Return how many contacts are affected, told and confirmed fixed; three queries."""
    rows = Affected.objects.filter(problem_id=problem_id)
    return {
        "affected": rows.count(),
        "told": rows.filter(told__isnull=False).distinct().count(),
        "confirmed": rows.filter(confirmed_at__isnull=False).count(),
    }
