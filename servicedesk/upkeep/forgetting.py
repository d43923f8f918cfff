"""Forget what nobody asks for any more: what people were told of clocks, what was put before them."""

from datetime import datetime

from cases.passes import forget_old_passes as forget_passes_to_cases
from customers.file_imports import forget_old_imports
from knowledge.offers import forget_old_offers
from problems.problem_passes import forget_old_passes as forget_passes_to_problems
from servicedesk.notifications.digests import forget_old_digests
from workflow.tenancy.everywhere import for_every_tenant


def forget_old_digests_everywhere(*, at: datetime) -> int:
    """Delete digests of all tenants that left a week ago; returns how many.

    Once an hour and tenant by tenant: nothing here is urgent.
    """
    return for_every_tenant(lambda: forget_old_digests(at=at))


def forget_old_offers_everywhere(*, at: datetime) -> int:
    """Delete what all tenants' people were shown more than 400 days ago; returns how much."""
    return for_every_tenant(lambda: forget_old_offers(at=at))


def forget_old_links_everywhere(*, at: datetime) -> int:
    """Delete what is over of all tenants' mailed links to cases and problems; returns how many."""
    return for_every_tenant(
        lambda: forget_passes_to_cases(at=at) + forget_passes_to_problems(at=at)
    )


def forget_old_imports_everywhere(*, at: datetime) -> int:
    """Forget the lines of files that all tenants handed in a month ago; returns how many files."""
    return for_every_tenant(lambda: forget_old_imports(at=at))
