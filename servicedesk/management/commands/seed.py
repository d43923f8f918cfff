"""Make a sample load: `seed --tenants N --cases M --messages K`; role app, owner for statistics."""

from argparse import ArgumentParser
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from servicedesk.seeding.seeding import Plan, refresh_statistics, seed
from workflow.refusals import Refusal


class Command(BaseCommand):
    """Fills tenants of its own with invented cases. They are for measuring: nobody is told of them."""

    help = "Fill tenants seed-1, seed-2, … with invented cases; cut off, it goes on when run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask how much."""
        parser.add_argument("--tenants", type=int, default=1, help="each smaller than the last")
        parser.add_argument("--cases", type=int, default=20_000, help="in all tenants together")
        parser.add_argument("--messages", type=int, default=5, help="for each case")
        parser.add_argument("--prefix", default="seed", help="of the tenants' names")
        parser.add_argument("--seed", type=int, default=1, help="the same number, the same data")
        parser.add_argument(
            "--password",
            default="",
            help="for new colleagues (agent0@seed.example.org, …); without one nobody signs in",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Fill them and say how quickly."""
        names = ("tenants", "cases", "messages", "prefix", "seed", "password")
        plan = Plan(**{name: options[name] for name in names})
        if plan.tenants < 1 or plan.messages < 1 or plan.cases < plan.tenants:
            raise CommandError("At least one tenant, one case for each, and one message.")
        begin = monotonic()
        try:
            seed(plan, at=now().replace(minute=0, second=0, microsecond=0), say=self.stdout.write)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        refresh_statistics(say=self.stdout.write)
        self.stdout.write(f"Done in {monotonic() - begin:.0f} s.")
