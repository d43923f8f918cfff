"""Settings: which problem goes to which department."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from problems.facts import facts_of
from problems.models import Problem
from servicedesk.configuration.frame import NotFound, chosen, posted_id, settings_page, whole_number
from servicedesk.pages.guards import StaffRequest, staff
from workflow.amending import BadSetting
from workflow.conditions import (
    AllOf,
    AnyOf,
    BadCondition,
    Condition,
    Leaf,
    Not,
    evaluate,
    parse_condition,
)
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
from workflow.routing.deciding import decide
from workflow.routing.models import RoutingRule

COUNTED_FOR = timedelta(days=30)
FIELDS = ("field", "operator", "value", "department", "condition", "name")
LONGEST_CONDITION = 20_000
LOOKED_AT = 50
SHOWN = 10


@staff(Permission.CONFIGURE)
def routing(request: StaffRequest) -> HttpResponse:
    """Show the rules and try them on a text, or change one."""
    if request.method != "POST":
        editing = chosen(RoutingRule.objects.all(), request.GET.get("edit"))
        return routing_page(request, editing=editing, form=form_for(editing))
    action = request.POST.get("action", "")
    if action in ("add", "save"):
        return save(request)
    if action == "look":
        return look(request)
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
            condition = condition_in(request)
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
            field = "condition" if request.POST.get("condition", "").strip() else "value"
            errors[field] = str(refusal)
        else:
            messages.success(request, _("The rule is saved."))
            return redirect("settings:routing")
    data = {name: request.POST.get(name, "") for name in FIELDS}
    editing = RoutingRule.objects.filter(pk=rule_id).first() if rule_id else None
    return routing_page(request, editing=editing, form={"data": data, "errors": errors}, status=422)


def look(request: StaffRequest) -> HttpResponse:
    """Say which of the last problems the rule of the form fits; nothing is saved."""
    data = {name: request.POST.get(name, "") for name in FIELDS}
    rule_id = whole_number(request.POST.get("id"))
    editing = RoutingRule.objects.filter(pk=rule_id).first() if rule_id else None
    try:
        condition = parse_condition(condition_in(request))
    except BadCondition as refusal:
        field = "condition" if data["condition"].strip() else "value"
        form = {"data": data, "errors": {field: str(refusal)}}
        return routing_page(request, editing=editing, form=form, status=422)
    return routing_page(
        request, editing=editing, form={"data": data, "errors": {}}, fits=fits_of(condition)
    )


def fits_of(condition: Condition) -> dict[str, Any]:
    """Return which of the last 50 problems a condition fits; one query."""
    newest = list(Problem.objects.select_related("product").order_by("-id")[:LOOKED_AT])
    fitting = [one for one in newest if evaluate(condition, facts_of(one)).matched]
    return {
        "looked_at": len(newest),
        "count": len(fitting),
        "problems": [
            {
                "number": one.name,
                "title": one.title,
                "href": reverse("problem:problem", args=[one.number]),
            }
            for one in fitting[:SHOWN]
        ],
    }


def condition_in(request: StaffRequest) -> object:
    """Return the condition of the form: its JSON if there is any, else the three simple fields.

    Raises:
        BadCondition: the JSON cannot be read.
    """
    written = request.POST.get("condition", "").strip()
    if not written:
        value = request.POST.get("value", "").strip()
        operator = request.POST.get("operator", "")
        phrases = [phrase.strip() for phrase in value.split(",") if phrase.strip()]
        return {
            "fact": request.POST.get("field", ""),
            operator: phrases if operator in ("contains", "in") else value,
        }
    try:
        return json.loads(written[:LONGEST_CONDITION])
    except (ValueError, RecursionError):
        raise BadCondition(
            _("This is not JSON."),
            next_step=_('Write it like {"fact": "category", "is": "billing"}.'),
        ) from None


def form_for(rule: RoutingRule | None) -> dict[str, Any]:
    """Return the fields as they are; a condition of one statement in the simple fields."""
    if rule is None:
        return {"data": {}, "errors": {}}
    data: dict[str, Any] = {"name": rule.name, "department": rule.department_id}
    condition = rule.condition
    operator = next((key for key in condition if key != "fact"), "")
    if "fact" in condition and operator in OPERATORS and len(condition) == 2:
        value = condition[operator]
        data |= {
            "field": condition["fact"],
            "operator": operator,
            "value": ", ".join(map(str, value)) if isinstance(value, list) else str(value),
        }
    else:
        data["condition"] = json.dumps(condition, ensure_ascii=False, indent=2)
    return {"data": data, "errors": {}}


FACTS: dict[str, Callable[[], str]] = {
    "category": lambda: _("Category"),
    "product": lambda: _("Product"),
    "text": lambda: _("Title or statement"),
    "title": lambda: _("Title"),
    "statement": lambda: _("Statement"),
    "severity": lambda: _("Severity"),
}
OPERATORS: dict[str, Callable[[], str]] = {
    "is": lambda: _("is"),
    "contains": lambda: _("contains one of (words, with commas between)"),
    "in": lambda: _("is one of (with commas between)"),
    "starts_with": lambda: _("starts with"),
    "is_not": lambda: _("is not"),
}
SAID: dict[str, Callable[[], str]] = {
    "is": lambda: _("is"),
    "is_not": lambda: _("is not"),
    "in": lambda: _("is one of"),
    "not_in": lambda: _("is none of"),
    "contains": lambda: _("contains"),
    "starts_with": lambda: _("starts with"),
    "at_least": lambda: _("is at least"),
    "at_most": lambda: _("is at most"),
    "exists": lambda: _("is known:"),
}


def in_words(condition: Condition) -> str:
    """Write a condition as people say it."""
    match condition:
        case Leaf(fact, operator, value):
            name = FACTS[fact]() if fact in FACTS else fact
            return f"{name} {SAID[operator]()} {value_in_words(value)}"
        case Not(part):
            return _("not (%(part)s)") % {"part": in_words(part)}
        case AllOf(parts):
            return f" {_('and')} ".join(grouped(part) for part in parts) or _("always")
        case AnyOf(parts):
            return f" {_('or')} ".join(grouped(part) for part in parts)


def grouped(part: Condition) -> str:
    """Write a part, in brackets if it has parts itself."""
    return in_words(part) if isinstance(part, Leaf | Not) else f"({in_words(part)})"


def value_in_words(value: object) -> str:
    """Write the value of a statement."""
    if isinstance(value, tuple):
        rest = f" {_('and %(count)d more') % {'count': len(value) - 4}}" if len(value) > 4 else ""
        return ", ".join(value_in_words(one) for one in value[:4]) + rest
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return f"“{value}”" if isinstance(value, str) else str(value)


def matched_lately(*, at: datetime) -> Counter[int]:
    """Return how many problems of the last 30 days each rule routed; one query.

    The reason is JSON, which the database must not search: it is counted here.
    """
    because = Problem.objects.filter(opened_at__gt=at - COUNTED_FOR).values_list(
        "routed_because", flat=True
    )
    return Counter(reason["rule"] for reason in because if reason and "rule" in reason)


def tried(text: str) -> dict[str, Any] | None:
    """Say where a text would go, and by which rule; one query, none for an empty text."""
    if not text.strip():
        return None
    decision = decide(
        {"title": text[:200], "statement": text, "text": text, "category": text.strip()}
    )
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
    status: int = 200,
) -> HttpResponse:
    """Return the page; five queries for any number of rules."""
    rules = RoutingRule.objects.select_related("department").order_by("position", "id")
    counts = matched_lately(at=now())
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
                    "matched": counts[rule.pk],
                    "is_active": rule.is_active and rule.department.is_active,
                    "edit_href": f"{reverse('settings:routing')}?edit={rule.pk}#edit",
                }
                for rule in rules
            ],
            "fallback": {"department": service.name, "hue": service.hue},
            "form": form,
            "fits": fits,
            "editing": {"id": editing.pk, "name": editing.name} if editing else None,
            "fields": [{"value": code, "label": name()} for code, name in FACTS.items()],
            "operators": [{"value": code, "label": name()} for code, name in OPERATORS.items()],
            "departments": [{"value": one.pk, "label": one.name} for one in departments],
            "trial": tried(request.GET.get("try", "")[:5_000]),
        },
        status=status,
    )
