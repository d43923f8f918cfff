"""Settings: which problem goes to which department."""

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from problems.facts import Customers, ProblemFacts, facts, facts_of_all, refuse_unknown_facts
from problems.models import Problem
from problems.route_rates import Rate, rates
from problems.route_trials import Comparison, Judged, compare, fixed_problems, with_rule
from servicedesk.configuration.condition_form import OPERATORS
from servicedesk.configuration.condition_groups import (
    Groups,
    condition_posted,
    groups_of,
    groups_posted,
    groups_shown,
)
from servicedesk.configuration.frame import NotFound, chosen, posted_id, settings_page, whole_number
from servicedesk.configuration.routing_words import FACTS, in_words
from servicedesk.pages.guards import StaffRequest, staff
from workflow.amending import BadSetting
from workflow.conditions import BadCondition, Condition, evaluate, parse_condition
from workflow.configuring import (
    DOWN,
    UP,
    move_rule,
    remove_rule,
    save_rule,
    set_rule_active,
)
from workflow.people.models import Department
from workflow.people.permissions import Permission
from workflow.routing.deciding import Way, decide, ways_in_force
from workflow.routing.models import RoutingRule

FIELDS = ("department", "condition", "name")
LOOKED_AT = 50
SHOWN = 10


@staff(Permission.CONFIGURE, Permission.STEER_PROBLEM)
def routing(request: StaffRequest) -> HttpResponse:
    """Show the rules and try them on a text, or change one; leads look, administrators change.

    Raises:
        NotPermitted: somebody who may look wants to change a rule.
    """
    if request.method != "POST":
        editing = chosen(RoutingRule.objects.all(), request.GET.get("edit"))
        return routing_page(request, editing=editing, form=form_for(editing))
    request.actor.require(Permission.CONFIGURE)
    action = request.POST.get("action", "")
    if action in ("add", "save"):
        return save(request)
    if action == "look":
        return look(request)
    if action == "more":
        return more(request)
    change(request, action)
    return redirect("settings:routing")


def change(request: StaffRequest, action: str) -> None:
    """Move, remove or switch a rule.

    Raises:
        NotFound: the form asks for something else.
    """
    rule_id, actor, at = posted_id(request), request.actor, now()
    if action in ("up", "down"):
        move_rule(rule_id=rule_id, by=UP if action == "up" else DOWN, actor=actor, at=at)
    elif action == "remove":
        remove_rule(rule_id=rule_id, actor=actor, at=at)
    elif action in ("on", "off"):
        set_rule_active(rule_id=rule_id, is_active=action == "on", actor=actor, at=at)
    else:
        raise NotFound(_("This is not there."), next_step=_("Load the page again."))


def save(request: StaffRequest) -> HttpResponse:
    """Add or change a rule; what cannot be used stands in the form."""
    rule_id = whole_number(request.POST.get("id"))
    department = chosen(Department.objects.filter(is_active=True), request.POST.get("department"))
    errors: dict[str, str] = {}
    if department is None:
        errors["department"] = _("Choose where it goes.")
    else:
        try:
            condition = condition_posted(request.POST.dict())
            refuse_unknown_facts(parse_condition(condition))
            save_rule(
                rule_id=rule_id,
                name=request.POST.get("name", "").strip()
                or in_words(parse_condition(condition))[:120],
                condition=condition,
                department=department,
                actor=request.actor,
                at=now(),
            )
        except (BadCondition, BadSetting) as refusal:
            errors[refused_field(request)] = str(refusal)
        else:
            messages.success(request, _("The rule is saved."))
            return redirect("settings:routing")
    form = form_posted(request, errors=errors)
    return routing_page(request, editing=edited(request), form=form, status=422)


def more(request: StaffRequest) -> HttpResponse:
    """Show the form as it is written with one more group; nothing is saved."""
    form = form_posted(request, errors={}, has_more=True)
    return routing_page(request, editing=edited(request), form=form)


def edited(request: StaffRequest) -> RoutingRule | None:
    """Return the rule that the form changes, or None; one query if it names one."""
    rule_id = whole_number(request.POST.get("id"))
    return RoutingRule.objects.filter(pk=rule_id).first() if rule_id else None


def refused_field(request: StaffRequest) -> str:
    """Return beside what a refusal of the condition stands."""
    return "condition" if request.POST.get("condition", "").strip() else "statements"


def form_posted(
    request: StaffRequest, *, errors: dict[str, str], has_more: bool = False
) -> dict[str, Any]:
    """Return the fields as somebody wrote them."""
    posted = request.POST.dict()
    return {
        "data": {name: posted.get(name, "") for name in FIELDS},
        "errors": errors,
        "when": groups_shown(groups_posted(posted), has_more=has_more),
    }


def look(request: StaffRequest) -> HttpResponse:
    """Say which of the last problems the rule of the form fits; nothing is saved."""
    editing = edited(request)
    try:
        condition = parse_condition(condition_posted(request.POST.dict()))
        refuse_unknown_facts(condition)
    except BadCondition as refusal:
        form = form_posted(request, errors={refused_field(request): str(refusal)})
        return routing_page(request, editing=editing, form=form, status=422)
    form = form_posted(request, errors={})
    data, rule_id = form["data"], editing.pk if editing else 0
    department = chosen(Department.objects.filter(is_active=True), data["department"])
    way = (
        Way(id=rule_id, name=data["name"], condition=condition, department=department)
        if department
        else None
    )
    return routing_page(
        request,
        editing=editing,
        form=form,
        fits=fits_of(condition),
        effect=effect_of(way) if way else None,
    )


