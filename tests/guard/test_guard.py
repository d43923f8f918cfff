"""Every planted stupid send is caught by the rule that names its reason; sensible ones pass."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from problems.guard_facts import Answer
from problems.guard_rules import Rule, Verdict
from problems.guarding import STOPS, WORDS
from problems.models import Affected
from problems.models.broadcast import BroadcastKind
from servicedesk.notifications.guard import judge
from tests.guard.answer_plants import ANSWERS
from tests.guard.plants import BROADCASTS, NOW, Plant, broadcast_to, draft
from tests.make import AT, make_contact, make_problem

PLANTED = (*BROADCASTS, *ANSWERS)


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: f"{plant.__module__}.{plant.__name__}")
def test_a_stupid_send_is_caught_for_its_reason_and_not_without_it(
    tenant: Any, plant: Callable[[], Plant]
) -> None:
    planted = plant()

    caught = judge(planted.outgoing, [planted.contact_id], NOW)[planted.contact_id]
    cured = planted.cure()
    wise = cured if isinstance(cured, Answer) else planted.outgoing
    spared = judge(wise, [planted.contact_id], NOW).get(planted.contact_id, [])

    assert Verdict(planted.rule, STOPS[planted.rule]) in caught
    assert planted.rule not in [verdict.rule for verdict in spared]


def test_more_than_twenty_kinds_are_planted_and_every_rule_is_among_them(tenant: Any) -> None:
    assert len(PLANTED) > 20
    assert {plant().rule for plant in PLANTED} == set(Rule)


def test_every_rule_has_a_name_a_sentence_and_what_to_do() -> None:
    for rule in Rule:
        said = WORDS[rule]

        assert said.name()
        assert said.sentence().endswith(".")
        assert said.next_step().endswith(".")
    assert set(STOPS) == {rule.value for rule in Rule}


def test_judging_twenty_costs_the_same_as_judging_two(tenant: Any) -> None:
    problem, _row, broadcast = broadcast_to(make_contact())
    contacts = [make_contact().pk for _ in range(20)]
    Affected.objects.bulk_create(
        [Affected(problem=problem, contact_id=pk, found="case", found_at=AT) for pk in contacts]
    )

    costs = []
    for some in (contacts[:2], contacts):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert len(judge(broadcast, some, NOW)) == len(some)
        costs.append(len(asked))

    assert costs[0] == costs[1] <= 9


def test_a_draft_that_nobody_saved_can_be_judged(tenant: Any) -> None:
    problem = make_problem()
    broadcast = draft(problem, kind=BroadcastKind.WORKAROUND)
    broadcast.pk = None
    contact = make_contact()

    verdicts = judge(broadcast, [contact.pk], NOW)

    assert verdicts == {contact.pk: [Verdict(Rule.NO_REASON.value, True)]}
