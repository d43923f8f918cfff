"""Contexts as the pages of the radar make them."""

from datetime import timedelta
from typing import Any

from problems.models import Pattern
from servicedesk.lead.radar import USUAL_SPAN
from servicedesk.pages.bars import bars_of
from servicedesk.pages.pattern_words import marked, pattern_row
from servicedesk.pages.radar_picture import Blip, radar_picture
from tests.pages.journeys import NOW
from workflow.people.models import Department

HOUR = timedelta(hours=1)
FOUND = (
    ("Direct debit taken twice", "Billing", "violet", 3, 31, 5.0, ("taken twice", "double"), "Fiber 500"),
    ("SIM in transit since Monday", "Deliveries", "orange", 26, 14, 3.7, ("tracking", "in transit"), "Postal 47xx"),
    ("TX-31 after password change", "Login", "blue", 5, 9, 2.0, ("TX-31", "something went wrong"), "Safari"),
    ("Data roaming blocked in Denmark", "Roaming", "petrol", 8, 7, 2.4, ("Copenhagen", "no data"), "Business"),
    ("Invoice address from October", "Billing", "violet", 49, 5, 0.0, ("old name", "certificate"), "Enterprise"),
)  # fmt: skip
MAY = {"decide": True, "link": True, "open": True, "configure": True, "take_back": False}
CHOICES = [{"value": 1, "label": "Fiber 500"}, {"value": 2, "label": "Mobile"}]


def pattern_of(number: int) -> Pattern:
    """Return one of the found patterns as the radar keeps it."""
    title, team, hue, hours, cases, usual, phrases, share = FOUND[number]
    first = NOW - hours * HOUR
    return Pattern(
        pk=number + 1,
        number=number + 1,
        title=title,
        found_title=title,
        department=Department(pk=number + 1, name=team, hue=hue),
        cases=cases,
        customers=cases - 1,
        usual=usual,
        cause={"phrases": list(phrases), "shares": [["product", share, 5.1]]},
        first_case_at=first,
        last_case_at=NOW,
        found_at=first + HOUR,
        changed_at=NOW,
        seen_at=None if number == 0 else NOW,
    )


def row_of(number: int) -> dict[str, Any]:
    """Return one of the found patterns as a row."""
    pattern = pattern_of(number)
    lasted = NOW - pattern.first_case_at
    moments = [
        pattern.first_case_at + lasted * step / pattern.cases for step in range(pattern.cases)
    ]
    row = pattern_row(pattern, moments, span=USUAL_SPAN.lasts, work_per_case=HOUR / 5, at=NOW)
    if number == 0:
        row |= {"alike": "P-204", "alike_percent": 92, "alike_href": "/p/P-204/", "alike_title": "Direct debit taken twice after a tariff change"}  # fmt: skip
    return row


