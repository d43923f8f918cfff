"""Create a tenant: `new_tenant SLUG --name NAME --admin-email EMAIL`; role app."""

import secrets
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from workflow.refusals import Refusal
from workflow.stages.starters import STARTERS
from workflow.starter import begin_workflows, first_admin, new_tenant


class Command(BaseCommand):
    """Creates the tenant with its first administrator and prints the password once."""

    help = "Create a tenant with its first administrator."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask for name, host and administrator."""
        parser.add_argument("slug")
        parser.add_argument("--name", default="")
        parser.add_argument("--host", action="append", default=[], help="a host of its own")
        parser.add_argument("--timezone", default="UTC", help="for example Europe/Berlin")
        parser.add_argument("--admin-email", required=True)
        parser.add_argument("--admin-name", default="Administrator")
        parser.add_argument(
            "--workflow",
            action="append",
            default=[],
            choices=list(STARTERS),
            help="a workflow to begin with, as a draft",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Create both."""
        slug = options["slug"]
        hosts = [f"{slug}.{settings.BASE_DOMAIN}", *(host.lower() for host in options["host"])]
        password = secrets.token_urlsafe(12)
        try:
            tenant = new_tenant(
                slug,
                name=options["name"] or slug.title(),
                hosts=hosts,
                timezone=options["timezone"],
                at=now(),
            )
            first_admin(
                tenant,
                email=options["admin_email"],
                name=options["admin_name"],
                password=password,
                at=now(),
            )
            begun = begin_workflows(tenant, codes=options["workflow"], at=now())
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{tenant.name} is at {settings.PUBLIC_SCHEME}://{hosts[0]}/")
        self.stdout.write(f"Sign in as {options['admin_email']} with {password}")
        if begun:
            self.stdout.write(f"Drafts under Settings, Workflows: {', '.join(begun)}")
        else:
            self.stdout.write(f"Workflows to begin with: {', '.join(STARTERS)} (--workflow)")
