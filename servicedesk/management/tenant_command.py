"""Commands that work for one tenant: `--tenant SLUG` opens its scope."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from workflow.refusals import Refusal
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope


class TenantCommand(BaseCommand):
    """Base of commands of one tenant; role app. A refusal ends it with its sentence, exit 1."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask for the tenant."""
        parser.add_argument(
            "--tenant", required=True, metavar="SLUG", help="short name of the tenant"
        )

    def handle(self, *args: Any, **options: Any) -> str | None:
        """Open the tenant's scope and do the work."""
        slug = options.pop("tenant")
        tenant = Tenant.objects.filter(slug=slug).first()
        if tenant is None:
            raise CommandError(f"There is no tenant “{slug}”. `manage.py new_tenant` creates one.")
        with tenant_scope(tenant.pk):
            try:
                return self.work(tenant, **options)
            except Refusal as refusal:
                raise CommandError(str(refusal)) from refusal

    def work(self, tenant: Tenant, **options: Any) -> str | None:
        """Do what the command is for."""
        raise NotImplementedError