def radar_pages(staff: dict[str, Any], settings: dict[str, Any], history: Any) -> dict[str, Any]:
    """Return template and context of the radar, by name."""
    rows = [row_of(number) for number in range(len(FOUND))]
    blips = [
        Blip(
            key=number,
            team=row["team"],
            hue=row["hue"],
            age=FOUND[number][3] * HOUR,
            cases=row["cases"],
            is_seen=row["is_seen"],
            label=f"{row['number']} {row['title']}",
            href=row["href"],
        )
        for number, row in enumerate(rows)
    ]
    spans = [{"label": label, "href": f"?span={label}", "is_current": label == "3 days"} for label in ("6 h", "3 days", "2 weeks")]  # fmt: skip
    frame = {**staff, "spans": spans, "may": MAY, "snoozed": 1, "snoozed_href": "?snoozed=1", "older": 2, "older_href": "?span=2w"}  # fmt: skip
    quiet = {"state": "quiet", "looked": "40 s ago", "cases": 412, "last_raised_at": NOW, "late_since": None}  # fmt: skip
    picture = radar_picture(blips, rings=USUAL_SPAN.rings, ages=USUAL_SPAN.ages)  # fmt: skip
    nothing = radar_picture([], rings=USUAL_SPAN.rings, ages=[])
    cases = [
        {
            "number": 48213 + place,
            "href": "/c/48213/",
            "subject": "Charged twice",
            "contact": "Ingrid Solheim",
            "organisation": "Nordlys AS",
            "opened_at": NOW,
            "pieces": marked(
                "Hello, you have taken the money twice again. It was double last month too.",
                ["taken twice", "double"],
            ),
            "excluded_by": "",
            "is_chosen": False,
        }
        for place in range(3)
    ]
    one = {
        **rows[0],
        "phrases": ["taken twice", "double"],
        "shares": rows[0]["shares"],
        "product": "Fiber 500",
        "product_version": "4.2",
        "region": "NO",
        "department_id": 1,
        "first_case_at": NOW - 3 * HOUR,
        "last_case_at": NOW,
        "found_at": NOW,
        "is_proposed": True,
        "is_renamed": False,
        "found_title": "Taken twice, double",
        "snoozed_until": None,
        "decided_by": "",
        "decided_at": None,
        "reason": "",
        "note": "",
        "came_of_it": {"label": "", "href": ""},
    }
    page = {
        **staff,
        "pattern": one,
        "because": ["28 customers wrote about it in 31 cases. Several cases of one customer count once."],
        "affects": "412 more customers use this and have not written yet.",
        "bars": bars_of([(NOW.date() - timedelta(days=back), 14 - back) for back in reversed(range(14))], title="Cases of the pattern"),
        "cases": cases,
        "excluded": [{**cases[0], "number": 48300, "excluded_by": "Maya Lindqvist"}],
        "more_cases": 28,
        "may": MAY,
        "form": {"data": {"title": one["title"], "severity": 3}, "errors": {}},
        "edit": {"title": one["title"], "product": 1, "product_version": "4.2", "department": 1},
        "unsaved": [],
        "forms": {},
        "refusal": None,
        "choices": {"products": CHOICES, "departments": CHOICES, "categories": ["Billing"], "reasons": CHOICES, "snoozes": CHOICES, "severities": CHOICES, "others": CHOICES},
        "history": history,
    }  # fmt: skip
    decided = {**one, "is_proposed": False, "state_label": "Accepted", "tone": "good", "decided_by": "Maya Lindqvist", "decided_at": NOW, "came_of_it": {"label": "P-204 Direct debit taken twice", "href": "/p/P-204/"}}  # fmt: skip
    lines = [
        {
            "label": label,
            "says": "With this setting: 4 alerts, 3 of them true, the middle one after 5 cases",
            "found": 3,
            "problems": 3,
        }
        for label in ("Careful", "Balanced", "Eager")
    ]
    return {
        "radar": ("lead/radar.html", {**frame, "patterns": rows, "picture": picture, "standing": {**quiet, "state": "busy"}}),
        "radar_quiet": ("lead/radar.html", {**frame, "patterns": [], "picture": nothing, "standing": quiet, "snoozed": 0, "older": 0}),
        "radar_learning": ("lead/radar.html", {**frame, "patterns": [], "picture": nothing, "standing": {**quiet, "state": "learning"}}),
        "radar_stale": ("lead/radar.html", {**frame, "patterns": rows[:1], "picture": radar_picture(blips[:1], rings=USUAL_SPAN.rings, ages=USUAL_SPAN.ages), "standing": {**quiet, "state": "stale", "late_since": NOW - 3 * HOUR}}),
        "pattern": ("lead/pattern.html", page),
        "pattern_decided": ("lead/pattern.html", {**page, "pattern": decided, "refusal": {"sentence": "S-12 was changed while you had it open: Maya Lindqvist accepted the suspected problem.", "next_step": "Look at what it says now, and decide once more."}, "unsaved": [{"label": "What is wrong", "text": "Money is taken twice."}], "may": {**dict.fromkeys(MAY, False), "take_back": True}}),
        "radar_decided": ("lead/radar_decided.html", {**staff, "patterns": [{**decided, "changed_at": NOW}], "next_url": "?after=x"}),
        "settings_radar": ("settings/radar.html", {**settings, "settings_page": "radar", "form": {"version": 3, "data": {"is_on": True, "sensitivity": "balanced", "least_customers": 4, "work_minutes": 12, "tells_leads": True}}, "refusal": None, "sensitivities": CHOICES, "least": 2, "most": 50, "looked": "40 s ago", "trial": {"asked_at": NOW, "least_customers": 4, "days": 30, "cases": 1412, "lines": lines}, "is_waiting": True}),
    }  # fmt: skip
