"""What a query adds of a problem for one customer: the review, the own rating, the own refusal."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, JSONObject

from problems.models import Affected, FixRating, Review, Told
from problems.models.affected import OF_PEOPLE, PRESENT
from problems.models.after_fix import ReviewState
from problems.models.broadcast import BroadcastKind
from problems.public import PublicReview

REVIEWED = ("what_happened", "why", "what_we_did", "what_we_prevent", "decided_at")


def newest_review(problem: OuterRef, *, contact_id: int) -> Subquery:
    """Return what a query adds: the newest approved review, for one who stands in the ledger."""
    concerned = Affected.objects.filter(PRESENT, problem=OuterRef("problem"), contact_id=contact_id)
    approved = Review.objects.filter(
        Exists(concerned), problem=problem, state=ReviewState.APPROVED
    ).order_by("-edition")
    return Subquery(approved.values(json=JSONObject(**{one: one for one in REVIEWED}))[:1])


def review_in(reviewed: Mapping[str, Any] | None) -> PublicReview | None:
    """Return an approved review that came as an object."""
    if reviewed is None:
        return None
    return PublicReview(
        what_happened=reviewed["what_happened"],
        why=reviewed["why"],
        what_we_did=reviewed["what_we_did"],
        what_we_prevent=reviewed["what_we_prevent"],
        approved_at=datetime.fromisoformat(reviewed["decided_at"]),
    )


def newest_rating(problem: OuterRef, *, contact_id: int) -> Subquery:
    """Return what a query adds: how the last fix was for a customer who said so, and which it was."""
    own = FixRating.objects.filter(affected__problem=problem, affected__contact=contact_id)
    newest = own.order_by("-fixed_at")
    return Subquery(newest.values(json=JSONObject(feeling="feeling", fixed_at="fixed_at"))[:1])


def rating_in(rated: Mapping[str, Any] | None, *, fixed_at: datetime | None) -> int | None:
    """Return how the fix of today was for a customer, None for what was said of an earlier one."""
    if rated is None or datetime.fromisoformat(rated["fixed_at"]) != fixed_at:
        return None
    return int(rated["feeling"])


def others_affected(problem: OuterRef, *, contact_id: int) -> Combinable:
    """Return what a query adds: how many others a problem affects now.

    Of thousands few were joined with another contact: those are counted by themselves and taken
    off, where to look at the contact of each would take a hundred times as long.
    """
    rows = Affected.objects.filter(problem=problem, left_at__isnull=True).order_by()
    others = rows.exclude(contact_id=contact_id).values("problem")
    joined = others.exclude(OF_PEOPLE)
    return count_in(others) - count_in(joined)


def count_in(rows: QuerySet[Affected, Any]) -> Coalesce:
    """Return how many rows there are, as what a query adds."""
    counted = Subquery(rows.values(count=Count("pk")), output_field=IntegerField())
    return Coalesce(counted, 0)


def told_refusal(problem: OuterRef, *, contact_id: int) -> Subquery:
    """Return what a query adds: why it is not fixed, in the words by which a customer was told."""
    told = Told.objects.filter(
        affected__problem=problem,
        affected__contact=contact_id,
        broadcast__kind=BroadcastKind.WONT_FIX.value,
    )
    return Subquery(told.order_by("-id").values("broadcast__reason")[:1])
