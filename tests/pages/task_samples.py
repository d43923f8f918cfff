"""What pages of tasks, changes and searches for causes get, made up."""

from datetime import timedelta
from typing import Any

from servicedesk.pages.cause_picture import Supposed, draw
from servicedesk.pages.clock_chip import clock_chip
from tests.pages.after_fix_samples import CARD
from tests.pages.journeys import NOW
from tests.pages.report_samples import CLOCK_TOLD

HOUR = timedelta(hours=1)
PROBLEM = {"number": "P-204", "title": "Direct debit taken twice after a tariff change"}
CHOICES = [{"value": "1", "label": "Network"}, {"value": "2", "label": "Legal"}]
MAY_TASK = ("accept", "finish", "refuse", "assign", "withdraw", "reopen", "move", "needs", "note")
MAY_CHANGE = ("approve", "begin", "finish", "back_out", "cancel", "revise", "link")
REFUSAL = {"sentence": "T-7 would wait for itself.", "next_step": "Leave one of them out."}
HISTORY = [{"symbol": "circle-check", "text": "Nadia Khan did it for Network", "href": "", "person": "Nadia Khan", "at": NOW}]  # fmt: skip


def other(number: int, title: str, *, is_done: bool = False) -> dict[str, Any]:
    """Return a task as others name it."""
    return {
        "id": number,
        "number": f"T-{number}",
        "plain_number": number,
        "href": f"/problem/task/{number}/",
        "title": title,
        "department": "Network",
        "state_label": "Done" if is_done else "In work",
        "tone": "good" if is_done else "petrol",
        "is_done": is_done,
        "is_ticked": is_done,
    }


def task(number: int, title: str, **facts: Any) -> dict[str, Any]:
    """Return a task as a row."""
    due_at = NOW + 2 * HOUR
    return {
        "number": f"T-{number}",
        "plain_number": number,
        "href": f"/problem/task/{number}/",
        "title": title,
        "problem": "P-204",
        "problem_href": "/problem/problem/P-204/",
        "problem_title": PROBLEM["title"],
        "department": "Network",
        "department_hue": "olive",
        "state": "accepted",
        "state_label": "In work",
        "tone": "petrol",
        "person": "Nadia Khan",
        "asked_at": NOW - HOUR,
        "ended_at": None,
        "needed_for": "The next step waits for it",
        "waits_for": [],
        "chip": clock_chip(promise="Task", started_at=NOW - HOUR, due_at=due_at, at=NOW),
        **facts,
    }


BLOCKED = task(
    8, "Compare it with the ledger of the day before the change", state="asked",
    state_label="Waits for others", tone="waiting", person="", needed_for="",
    waits_for=[other(7, "Find the time of the outage")],
)  # fmt: skip
TASKS = [task(7, "Find the time of the outage"), BLOCKED]
CHANGE = {
    "number": "C-12",
    "plain_number": 12,
    "href": "/problem/change/12/",
    "title": "Release 7.42.1 of the collector",
    "state": "planned",
    "state_label": "Planned",
    "tone": "warning",
    "kind_label": "Normal",
    "risk": "medium",
    "risk_label": "Medium risk",
    "department": "Release & Change",
    "department_hue": "rose",
    "product": "Direct debit",
    "starts_at": NOW + HOUR,
    "ends_at": NOW + 3 * HOUR,
    "is_late": False,
    "collides": True,
}
LINKED = {**CHANGE, "role": "fixes", "role_label": "Carries the fix", "carried_at": NOW}
ANALYSIS = {
    "number": 1,
    "href": "/problem/analysis/P-204/1/",
    "method": "Cause tree",
    "effect": "Customers are charged twice after a change of tariff",
    "begun_by": "Nadia Khan",
    "begun_at": NOW - 5 * HOUR,
    "supposed": 4,
    "confirmed": 1,
    "ruled_out": 1,
}
BESIDE = {
    "tasks": TASKS,
    "undone_tasks": 2,
    "open_questions": 1,
    "changes": [LINKED],
    "analyses": [ANALYSIS],
    "offered_cause": "",
    "carriers": [{"value": 12, "label": "C-12 Release 7.42.1 of the collector"}],
    "may_ask_department": True,
    "may_plan_change": True,
    "after_fix": CARD,
}
SUPPOSED = [
    Supposed(1, "Nobody compares both tables", "open", "Not known yet", "People"),
    Supposed(
        2, "The retry job collects again", "confirmed", "Confirmed", "Technology",
        (Supposed(3, "A retry has no key by which it is known", "confirmed", "Confirmed"),
         Supposed(4, "The clock of the host was late", "ruled_out", "Ruled out")),
    ),
]  # fmt: skip


