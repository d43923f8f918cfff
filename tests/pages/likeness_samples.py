"""What is like a case, as views hand it to the templates."""

from datetime import timedelta
from typing import Any

from problems.evidence import compare, pieces
from servicedesk.pages.link_words import reason_choices
from tests.pages.journeys import NOW

HOUR = timedelta(hours=1)
SAID = (
    "Direct debit taken twice again\nYou have taken kr 649 twice again on 16 November, and the app "
    "says HTTP 500. This is the second month in a row."
)
OWN = (
    "Direct debit taken twice after a tariff change\nAfter the run of the 6th the debit was taken "
    "twice for customers who changed their tariff; the app answers HTTP 500."
)
NEAR = "Two withdrawals\nkr 649 was taken twice on 6 November, I want my money back."
REASONS = [
    {"words": "Code HTTP 500", "is_against": False},
    {"words": "Same product: Fiber 500", "is_against": False},
    {"words": "12 cases in 7 days", "is_against": False},
    {"words": "Olav Hansen linked a case like it", "is_against": False},
]
LIKELY = [
    {"id": 1, "number": "P-204", "href": "/agent/opens/problem/1/", "title": "Direct debit taken twice after a tariff change", "state_label": "Fixing", "is_known_error": True, "percent": 92, "words": ["taken twice", "HTTP 500", "debit"], "reasons": REASONS, "workaround": "Refund the second debit at once; the customer needs to do nothing.", "is_chosen": True},
    {"id": 2, "number": "P-198", "href": "/agent/opens/problem/2/", "title": "Refunds reach Nordea a day late", "state_label": "New", "is_known_error": False, "percent": 41, "words": ["money back"], "reasons": [{"words": "Another product: Card", "is_against": True}], "workaround": "", "is_chosen": False},
]  # fmt: skip
SIMILAR = [
    {"id": 9, "number": 48181, "href": "/agent/opens/case/9/", "subject": "Double payment, refund to account ending 4471", "who": "Tor Eriksen", "contact_id": 3, "state_label": "Resolved", "opened_at": NOW - HOUR, "percent": 88, "problem": "P-204", "solved_with": "We have sent the second kr 649 back to you."},
    {"id": 10, "number": 48209, "href": "/agent/opens/case/10/", "subject": "Charged two times after switching to Fiber 500", "who": "Amir Rahimi", "contact_id": 4, "state_label": "New", "opened_at": NOW - HOUR, "percent": 81, "problem": "", "solved_with": ""},
]  # fmt: skip
ARTICLES = [{"id": 7, "number": 12, "href": "/agent/opens/article/7/", "title": "How we pay back a debit that was taken twice", "percent": 77}]  # fmt: skip
FACTS = [
    {"kind": "problem", "id": 1, "href": "/agent/opens/problem/1/", "symbol": "waypoints", "label": "Workaround of P-204", "says": "Refund the second debit at once; the customer needs to do nothing.", "offer": 1, "is_relevant": True},
    {"kind": "case", "id": 9, "href": "/agent/opens/case/9/", "symbol": "circle-check", "label": "#48181 was answered so", "says": "We have sent the second kr 649 back to you.", "offer": 2, "is_relevant": None},
    {"kind": "article", "id": 7, "href": "/agent/opens/article/7/", "symbol": "book-open-text", "label": "Article 12", "says": "How we pay back a debit that was taken twice", "offer": 3, "is_relevant": False},
]  # fmt: skip
OFFERS = [
    {"name": "P-204 Direct debit taken twice", "where": "beside the case", "who": "Olav Hansen", "shown_at": NOW - HOUR, "opened_at": NOW, "used_at": NOW, "is_relevant": True},
    {"name": "#48181 Double payment", "where": "on the telephone", "who": "Olav Hansen", "shown_at": NOW - HOUR, "opened_at": None, "used_at": None, "is_relevant": None},
]  # fmt: skip
SUGGESTION = {"problem": "P-204", "href": "/problem/problem/P-204/", "title": "Direct debit taken twice after a tariff change", "percent": 92, "words": ["debit", "twice"], "reasons": REASONS, "because": "Fixing, 142 linked cases.", "cases": 142, "fixed": {"label": "Fixed meanwhile", "says": "Fixed on 3 November. Linked, the case gets the solution at once."}}  # fmt: skip


