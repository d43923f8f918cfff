"""What pages show after the fix of a problem, as samples."""

from datetime import timedelta
from typing import Any

from tests.pages.journeys import NOW

PROBLEM = {"number": "P-204", "title": "Direct debit taken twice", "state": "resolved", "state_label": "Resolved", "live_of": "problem:204"}  # fmt: skip
WATCH = {
    "state": "", "state_label": "Watched", "tone": "petrol", "is_going": True, "is_in_doubt": True,
    "began_at": NOW, "ends_at": NOW + timedelta(days=90), "ended_at": None, "grace_until": NOW + timedelta(days=3),
    "limit": 2, "customers": 3, "is_above": True, "again": 4, "contacts_after": 3, "came_again": 1, "in_30": 4, "in_90": 4,
    "is_30_over": True, "is_90_over": False, "contacts_before": 41, "time_before": "18 d 4 h",
    "says": "4 contacts of 3 customers after the time of grace.", "avoided": "37 (25 to 52)",
}  # fmt: skip
ENDED = {**WATCH, "state": "came_back", "state_label": "Came back", "tone": "danger", "is_going": False, "is_in_doubt": False, "ended_at": NOW, "avoided": ""}  # fmt: skip
CARD = {"watch": WATCH, "until": "20 February 2027", "preventions": 2, "open": 1, "late": 1, "review_label": "Waits for a lead"}  # fmt: skip
QUIET_CARD = {"watch": None, "until": "", "preventions": 0, "open": 0, "late": 0, "review_label": ""}  # fmt: skip
TO_DO = {
    "position": 1, "key": "1", "kind_label": "Preventive", "text": "Let the test of the ledger run each night.",
    "owner": "Nadia Khan", "owner_id": 1, "due_on": "20 November 2026", "due_iso": "2026-11-20", "is_open": True, "is_late": True,
    "is_mine": True, "state_label": "To do", "tone": "petrol", "result": "", "ended_by": "", "ended_at": None,
}  # fmt: skip
DONE = {**TO_DO, "position": 2, "key": "2", "is_open": False, "is_late": False, "state_label": "Done", "tone": "good", "result": "It runs since 12 November.", "ended_by": "Nadia Khan", "ended_at": NOW}  # fmt: skip
REVIEW = {
    "edition": 2, "state": "asked", "state_label": "Waits for a lead", "tone": "warning", "is_open": True,
    "what_happened": "You were charged twice.", "why": "A job sent it again.", "what_we_did": "It knows what it sent.",
    "what_we_prevent": "We test it each night.", "answer": "Say how many.", "written_by": "Nadia Khan", "written_at": NOW,
    "decided_by": "", "decided_at": None,
}  # fmt: skip
APPROVED = {**REVIEW, "edition": 1, "state": "approved", "state_label": "Customers can read it", "tone": "good", "is_open": False, "answer": "", "decided_by": "Lena Berg", "decided_at": NOW}  # fmt: skip
DRAFT = {**REVIEW, "state": "draft", "state_label": "Draft", "tone": "line", "answer": ""}
RATINGS = {
    "customers": 12, "mean": "4.1 of 5", "counts": [{"label": "Delighted", "count": 5}, {"label": "Upset", "count": 1}],
    "comments": [{"label": "Content", "text": "You told me each time.", "at": NOW}],
}  # fmt: skip
MAY = ("plan", "write", "decide", "link", "withdraw")
PUBLIC_REVIEW = {"what_happened": "You were charged twice.", "why": "A job sent it again.", "what_we_did": "It knows what it sent.", "what_we_prevent": "We test it each night.", "approved_at": NOW}  # fmt: skip
FIX = {
    "number": "P-204", "title": "Direct debit taken twice", "href": "/p/P-204/after/", "fixed_at": NOW, "state_label": "Watched",
    "tone": "petrol", "contacts_before": 41, "in_30": 4, "is_30_over": True, "in_90": 4, "is_90_over": False, "customers": 3,
    "avoided": "37 (25 to 52)", "repeats_before": "34 by 12 customers (2.8 each)", "repeats_after": "1 by 14 customers (0.1 each)",
    "felt_before": "2.1 of 5 (9 customers, 11 % content)", "felt_after": "4.2 of 5 (7 customers, 86 % content)",
}  # fmt: skip
WHOLE = {"fixes": 1, "again": 4, "customers": 3, **{name: FIX[name] for name in ("avoided", "repeats_before", "repeats_after", "felt_before", "felt_after")}}  # fmt: skip


def after_fix_pages(
    *,
    staff: dict[str, Any],
    settings: dict[str, Any],
    choices: list[dict[str, str]],
    refusal: dict[str, str],
) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return the pages by the name of their sample."""
    whole = {
        **staff, "problem": PROBLEM, "watches": [WATCH, ENDED], "ratings": RATINGS, "suspected": {"cases": 2, "expected": 1.3},
        "preventions": [TO_DO, DONE], "kinds": choices, "owners": choices, "reviews": [REVIEW, APPROVED], "review": REVIEW,
        "may": dict.fromkeys(MAY, True), "forms": {}, "refusal": None,
    }  # fmt: skip
    nothing: dict[str, Any] = {
        "watches": [],
        "ratings": None,
        "suspected": None,
        "preventions": [],
        "reviews": [],
        "review": None,
    }
    months = {**staff, "form": {"since": "2026-09", "until": "2026-11"}, "csv_url": "/reports/after-fix/file/", "whole": WHOLE}  # fmt: skip
    watching = {**settings, "settings_page": "fixes", "limits": {"most_grace": 60, "least_watch": 7, "most_watch": 730, "most_customers": 1000}}  # fmt: skip
    terms = {"grace_days": 3, "watch_days": 90, "most_customers": 2, "reopens_alone": True}
    return {
        "after_fix": ("problem/after.html", whole),
        "after_fix_draft": ("problem/after.html", {**whole, "reviews": [DRAFT], "review": DRAFT, "refusal": refusal}),
        "after_fix_reader": ("problem/after.html", {**whole, "may": dict.fromkeys(MAY, False), "preventions": [{**TO_DO, "is_mine": False}]}),
        "after_fix_begun": ("problem/after.html", {**whole, **nothing}),
        "report_after_fix": ("reports/after_fix.html", {**months, "fixes": [FIX, {**FIX, "is_30_over": False, "avoided": "\N{EN DASH}"}], "has_more": True}),
        "report_after_fix_none": ("reports/after_fix.html", {**months, "fixes": [], "has_more": False}),
        "settings_fixes": ("settings/fixes.html", {**watching, "form": {"data": terms}, "refusal": None}),
        "settings_fixes_refused": ("settings/fixes.html", {**watching, "form": {"data": {**terms, "watch_days": "1"}}, "refusal": refusal}),
    }  # fmt: skip
