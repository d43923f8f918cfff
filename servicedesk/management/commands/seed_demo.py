"""Tell the demo story: `seed_demo`; role app and sweeper. A told story is left alone."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from servicedesk.demo.seeding import tell_demo
from workflow.refusals import Refusal


class Command(BaseCommand):
    """Fills the tenants `bank` and `acme`; cut off, it goes on where it stood when run again."""

    help = "Fill the demo tenants bank and acme with a story."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Tell it."""
        try:
            tell_demo(at=now(), say=self.stdout.write)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
