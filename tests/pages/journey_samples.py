"""Samples of journeys: the page of one, who was accountable, scorecards, time to the fix."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from servicedesk.pages.journey_part import Part
from servicedesk.pages.journey_picture import draw, strip
from tests.pages.journeys import NOW, double_debit, journey_of

HOUR = timedelta(hours=1)
PROBLEM = {"number": "P-204", "title": "Direct debit taken twice after a tariff change"}
WORD = {
    "id": 4, "department": "Payments Platform", "hue": "blue", "text": "The extract of the ledger came on Thursday.\nBefore it nobody could begin.",
    "beside": "about this stay", "author": "Nadia Khan", "at": NOW - 20 * HOUR, "is_changed": True, "decision": "Excused", "is_excused": True,
    "decided_because": "The ledger team confirms it.", "decided_by": "Henrik Dahl",
}  # fmt: skip
OPEN_WORD = {**WORD, "id": 5, "department": "Billing Operations", "hue": "violet", "text": "We were asked for an extract that nobody needed.", "beside": "about the detour that begins here", "is_changed": False, "decision": "", "is_excused": False, "decided_because": "", "decided_by": ""}  # fmt: skip
PLACES = [
    {"value": "leg-3-12", "label": "3. Payments Platform: Waited for a developer"},
    {"value": "detour-4-12", "label": "Detour that begins with 4. Ledger extract, for Payments Platform"},
]  # fmt: skip
TASKS = [{"title": "Refund list", "href": "/t/4/", "department": "Finance Control", "hue": "olive", "asked_at": NOW - 9 * HOUR, "ended_at": NOW}, {"title": "Stop the retry job", "href": "/t/5/", "department": "Billing Operations", "hue": "violet", "asked_at": NOW - 4 * HOUR, "ended_at": None}]  # fmt: skip
SAY = {"places": PLACES, "place": "leg-3-12", "text": "", "changing": None, "deciding": None, "may_change": [4], "may_decide": True, "decisions": [{"value": "excused", "label": "Excused"}, {"value": "counts", "label": "Counts"}]}  # fmt: skip
ANSWER = {"at": NOW, "department": "Payments Platform", "hue": "blue", "number": 3, "title": "Fix in progress", "standing": "Taken up", "person": "Nadia Khan", "lead": "", "since": NOW - 9 * HOUR, "until": NOW + HOUR, "due_at": NOW - HOUR, "is_late": True, "is_nobody": False}  # fmt: skip
NOBODY = {**ANSWER, "department": "", "hue": "", "number": None, "title": "", "standing": "Solved; no department had it", "person": "", "lead": "Henrik Dahl", "until": None, "due_at": None, "is_late": False, "is_nobody": True}  # fmt: skip
STAYS = [
    {"number": 1, "department": "Customer Care", "hue": "petrol", "title": "Discovery", "entered_at": NOW - 20 * HOUR, "left_at": NOW - 9 * HOUR, "href": "?at=2026-11-18T18:20", "is_asked": False},
    {"number": 2, "department": "Payments Platform", "hue": "blue", "title": "Fix in progress", "entered_at": NOW - 9 * HOUR, "left_at": None, "href": "?at=2026-11-19T05:20", "is_asked": True},
]  # fmt: skip
CARD = {
    "name": "Payments Platform", "hue": "blue", "href": "?department=payments#chosen", "is_chosen": True, "problems": 9, "stays": 14, "own": "73 h", "working": "61 h", "waiting": "12 h",
    "late": "5 h", "late_stays": 2, "excused": 1, "refused": 4, "refused_rightly": 3, "refused_wrongly": 1, "handed_over": 2, "handed_back": 1, "tasks": 3, "tasks_done": 2, "tasks_refused": 1, "late_tasks": 1, "task_time": "6 h",
    "bar": [{"kind": "work", "x": 0.0, "width": 24.0}, {"kind": "queue", "x": 24.0, "width": 5.0}, {"kind": "wait", "x": 29.0, "width": 2.0}, {"kind": "closed", "x": 31.0, "width": 69.0}],
}  # fmt: skip
LATE = {"problem": "P-204", "title": "Direct debit taken twice after a tariff change", "stage": "Fix in progress", "number": 3, "href": "/p/P-204/journey/#leg-3", "say_href": "/p/P-204/journey/?beside=leg-3-12#say", "over": "5 h", "own": "31 h", "left_at": NOW, "has_word": False}  # fmt: skip
BEFORE = {"count": 21, "median": "6 d 4 h", "middle": "3 d 2 h to 9 d"}
AFTER = {"count": 18, "median": "4 d 6 h", "middle": "2 d 1 h to 6 d"}
ROW = {"name": "Payments Platform", "hue": "blue", "before": BEFORE, "after": AFTER, "change": "31 % shorter", "is_better": True, "is_worse": False, "is_too_few": False}  # fmt: skip
FEW = {**ROW, "name": "Release & Change", "hue": "rose", "after": {"count": 0, "median": "\N{EN DASH}", "middle": ""}, "change": "too few", "is_better": False, "is_too_few": True}  # fmt: skip
AT_RISK = {"number": "P-204", "title": "Direct debit taken twice after a tariff change", "href": "/p/P-204/journey/", "department": "Payments Platform", "department_hue": "blue", "is_lost": True, "delay": "5 h", "detour": "1 d 4 h", "left_department": "Billing Operations"}  # fmt: skip
SCORES = {"form": {"since": "2026-09", "until": "2026-11"}, "sees_all": True, "left_out": True, "csv_url": "/reports/departments/file/"}  # fmt: skip


USUAL = [{"department": "Payments Platform", "hue": "blue", "span": "2 d 4 h", "problems": 9}]
VIEW = {
    "part": Part(11, 31, 60), "is_long": True, "strip": strip(journey_of(legs=60, each=3 * HOUR)),
    "ways": {"earlier": "?from=1&to=10", "nearer": "?from=16&to=25", "further": "?from=1&to=41", "later": "?from=32&to=52"},
    "whole_href": "/p/P-204/journey/", "has_usual": True, "usual_href": "/p/P-204/journey/", "usual_problems": 21, "usual": USUAL,
    "file_href": "/p/P-204/journey/file/", "file_name": "P-204-journey",
}  # fmt: skip
PLAIN_VIEW = {**VIEW, "part": Part(1, 7, 7), "is_long": False, "strip": None, "has_usual": False, "usual": []}  # fmt: skip


def journey_pages(
    *,
    staff: dict[str, Any],
    figures: Sequence[dict[str, str]],
    legs: Sequence[dict[str, Any]],
    refusal: dict[str, str],
) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return the pages by the name of their sample."""
    told = [
        {**leg, "statements": {3: [WORD], 4: [OPEN_WORD]}.get(leg["number"], [])} for leg in legs
    ]
    journey = {**staff, "problem": PROBLEM, "figures": figures[2:], "picture": draw(double_debit()), "legs": told, "say": SAY, "tasks": TASKS, "view": VIEW}  # fmt: skip
    form = {"since": "2026-09", "until": "2026-11", "before": "3", "after": "4", "versions": [{"value": "standard", "label": "The standard way"}, {"value": "3", "label": "Product defect, version 1"}, {"value": "4", "label": "Product defect, version 2"}]}  # fmt: skip
    fixes = {**staff, "form": form, "sides": {"before": "Product defect, version 1", "after": "Product defect, version 2"}, "whole": ROW, "says": "The median time to a permanent fix went from 6 d 4 h to 4 d 6 h.", "has_any": True, "too_few": 5, "key": [{"name": "Product defect", "score": "91 %", "steps": [{"name": "Reproduce", "limit": "3 h", "stays": 12, "score": "75 %", "is_bad": True}, {"name": "Fix", "limit": "", "stays": 0, "score": "\N{EN DASH}", "is_bad": False}]}], "csv_url": "/reports/fix-times/file/"}  # fmt: skip
    return {
        "journey": ("problem/journey_page.html", journey),
        "journey_changing": ("problem/journey_page.html", {**journey, "say": {**SAY, "changing": WORD}, "refusal": refusal}),
        "journey_deciding": ("problem/journey_page.html", {**journey, "say": {**SAY, "deciding": OPEN_WORD}}),
        "journey_reader": ("problem/journey_page.html", {**journey, "view": PLAIN_VIEW, "say": {**SAY, "places": [], "may_change": [], "may_decide": False}}),
        "accountable": ("problem/accountable.html", {**staff, "problem": PROBLEM, "at": "2026-11-19T14:20:00", "error": "", "answer": ANSWER, "stays": STAYS}),
        "accountable_nobody": ("problem/accountable.html", {**staff, "problem": PROBLEM, "at": "2026-11-30T14:20:00", "error": "", "answer": NOBODY, "stays": STAYS}),
        "accountable_no_moment": ("problem/accountable.html", {**staff, "problem": PROBLEM, "at": "soon", "error": "This is no date and time. Write both.", "answer": None, "stays": STAYS}),
        "report_departments": ("reports/departments.html", {**staff, **SCORES, "cards": [CARD, {**CARD, "name": "Release & Change", "hue": "rose", "is_chosen": False, "late": "", "late_stays": 0, "excused": 0, "refused": 0}], "chosen": {"name": "Payments Platform", "hue": "blue", "late": [LATE, {**LATE, "has_word": True}], "late_tasks": [{"number": "T-4", "title": "Refund list", "problem": "P-204", "href": "/t/4/", "over": "1 h"}], "excused": [LATE], "said": [{**WORD, "href": "/p/P-204/journey/#leg-3", "problem": "P-204"}]}}),
        "report_departments_none": ("reports/departments.html", {**staff, **SCORES, "sees_all": False, "cards": [], "chosen": None}),
        "report_fix_times": ("reports/fix_times.html", {**fixes, "tables": [{"code": "had", "title": "By department: how long it had a problem", "of": "Department", "rows": [ROW, FEW]}, {"code": "stages", "title": "By stage: how long a problem stayed in it", "of": "Stage", "rows": [{**ROW, "name": "Product defect: Analysing", "hue": "", "change": "12 % longer", "is_better": False, "is_worse": True}]}]}),
        "report_fix_times_none": ("reports/fix_times.html", {**fixes, "has_any": False, "tables": []}),
    }  # fmt: skip
