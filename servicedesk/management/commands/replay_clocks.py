"""Work every due time of a tenant out again: `replay_clocks --tenant SLUG [--json]`; role app.

Exit 0 when every clock is due in the same second as its history says, else 1.
"""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.db import connection, transaction

from servicedesk.management.tenant_command import TenantCommand
from servicedesk.walk import SWEPT_CLOCKS
from workflow.clocks.replaying import Replayed, replay_clocks
from workflow.tenancy.models import Tenant

NAMED_AT_MOST = 100
DIFFERS = 1


class Command(TenantCommand):
    """Replays the clocks of cases and problems from their marks and the hours that held then."""

    help = "Work every due time out again from its history, and name the clocks that differ."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask for the tenant and the form."""
        super().add_arguments(parser)
        parser.add_argument("--json", action="store_true", help="one line of JSON")

    def work(self, tenant: Tenant, **options: Any) -> None:
        """Replay and say so."""
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL statement_timeout = '10min'")
            replayed = replay_clocks(SWEPT_CLOCKS)
        if options["json"]:
            self.stdout.write(json.dumps(as_data(replayed)))
        else:
            self.name_clocks(tenant, replayed)
        if replayed.differing:
            sys.exit(DIFFERS)

    def name_clocks(self, tenant: Tenant, replayed: Replayed) -> None:
        """Say which clocks differ, and how many there are."""
        for one in replayed.differences[:NAMED_AT_MOST]:
            self.stdout.write(
                f"{one.table} {one.clock_id} ({one.metric}): {one.what} is {one.in_row},"
                f" by its history {one.by_history}"
            )
        self.stdout.write(
            f"{tenant.slug}: {replayed.differing} of {replayed.clocks} clocks differ."
        )


def as_data(replayed: Replayed) -> dict[str, Any]:
    """Return what was found as plain data."""
    return {
        "clocks": replayed.clocks,
        "differing": replayed.differing,
        "differences": [asdict(one) for one in replayed.differences[:NAMED_AT_MOST]],
    }
