"""Nobody is forgotten: a case whose time has come is shown to people again."""

from datetime import datetime

from django.db import transaction

from cases.lifecycle import lock_case
from cases.models import Case
from cases.states import OPEN_STATES


def raise_attention(*, at: datetime) -> int:
    """Let the current tenant's open cases whose next look has come ask for attention.

    One statement; returns how many were not asking already.
    """
    return Case.objects.filter(
        state__in=OPEN_STATES, needs_attention=False, next_look_at__lte=at
    ).update(needs_attention=True)


@transaction.atomic
def look_soon(*, case_id: int, at: datetime, look_by: datetime) -> None:
    """Let an open case ask for attention now, and again when the time is over; two queries."""
    case = lock_case(case_id)
    if not case.is_open:
        return
    Case.objects.filter(pk=case.pk).update(
        needs_attention=True, next_look_at=min(case.next_look_at, max(look_by, at))
    )
