"""Say whose mail comes to a domain: `add_mail_domain --tenant SLUG DOMAIN`; role app."""

import re
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from workflow.tenancy.models import Tenant, TenantMailDomain

LABEL_OF_DOMAIN = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


class Command(BaseCommand):
    """Gives a mail domain to a tenant, or takes it back; the tenant then adds its mailboxes.

    It is the operator's to say: whoever could name any domain would get the mail of others.
    """

    help = "Let the mail of a domain belong to a tenant."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask for tenant and domain."""
        parser.add_argument("--tenant", required=True, metavar="SLUG")
        parser.add_argument("domain")
        parser.add_argument("--remove", action="store_true", help="take it back")

    def handle(self, *args: Any, **options: Any) -> None:
        """Give or take; a second time changes nothing."""
        tenant = Tenant.objects.filter(slug=options["tenant"]).first()
        if tenant is None:
            raise CommandError(f"There is no tenant “{options['tenant']}”.")
        domain = options["domain"].strip().lower().strip(".")
        if options["remove"]:
            TenantMailDomain.objects.filter(tenant=tenant, domain=domain).delete()
            self.stdout.write(f"{domain} is not of {tenant.slug}.")
            return
        refuse_bad_domain(domain)
        found, _is_new = TenantMailDomain.objects.get_or_create(
            domain=domain, defaults={"tenant": tenant}
        )
        if found.tenant_id != tenant.pk:
            raise CommandError(f"{domain} is of another tenant. Take it back there first.")
        self.stdout.write(f"{domain} is of {tenant.slug}.")


def refuse_bad_domain(domain: str) -> None:
    """Refuse what is no domain, and our own, which belongs to everybody."""
    labels = domain.split(".")
    if len(labels) < 2 or not all(LABEL_OF_DOMAIN.fullmatch(label) for label in labels):
        raise CommandError(f"{domain} is not a domain.")
    own = settings.MAIL_DOMAIN.lower()
    if domain == own or domain.endswith(f".{own}"):
        raise CommandError(f"Mail to {own} is divided among the tenants already.")
