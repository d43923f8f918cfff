"""What became of mails of which nobody said anything: after a day they count as delivered."""

from datetime import datetime

from problems.ledger_marks import note_arrivals
from workflow.tenancy.everywhere import for_every_tenant


def note_arrivals_everywhere(*, at: datetime) -> int:
    """Note for all tenants which mails arrived as far as anybody can tell; returns how many."""
    return for_every_tenant(lambda: note_arrivals(at=at))
