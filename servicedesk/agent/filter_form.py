"""The filters of a list of cases: as a form, as criteria, and as an address."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.filtering import Criteria
from cases.queries import Queue, active_departments, colleagues_who_work_cases
from cases.states import Channel
from customers.queries import active_products
from servicedesk.pages.case_words import PRIORITIES, PRIORITY_CODES, channel_names, priority_choices
from workflow.people.teams import active_teams

STANDINGS = {
    "open": gettext_lazy("Open"),
    "working": gettext_lazy("To do"),
    "pending": gettext_lazy("Waiting for customer"),
    "on_problem": gettext_lazy("Waiting for a problem"),
    "resolved": gettext_lazy("Resolved or closed"),
    "any": gettext_lazy("Any state"),
}
PROBLEMS = {
    "linked": gettext_lazy("Linked"),
    "unlinked": gettext_lazy("Not linked"),
}
WAITS = {
    "agent": gettext_lazy("An agent"),
    "customer": gettext_lazy("The customer"),
    "department": gettext_lazy("A department"),
    "problem": gettext_lazy("A problem nobody has taken"),
}
ORDERS = {
    "newest": gettext_lazy("Newest message first"),
    "oldest": gettext_lazy("Oldest case first"),
    "due": gettext_lazy("Due first"),
}
AGES = (1, 3, 7, 14, 30, 90)
# What the standing queues show, as filters: where somebody begins who wants to see it otherwise.
OF_QUEUES = {
    Queue.MINE: Criteria(responsible="me"),
    Queue.UNASSIGNED: Criteria(responsible="nobody"),
    Queue.ATTENTION: Criteria(),
    Queue.WAITING: Criteria(standing="pending"),
    Queue.ON_PROBLEM: Criteria(standing="on_problem"),
    Queue.OPEN: Criteria(),
    Queue.RESOLVED: Criteria(standing="resolved"),
}


class FilterForm(forms.Form):
    """Which cases to show; what makes no sense is left out."""

    use_required_attribute = False
    standing = forms.ChoiceField(required=False, choices=list(STANDINGS.items()))
    who = forms.RegexField(r"^(me|nobody|(user|team)-[0-9]{1,15})$", required=False)
    queue = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    product = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    priority = forms.ChoiceField(required=False, choices=list(PRIORITIES.items()))
    channel = forms.ChoiceField(required=False, choices=[(c.value, "") for c in Channel])
    problem = forms.ChoiceField(required=False, choices=list(PROBLEMS.items()))
    waits_for = forms.ChoiceField(required=False, choices=list(WAITS.items()))
    older_than = forms.IntegerField(required=False, min_value=0, max_value=3650)
    order = forms.ChoiceField(required=False, choices=list(ORDERS.items()))


def criteria_in(given: Any) -> Criteria:
    """Return what a form or an address asks for; a filter that makes no sense is left out."""
    form = FilterForm(given)
    form.is_valid()
    asked = form.cleaned_data
    who, _dash, key = (asked.get("who") or "").partition("-")
    by_kind = {"user": "person", "": "anybody"}
    priority = asked.get("priority")
    return Criteria(
        standing=asked.get("standing") or "open",
        responsible=by_kind.get(who, who),
        person_id=int(key) if who == "user" else None,
        team_id=int(key) if who == "team" else None,
        queue_id=asked.get("queue"),
        product_id=asked.get("product"),
        priority=next((n for n, code in PRIORITY_CODES.items() if code == priority), None),
        channel=asked.get("channel") or "",
        problem=asked.get("problem") or "any",
        waits_for=asked.get("waits_for") or "anybody",
        older_than_days=asked.get("older_than") or 0,
        order=asked.get("order") or "newest",
    )


def given_by(criteria: Criteria) -> dict[str, str]:
    """Return criteria as the fields of the form, without those that ask nothing."""
    who = {
        "anybody": "",
        "person": f"user-{criteria.person_id}",
        "team": f"team-{criteria.team_id}",
    }.get(criteria.responsible, criteria.responsible)
    fields = {
        "standing": criteria.standing,
        "who": who,
        "queue": criteria.queue_id or "",
        "product": criteria.product_id or "",
        "priority": PRIORITY_CODES[criteria.priority] if criteria.priority else "",
        "channel": criteria.channel,
        "problem": criteria.problem if criteria.problem != "any" else "",
        "waits_for": criteria.waits_for if criteria.waits_for != "anybody" else "",
        "older_than": criteria.older_than_days or "",
        "order": criteria.order,
    }
    return {name: str(value) for name, value in fields.items() if value != ""}


def address_with(address: str, criteria: Criteria) -> str:
    """Return an address that asks for what the criteria say."""
    return f"{address}?{urlencode(given_by(criteria))}"


@dataclass(frozen=True)
class Choices:
    """What can be chosen in the filters; four queries to fill."""

    people: list[dict[str, str]]
    queues: list[dict[str, Any]]
    products: list[dict[str, Any]]

    @classmethod
    def now(cls) -> "Choices":
        """Return the people, teams, queues and products of today."""
        people = [
            {"value": "me", "label": _("Me")},
            {"value": "nobody", "label": _("Nobody")},
            *(
                {"value": f"team-{one.pk}", "label": _("Team %(name)s") % {"name": one.name}}
                for one in active_teams()
            ),
            *(
                {"value": f"user-{one.pk}", "label": one.name}
                for one in colleagues_who_work_cases()
            ),
        ]
        return cls(
            people=people,
            queues=[{"value": one.pk, "label": one.name} for one in active_departments()],
            products=[{"value": one.pk, "label": one.name} for one in active_products()],
        )


def fields_shown(criteria: Criteria, choices: Choices) -> list[dict[str, Any]]:
    """Return the fields of the filter bar, each with its options and what is chosen."""
    given = given_by(criteria)
    everybody, everything = _("Anybody"), _("All")
    ages = [{"value": days, "label": _("%(days)d days and more") % {"days": days}} for days in AGES]

    def field(
        name: str, label: str, options: list[dict[str, Any]], blank: str = ""
    ) -> dict[str, Any]:
        return {
            "name": name,
            "label": label,
            "options": options,
            "blank": blank,
            "value": given.get(name, ""),
        }

    return [
        field("standing", _("State"), options_of(STANDINGS)),
        field("who", _("Responsible"), choices.people, everybody),
        field("waits_for", _("Waits for"), options_of(WAITS), everybody),
        field("queue", _("Queue"), choices.queues, everything),
        field("priority", _("Priority"), priority_choices(), everything),
        field("product", _("Product"), choices.products, everything),
        field("problem", _("Problem"), options_of(PROBLEMS), everything),
        field("channel", _("Channel"), options_of(channel_names()), everything),
        field("older_than", _("Age"), ages, _("Any")),
        field("order", _("Order"), options_of(ORDERS)),
    ]


def options_of(words: Any) -> list[dict[str, str]]:
    """Return codes and their words as options."""
    return [{"value": code, "label": str(label)} for code, label in words.items()]
