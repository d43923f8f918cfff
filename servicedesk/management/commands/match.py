"""The matcher: knows which problems a text is like, and answers at its socket; role app."""

import signal
from argparse import ArgumentParser
from threading import Event
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from servicedesk.matcher.process import run_matcher
from workflow.tenancy.checks import refuse_unsafe_database


class Command(BaseCommand):
    """Runs until it is told to stop; without the model it says so to whoever asks."""

    help = "Hold the matching model and answer which problems a text is like."
    # The migration before every start has made them; they would load each page into this process.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Let an operator leave reading the backlog to another hour."""
        parser.add_argument(
            "--no-backlog", action="store_true", help="read only the texts that are asked about"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Answer."""
        if not settings.MATCHER_URL:
            raise CommandError("MATCHER_URL is empty: matching goes by words alone.")
        refuse_unsafe_database()
        stopping = Event()

        def stop(_signal: int, _frame: FrameType | None) -> None:
            stopping.set()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        run_matcher(stopping=stopping, reads_backlog=not options["no_backlog"])