def fits_of(condition: Condition) -> dict[str, Any]:
    """Return which of the last 50 problems a condition fits; one query, three more for customers."""
    newest = list(Problem.objects.select_related("product").order_by("-id")[:LOOKED_AT])
    facts_by = facts_of_all(newest)
    fitting = [one for one in newest if evaluate(condition, facts_by[one.pk]).matched]
    return {
        "looked_at": len(newest),
        "count": len(fitting),
        "problems": [problem_shown(one) for one in fitting[:SHOWN]],
    }


def problem_shown(problem: Problem) -> dict[str, str]:
    """Return number, title and address of a problem."""
    return {
        "number": problem.name,
        "title": problem.title,
        "href": reverse("problem:problem", args=[problem.name]),
    }


def effect_of(way: Way) -> dict[str, Any]:
    """Say what a rule that is not saved would do to the last 500 fixed problems; eight queries."""
    ways = ways_in_force()
    return effect_shown(compare(fixed_problems(), now=ways, drafted=with_rule(ways, way)))


def effect_shown(comparison: Comparison) -> dict[str, Any]:
    """Return how a change of the rules does on problems of the past, with the first of each sort."""
    after = comparison.after
    return {
        "looked_at": len(after.judged),
        "right_now": comparison.before.right,
        "right_then": after.right,
        "moved": comparison.moved,
        "set_right": [judged_shown(one, comparison) for one in comparison.set_right[:SHOWN]],
        "set_right_count": len(comparison.set_right),
        "set_wrong": [judged_shown(one, comparison) for one in comparison.set_wrong[:SHOWN]],
        "set_wrong_count": len(comparison.set_wrong),
    }


def judged_shown(judged: Judged, comparison: Comparison) -> dict[str, str]:
    """Return a problem of the past, where it would go, and who fixed it."""
    fixed_by = comparison.after.departments[judged.past.fixed_by]
    return {
        **problem_shown(judged.past.problem),
        "goes_to": judged.decision.department.name if judged.decision else "",
        "fixed_by": fixed_by.name,
    }


def form_for(rule: RoutingRule | None) -> dict[str, Any]:
    """Return the fields as they are; a condition that groups cannot say stands in JSON."""
    if rule is None:
        return {"data": {}, "errors": {}, "when": groups_shown(Groups())}
    data: dict[str, Any] = {"name": rule.name, "department": rule.department_id}
    groups = groups_of(rule.condition)
    if groups is None:
        data["condition"] = json.dumps(rule.condition, ensure_ascii=False, indent=2)
    return {"data": data, "errors": {}, "when": groups_shown(groups or Groups())}


def tried(text: str) -> dict[str, Any] | None:
    """Say where a text would go, and by which rule; one query, none for an empty text."""
    if not text.strip():
        return None
    own = facts(title=text[:200], statement=text, category=text.strip(), product=None)
    decision = decide(ProblemFacts(own, ask=lambda: Customers(openings=(text,))))
    if decision is None:
        return {"text": text, "department": "", "hue": "", "rule": ""}
    return {
        "text": text,
        "department": decision.department.name,
        "hue": decision.department.hue,
        "rule": decision.rule_name,
        "reasons": "; ".join(decision.reasons),
    }


def routing_page(
    request: StaffRequest,
    *,
    editing: RoutingRule | None,
    form: dict[str, Any],
    fits: dict[str, Any] | None = None,
    effect: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return the page; six queries for any number of rules."""
    rules = RoutingRule.objects.select_related("department").order_by("position", "id")
    found = rates()
    service = Department.objects.get(is_customer_service=True)
    departments = Department.objects.filter(is_active=True).order_by("name", "id")
    return settings_page(
        request,
        "routing",
        {
            "rules": [
                {
                    "id": rule.pk,
                    "position": rule.position,
                    "name": rule.name,
                    "when": in_words(parse_condition(rule.condition)),
                    "department": rule.department.name,
                    "hue": rule.department.hue,
                    **rate_shown(found.get(rule.pk, Rate())),
                    "href": reverse("settings:routing_rule", args=[rule.pk]),
                    "is_active": rule.is_active and rule.department.is_active,
                    "edit_href": f"{reverse('settings:routing')}?edit={rule.pk}#edit",
                }
                for rule in rules
            ],
            "fallback": {"department": service.name, "hue": service.hue},
            "form": form,
            "fits": fits,
            "effect": effect,
            "may_change": request.actor.may(Permission.CONFIGURE),
            "editing": {"id": editing.pk, "name": editing.name} if editing else None,
            "fields": [{"value": code, "label": name()} for code, name in FACTS.items()],
            "operators": [{"value": code, "label": name()} for code, name in OPERATORS.items()],
            "departments": [{"value": one.pk, "label": one.name} for one in departments],
            "trial": tried(request.GET.get("try", "")[:5_000]),
        },
        status=status,
    )


def rate_shown(rate: Rate) -> dict[str, Any]:
    """Return how a rule did: routed, wrong, and the share of it in per cent or empty."""
    return {
        "matched": rate.routed,
        "wrong": rate.wrong,
        "refused": rate.refused,
        "handed_on": rate.handed_on,
        "wrong_percent": f"{rate.share:.0%}" if rate.routed else "",
    }
