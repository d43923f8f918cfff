"""Settings: how right a routing rule was, what went wrong, and how it could be repaired."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from problems.models import Problem
from problems.route_rates import Rate, Routing, Verdict, last_routings, rates_of, reasons_for
from problems.route_repairs import Repair, RepairGone, accept_repair, repairs_of
from servicedesk.configuration.frame import NotFound, settings_page
from servicedesk.configuration.routing import effect_shown, problem_shown, rate_shown
from servicedesk.configuration.routing_words import in_words
from servicedesk.pages.guards import StaffRequest, staff
from workflow.conditions import parse_condition
from workflow.people.models import Department
from workflow.people.permissions import Permission
from workflow.refusals import Refusal
from workflow.routing.models import RoutingRule

MOST_SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.CONFIGURE, Permission.STEER_PROBLEM)
def routing_rule(request: StaffRequest, rule_id: int) -> HttpResponse:
    """Show what became of what a rule routed, or accept a repair."""
    if request.method == "POST":
        return accept(request, rule_id)
    return rule_page(request, rule_called(rule_id))


def rule_called(rule_id: int) -> RoutingRule:
    """Return a rule with its department.

    Raises:
        NotFound: there is none.
    """
    rule = RoutingRule.objects.select_related("department").filter(pk=rule_id).first()
    if rule is None:
        raise NotFound(
            _("There is no such rule here."), next_step=_("Go back to the list of rules.")
        )
    return rule


def accept(request: StaffRequest, rule_id: int) -> HttpResponse:
    """Do what a repair says; one that is not suggested any more is refused beside those of now."""
    rule = rule_called(rule_id)
    if request.POST.get("action") != "repair":
        raise NotFound(_("This is not there."), next_step=_("Load the page again."))
    try:
        accept_repair(
            rule_id=rule.pk, key=request.POST.get("key", ""), actor=request.actor, at=now()
        )
    except RepairGone as refusal:
        return rule_page(request, rule, refusal=refusal, status=409)
    messages.success(request, _("The rules are repaired."))
    return redirect("settings:routing")


def rule_page(
    request: StaffRequest, rule: RoutingRule, *, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    """Return the page of a rule; about twenty queries, however much it routed."""
    routings = [one for one in last_routings() if one.rule == rule.pk]
    wrong = [one for one in routings if one.is_wrong][:MOST_SHOWN]
    return settings_page(
        request,
        "routing_rule",
        {
            "settings_page": "routing",
            "rule": {
                "id": rule.pk,
                "name": rule.name,
                "position": rule.position,
                "when": in_words(parse_condition(rule.condition)),
                "department": rule.department.name,
                "hue": rule.department.hue,
            },
            "rate": rate_shown(rates_of(routings).get(rule.pk, Rate())),
            "wrong": wrong_shown(wrong),
            "repairs": [repair_shown(one) for one in repairs_of(rule)],
            "back": reverse("settings:routing"),
            "refusal": refusal,
        },
        status=status,
    )


def wrong_shown(wrong: list[Routing]) -> list[dict[str, Any]]:
    """Return what went wrong: problem, why, and who was the better owner; three queries."""
    problems = Problem.objects.in_bulk([one.problem_id for one in wrong])
    departments = Department.objects.in_bulk()
    why = reasons_for(wrong)
    return [
        {
            **problem_shown(problems[one.problem_id]),
            "verdict": _("refused") if one.verdict is Verdict.REFUSED else _("handed on"),
            "at": one.at,
            "reason": why[one.problem_id, one.at],
            "better": departments[one.better].name if one.better in departments else "",
        }
        for one in wrong
        if one.problem_id in problems
    ]


def repair_shown(repair: Repair) -> dict[str, Any]:
    """Return a repair: what it would be, what speaks for it, what it would change."""
    statement = in_words(repair.statement)
    if repair.department is None:
        says = _("Leave out of this rule: %(statement)s") % {"statement": statement}
    else:
        says = _("A new rule above this one: if also %(statement)s, to %(department)s") % {
            "statement": statement,
            "department": repair.department.name,
        }
    return {
        "key": repair.key,
        "says": says,
        "when": in_words(repair.condition),
        "explains": repair.explains,
        **effect_shown(repair.comparison),
    }
