"""What went wrong with a rule, how it could be repaired, and what a change does to the past."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from problems.handing import accept_problem, hand_over_problem, refuse_problem
from problems.route_rates import Told, Verdict, rates, routings_in
from problems.route_repairs import RepairGone, accept_repair, repairs_of
from problems.route_trials import compare, fixed_problems, try_ways, with_rule
from tests.make import AT, HOUR, make_actor, make_department, make_rule
from tests.routing.telling import make_routed
from workflow.conditions import parse_condition
from workflow.history.actions import Action
from workflow.people.actors import NotPermitted
from workflow.people.permissions import Role
from workflow.routing.deciding import Way, ways_in_force
from workflow.routing.models import RoutingRule


def told(
    action: Action, *, rule: int | None = None, is_program: bool = False, is_drawn: bool = False
) -> Told:
    """Return a line of a history."""
    return Told(
        action=action,
        at=AT,
        is_program=is_program,
        is_drawn=is_drawn,
        rule=rule,
        department=1,
        better=2,
    )


@pytest.mark.parametrize(
    ("after", "verdict"),
    [
        ([told(Action.PROBLEM_REFUSED)], Verdict.REFUSED),
        ([told(Action.PROBLEM_HANDED_OVER)], Verdict.HANDED_ON),
        ([told(Action.PROBLEM_CAUSE_FOUND), told(Action.PROBLEM_HANDED_OVER)], Verdict.STAYED),
        ([told(Action.PROBLEM_HANDED_OVER, is_program=True)], Verdict.STAYED),
        ([told(Action.PROBLEM_HANDED_OVER, is_drawn=True)], Verdict.STAYED),
        ([], Verdict.STAYED),
    ],
)
def test_what_comes_next_says_whether_a_routing_was_right(
    after: list[Told], verdict: Verdict
) -> None:
    (found,) = routings_in(7, [told(Action.PROBLEM_ROUTED, rule=3), *after])

    assert (found.rule, found.verdict) == (3, verdict)
    assert found.better == (None if verdict is Verdict.STAYED else 2)


def test_a_problem_that_was_routed_twice_is_judged_twice() -> None:
    first, second = told(Action.PROBLEM_ROUTED, rule=3), told(Action.PROBLEM_ROUTED, rule=4)

    found = routings_in(7, [first, told(Action.PROBLEM_REFUSED), second])
    by_hand = routings_in(7, [told(Action.PROBLEM_ROUTED), told(Action.PROBLEM_REFUSED)])

    assert [(one.rule, one.is_wrong) for one in found] == [(3, True), (4, False)]
    assert by_hand == []


def test_the_rate_of_a_rule_counts_what_was_refused_and_handed_on(story: RoutingRule) -> None:
    handed_on = make_routed()
    payer = make_actor(Role.MEMBER, department=story.department)
    accept_problem(problem_id=handed_on.pk, actor=payer, at=AT + HOUR)
    hand_over_problem(
        problem_id=handed_on.pk,
        department=make_department("Cards"),
        reason="The card, not the payment.",
        actor=payer,
        at=AT + HOUR,
    )

    rate = rates()[story.pk]

    assert (rate.routed, rate.refused, rate.handed_on) == (6, 2, 1)
    assert rate.share == 0.5


def test_a_trial_compares_where_rules_lead_with_who_fixed_it(story: RoutingRule) -> None:
    loans = Way(
        id=0,
        name="Loans",
        condition=parse_condition({"fact": "product", "is": "Loan"}),
        department=make_department("Loans"),
    )
    past, ways = fixed_problems(), ways_in_force()

    found = compare(past, now=ways, drafted=with_rule(ways, loans, above=story.pk))
    behind = compare(past, now=ways, drafted=with_rule(ways, loans))
    without = try_ways(past, ways=[])

    assert (len(past), found.before.right, found.after.right) == (5, 3, 5)
    assert (len(found.set_right), len(found.set_wrong), found.moved) == (2, 0, 2)
    assert behind.moved == 0
    assert (without.unrouted, len(without.differences)) == (5, 5)


def test_a_trial_costs_the_same_for_two_problems_and_for_five(story: RoutingRule) -> None:
    rule = RoutingRule.objects.get()
    rule.condition = {"any": [{"fact": "said", "contains": "nothing"}, rule.condition]}
    rule.save()

    def cost(at_most: int) -> int:
        with CaptureQueriesContext(connection) as asked:
            trial = try_ways(fixed_problems(at_most=at_most), ways=ways_in_force())
        assert len(trial.judged) == at_most
        return len(asked)

    assert cost(2) == cost(5) == 7


def test_refusals_suggest_a_rule_above_that_one_click_adds(story: RoutingRule) -> None:
    lead = make_actor(Role.LEAD)
    best = repairs_of(story)[0]

    made = accept_repair(rule_id=story.pk, key=best.key, actor=lead, at=AT + HOUR)

    assert best.explains == 2
    assert best.gain == 2
    assert made.condition == {
        "all": [{"fact": "category", "is": "billing"}, {"fact": "product", "is": "Loan"}]
    }
    assert (made.department.slug, made.position) == ("loans", 1)
    assert RoutingRule.objects.get(pk=story.pk).position == 2
    trial = try_ways(fixed_problems(), ways=ways_in_force())
    assert trial.differences == []


def test_a_refusal_that_names_nobody_suggests_an_exception(tenant: Any) -> None:
    payments = make_department("Payments")
    rule, payer = make_rule(payments), make_actor(Role.MEMBER, department=payments)
    make_routed()
    refused = make_routed(product="Insurance")
    refuse_problem(problem_id=refused.pk, reason="Not ours.", actor=payer, at=AT + HOUR)

    best = repairs_of(rule)[0]
    changed = accept_repair(
        rule_id=rule.pk, key=best.key, actor=make_actor(Role.ADMIN), at=AT + HOUR
    )

    assert changed.pk == rule.pk
    assert changed.condition["all"][1] == {"not": {"fact": "product", "is": "Insurance"}}
    assert changed.department_id == payments.pk


def test_a_repair_of_a_rule_that_changed_is_refused_and_so_is_a_stranger(
    story: RoutingRule,
) -> None:
    key = repairs_of(story)[0].key

    with pytest.raises(NotPermitted):
        accept_repair(rule_id=story.pk, key=key, actor=make_actor(Role.AGENT), at=AT)
    RoutingRule.objects.update(condition={"fact": "category", "in": ["billing", "bills"]})
    with pytest.raises(RepairGone):
        accept_repair(rule_id=story.pk, key=key, actor=make_actor(Role.LEAD), at=AT)

    assert RoutingRule.objects.count() == 1


def test_a_rule_that_was_right_needs_no_repair(tenant: Any) -> None:
    rule = make_rule(make_department("Payments"))
    make_routed()

    assert repairs_of(rule) == []
