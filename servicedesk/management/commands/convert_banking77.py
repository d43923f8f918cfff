"""Convert the BANKING77 data set: `convert_banking77 train.csv > cases.jsonl`; no database."""

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from servicedesk.demo.banking77 import LAST_DAY, NoMessages, old_cases, read_messages


class Command(BaseCommand):
    """Prints a line for `import_cases` for each message; the same lines every time."""

    help = "Convert BANKING77's CSV to lines for import_cases."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask for the file."""
        parser.add_argument("file", type=Path, metavar="train.csv")
        parser.add_argument(
            "--last-day",
            type=date.fromisoformat,
            default=LAST_DAY,
            help=f"the cases lie in the 90 days up to this one (default {LAST_DAY})",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        """Read, convert, print."""
        try:
            with options["file"].open(encoding="utf-8", newline="") as file:
                messages = read_messages(file)
        except OSError as fault:
            raise CommandError(f"{options['file']} cannot be read ({fault.strerror}).") from fault
        except (NoMessages, UnicodeDecodeError) as fault:
            raise CommandError(
                f"{options['file']} is not the table of BANKING77: {fault}"
            ) from fault
        for line in old_cases(messages, last_day=options["last_day"]):
            self.stdout.write(json.dumps(line, ensure_ascii=False))
