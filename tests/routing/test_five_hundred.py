"""The trial on 500 problems, each with a case and twenty rules: seconds, and as few queries as ever."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from cases.models import Case, Message
from problems.models import CaseLink, Leg, Problem
from problems.models.link import LinkKind
from problems.route_trials import LOOKED_AT, fixed_problems, try_ways
from tests.make import AT, make_case, make_department, make_problem, make_rule
from workflow.routing.deciding import ways_in_force

RULES = Path(__file__).parent.parent / "data" / "bank_routing" / "rules.json"
SECONDS = 10.0


@pytest.fixture
def undone(tenant: Any) -> Iterator[None]:
    """Take back what the test stores: its rows have no history, which no commit would let pass."""
    before = transaction.savepoint()
    yield
    transaction.savepoint_rollback(before)


def copies(row: Any, **differing: list[Any]) -> list[Any]:
    """Store copies of a row that differ in some fields; one statement for them all."""
    kind = type(row)
    plain = {
        field.attname: getattr(row, field.attname)
        for field in kind._meta.concrete_fields
        if not field.primary_key
    }
    count = len(next(iter(differing.values())))
    found: list[Any] = kind._base_manager.bulk_create(
        [
            kind(**{**plain, **{name: values[place] for name, values in differing.items()}})
            for place in range(count)
        ]
    )
    return found


def test_five_hundred_problems_are_tried_in_seconds_by_seven_queries(undone: None) -> None:
    for rule in json.loads(RULES.read_text("utf-8"))["rules"]:
        make_rule(make_department(rule["department"]), condition=rule["condition"])
    case = make_case(text="My card payment was charged twice by the shop.")
    problem = make_problem(cases=[case])
    numbers = list(range(1000, 1000 + LOOKED_AT))
    cases = copies(Case.objects.get(pk=case.pk), number=numbers)
    copies(Message.objects.get(case=case), case_id=[one.pk for one in cases])
    ended = AT + timedelta(days=2)
    told = Problem.objects.get(pk=problem.pk)
    told.outcome, told.resolved_at = "fix_applied", ended
    problems = copies(told, number=numbers, state=["resolved"] * LOOKED_AT)
    ids = [one.pk for one in problems]
    stay = Leg.objects.get(problem=problem)
    stay.department, stay.left_at = make_department("Card Payments"), ended
    copies(stay, problem_id=ids, stage=["fix_in_progress"] * LOOKED_AT)
    link = CaseLink.objects.get(problem=problem, kind=LinkKind.CONFIRMED)
    copies(link, problem_id=ids, case_id=[one.pk for one in cases])

    began = process_time()
    with CaptureQueriesContext(connection) as asked:
        trial = try_ways(fixed_problems(), ways=ways_in_force())
    took = process_time() - began

    assert (len(trial.judged), trial.right) == (LOOKED_AT, LOOKED_AT)
    assert len(asked) == 7
    assert took < SECONDS, f"{took:.1f} s"
