"""Raise what would be forgotten."""

from datetime import datetime

from django.db import transaction

from cases.watching import raise_attention
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope


def raise_attention_everywhere(*, at: datetime) -> int:
    """Let every case whose next look has come ask for attention; returns how many do now.

    Once an hour and tenant by tenant, one statement each: targets have clocks of their own.
    """
    raised = 0
    for tenant_id in Tenant.objects.order_by("id").values_list("id", flat=True):
        with tenant_scope(tenant_id), transaction.atomic():
            raised += raise_attention(at=at)
    return raised
