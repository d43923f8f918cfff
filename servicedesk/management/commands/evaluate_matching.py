"""Measure matching on labelled texts: `evaluate_matching FILE.jsonl --examples 10 --titles`."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from problems.likeness.embedding import Embedder
from servicedesk.measuring.figures import Figures, means
from servicedesk.measuring.labelled import BadTexts, read_labelled
from servicedesk.measuring.matching import Reader, Wanted, measure_draw
from servicedesk.measuring.wrapping import wrapped
from workflow.refusals import Refusal

ALL = "all"
DRAWS = 3


def examples(value: str) -> int | None:
    """Return how many cases are linked to a problem; None means all."""
    if value == ALL:
        return None
    if not value.isdigit():
        raise ArgumentTypeError("a number of cases, or “all”")
    return int(value)


class Command(BaseCommand):
    """Links texts to problems in a passing tenant and matches others; nothing is left behind."""

    help = "Measure on labelled texts how well matching finds the right problem."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask for the file and what is linked."""
        parser.add_argument("file", type=Path, help="one object of JSON a line (docs/matching.md)")
        parser.add_argument(
            "--examples", type=examples, default=10, help="cases linked to each problem, or “all”"
        )
        parser.add_argument("--titles", action="store_true", help="problems have their titles")
        parser.add_argument("--draws", type=int, default=DRAWS, help="times to draw and measure")
        parser.add_argument("--seed", type=int, default=1, help="the same number, the same draws")
        parser.add_argument(
            "--wrong", type=float, default=0.0, help="share of links that are wrong, such as 0.1"
        )
        parser.add_argument(
            "--wrapped", action="store_true", help="texts come as mails with all that is around"
        )
        parser.add_argument("--json", action="store_true", help="print one object of JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure each draw and say the means."""
        wanted = Wanted(
            examples=options["examples"],
            has_titles=options["titles"],
            wrong=min(max(options["wrong"], 0.0), 1.0),
            wrapped=wrapped if options["wrapped"] else None,
        )
        # All examples and right links leave nothing to chance.
        is_certain = wanted.examples is None and not wanted.wrong and wanted.wrapped is None
        count = 1 if is_certain else max(options["draws"], 1)
        try:
            with options["file"].open(encoding="utf-8") as file:
                labelled = read_labelled(file)
            reader = Reader(Embedder(settings.DATA_DIR / "matcher"))
            draws = [
                measure_draw(
                    labelled, wanted=wanted, reader=reader, seed=options["seed"] + draw, at=now()
                )
                for draw in range(count)
            ]
        except OSError as fault:
            raise CommandError(f"{fault.filename} cannot be read ({fault.strerror}).") from fault
        except BadTexts as fault:
            raise CommandError(f"{options['file'].name} cannot be used: {fault}.") from fault
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        found = rounded(means(draws))
        self.stdout.write(json.dumps(found) if options["json"] else sentence(found))


def rounded(figures: Figures) -> Figures:
    """Return the figures with four digits."""
    return {name: None if value is None else round(value, 4) for name, value in figures.items()}


def sentence(figures: Figures) -> str:
    """Return the figures a line each."""
    return "\n".join(
        f"{name:18} {'not measured' if value is None else f'{value:.4f}'}"
        for name, value in figures.items()
    )
