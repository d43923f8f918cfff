"""Count what breaks the rules that must always hold: `prove [--tenant SLUG] [--json]`."""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from servicedesk.proof.proving import RULES, prove_tenants
from workflow.proof import Verdict
from workflow.tenancy.models import Tenant

BROKEN = 1


class Command(BaseCommand):
    """Runs the proof of one tenant or all; role app. Exit 0 when nothing is broken, else 1."""

    help = "Count what breaks the rules that must always hold."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask for the tenant and the form."""
        parser.add_argument("--tenant", metavar="SLUG", help="this tenant only")
        parser.add_argument("--json", action="store_true", help="one line of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prove and say so."""
        tenants = Tenant.objects.order_by("slug")
        if options["tenant"]:
            tenants = tenants.filter(slug=options["tenant"])
            if not tenants:
                raise CommandError(f"There is no tenant “{options['tenant']}”.")
        counts = {rule.code: 0 for rule in RULES}
        for tenant, verdicts in prove_tenants(tenants, at=now()):
            for verdict in verdicts:
                counts[verdict.rule.code] += verdict.violations
                if not options["json"]:
                    self.name_rows(tenant, verdict)
        violations = sum(counts.values())
        if options["json"]:
            self.stdout.write(json.dumps({"violations": violations, "rules": counts}))
        else:
            self.stdout.write(
                f"{violations} violations of {len(counts)} rules in {len(tenants)} tenants."
            )
        if violations:
            sys.exit(BROKEN)

    def name_rows(self, tenant: Tenant, verdict: Verdict) -> None:
        """Say which rows break a rule."""
        if not verdict.violations:
            return
        self.stdout.write(f"{tenant.slug}: {verdict.rule.says} Broken {verdict.violations} times:")
        for finding in verdict.findings:
            self.stdout.write(f"  {finding}")
        unnamed = verdict.violations - len(verdict.findings)
        if unnamed:
            self.stdout.write(f"  … and {unnamed} more.")
