"""Measure routing rules on labelled messages: `evaluate_routing RULES.json MESSAGES.csv`."""

import csv
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from problems.labelled_routes import BadLabels, Measured, measure, problems_from, rules_in
from workflow.conditions import BadCondition

CASES = 5


class Command(BaseCommand):
    """Says how many problems the rules send to the right department at first try; no database."""

    help = "Measure routing rules on messages whose category, and so department, is known."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Ask for the files."""
        parser.add_argument("rules", type=Path, help='{"departments": {…}, "rules": […]}')
        parser.add_argument("messages", type=Path, help="CSV with the columns text, category")
        parser.add_argument(
            "--cases", type=int, default=CASES, help=f"cases that make a problem (default {CASES})"
        )
        parser.add_argument("--json", action="store_true", help="print one object of JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Read, route, count."""
        try:
            departments, rules = rules_in(json.loads(options["rules"].read_text("utf-8")))
            with options["messages"].open(encoding="utf-8", newline="") as file:
                messages = [(row["text"], row["category"]) for row in csv.DictReader(file)]
            measured = measure(
                problems_from(messages, cases=max(options["cases"], 1)),
                rules=rules,
                departments=departments,
            )
        except OSError as fault:
            raise CommandError(f"{fault.filename} cannot be read ({fault.strerror}).") from fault
        except (KeyError, ValueError, BadLabels, BadCondition) as fault:
            raise CommandError(f"This cannot be measured: {fault}") from fault
        self.stdout.write(
            json.dumps(figures(measured, rules=len(rules)))
            if options["json"]
            else sentence(measured, rules=len(rules))
        )


def figures(measured: Measured, *, rules: int) -> dict[str, float | int]:
    """Return what was measured, for programs."""
    return {
        "rules": rules,
        "problems": measured.problems,
        "right": measured.right,
        "unrouted": measured.unrouted,
        "share": round(measured.share, 4),
    }


def sentence(measured: Measured, *, rules: int) -> str:
    """Return what was measured, and where most goes wrong."""
    lines = [
        (
            f"{rules} rules sent {measured.right} of {measured.problems} problems to the right"
            f" department at first try ({measured.share:.1%}); {measured.unrouted} fitted no rule."
        )
    ]
    worst = sorted(measured.wrong.items(), key=lambda item: (-item[1], item[0]))
    lines += [f"{count} of {home} went by “{rule}”" for (home, rule), count in worst[:10]]
    return "\n".join(lines)
