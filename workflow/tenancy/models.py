"""Tenants, the host names they are found by, and the base of every record they own."""

from typing import Any, ClassVar, Self

from django.db import models

from workflow.tenancy.constraints import SameTenant
from workflow.tenancy.fields import TenantField
from workflow.tenancy.scope import tenant_of_the_scope

__all__ = [
    "SameTenant",
    "Tenant",
    "TenantHost",
    "TenantMailDomain",
    "TenantModel",
    "same_tenant",
    "tenant_key",
]


class Tenant(models.Model):
    """One customer of the installation: a company with its own people, cases and rules."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    is_demo = models.BooleanField(default=False)
    language = models.CharField(max_length=12, default="en")
    timezone = models.CharField(max_length=64, default="UTC")
    created_at = models.DateTimeField()

    class Meta:
        db_table = "workflow_tenant"

    def __str__(self) -> str:
        return self.name


class TenantHost(models.Model):
    """A host name at which a tenant is found, in lower case and without port."""

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="hosts")
    host = models.CharField(max_length=253, unique=True)

    class Meta:
        db_table = "workflow_tenanthost"

    def __str__(self) -> str:
        return self.host


class TenantMailDomain(models.Model):
    """A mail domain, in lower case, whose mail belongs to a tenant.

    The operator of the installation gives it, as they give the tenant's host names: a tenant that
    could name any domain would receive the mail of others.
    """

    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="mail_domains")
    domain = models.CharField(max_length=253, unique=True)

    class Meta:
        db_table = "workflow_tenantmaildomain"

    def __str__(self) -> str:
        return self.domain


class TenantManager(models.Manager["Any"]):
    """Rows of the current tenant; refuses aloud when there is none.

    The wall is PostgreSQL's. This filter keeps the plans on the indexes that the tenant leads, and
    turns a forgotten scope into an error instead of an empty page.
    """

    def get_queryset(self) -> models.QuerySet["Any"]:
        """Return the current tenant's rows."""
        return super().get_queryset().filter(tenant_id=tenant_of_the_scope())


class TenantModel(models.Model):
    """Base of every record that belongs to a tenant.

    Each child names in its Meta.constraints `tenant_key(table)` and a `SameTenant` for every
    reference, and is isolated by a migration; a system check refuses to start otherwise.
    """

    tenant = TenantField(
        Tenant,
        on_delete=models.PROTECT,
        editable=False,
        db_index=False,
        related_name="+",
    )

    objects: ClassVar[models.Manager[Self]] = TenantManager()

    class Meta:
        abstract = True


def tenant_key(table: str) -> models.UniqueConstraint:
    """Return the key that references of the same tenant point at."""
    return models.UniqueConstraint(fields=["tenant", "id"], name=f"{table}_tenant_key")


def same_tenant(table: str, *fields: str) -> list[SameTenant]:
    """Return one `SameTenant` for each referring field of a table."""
    return [SameTenant(field=field, name=f"{table}_{field}_same_tenant") for field in fields]
