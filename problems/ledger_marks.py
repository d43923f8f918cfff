"""How far the solution came to each whom a problem affects: told, delivered, seen, applied."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from problems.models import Affected, Told

WORKAROUND = "workaround:"
ARRIVED_AFTER = timedelta(days=1)
"""After so long a mail that nobody sent back counts as delivered."""
AT_A_TIME = 1000


def rows_of(rows: Iterable[Affected] | QuerySet[Affected]) -> QuerySet[Affected]:
    """Return rows of a ledger as a queryset that can be changed at once."""
    ids = rows.values("pk") if isinstance(rows, QuerySet) else [row.pk for row in rows]
    return Affected.objects.filter(pk__in=ids)


def note_told(
    rows: Iterable[Affected] | QuerySet[Affected], *, at: datetime, message: str = ""
) -> None:
    """Note that these were told something; of a workaround, that they live on one; one query.

    `message` is the occasion (`workaround:20261121…`).
    """
    times = {"told_at": Coalesce("told_at", at)}
    if message.startswith(WORKAROUND):
        times["workaround_at"] = Coalesce("workaround_at", at)
    rows_of(rows).update(**times)


def note_delivered(told_ids: Iterable[int], *, at: datetime) -> None:
    """Note that messages arrived as far as anybody can tell; two queries."""
    ids = list(told_ids)
    Told.objects.filter(pk__in=ids, delivered_at__isnull=True).update(delivered_at=at)
    Affected.objects.filter(told__in=ids, delivered_at__isnull=True).update(delivered_at=at)


def note_arrivals(*, at: datetime) -> int:
    """Note that mails arrived which left a day ago and did not come back; returns how many.

    That is as much as anybody knows who puts no hidden picture into mails. Three queries for each
    thousand.
    """
    arrived = 0
    under_way = Told.objects.filter(
        sent_at__lte=at - ARRIVED_AFTER, delivered_at__isnull=True, bounced_at__isnull=True
    ).order_by("sent_at")
    while found := list(under_way.values_list("pk", flat=True)[:AT_A_TIME]):
        note_delivered(found, at=at)
        arrived += len(found)
    return arrived


def note_seen(contact_id: int, problem_id: int, *, at: datetime) -> bool:
    """Note that a contact has read what was told of a problem; returns whether that is new.

    One query while there is nothing new, else three.
    """
    unseen = Told.objects.filter(
        affected__contact_id=contact_id,
        affected__problem_id=problem_id,
        seen_at__isnull=True,
        at__lte=at,
    ).values_list("affected_id", "pk")
    found = list(unseen)
    if not found:
        return False
    Told.objects.filter(pk__in=[told for _row, told in found]).update(
        seen_at=at, delivered_at=Coalesce("delivered_at", at)
    )
    Affected.objects.filter(pk__in={row for row, _told in found}).update(
        seen_at=Coalesce("seen_at", at), delivered_at=Coalesce("delivered_at", at)
    )
    return True


def note_workaround(rows: Iterable[Affected] | QuerySet[Affected], *, at: datetime) -> None:
    """Note that these live on a workaround from now on; one query."""
    rows_of(rows).filter(workaround_at__isnull=True).update(workaround_at=at)


def note_applied(rows: Iterable[Affected] | QuerySet[Affected], *, at: datetime) -> int:
    """Note that these have the permanent solution; returns for how many that is new; one query."""
    return rows_of(rows).filter(applied_at__isnull=True).update(applied_at=at)


def forget_fix(problem_id: int) -> int:
    """Forget who had the solution and said that it works: it did not hold; one query."""
    had = Q(applied_at__isnull=False) | Q(confirmed_at__isnull=False)
    rows = Affected.objects.filter(had, problem_id=problem_id)
    return rows.update(applied_at=None, confirmed_at=None)
