"""Samples of the pages of service levels: the same shapes that views hand over, made up."""

from typing import Any

CHOICES = [{"value": "1", "label": "Office hours"}, {"value": "2", "label": "Around the clock"}]
SENTENCES = [
    {
        "metric": "first_response",
        "lead": "Reply to a new case within",
        "spans": [
            {"priority": "urgent", "within": "30 min"},
            {"priority": "low", "within": "2 working days"},
        ],
        "hours": "Office hours",
        "details": [],
    },
    {
        "metric": "resolution",
        "lead": "Resolve the case within",
        "spans": [{"priority": "urgent", "within": "8 h"}],
        "hours": "Around the clock",
        "details": ["stops while waiting for customer", "wakes by “Loud”"],
    },
]


def level(place: int, **says: Any) -> dict[str, Any]:
    """Return one service level of the list."""
    return {
        "id": place,
        "place": place,
        "name": "Gold",
        "is_default": False,
        "is_live": True,
        "number": 3,
        "draft": None,
        "customers": 31,
        "applies": "customers who are entitled to it",
        "sentences": SENTENCES,
        "href": "/settings/service-levels/1/",
        "draft_href": "/settings/service-levels/1/draft/",
        **says,
    }


def row(metric: str, priority: int, **says: Any) -> dict[str, Any]:
    """Return one target of the builder."""
    return {
        "name": f"{metric}_{priority}",
        "priority": ("Urgent", "High", "Normal", "Low")[priority - 1],
        "within": "1 h",
        "error": "",
        "calendar": "",
        "ladder": "",
        **says,
    }


def metric(code: str, lead: str, **says: Any) -> dict[str, Any]:
    """Return one sentence of the builder."""
    return {
        "code": code,
        "name": code.replace("_", " ").capitalize(),
        "lead": lead,
        "rows": [row(code, priority) for priority in (1, 2, 3, 4)],
        "is_open": True,
        "spans": ["1 h", "1 h", "1 h", "1 h"],
        "errors": 0,
        "pause": "usual",
        "pauses": [{"value": "usual", "label": "as usual: never stands still"}],
        "repeats": False,
        "recurrence": "none",
        "recurrences": [{"value": "none", "label": "from the last one (as usual)"}],
        "conditions": "",
        "conditions_error": "",
        **says,
    }


