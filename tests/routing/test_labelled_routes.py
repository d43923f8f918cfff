"""Twenty rules of words find the right department at first try, on messages nobody wrote them for."""

import csv
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from problems.labelled_routes import BadLabels, measure, problems_from, rules_in

DATA = Path(__file__).parent.parent / "data" / "bank_routing"
RULES, MESSAGES = DATA / "rules.json", DATA / "messages.csv"
MOST_RULES = 20
MUST = 0.95


def messages() -> list[tuple[str, str]]:
    """Return the labelled messages."""
    with MESSAGES.open(encoding="utf-8", newline="") as file:
        return [(row["text"], row["category"]) for row in csv.DictReader(file)]


def test_twenty_rules_send_ninety_five_of_a_hundred_problems_right_at_first_try() -> None:
    departments, rules = rules_in(json.loads(RULES.read_text("utf-8")))
    problems = problems_from(messages(), cases=5)

    measured = measure(problems, rules=rules, departments=departments)
    backwards = measure(problems, rules=rules[::-1], departments=departments)

    assert len(rules) <= MOST_RULES
    assert len(problems) == 616
    assert measured.share >= MUST
    assert measured.right + measured.unrouted + sum(measured.wrong.values()) == 616
    # The measure would see bad rules: the same asked in the wrong order fail.
    assert backwards.share < MUST


def test_the_command_prints_the_figure_and_says_what_it_cannot_read(tmp_path: Path) -> None:
    out = StringIO()
    (tmp_path / "rules.json").write_text('{"departments": {}}')

    call_command(
        "evaluate_routing", str(RULES), str(MESSAGES), "--cases", "20", "--json", stdout=out
    )

    assert json.loads(out.getvalue())["problems"] == 154
    with pytest.raises(CommandError, match="departments"):
        call_command("evaluate_routing", str(tmp_path / "rules.json"), str(MESSAGES))
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("evaluate_routing", str(RULES), str(tmp_path / "none.csv"))


def test_a_category_that_no_department_has_is_named() -> None:
    problems = problems_from([("Where is it?", "parcels")], cases=1)

    with pytest.raises(BadLabels, match="parcels"):
        measure(problems, rules=[], departments={})
