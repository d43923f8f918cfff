"""Close what stayed quiet."""

from datetime import datetime

from django.db import transaction

from cases.lifecycle import CLOSED_AFTER_QUIET, close_case
from cases.models import Case
from cases.states import CaseState
from workflow.people.actors import Actor
from workflow.tenancy.everywhere import for_every_tenant

BATCH = 500


def close_quiet_cases_everywhere(*, at: datetime) -> int:
    """Close the cases of all tenants that were resolved a week ago and stayed quiet.

    Once an hour and tenant by tenant: nothing here is urgent. Returns how many were closed.
    """
    return for_every_tenant(lambda: close_quiet_cases_of_tenant(at=at))


@transaction.atomic
def close_quiet_cases_of_tenant(*, at: datetime) -> int:
    """Close a batch of the current tenant's quiet cases."""
    quiet = list(
        Case.objects.filter(
            state=CaseState.RESOLVED, resolved_at__lt=at - CLOSED_AFTER_QUIET
        ).order_by("resolved_at", "id")[:BATCH]
    )
    for case in quiet:
        close_case(case_id=case.pk, actor=Actor.system("cases"), at=at)
    return len(quiet)
