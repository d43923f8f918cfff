"""Let priorities follow what problems do to customers, whatever changed it."""

from datetime import datetime

from problems.priority import follow_impact
from workflow.tenancy.everywhere import for_every_tenant


def follow_impact_everywhere(*, at: datetime) -> int:
    """Let open problems of every tenant have the priority that its rule gives; returns how many changed.

    Once an hour, four queries a tenant and some for each change: what customers write and what is
    promised to them changes without news of the problem.
    """
    return for_every_tenant(lambda: follow_impact(at=at))