def marked(text: str, *, spans: Any) -> list[dict[str, Any]]:
    """Return a text in pieces as pages get it."""
    return [{"words": words, "is_marked": mark} for words, mark in pieces(text, spans)]


SIDES = {
    "text": marked(SAID, spans=compare(SAID, other=f"{OWN}\n{NEAR}").in_text),
    "own": marked(OWN, spans=compare(SAID, other=OWN).in_other),
    "nearest": [
        {
            "number": 48181,
            "subject": "Two withdrawals",
            "pieces": marked(NEAR, spans=compare(SAID, other=NEAR).in_other),
            "linked_by": "Olav Hansen",
        }
    ],
    "words": [{"words": "taken twice", "is_code": False}],
}


def likeness_pages(staff: dict[str, Any]) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return the pages by the name of their sample."""
    case = {"number": 48213, "subject": "Direct debit taken twice again this month"}
    known = {**staff, "case": case, "may_judge": True, "is_asked": True}
    queue = {**staff, "waiting": 17, "is_more": False, "again_url": "/agent/triage/"}
    one = {
        "number": 48213, "href": "/agent/case/48213/", "subject": case["subject"], "who": "Ingrid Solheim",
        "channel": "by mail", "opened_at": NOW - HOUR, "product": "Fiber 500", "first": SUGGESTION,
        "others": [{**SUGGESTION, "problem": "P-198", "percent": 41}], **SIDES,
        "reject_reasons": reason_choices(), "stays": "WzFd", "only": "", "later_url": "/agent/triage/?after=WzJd",
    }  # fmt: skip
    report = {**staff, "form": {"since": "2026-09", "until": "2026-11"}, "csv_url": "/reports/knowledge_file/"}  # fmt: skip
    return {
        "known": ("agent/known.html", {**known, "likely": LIKELY, "similar_cases": SIMILAR, "articles": ARTICLES, "facts": FACTS, "offers": OFFERS, "others": "2 other customers wrote the like.", "link": None}),
        "known_by_words": ("agent/known.html", {**known, "likely": [], "similar_cases": [], "articles": [], "facts": [], "offers": [], "is_by_words_alone": True, "link": {"problem": "P-204", "is_confirmed": True}}),
        "why": ("agent/why.html", {**staff, "case": case, "problem": {"number": "P-204", "title": "Direct debit taken twice", "state_label": "Fixing"}, "reasons": REASONS, **SIDES}),
        "triage": ("agent/triage.html", {**queue, "one": one, "problem": {"number": "P-204", "title": "Direct debit taken twice"}}),
        "triage_none": ("agent/triage.html", {**queue, "waiting": 0, "one": None, "is_through": False}),
        "triage_through": ("agent/triage.html", {**queue, "one": None, "is_through": True}),
        "report_knowledge": ("reports/knowledge.html", {**report, "months": [{"name": "October 2026", "opened": 812, "linked": 430, "percent": "53 %", "again": 31}], "unlinked": [{"problem": "P-204", "title": "Direct debit taken twice", "cases": 14, "href": "/agent/triage/?problem=P-204"}], "may_link": True, "places": [{"door": "beside the case", "kind": "Problems", "shown": 402, "opened": 210, "opened_percent": "52 %", "used": 180, "used_percent": "45 %", "helped": 41, "not_helped": 6}], "unused": [{"name": "Article 12", "title": "How we pay back a debit", "href": "/knowledge/article/12/", "shown": 81, "opened": 3}], "asked": {"questions": 40, "again": 6, "percent": "15 %", "examples": [{"case": 48213, "before": 47001, "department": "Billing", "asked_at": NOW}]}}),
        "report_knowledge_none": ("reports/knowledge.html", {**report, "months": [], "unlinked": [], "places": [], "unused": [], "asked": {"questions": 0, "again": 0, "percent": "", "examples": []}}),
    }  # fmt: skip
