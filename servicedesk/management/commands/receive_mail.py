"""Take one mail from standard input: `receive_mail --tenant SLUG < message.eml`."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db.utils import Error
from django.utils.timezone import now

from servicedesk.mail.receiving import receive_mail
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

TRY_AGAIN_LATER = 75  # EX_TEMPFAIL of sysexits.h: the mail server keeps the mail.
NO_SUCH_USER = 67  # EX_NOUSER: the mail server returns the mail.


class Command(BaseCommand):
    """Stores and reads one mail; role app.

    Prints one JSON line. Exit 0 when the mail is stored, whatever it is; 75 when it is not.
    """

    help = "Take one mail from standard input."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask for tenant and envelope."""
        parser.add_argument("--tenant", required=True, metavar="SLUG")
        parser.add_argument("--recipient", default="", help="envelope recipient, if known")

    def handle(self, *args: Any, **options: Any) -> None:
        """Store first, then read."""
        raw = sys.stdin.buffer.read()
        try:
            tenant = Tenant.objects.filter(slug=options["tenant"]).first()
            if tenant is None:
                self.stderr.write(f"There is no tenant “{options['tenant']}”.")
                sys.exit(NO_SUCH_USER)
            with tenant_scope(tenant.pk):
                mail = receive_mail(raw, recipient=options["recipient"], at=now())
                line = {
                    "outcome": mail.outcome,
                    "case": str(mail.case.number) if mail.case else None,
                }
        except Error as fault:
            self.stderr.write(f"The mail could not be stored: {type(fault).__name__}. Try again.")
            sys.exit(TRY_AGAIN_LATER)
        self.stdout.write(json.dumps(line))
