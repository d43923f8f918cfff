"""The first rule that fits decides, and says why."""

from typing import Any

import pytest

from tests.make import AT, make_actor, make_department, make_rule
from workflow.amending import BadSetting
from workflow.configuring import LONGEST_RULE, save_rule
from workflow.models import RoutingRule
from workflow.people.permissions import Role
from workflow.routing.deciding import decide


def test_the_first_rule_that_fits_decides(tenant: Any) -> None:
    make_rule(make_department("Cards"), condition={"fact": "product", "is": "Card"})
    make_rule(make_department("Payments"), condition={"fact": "category", "is": "billing"})

    decision = decide({"product": "Account", "category": "billing"})

    assert decision is not None
    assert decision.department.name == "Payments"
    assert decision.rule_name == "To Payments"
    assert decision.reasons


def test_an_order_changed_by_an_admin_changes_the_decision(tenant: Any) -> None:
    cards = make_rule(make_department("Cards"), condition={"fact": "text", "contains": "debit"})
    make_rule(make_department("Payments"), condition={"fact": "text", "contains": "debit"})
    RoutingRule.objects.filter(pk=cards.pk).update(position=9)

    decision = decide({"text": "direct debit twice"})

    assert decision is not None
    assert decision.department.name == "Payments"


def test_inactive_rules_and_departments_do_not_count(tenant: Any) -> None:
    rule = make_rule(make_department("Cards"), condition={"fact": "text", "contains": "debit"})
    gone = make_department("Gone")
    make_rule(gone, condition={"fact": "text", "contains": "debit"})
    gone.is_active = False
    gone.save()
    RoutingRule.objects.filter(pk=rule.pk).update(is_active=False)

    assert decide({"text": "direct debit"}) is None


def test_a_new_condition_is_no_longer_than_each_problem_can_ask(tenant: Any) -> None:
    admin, cards = make_actor(Role.ADMIN), make_department("Cards")
    condition: dict[str, object] = {"fact": "product", "in": ["x" * 990] * (LONGEST_RULE // 990)}
    old = make_rule(cards, condition=condition)
    saved: dict[str, Any] = {"name": "Cards", "department": cards, "actor": admin, "at": AT}

    with pytest.raises(BadSetting, match=f"{LONGEST_RULE} are allowed"):
        save_rule(rule_id=None, condition=condition, **saved)

    # What stands there longer already may be renamed.
    assert save_rule(rule_id=old.pk, condition=condition, **saved).name == "Cards"