def policy_pages(settings: dict[str, Any], *, now: Any) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return the pages by name: their template and what their view hands over."""
    frame = {**settings, "settings_page": "service_levels"}
    one = {"id": 1, "name": "Gold", "is_default": False, "number": 3}
    side = {"met": 31, "missed": 4, "open": 2, "attainment": 89}
    version = {
        "number": 4, "state": "draft", "note": "Since spring", "by": "Ola Nordmann", "at": now,
        "retired_at": None, "is_first": False, "file_href": "?version=4",
        "lines": ["First response, urgent: 1 h → 30 min"],
    }  # fmt: skip
    simulation = {
        "state": "done", "asked_at": now, "found": 3120, "planned": 1000, "done": 1000,
        "is_cut": True, "is_stale": True, "refused": "", "changed": 12,
        "served": {"today": 31, "then": 40},
    }  # fmt: skip
    draft: dict[str, Any] = {
        **frame,
        "level": one,
        "draft": {"number": 4, "fingerprint": "x"},
        "form": {
            "data": {"calendar": "1", "note": "Since spring"},
            "errors": {"first_response_2_within": "“soon” is not a length of time."},
        },
        "metrics": [
            metric("first_response", "Reply to a new case within", errors=1,
                   rows=[row("first_response", 1), row("first_response", 2, within="soon",
                         error="“soon” is not a length of time.")]),
            metric("periodic_update", "Let the customer hear from us every", repeats=True,
                   is_open=False, spans=[], conditions='{"pause": {"fact": "state"}}',
                   conditions_error="This is not JSON."),
        ],
        "statements": {
            "rows": [{"place": place, "fact": "channel", "operator": "is", "value": "phone"}
                     for place in (0, 1, 2)],
            "facts": [{"value": "channel", "label": "Channel"}],
            "operators": [{"value": "is", "label": "is"}],
            "joined": "all",
            "joins": [{"value": "all", "label": "all of these are so"}],
            "condition": "",
            "error": "",
        },
        "calendars": CHOICES,
        "ladders": CHOICES,
        "findings": [
            {"sentence": "“Office hours” has no holiday from today on.", "is_error": False,
             "anchor": ""},
            {"sentence": "Resolution, urgent: the solution is due before the first response.",
             "is_error": False, "anchor": "#resolution"},
        ],
        "is_sound": True,
        "sentences": SENTENCES,
        "applies": "customers who are entitled to it",
        "changes": ["First response, urgent: 1 h → 30 min"],
        "previews": [
            {"number": 48213, "subject": "Direct debit taken twice after a tariff change",
             "href": "/c/48213/", "priority": "urgent",
             "targets": [
                 {"metric": "First response", "today": "Mon 23 Nov, 14:00",
                  "then": "Mon 23 Nov, 13:30", "is_moved": True, "verdict_today": "kept",
                  "verdict_then": "missed", "tone_then": "danger"},
                 {"metric": "Resolution", "today": "Tue 24 Nov, 10:00",
                  "then": "Tue 24 Nov, 10:00", "is_moved": False, "verdict_today": "running",
                  "verdict_then": "running", "tone_then": "line"},
             ]},
            {"number": 48214, "subject": "Nothing", "href": "/c/48214/", "priority": "low",
             "targets": []},
        ],
        "clocks": 17,
        "simulation": {"state": "done", "is_stale": False, "href": "/x/"},
    }  # fmt: skip
    return {
        "service_levels": (
            "settings/service_levels.html",
            {
                **frame,
                "service_levels": [
                    level(1, draft=4),
                    level(2, name="Silver", is_live=False, sentences=[], applies="", number=None),
                    level(3, name="Standard", is_default=True),
                ],
                "form": {"data": {"name": ""}, "errors": {"name": "A name is needed."}},
                "problems": ["Line 3: there is no “Night”. There are: Office hours."],
            },
        ),
        "service_level": (
            "settings/service_level.html",
            {
                **frame,
                "level": {**one, "has_draft": True, "applies": "customers who are entitled to it",
                          "customers": 31},
                "sentences": SENTENCES,
                "versions": [
                    version,
                    {**version, "number": 3, "state": "published", "lines": ["x → y"] * 8},
                    {**version, "number": 1, "state": "retired", "lines": [], "note": "",
                     "is_first": True, "by": ""},
                ],
                "compared": {"choices": CHOICES, "from": 1, "to": 2, "is_asked": True,
                             "lines": ["Opening hours: Office hours → Around the clock"]},
                "form": {"name": "Gold", "error": "There is one already."},
            },
        ),
        "service_level_draft": ("settings/service_level_draft.html", draft),
        "service_level_draft_wrong": (
            "settings/service_level_draft.html",
            {**draft, "is_sound": False, "simulation": None, "form": {"data": {}, "errors": {}},
             "findings": [{"sentence": "Resolution, urgent: a target of less than a minute is "
                           "missed at once.", "is_error": True, "anchor": "#resolution"}]},
        ),
        "service_level_simulation": (
            "settings/service_level_simulation.html",
            {
                **frame,
                "level": one,
                "draft": {"number": 4},
                "most_cases": 1000,
                "is_going": False,
                "simulation": simulation,
                "cells": [
                    {"metric": "First response", "priority": "urgent", "target_today": "1 h",
                     "target_then": "30 min", "today": side,
                     "then": {**side, "missed": 9, "attainment": None}, "tone": "danger"},
                ],
                "missed": {"today": 4, "then": 9, "more": 5},
                "steps": [{"label": "Tell the service lead", "today": 4, "then": 9}],
                "people": [{"name": "Kari Moen", "today": 4, "then": 9}],
                "worst": [
                    {"name": "#48213", "href": "/c/48213/", "metric": "First response",
                     "due_today": "Mon 23 Nov, 14:00", "due_then": "Mon 23 Nov, 13:30",
                     "over": "2 h", "is_new": True},
                ],
            },
        ),
        "service_level_simulation_going": (
            "settings/service_level_simulation.html",
            {**frame, "level": one, "draft": {"number": 4}, "most_cases": 1000, "is_going": True,
             "simulation": {**simulation, "state": "running", "done": 300}},
        ),
        "service_level_simulation_none": (
            "settings/service_level_simulation.html",
            {**frame, "level": one, "draft": {"number": 4}, "most_cases": 1000, "is_going": False,
             "simulation": None},
        ),
    }  # fmt: skip
