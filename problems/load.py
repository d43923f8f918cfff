"""How much somebody carries: the open stays of problems that are theirs."""

from collections.abc import Iterable

from django.db.models import Count

from problems.models import Leg


def open_stays_of(user_ids: Iterable[int]) -> dict[int, int]:
    """Return how many problems are with each person now; who has none is left out. One query."""
    return dict(
        Leg.objects.filter(assignee_id__in=list(user_ids), left_at__isnull=True)
        .order_by()
        .values_list("assignee_id")
        .annotate(count=Count("id"))
    )
