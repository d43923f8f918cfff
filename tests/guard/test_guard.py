"""Every planted stupid send is caught by the rule that names its reason; sensible ones pass."""

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from problems.guard_facts import Answer
from problems.guard_rules import (
    AnswerFacts,
    Rule,
    ToldFacts,
    Verdict,
    judged_answer,
    judged_broadcast,
)
from problems.guarding import STOPS, WORDS
from problems.models import Affected
from problems.models.broadcast import BroadcastKind
from servicedesk.notifications.guard import judge
from tests.guard.answer_plants import ANSWERS
from tests.guard.plants import BROADCASTS, NOW, broadcast_to, draft
from tests.guard.sensible import sensible_answers, sensible_broadcasts
from tests.make import AT, make_contact, make_problem

PLANTED = (*BROADCASTS, *ANSWERS)


def test_every_stupid_send_is_caught_for_its_reason_and_not_without_it(tenant: Any) -> None:
    """More than twenty kinds, each rule among them, in one desk that knows all of it."""
    missed, blamed, rules = [], [], set()

    for plant in PLANTED:
        planted = plant()
        rules.add(planted.rule)
        name = f"{plant.__module__}.{plant.__name__}"
        caught = judge(planted.outgoing, [planted.contact_id], NOW)[planted.contact_id]
        if Verdict(planted.rule, STOPS[planted.rule]) not in caught:
            missed.append(name)
        cured = planted.cure()
        wise = cured if isinstance(cured, Answer) else planted.outgoing
        spared = judge(wise, [planted.contact_id], NOW).get(planted.contact_id, [])
        if planted.rule in [verdict.rule for verdict in spared]:
            blamed.append(name)

    assert missed == []
    assert blamed == []
    assert rules == set(Rule)
    assert len(PLANTED) > 20


def test_every_rule_has_a_name_a_sentence_and_what_to_do() -> None:
    for rule in Rule:
        said = WORDS[rule]

        assert said.name()
        assert said.sentence().endswith(".")
        assert said.next_step().endswith(".")
    assert set(STOPS) == {rule.value for rule in Rule}


def test_of_two_hundred_sensible_sends_none_is_stopped_and_at_most_four_are_warned_of(
    tenant: Any,
) -> None:
    verdicts = [
        judge(answer, [contact_id], NOW)[contact_id] for answer, contact_id in sensible_answers()
    ]
    for broadcast, contact_ids in sensible_broadcasts():
        verdicts += judge(broadcast, contact_ids, NOW).values()

    stopped = [found for found in verdicts if any(one.is_stopped for one in found)]
    warned = [found for found in verdicts if found]

    assert len(verdicts) == 200
    assert stopped == []
    assert len(warned) <= 4, warned


def test_a_guard_that_knows_nothing_catches_none_of_the_stupid_sends() -> None:
    """What is caught is caught by what is known: without facts every rule is silent."""
    unknown = ToldFacts(
        contact_id=1, at=NOW, kind="workaround", occasion="workaround:1", found="case"
    )

    assert judged_broadcast(unknown) == []
    assert judged_answer(AnswerFacts(contact_id=1, at=NOW, text="It is on its way.")) == []


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
