"""Bring a tenant into being."""

import re
from datetime import datetime

from django.db import transaction

from workflow.refusals import Refusal
from workflow.tenancy.models import Tenant, TenantHost

SLUG = re.compile(r"^[a-z][a-z0-9-]{1,38}[a-z0-9]$")


class BadTenantName(Refusal):
    """The short name cannot become a host name."""

    code = "bad_tenant_name"


class TenantExists(Refusal):
    """The short name or host is taken."""

    code = "tenant_exists"


@transaction.atomic
def new_tenant_row(
    slug: str, *, name: str, hosts: list[str], is_demo: bool, at: datetime
) -> Tenant:
    """Create the tenant and its host names, nothing else.

    Raises:
        BadTenantName: the slug is not 3 to 40 letters, digits and hyphens.
        TenantExists: the slug or a host is taken.
    """
    if not SLUG.match(slug):
        raise BadTenantName(
            f"“{slug}” cannot be a host name.",
            next_step="Use 3 to 40 small letters, digits and hyphens, beginning with a letter.",
        )
    if Tenant.objects.filter(slug=slug).exists():
        raise TenantExists(f"There is already a tenant “{slug}”.", next_step="Choose another name.")
    taken = TenantHost.objects.filter(host__in=hosts).values_list("host", flat=True).first()
    if taken is not None:
        raise TenantExists(
            f"The host {taken} belongs to another tenant.", next_step="Choose another host."
        )
    tenant = Tenant.objects.create(slug=slug, name=name, is_demo=is_demo, created_at=at)
    TenantHost.objects.bulk_create([TenantHost(tenant=tenant, host=host) for host in hosts])
    return tenant
