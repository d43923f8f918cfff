"""Contexts as the pages of promises, of priority and of what to fix next make them."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from problems.delay_cost import Week, Weights, cost_of_a_week
from problems.fix_next import Candidate
from problems.hit_rates import HitRate, Slips
from problems.models import ProblemPromise
from problems.promises_told import Verdict
from problems.urgency import Ground
from servicedesk.lead.fix_next import row_of
from servicedesk.pages.case_words import priority_words
from servicedesk.pages.promise_words import (
    hit_words,
    priority_shown,
    promise_shown,
    slip_words,
    verdict_filters,
    weights_words,
)
from tests.pages.journeys import NOW

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RATES = [
    HitRate("high", known=24, by_latest=19, by_expected=11, least=0.595, most=0.908),
    HitRate("medium", known=1, by_latest=1, by_expected=0, least=0.207, most=1.0),
    HitRate("low", known=0, by_latest=0, by_expected=0, least=0.0, most=1.0),
]
GROUND = Ground("customers", 139, 100, 1)
WEIGHTS = Weights(
    contact=timedelta(minutes=12),
    broken_promise=HOUR,
    upset_customer=HOUR,
    cost_per_hour=55,
    currency="EUR",
)


def promise(**facts: Any) -> dict[str, Any]:
    """Return one promise as a page shows it."""
    row = SimpleNamespace(
        **{
            "kind": "news", "text": "", "estimate": None, "due_at": NOW + HOUR, "ended_as": "",
            "ended_at": None, "reason": "", "told": "", "made_at": NOW - DAY,
            "made_by": SimpleNamespace(name="Olav Hansen"), **facts,
        }
    )  # fmt: skip
    row.verdict = lambda *, at: ProblemPromise.verdict(row, at=at)  # type: ignore[arg-type]
    return promise_shown(row, at=NOW)


DAYS = SimpleNamespace(expected_on=date(2026, 11, 19), latest_on=date(2026, 11, 20))
KINDS = [
    promise(),
    promise(due_at=NOW - HOUR),
    promise(kind="date", estimate=DAYS, ended_as="moved", ended_at=NOW - HOUR, reason="The bank's release is late."),
    promise(ended_as="kept", ended_at=NOW - HOUR, told="We found the job that sends it twice."),
    promise(ended_as="withdrawn", ended_at=NOW - HOUR, made_by=None),
]  # fmt: skip
PRIORITY = priority_shown(
    SimpleNamespace(
        priority=1, severity=3, priority_reason="", priority_by=None,
        priority_because={"grounds": [GROUND.as_facts()]},
    )
)  # fmt: skip
BY_HAND = {
    **PRIORITY,
    "is_by_hand": True,
    "decided_by": "Lise Aas",
    "reason": "They all know a way.",
}
BESIDE_PROBLEM = {
    "date_is_broken": False,
    "news": {"due_at": NOW + HOUR, "text": "", "is_over": False},
    "promises": KINDS,
    "hit_rates": [hit_words(one) for one in RATES],
    "priority": PRIORITY,
    "priorities": [{"value": one, "label": priority_words(one)} for one in (1, 2, 3, 4)],
    "may_set_priority": True,
}
BROKEN_BESIDE = {
    **BESIDE_PROBLEM,
    "date_is_broken": True,
    "news": {"due_at": NOW - HOUR, "text": "We wait for the bank.", "is_over": True},
    "priority": BY_HAND,
}
MEASURES = [
    {
        "name": "Customers affected",
        "error": "A higher priority needs a larger figure than a lower one.",
        "cells": [
            {"name": f"customers_{level}", "value": value, "label": f"Customers affected: {level}"}
            for level, value in (("1", 100), ("2", 25), ("3", ""))
        ],
    }
]


def promise_pages(staff: dict[str, Any], settings: dict[str, Any]) -> dict[str, Any]:
    """Return the pages by name, each with its template and context."""
    counts = {verdict.value: 3 for verdict in Verdict}
    listed = {
        **staff,
        "filters": verdict_filters(counts, chosen=Verdict.RUNNING, address="/promises/"),
        "promises": [
            {**one, "number": "P-204", "title": "Direct debit taken twice", "href": "/p/204/", "clock_href": "/p/204/clocks/1/"}
            for one in KINDS
        ],
        "next_url": "?after=3",
        "hit_rates": [hit_words(one) for one in RATES],
        "slips": slip_words(Slips(kept=19, moved=6, broken=1)),
        "may_see_people": True,
    }  # fmt: skip
    dear = row_of(candidate(contacts=61, breaking=3), place=1, weights=WEIGHTS)
    cheap = {
        **row_of(candidate(contacts=0), place=2, weights=WEIGHTS),
        "grounds": [],
        "estimate": "",
    }
    ranked = {
        **staff,
        "departments": [{"label": "Payments", "href": "?department=payments", "is_current": False}],
        "is_all": True,
        "rows": [dear, cheap],
        "more": 3,
        "weights": weights_words(WEIGHTS),
        "left_out": True,
        "may_configure": True,
    }
    form = {
        "data": {"news_hours": "16", "news_text": "", "ladder": "", "follows_impact": True,
                 "work_per_contact": 12, "work_per_broken_promise": 60,
                 "work_per_upset_customer": 60, "cost_per_hour": 55, "currency": "EUR"},
        "errors": {"news_within": "This is not a number of hours. Write it like 4 or 0.5."},
    }  # fmt: skip
    return {
        "promises_to_customers": ("problem/promise_list.html", listed),
        "promises_to_customers_none": (
            "problem/promise_list.html",
            {**listed, "promises": [], "next_url": "", "slips": slip_words(Slips())},
        ),
        "fix_next": ("lead/fix_next.html", ranked),
        "fix_next_none": (
            "lead/fix_next.html",
            {**ranked, "rows": [], "more": 0, "left_out": False},
        ),
        "problem_policy": (
            "settings/problems.html",
            {
                **settings,
                "settings_page": "problems",
                "form": form,
                "levels": ["Urgent", "High", "Normal"],
                "measures": MEASURES,
                "ladders": [{"value": 1, "label": "Standard"}],
            },
        ),
    }


def candidate(*, contacts: int, breaking: int = 0) -> Candidate:
    """Return an open problem as the ranking gives it."""
    problem: Any = SimpleNamespace(
        name="P-204", title="Direct debit taken twice", state="fix_in_progress", priority=1,
        affected_contacts=139, expected_on=DAYS.expected_on, latest_on=DAYS.latest_on,
    )  # fmt: skip
    leg: Any = SimpleNamespace(department=SimpleNamespace(name="Payments", hue="blue"))
    week = Week(contacts=contacts, contacts_before=contacts, breaking=breaking, upset=2)
    return Candidate(problem=problem, leg=leg, grounds=[GROUND], cost=cost_of_a_week(week, WEIGHTS))
