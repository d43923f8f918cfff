"""Measure how early patterns are seen in a stream: `evaluate_patterns FILE.jsonl --history 3000`."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from problems.likeness.embedding import Embedder
from servicedesk.management.commands.evaluate_matching import rounded, sentence
from servicedesk.measuring.arrived import read_rows
from servicedesk.measuring.labelled import BadTexts
from servicedesk.measuring.matching import Reader
from servicedesk.measuring.patterns import measure_patterns
from workflow.refusals import Refusal

HISTORY = 3_000


class Command(BaseCommand):
    """Lets cases come to a passing tenant and looks for patterns; nothing is left behind."""

    help = "Measure on a stream of labelled cases how early and how truly patterns are seen."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask for the file and how much of it is the past."""
        parser.add_argument("file", type=Path, help="one object of JSON a line (docs/matching.md)")
        parser.add_argument(
            "--history",
            type=int,
            default=HISTORY,
            help=f"rows that came before anybody looked (default {HISTORY})",
        )
        parser.add_argument("--json", action="store_true", help="print one object of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, watch, say."""
        try:
            with options["file"].open(encoding="utf-8") as file:
                rows = read_rows(file)
            found = rounded(
                measure_patterns(
                    rows,
                    history=min(max(options["history"], 0), len(rows)),
                    reader=Reader(Embedder(settings.DATA_DIR / "matcher")),
                    at=now(),
                )
            )
        except OSError as fault:
            raise CommandError(f"{fault.filename} cannot be read ({fault.strerror}).") from fault
        except BadTexts as fault:
            raise CommandError(f"{options['file'].name} cannot be used: {fault}.") from fault
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(json.dumps(found) if options["json"] else sentence(found))
