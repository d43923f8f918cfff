"""Samples of due times opened up, time budgets and reports."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from servicedesk.pages.clock_chip import clock_chip
from tests.pages.clock_samples import CLOCK_EXPLAINED
from tests.pages.journeys import NOW

HOUR = timedelta(hours=1)
CHIP_MET = clock_chip(promise="First reply", started_at=NOW - HOUR, due_at=NOW, at=NOW, met_at=NOW)
CLOCK_TOLD = {
    "id": 8, "title_id": "clock-8", "promise": "Solution", "words": "", "person": "", "is_open": True,
    "chip": clock_chip(promise="Solution", started_at=NOW - HOUR, due_at=NOW + HOUR, at=NOW),
    "facts": [
        {"label": "Promised by", "words": "Gold, version 3", "at": None},
        {"label": "Within", "words": "8 h", "at": None},
        {"label": "Opening hours", "words": "Office hours, edition 2", "at": None},
        {"label": "Due", "words": "", "at": NOW + HOUR},
    ],
    "explained": CLOCK_EXPLAINED,
    "marks": [
        {"symbol": "play", "text": "Started", "why": "because it was opened", "at": NOW - HOUR, "due_at": NOW},
        {"symbol": "circle-pause", "text": "Paused", "why": "", "at": NOW - HOUR, "due_at": None},
        {"symbol": "calendar-clock", "text": "Planned anew", "why": "because the priority changed", "at": NOW, "due_at": NOW + HOUR},
    ],
}  # fmt: skip
PROMISED = [
    {"id": 3, "key": "3", "text": "I write about the refund.", "person": "Olav Hansen", "chip": CLOCK_TOLD["chip"], "due_at": NOW + HOUR, "first_due_at": NOW, "is_open": True, "form": SimpleNamespace(data={"promise": "3", "by": "2026-11-20T15:00"}, errors={"reason": "Say why."})},
    {"id": 2, "key": "2", "text": "I call the bank.", "person": "", "chip": CHIP_MET, "due_at": NOW, "first_due_at": None, "is_open": False},
]  # fmt: skip
REPORT_COUNTS = [
    {"label": "Kept", "value": 812, "href": "/reports/service-levels/list/?verdict=met", "tone": ""},
    {"label": "Missed", "value": 81, "href": "/reports/service-levels/list/?verdict=missed", "tone": "bad"},
    {"label": "Running", "value": 40, "href": "/reports/service-levels/list/?verdict=running", "tone": ""},
]  # fmt: skip
TIME_SHARE = {
    "name": "Payments Platform", "hue": "blue", "problems": 9, "stays": 14, "late_stays": 2, "working": "61 h", "waiting": "12 h", "paused": "4 h", "closed": "8 d 4 h", "own": "73 h", "late": "5 h", "total": "11 d 9 h", "median_own": "6 h 30", "share": "48 %",
    "bar": [{"kind": "work", "x": 0.0, "width": 24.0}, {"kind": "queue", "x": 24.0, "width": 5.0}, {"kind": "wait", "x": 29.0, "width": 2.0}, {"kind": "closed", "x": 31.0, "width": 69.0}],
}  # fmt: skip


def report_pages(
    *, staff: dict[str, Any], choices: list[dict[str, str]], refusal: dict[str, str]
) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return the pages by the name of their sample."""
    return {
        "clocks_of_case": ("agent/clocks.html", {**staff, "case": {"number": 48213, "subject": "Direct debit taken twice again"}, "is_one": False, "clocks": [CLOCK_TOLD], "ended": [{"href": "/c/48213/clocks/7/", "promise": "First reply", "chip": CHIP_MET, "at": NOW}], "promises": PROMISED, "may_promise": True, "form": SimpleNamespace(data={"text": "I write about the refund.", "by": "2026-11-20T15:00"}, errors={"by": "This time is over already. Choose one that is still to come."}), "refusal": refusal}),
        "clock_of_case": ("agent/clocks.html", {**staff, "case": {"number": 48213, "subject": "Direct debit taken twice again"}, "is_one": True, "clocks": [{**CLOCK_TOLD, "words": "I write about the refund.", "person": "Olav Hansen"}], "ended": []}),
        "clocks_of_problem": ("problem/clocks.html", {**staff, "problem": {"number": "P-204", "title": "Direct debit taken twice"}, "is_one": False, "clocks": [CLOCK_TOLD], "ended": [{"href": "/p/P-204/clocks/7/", "promise": "Acceptance, Billing", "chip": CHIP_MET, "at": NOW}]}),
        "clocks_of_problem_none": ("problem/clocks.html", {**staff, "problem": {"number": "P-204", "title": "Direct debit taken twice"}, "is_one": False, "clocks": [], "ended": []}),
        "report_service_levels": ("reports/service_levels.html", {**staff, "sides": [{"label": "Promises to customers", "href": "?of=cases", "is_current": True}, {"label": "Targets of departments", "href": "?of=problems", "is_current": False}], "form": {"of": "cases", "since": "2026-09", "until": "2026-11", "by": "metric", "dimensions": choices, "filters": [{"name": "department", "label": "Department", "options": choices, "value": "1"}, {"name": "version", "label": "Version", "options": choices, "value": ""}]}, "by_label": "What was promised", "total": {"counts": REPORT_COUNTS, "percent": "91 %", "median": "\N{EN DASH}", "high": "\N{EN DASH}", "high_is_over": False}, "rows": [{"label": "First reply", "counts": REPORT_COUNTS, "percent": "91 %", "median": "38 %", "high": "97 %", "high_is_over": False}, {"label": "Solution", "counts": REPORT_COUNTS, "percent": "84 %", "median": "62 %", "high": "131 %", "high_is_over": True}], "csv_url": "/reports/service-levels/file/"}),
        "report_service_levels_none": ("reports/service_levels.html", {**staff, "sides": [], "form": {"of": "cases", "since": "2026-09", "until": "2026-11", "by": "metric", "dimensions": choices, "filters": []}, "by_label": "Month", "total": {"counts": REPORT_COUNTS, "percent": "\N{EN DASH}"}, "rows": [], "csv_url": "/reports/service-levels/file/"}),
        "report_clocks": ("reports/clocks.html", {**staff, "report_url": "/reports/service-levels/", "says": ["Missed", "Priority: Urgent"], "clocks": [{"record": "#48213", "title": "Direct debit taken twice again this month", "href": "/c/48213/clocks/8/", "promise": "Solution", "department": "Customer Care", "chip": CLOCK_TOLD["chip"], "started_at": NOW - HOUR, "due_at": NOW, "stopped_at": None}], "next_url": "?after=x"}),
        "report_clocks_none": ("reports/clocks.html", {**staff, "report_url": "/reports/service-levels/", "says": [], "clocks": [], "next_url": ""}),
        "report_time_spent": ("reports/time_spent.html", {**staff, "form": {"since": "2026-09", "until": "2026-11", "split": "1", "versions": choices}, "problems": 12, "left_out": True, "shares": [TIME_SHARE, {**TIME_SHARE, "name": "Release & Change", "hue": "rose"}], "total": TIME_SHARE, "durations": [{"name": "Payments Platform", "hue": "blue", "found": 4, "fixed": 3, "cause_before": "2 d 4 h", "cause_after": "1 d 2 h", "fix_before": "6 d 2 h", "fix_after": "\N{EN DASH}"}], "split_words": "Gold, version 3", "split_at": NOW, "csv_url": "/reports/time-spent/file/"}),
        "report_time_spent_none": ("reports/time_spent.html", {**staff, "form": {"since": "2026-09", "until": "2026-11", "split": "", "versions": []}, "problems": 0, "left_out": False, "shares": [], "total": TIME_SHARE, "durations": [], "split_words": "", "split_at": None, "csv_url": "/reports/time-spent/file/"}),
        "report_promises": ("reports/promises.html", {**staff, "form": {"since": "2026-09", "until": "2026-11"}, "people": [{"name": "Olav Hansen", "kept": 11, "broken": 1, "running": 2, "percent": "92 %", "href": "?person=1", "is_chosen": True}], "promises": [{"case": "#48213", "href": "/c/48213/clocks/9/", "text": "I write to you about the refund as soon as it has left us.", "person": "Olav Hansen", "made_at": NOW - HOUR, "due_at": NOW, "chip": CHIP_MET}], "next_url": "?after=x", "csv_url": "/reports/promises/file/"}),
        "report_promises_none": ("reports/promises.html", {**staff, "form": {"since": "2026-09", "until": "2026-11"}, "people": [], "promises": [], "next_url": "", "csv_url": "/reports/promises/file/"}),
        "budget_of_problem": ("problem/budget.html", {**staff, "problem": {"number": "P-204", "title": "Direct debit taken twice"}, "promised": {"due_at": NOW, "is_over": True, "case": "#48213", "href": "/c/48213/"}, "used": [{"name": "Customer Care", "used": "3 h 20", "late": "1 h 10", "has_it": False}, {"name": "Release & Change", "used": "16 h", "late": "", "has_it": True}], "departments": [{"name": "Payments Platform", "hue": "blue", "target": "8 h", "left": "0 min", "is_short": True, "verdict": "8 h short"}, {"name": "Billing", "hue": "violet", "target": "4 h", "left": "6 h", "is_short": False, "verdict": "enough"}], "planned": [{"stage": "Building the fix", "name": "Payments Platform", "hue": "blue", "target": "8 h", "ends_at": NOW, "is_late": False, "is_promised": True}, {"stage": "Rolling it out", "name": "Release & Change", "hue": "rose", "target": "4 h", "ends_at": NOW + HOUR, "is_late": True, "is_promised": True}]}),
        "budget_of_problem_nothing_promised": ("problem/budget.html", {**staff, "problem": {"number": "P-204", "title": "Direct debit taken twice"}, "promised": None, "used": [{"name": "Customer Care", "used": "3 h 20", "late": "", "has_it": True}], "departments": []}),
    }  # fmt: skip
