"""Contexts as the pages of routing and of who gets the work make them."""

from datetime import UTC, datetime
from typing import Any

from servicedesk.configuration.condition_groups import Group, Groups, Row, groups_shown

PROBLEM = {
    "number": "P-204",
    "title": "Direct debit taken twice",
    "href": "/problem/problem/P-204/",
}
EFFECT = {
    "looked_at": 500,
    "right_now": 460,
    "right_then": 471,
    "moved": 14,
    "set_right": [{**PROBLEM, "goes_to": "Billing", "fixed_by": "Billing"}],
    "set_right_count": 11,
    "set_wrong": [{**PROBLEM, "goes_to": "", "fixed_by": "Cards"}],
    "set_wrong_count": 1,
}

HERE = {
    "way": "To whoever carries least",
    "people": [
        {"name": "Ann Berg", "load": 3, "limit": 5, "is_full": False, "is_away": False, "is_on_call": True},
        {"name": "Bob Lie", "load": 2, "limit": 2, "is_full": True, "is_away": False, "is_on_call": False},
        {"name": "Cem Öz", "load": 0, "limit": None, "is_full": False, "is_away": True, "is_on_call": False},
    ],
    "next": "Bob Lie",
    "next_at": datetime(2026, 3, 2, 9, tzinfo=UTC),
}  # fmt: skip


ROWS = (Row("region", "is", "North"), Row("pattern", "in", "E-4012, E-4013"))
RULE_FORM = {
    "data": {"name": "", "department": 2},
    "errors": {"statements": "A statement is not whole. Say what is looked at."},
    "when": groups_shown(Groups("all", (Group("all", ROWS[:1]), Group("any", ROWS)))),
}


def routing_pages(settings: dict[str, Any], *, now: datetime) -> dict[str, Any]:
    """Return template and context by name."""
    frame = {**settings, "settings_page": "routing", "back": "/settings/routing/"}
    rule = {
        "id": 1,
        "name": "To Payments",
        "position": 1,
        "when": "Category is Payments",
        "department": "Payments Platform",
        "hue": "blue",
    }
    rate = {"matched": 18, "wrong": 2, "refused": 1, "handed_on": 1, "wrong_percent": "11%"}
    wrong = [
        {**PROBLEM, "verdict": "refused", "at": now, "reason": "Not ours.", "better": "Billing"},
        {**PROBLEM, "verdict": "handed on", "at": now, "reason": "", "better": ""},
    ]
    repair = {
        "key": "a1b2",
        "says": "A new rule above this one: and Product is “Loan”, to Billing",
        "when": "Category is “Payments” and Product is “Loan”",
        "explains": 2,
        **EFFECT,
    }
    difference = {
        **PROBLEM,
        "goes_to": "Billing",
        "hue": "violet",
        "rule": "To Billing",
        "reasons": "category is “billing”",
        "fixed_by": "Payments Platform",
        "fixed_by_hue": "blue",
    }
    trial = {
        "looked_at": 500,
        "right": 460,
        "wrong": 30,
        "unrouted": 10,
        "percent": "92%",
        "rules": [
            {**rule, "href": "/settings/routing/1/", "caught": 480, "right": 460, "percent": "96%"}
        ],
        "confused": [{"goes_to": "Billing", "fixed_by": "Payments Platform", "count": 30}],
        "differences": [difference, {**difference, "goes_to": "", "reasons": ""}],
    }
    nothing = {"looked_at": 0, "right": 0, "wrong": 0, "unrouted": 0, "percent": ""}
    rule_page = {**frame, "rule": rule, "rate": rate, "wrong": wrong, "repairs": [repair]}
    return {
        **giving_pages(settings, now=now),
        "routing_rule": ("settings/routing_rule.html", rule_page),
        "routing_rule_right": (
            "settings/routing_rule.html",
            {**rule_page, "rate": {**rate, "wrong": 0}, "wrong": [], "repairs": []},
        ),
        "routing_trial": ("settings/routing_trial.html", {**frame, **trial}),
        "routing_trial_none": (
            "settings/routing_trial.html",
            {**frame, **nothing, "rules": [], "confused": [], "differences": []},
        ),
    }


def giving_pages(settings: dict[str, Any], *, now: datetime) -> dict[str, Any]:
    """Return template and context of who gets the work, by name."""
    ways = [{"value": "hand", "label": "By hand"}, {"value": "turn", "label": "By turns"}]
    people = [{"value": 1, "label": "Ann Berg"}, {"value": 2, "label": "Bob Lie"}]
    nights = {
        "name": "Nights",
        "href": "/settings/rotas/1/",
        "now": ["Ann Berg"],
        "next": "Bob Lie",
        "next_at": now,
    }
    department = {
        "id": 1,
        "name": "Payments",
        "hue": "blue",
        "assign_by": "turn",
        "rotas": [nights],
    }
    person = {
        "id": 1,
        "name": "Ann Berg",
        "departments": "Payments",
        "problems": 3,
        "cases": 0,
        "problem_limit": "5",
        "case_limit": "",
        "is_away": False,
        "is_on_call": True,
    }
    rota = {
        "id": 1,
        "name": "Nights",
        "department": "Payments",
        "hue": "blue",
        "team": "",
        "timezone": "Europe/Oslo",
        "weeks": 2,
        "is_active": True,
        "href": "/settings/rotas/1/",
    }
    fields = {"name": "Nights", "team": None, "timezone": "Europe/Oslo", "weeks": 2}
    shift = {"user": "1", "week": "1", "weekday": "0", "begins": "22:00", "ends": "06:00"}
    nobody = {"id": 2, "who": "", "begins_at": now, "ends_at": now}
    turn = {"who": "Ann Berg", "begins_at": now, "ends_at": now, "is_now": True}
    return {
        "giving": (
            "settings/giving.html",
            {
                **settings,
                "settings_page": "giving",
                "departments": [department, {**department, "id": 2, "rotas": []}],
                "ways": ways,
                "people": [person, {**person, "id": 2, "is_away": True, "is_on_call": False}],
                "error": "A limit is a whole number. Leave it empty for no limit.",
                "rotas_url": "/settings/rotas/",
            },
        ),
        "rotas": (
            "settings/rotas.html",
            {
                **settings,
                "settings_page": "rotas",
                "rotas": [rota, {**rota, "id": 2, "is_active": False, "team": "Cards", "weeks": 1}],
                "form": {"data": {"timezone": "UTC"}, "errors": {"name": "A name is needed."}},
                "departments": people,
                "zones": ["Europe/Oslo", "UTC"],
            },
        ),
        "rotas_none": (
            "settings/rotas.html",
            {
                **settings,
                "settings_page": "rotas",
                "rotas": [],
                "form": {"data": {}, "errors": {}},
                "departments": people,
                "zones": [],
            },
        ),
        "rota": (
            "settings/rota.html",
            {
                **settings,
                "settings_page": "rotas",
                "rota": rota,
                "form": {"data": {**fields, "begins_on": "2026-03-02"}, "error": ""},
                "rows": [shift, {}],
                "exception": {"data": {}, "error": "An exception ends after it begins."},
                "exceptions": [nobody, {**nobody, "id": 3, "who": "Bob Lie"}],
                "ahead": {"turns": [turn], "hours_without": 12},
                "people": people,
                "teams": [],
                "weekdays": [{"value": "0", "label": "Monday"}],
                "zones": ["Europe/Oslo"],
                "back": "/settings/rotas/",
            },
        ),
    }
