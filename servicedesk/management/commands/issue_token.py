"""Print a new API token: `issue_token --tenant SLUG --role ROLE`; role app."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import CommandError
from django.utils.timezone import now

from customers.identity import contact_at
from servicedesk.management.tenant_command import TenantCommand
from workflow.people.authentication import issue_token
from workflow.people.permissions import Permission, Role
from workflow.tenancy.models import Tenant

# Who has the command line moves data in bulk.
REQUESTS_PER_MINUTE = 6_000


class Command(TenantCommand):
    """Issues a token of a role; it is shown this once."""

    help = "Print a new API token."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask for role, contact and limits."""
        super().add_arguments(parser)
        parser.add_argument("--role", required=True, choices=[role.value for role in Role])
        parser.add_argument("--contact", default="", metavar="EMAIL", help="with --role contact")
        parser.add_argument("--label", default="command line")
        parser.add_argument("--days", type=int, default=365)
        parser.add_argument("--requests-per-minute", type=int, default=REQUESTS_PER_MINUTE)
        parser.add_argument(
            "--scope", action="append", default=[], choices=[p.value for p in Permission]
        )

    def work(self, tenant: Tenant, **options: Any) -> None:
        """Issue it."""
        role = Role(options["role"])
        contact = contact_at(options["contact"]) if options["contact"] else None
        if role is Role.CONTACT and contact is None:
            raise CommandError("A contact's token needs --contact with a known e-mail address.")
        if role is not Role.CONTACT and options["contact"]:
            raise CommandError("--contact goes with --role contact only.")
        self.stdout.write(
            issue_token(
                role=role,
                label=options["label"],
                valid_for=timedelta(days=options["days"]),
                requests_per_minute=options["requests_per_minute"],
                scopes=frozenset(Permission(scope) for scope in options["scope"]),
                contact_id=contact.pk if contact else None,
                at=now(),
            )
        )
