"""Raise what would be forgotten."""

from datetime import datetime

from django.db import transaction

from cases.watching import raise_attention
from workflow.tenancy.everywhere import for_every_tenant


def raise_attention_everywhere(*, at: datetime) -> int:
    """Let every case whose next look has come ask for attention; returns how many do now.

    Once an hour and tenant by tenant, one statement each: targets have clocks of their own.
    """
    return for_every_tenant(transaction.atomic(lambda: raise_attention(at=at)))