def cause(number: int, words: str, verdict: str, label: str, **facts: Any) -> dict[str, Any]:
    """Return a supposed cause as text."""
    tones = {"open": "warning", "confirmed": "good", "ruled_out": "line"}
    return {
        "number": number, "depth": 0, "level": 0, "question": "", "category": "", "words": words,
        "verdict": verdict, "verdict_label": label, "tone": tones[verdict], "because": "",
        "added_by": "Nadia Khan", "added_at": NOW, "decided_by": "", "decided_at": None,
        "evidence": [], "may_go_on": verdict != "ruled_out", **facts,
    }  # fmt: skip


CAUSES = [
    cause(1, "Nobody compares both tables", "open", "Not known yet", category="People"),
    cause(2, "The retry job collects again", "confirmed", "Confirmed", category="Technology", because="Its log shows both.", decided_by="Nadia Khan", evidence=[{"text": "Log of the job", "author": "Nadia Khan", "at": NOW}]),
    cause(3, "A retry has no key by which it is known", "confirmed", "Confirmed", depth=1, level=1),
    cause(4, "The clock of the host was late", "ruled_out", "Ruled out", depth=1, level=1, because="It was not."),
]  # fmt: skip
ANALYSIS_PAGE = {
    "problem": PROBLEM,
    "analysis": {"number": 1, "method": "Cause tree", "effect": ANALYSIS["effect"], "is_chain": False, "questions": [], "begun_by": "Nadia Khan", "begun_at": NOW},
    "tree": draw(str(ANALYSIS["effect"]), SUPPOSED),
    "causes": CAUSES,
    "next_question": "",
    "goes_on_from": "",
    "parents": CHOICES,
    "categories": [{"value": "People", "label": "People"}],
    "verdicts": [{"value": "open", "label": "Not known yet"}, {"value": "confirmed", "label": "Confirmed"}],
    "numbers": CHOICES,
    "evidence": CHOICES,
    "offered": "A retry has no key by which it is known",
    "may": {"suppose": True, "decide": True, "take_over": True},
    "forms": {},
    "refusal": None,
}  # fmt: skip
TASK_PAGE = {
    "task": {**BLOCKED, "text": "We need it to the minute.", "result": "", "reason": "", "asked_by": "Kari Lunde", "is_open": True, "live_of": "problem:1"},
    "needs": [other(7, "Find the time of the outage")],
    "needed_by": [other(9, "Tell the regulator")],
    "notes": [{"author": "Nadia Khan", "text": "Which router?", "at": NOW}],
    "clocks": [{**CLOCK_TOLD, "title_id": "clock-1", "in_hand_href": ""}],
    "may": dict.fromkeys(MAY_TASK, True),
    "people": CHOICES,
    "assignee": "1",
    "departments": CHOICES,
    "others": [other(7, "Find the time of the outage", is_done=True), other(9, "Tell the regulator")],
    "forms": {},
    "refusal": None,
    "history": HISTORY,
}  # fmt: skip
CHANGE_PAGE = {
    "change": {**CHANGE, "plan": "Roll it out to one region, then to all.", "back_out_plan": "Back to 7.42.0.", "reference": "REL-742", "outcome": "", "asked_by": "Kari Lunde", "approved_by": "", "approved_at": NOW, "began_at": None, "ended_at": None, "needs_approval": True},
    "problems": [{"number": "P-204", "plain_number": 204, "href": "/problem/problem/P-204/", "title": PROBLEM["title"], "role_label": "Carries the fix", "carried_at": None}],
    "collisions": [{**CHANGE, "number": "C-13", "title": "Move of the data centre"}],
    "may": dict.fromkeys(MAY_CHANGE, True),
    "roles": CHOICES,
    "forms": {},
    "refusal": None,
    "history": HISTORY,
}  # fmt: skip
CHANGE_FORM = {
    "heading": "Plan a change", "change": None, "departments": CHOICES, "products": CHOICES,
    "kinds": CHOICES, "risks": CHOICES, "roles": CHOICES, "refusal": None,
    "data": {"title": "Release 7.42.1", "starts_at": "2026-11-19T20:00", "ends_at": "2026-11-19T19:00"},
    "errors": {"ends_at": "The window ends before it begins."},
}  # fmt: skip
METHOD = {"code": "four-places", "name": "Four places", "kind": "Categories in which causes are sought", "parts": ["Shop", "Warehouse", "Road", "Door"], "is_active": False}  # fmt: skip


