"""How right the routing rules are, for programs: on the past, by rate, and how to repair one."""

from typing import Any

from django.utils.translation import gettext as _

from problems.facts import refuse_unknown_facts
from problems.route_rates import rates
from problems.route_repairs import Repair, accept_repair, repairs_of
from problems.route_trials import Judged, Trial, compare, fixed_problems, with_rule
from servicedesk.api.base import TokenView
from servicedesk.api.naming import department_called, row_of
from servicedesk.api.operations import operation, page_shape
from servicedesk.api.paging import one
from servicedesk.api.refusals import Unprocessable
from servicedesk.api.shapes import organising as shapes
from workflow.conditions import condition_to_data, parse_condition
from workflow.people.permissions import Permission
from workflow.routing.deciding import Way, ways_in_force
from workflow.routing.models import RoutingRule

Fields = dict[str, Any]
LOOKS = (Permission.CONFIGURE, Permission.STEER_PROBLEM)
PATH = ("pk",)
TAG = "Routing rules"


class PastTrial(TokenView):
    """The rules on problems of the past."""

    @operation(
        "try_rules_on_past",
        any_of=LOOKS,
        takes=shapes.RuleDraft,
        gives=shapes.PastTrialShape,
        tag=TAG,
    )
    def post(self, fields: Fields) -> Any:
        """Say where the last 500 fixed problems would go, as the rules stand or with a draft."""
        ways = ways_in_force()
        found = compare(fixed_problems(), now=ways, drafted=drafted(ways, fields))
        return {
            "problems": len(found.after.judged),
            "right": found.after.right,
            "unrouted": found.after.unrouted,
            "moved": found.moved,
            "set_right": [named(judged) for judged in found.set_right],
            "set_wrong": [named(judged) for judged in found.set_wrong],
            "differences": [difference(judged, found.after) for judged in found.after.differences],
        }


def drafted(ways: list[Way], fields: Fields) -> list[Way]:
    """Return the rules with the draft, or as they stand without one.

    Raises:
        BadCondition: the condition cannot be read.
        Unprocessable: a condition leads nowhere.
    """
    if fields["condition"] is None:
        return ways
    if not fields["department"]:
        raise Unprocessable(
            _("A rule leads to a department."), next_step=_("Send the short name of one.")
        )
    condition = parse_condition(fields["condition"])
    refuse_unknown_facts(condition)
    rule = row_of(RoutingRule.objects, pk=fields["rule"]).pk if fields["rule"] else 0
    way = Way(
        id=rule,
        name="",
        condition=condition,
        department=department_called(fields["department"]),
    )
    return with_rule(ways, way)


def named(judged: Judged) -> str:
    """Return the number of a problem, as people write it."""
    return judged.past.problem.name


def difference(judged: Judged, trial: Trial) -> Fields:
    """Return where a problem would go and who fixed it."""
    decision = judged.decision
    return {
        "problem": named(judged),
        "goes_to": decision.department.slug if decision else None,
        "rule": decision.rule_id or None if decision else None,
        "reasons": list(decision.reasons) if decision else [],
        "fixed_by": trial.departments[judged.past.fixed_by].slug,
    }


class RuleRates(TokenView):
    """How each rule did."""

    @operation("list_rule_rates", any_of=LOOKS, gives=page_shape(shapes.RateShape), tag=TAG)
    def get(self) -> Any:
        """List how much of what each rule routed was refused, or handed on before its cause.

        Of the last 500 problems; a rule that routed none of them is not in it.
        """
        found = [
            {
                "rule": rule,
                "routed": rate.routed,
                "refused": rate.refused,
                "handed_on": rate.handed_on,
                "wrong_share": round(rate.share, 4),
            }
            for rule, rate in sorted(rates().items())
        ]
        return {"results": found, "next": None}


class RuleRepairs(TokenView):
    """What would repair a rule."""

    @operation(
        "list_repairs",
        any_of=LOOKS,
        gives=page_shape(shapes.RepairShape),
        path=PATH,
        tag=TAG,
    )
    def get(self, pk: int) -> Any:
        """List up to three repairs of a rule with what each would change, the best first."""
        rule = row_of(RoutingRule.objects.select_related("department"), pk=pk)
        return {"results": [shown(repair) for repair in repairs_of(rule)], "next": None}

    @operation(
        "accept_repair",
        any_of=LOOKS,
        takes=shapes.RepairWish,
        gives=shapes.RuleShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, fields: Fields, pk: int) -> Any:
        """Do a repair; the answer is the rule that was changed or added."""
        rule = row_of(RoutingRule.objects, pk=pk)
        repaired = accept_repair(rule_id=rule.pk, key=fields["key"], actor=self.actor, at=self.at)
        return one(shapes.RuleShape, repaired)


def shown(repair: Repair) -> Fields:
    """Return a repair and what it would change."""
    return {
        "key": repair.key,
        "condition": condition_to_data(repair.condition),
        "department": repair.department.slug if repair.department else None,
        "explains": repair.explains,
        "set_right": [named(judged) for judged in repair.comparison.set_right],
        "set_wrong": [named(judged) for judged in repair.comparison.set_wrong],
    }
