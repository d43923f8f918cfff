"""Measure how early patterns are seen: `evaluate_patterns FILE.jsonl [--plant 25]`."""

import json
from argparse import ArgumentParser
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from problems.likeness.embedding import Embedder
from servicedesk.management.commands.evaluate_matching import rounded, sentence
from servicedesk.measuring.arrived import Row, read_rows
from servicedesk.measuring.figures import means
from servicedesk.measuring.labelled import BadTexts, read_labelled
from servicedesk.measuring.matching import Reader
from servicedesk.measuring.patterns import measure_patterns
from servicedesk.measuring.planting import Planted, plant
from workflow.refusals import Refusal

HISTORY = 3_000
DRAWS = 3
# Planted streams begin on a Monday; which one says nothing.
BEGAN = datetime(2025, 1, 6, tzinfo=UTC)


class Command(BaseCommand):
    """Lets cases come to a passing tenant and looks for patterns; nothing is left behind."""

    help = "Measure on a stream of labelled cases how early and how truly patterns are seen."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask for the file, how much of it is the past, and what is planted."""
        parser.add_argument("file", type=Path, help="one object of JSON a line (docs/matching.md)")
        parser.add_argument(
            "--history",
            type=int,
            default=HISTORY,
            help=f"rows that came before anybody looked (default {HISTORY})",
        )
        parser.add_argument(
            "--plant",
            type=int,
            metavar="CASES",
            help="FILE holds labelled texts, as for evaluate_matching: plant bursts of so many cases",
        )
        parser.add_argument("--draws", type=int, default=DRAWS, help="streams that are planted")
        parser.add_argument("--seed", type=int, default=1, help="the same number, the same streams")
        parser.add_argument("--json", action="store_true", help="print one object of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, watch, say; of several planted streams the means."""
        try:
            with options["file"].open(encoding="utf-8") as file:
                streams = list(streams_in(file, options=options))
            reader = Reader(Embedder(settings.DATA_DIR / "matcher"))
            history = max(options["history"], 0)
            found = rounded(
                means(
                    [
                        measure_patterns(
                            rows, history=min(history, len(rows)), reader=reader, at=now()
                        )
                        for rows in streams
                    ]
                )
            )
        except OSError as fault:
            raise CommandError(f"{fault.filename} cannot be read ({fault.strerror}).") from fault
        except BadTexts as fault:
            raise CommandError(f"{options['file'].name} cannot be used: {fault}.") from fault
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(json.dumps(found) if options["json"] else sentence(found))


def streams_in(lines: Iterable[str], *, options: dict[str, Any]) -> Iterator[list[Row]]:
    """Return the stream that a file holds, or those that are planted in its texts.

    Raises:
        BadTexts: the file holds neither, or bursts as long as asked for find no place in it.
    """
    if options["plant"] is None:
        yield read_rows(lines)
        return
    labelled = read_labelled(lines)
    wanted = Planted(size=max(options["plant"], 1))
    for draw in range(max(options["draws"], 1)):
        yield plant(
            labelled,
            wanted=wanted,
            history=max(options["history"], 0),
            seed=options["seed"] + draw,
            began=BEGAN,
        )
