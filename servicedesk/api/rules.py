"""Routing rules for programs: list, add, change, order, try out."""

from typing import Any

from problems.facts import facts, facts_before_opening, refuse_unknown_facts
from servicedesk.api.base import TokenView
from servicedesk.api.naming import department_called, product_for, row_of
from servicedesk.api.operations import operation, page_shape
from servicedesk.api.paging import one, shaped
from servicedesk.api.shapes import organising as shapes
from workflow.conditions import parse_condition
from workflow.configuring import DOWN, UP, move_rule, remove_rule, save_rule, set_rule_active
from workflow.people.models import Department
from workflow.people.permissions import Permission
from workflow.routing.deciding import decide
from workflow.routing.models import RoutingRule

Fields = dict[str, Any]
CONFIGURES = (Permission.CONFIGURE,)
PATH = ("pk",)
TAG = "Routing rules"


class RuleView(TokenView):
    """An address of rules."""

    def shown(self) -> dict[str, Any]:
        """Return all rules in the order in which they are asked; one query, at most 200 rules."""
        rows = RoutingRule.objects.select_related("department").order_by("position", "id")
        return {"results": shaped(shapes.RuleShape)(list(rows)), "next": None}

    def saved(self, fields: Fields, *, rule_id: int | None) -> dict[str, Any]:
        """Save a rule and return it."""
        refuse_unknown_facts(parse_condition(fields["condition"]))
        rule = save_rule(
            rule_id=rule_id,
            name=fields["name"],
            condition=fields["condition"],
            department=department_called(fields["department"]),
            actor=self.actor,
            at=self.at,
        )
        return one(shapes.RuleShape, rule)


class Rules(RuleView):
    """The rules."""

    @operation("list_rules", any_of=CONFIGURES, gives=page_shape(shapes.RuleShape), tag=TAG)
    def get(self) -> Any:
        """List all rules in the order in which they are asked; the first that fits decides."""
        return self.shown()

    @operation(
        "create_rule",
        any_of=CONFIGURES,
        takes=shapes.RuleWish,
        gives=shapes.RuleShape,
        status=201,
        tag=TAG,
    )
    def post(self, fields: Fields) -> Any:
        """Add a rule behind the others."""
        return self.saved(fields, rule_id=None)


class OneRule(RuleView):
    """One rule."""

    @operation(
        "change_rule",
        any_of=CONFIGURES,
        takes=shapes.RuleWish,
        gives=shapes.RuleShape,
        path=PATH,
        tag=TAG,
    )
    def patch(self, fields: Fields, pk: int) -> Any:
        """Change a rule; what it routed keeps its way."""
        return self.saved(fields, rule_id=row_of(RoutingRule.objects, pk=pk).pk)

    @operation(
        "remove_rule",
        any_of=CONFIGURES,
        gives=page_shape(shapes.RuleShape),
        path=PATH,
        tag=TAG,
    )
    def delete(self, _fields: Fields, pk: int) -> Any:
        """Take a rule away; the answer is the rules that are left."""
        rule = row_of(RoutingRule.objects, pk=pk)
        remove_rule(rule_id=rule.pk, actor=self.actor, at=self.at)
        return self.shown()


class RuleActivity(RuleView):
    """Whether a rule is asked."""

    @operation(
        "set_rule_active",
        any_of=CONFIGURES,
        takes=shapes.Activity,
        gives=shapes.RuleShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, fields: Fields, pk: int) -> Any:
        """Switch a rule off, or on again."""
        rule = row_of(RoutingRule.objects, pk=pk)
        changed = set_rule_active(
            rule_id=rule.pk, is_active=fields["is_active"], actor=self.actor, at=self.at
        )
        return one(shapes.RuleShape, changed)


class RulePlace(RuleView):
    """When a rule is asked."""

    @operation(
        "move_rule",
        any_of=CONFIGURES,
        takes=shapes.RuleMove,
        gives=page_shape(shapes.RuleShape),
        path=PATH,
        tag=TAG,
    )
    def post(self, fields: Fields, pk: int) -> Any:
        """Let a rule be asked one place earlier or later; the answer is all rules."""
        rule = row_of(RoutingRule.objects, pk=pk)
        by = UP if fields["direction"] == "up" else DOWN
        move_rule(rule_id=rule.pk, by=by, actor=self.actor, at=self.at)
        return self.shown()


class TryRules(TokenView):
    """Where a problem would go."""

    @operation(
        "try_rules",
        any_of=(Permission.CONFIGURE, Permission.OPEN_PROBLEM),
        takes=shapes.RuleTrial,
        gives=shapes.TrialShape,
        tag=TAG,
    )
    def post(self, fields: Fields) -> Any:
        """Say where the rules would send a problem, and why; nothing is changed."""
        own = facts(
            title=fields["title"],
            statement=fields["statement"],
            category=fields["category"],
            product=product_for(fields["product"]),
            severity=fields["severity"],
        )
        decision = decide(facts_before_opening(own, version=fields["product_version"]))
        if decision is None:
            service = row_of(Department.objects, is_customer_service=True)
            return {"department": service.slug, "rule": None, "reasons": []}
        return {
            "department": decision.department.slug,
            "rule": decision.rule_id,
            "reasons": list(decision.reasons),
        }
