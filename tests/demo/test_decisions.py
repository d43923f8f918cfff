"""Agents of the demo decide on suggestions, and say why not."""

from typing import Any

import pytest

from problems.matching import suggest_problems
from problems.models import CaseLink
from servicedesk.demo.queue import decide_suggestions
from tests.make import AT, HOUR, make_actor, make_case, make_problem

TEXT = "The direct debit was collected twice from my account."


@pytest.mark.parametrize(
    ("place", "is_right", "kind", "reason"),
    [
        (1, True, "confirmed", ""),
        (4, True, "suggested", ""),
        (1, False, "suggested", ""),
        (3, False, "rejected", "no_fault"),
        (6, False, "rejected", "only_words"),
        (15, False, "similar", ""),
    ],
)
def test_some_suggestions_are_decided_and_some_left(
    tenant: Any, place: int, is_right: bool, kind: str, reason: str
) -> None:
    problem = make_problem(cases=[make_case(text=TEXT)])
    case = make_case(text=TEXT)
    suggest_problems(case_id=case.pk, at=AT + HOUR)

    is_linked = decide_suggestions(
        case,
        place=place,
        right=problem.pk if is_right else None,
        agent=make_actor(),
        at=AT + 2 * HOUR,
    )

    link = CaseLink.objects.get(case=case)
    assert (link.kind, link.reason, is_linked) == (kind, reason, kind == "confirmed")
