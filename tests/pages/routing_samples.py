"""Contexts as the pages of routing and of who gets the work make them."""

from datetime import datetime
from typing import Any

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