def task_pages(
    staff: dict[str, Any], settings: dict[str, Any]
) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return the pages by name; `staff` and `settings` are what the frames around them show."""
    methods = [{"value": "five-whys", "label": "Five whys", "kind": "Questions", "parts": ["Why does it happen?"]}]  # fmt: skip
    board = {
        "department": {"name": "Network", "hue": "olive"},
        "departments": [{"name": "Network", "href": "?department=1", "is_current": True}],
        "sides": [{"name": "Asked of us", "href": "?side=ours", "is_current": True}, {"name": "Asked by us", "href": "?side=asked", "is_current": False}],
        "side": "ours",
    }  # fmt: skip
    listed = {"filters": [{"label": "Ahead", "href": "?show=ahead", "is_current": True}], "departments": CHOICES, "department": "", "show": "ahead", "may_plan": True}  # fmt: skip
    return {
        "task": ("problem/task.html", {**staff, **TASK_PAGE}),
        "task_refused": ("problem/task.html", {**staff, **TASK_PAGE, "refusal": REFUSAL, "may": dict.fromkeys(MAY_TASK, False), "clocks": [], "notes": []}),
        "task_ask": ("problem/task_ask.html", {**staff, "problem": PROBLEM, "departments": CHOICES, "needed": CHOICES, "others": [other(7, "Find the time of the outage", is_done=True)], "form": {"data": {"title": ""}, "errors": {"title": "Write something first."}}, "refusal": REFUSAL}),
        "tasks": ("department/tasks.html", {**staff, **board, "tasks": [{**one, "may_accept": True} for one in TASKS], "next_url": "?after=1"}),
        "tasks_none": ("department/tasks.html", {**staff, **board, "tasks": [], "next_url": ""}),
        "changes": ("problem/change_list.html", {**staff, **listed, "days": [{"day": NOW.date(), "changes": [CHANGE, {**CHANGE, "is_late": True, "collides": False}]}], "to_approve": [CHANGE], "next_url": "?after=1"}),
        "changes_none": ("problem/change_list.html", {**staff, **listed, "days": [], "to_approve": [], "next_url": ""}),
        "change": ("problem/change.html", {**staff, **CHANGE_PAGE}),
        "change_form": ("problem/change_form.html", {**staff, **CHANGE_FORM}),
        "analyses": ("problem/analyses.html", {**staff, "problem": PROBLEM, "analyses": [ANALYSIS], "methods": methods, "may_suppose": True, "form": None, "effect": PROBLEM["title"], "refusal": None}),
        "analysis": ("problem/analysis.html", {**staff, **ANALYSIS_PAGE}),
        "analysis_begun": ("problem/analysis.html", {**staff, **ANALYSIS_PAGE, "causes": [], "tree": draw("Charged twice", []), "next_question": "Why does it happen?", "offered": "", "categories": [], "parents": []}),
        "methods": ("settings/methods.html", {**settings, "settings_page": "methods", "own": [METHOD], "standard": [METHOD], "kinds": CHOICES, "form": {"data": {"kind": "1"}, "errors": {"parts": "A method needs a name."}}, "editing": ""}),
    }  # fmt: skip
