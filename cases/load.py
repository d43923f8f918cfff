"""How much somebody carries: the open cases that are theirs."""

from collections.abc import Iterable

from django.db.models import Count

from cases.models import Case
from cases.states import OPEN_STATES


def open_cases_of(user_ids: Iterable[int]) -> dict[int, int]:
    """Return how many open cases each person owns; who has none is left out. One query."""
    return dict(
        Case.objects.filter(owner_id__in=list(user_ids), state__in=OPEN_STATES)
        .order_by()
        .values_list("owner_id")
        .annotate(count=Count("id"))
    )
