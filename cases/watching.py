"""Nobody is forgotten: a case whose time has come is shown to people again."""

from datetime import datetime

from cases.models import Case
from cases.states import OPEN_STATES


def raise_attention(*, at: datetime) -> int:
    """Let the current tenant's open cases whose next look has come ask for attention.

    One statement; returns how many were not asking already.
    """
    return Case.objects.filter(
        state__in=OPEN_STATES, needs_attention=False, next_look_at__lte=at
    ).update(needs_attention=True)
