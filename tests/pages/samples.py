"""What views hand to the templates, as samples: the same shapes, made up."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from django.utils.safestring import mark_safe

from servicedesk.configuration.sections import SECTIONS
from servicedesk.pages.bars import bars_of
from servicedesk.pages.clock_chip import clock_chip
from servicedesk.pages.journey_picture import draw, strip
from servicedesk.pages.signs import hue_of, initials_of
from tests.pages.after_fix_samples import PUBLIC_REVIEW, after_fix_pages
from tests.pages.belonging_samples import belonging_pages
from tests.pages.broadcast_samples import broadcast_pages
from tests.pages.clock_samples import CLOCK_EXPLAINED
from tests.pages.door_samples import ASKED as ASKED_OF_TYPE
from tests.pages.door_samples import door_pages
from tests.pages.import_samples import import_pages
from tests.pages.journey_samples import AT_RISK, journey_pages
from tests.pages.journeys import NOW, double_debit, november
from tests.pages.likeness_samples import REASONS, likeness_pages
from tests.pages.map_samples import on_its_way
from tests.pages.matching_samples import matching_pages
from tests.pages.policy_samples import policy_pages
from tests.pages.promise_samples import BESIDE_PROBLEM, BROKEN_BESIDE, promise_pages
from tests.pages.radar_samples import radar_pages
from tests.pages.report_samples import report_pages
from tests.pages.routing_samples import HERE, RULE_FORM, routing_pages
from tests.pages.step_samples import APPROVALS, way
from tests.pages.task_samples import BESIDE, task_pages
from tests.pages.workflow_samples import workflow_pages

HOUR = timedelta(hours=1)


def clock(left: timedelta, *, promise: str = "Next reply") -> object:
    """Return a clock with so much left of four hours."""
    due_at = NOW + left
    return clock_chip(promise=promise, started_at=due_at - 4 * HOUR, due_at=due_at, at=NOW)


def row(
    number: int, contact: str, subject: str, preview: str, *, organisation: str = "", **more: Any
) -> dict[str, Any]:
    """Return one case of a list: of a queue, of those chosen for a problem, of a problem's."""
    return {
        "number": number,
        "href": f"/agent/case/{number}/",
        "contact": contact,
        "state": "open",
        "opened_at": NOW - HOUR,
        "who": f"{contact} · {organisation}" if organisation else contact,
        "hue": hue_of(contact),
        "initials": initials_of(contact),
        "choose": f"Choose case {number}, {subject}",
        "subject": subject,
        "preview": preview,
        "state_label": "Open",
        "priority": "normal",
        "priority_label": "Normal",
        "clock": None,
        "unread": False,
        "problem": "",
        "problem_is_suggested": False,
        **more,
    }


CASES = [
    row(
        48213, "Ingrid Solheim", "Direct debit taken twice again this month",
        "This is the second month in a row. I need the money back before Friday.",
        clock=clock(timedelta(minutes=-12)), priority="urgent", priority_label="Urgent",
        unread=True, problem="P-204",
    ),
    row(
        48209, "Amir Rahimi", "Charged two times after switching to Fiber 500",
        "Hi, I upgraded on the 6th and now I see two charges of kr 649.",
        clock=clock(timedelta(minutes=38)), priority="high", priority_label="High", unread=True,
        problem="P-204", problem_is_suggested=True, state_label="New",
    ),
    row(
        48198, "Kari Lunde", "Router keeps dropping every evening around 20:00",
        "Tried the restart and the factory reset as you suggested, no difference.",
        organisation="Lunde Regnskap AS", clock=clock(timedelta(minutes=65)),
    ),
    row(
        48190, "Jonas Berg", "Invoice shows old company name",
        "We changed name in October. Our auditor will not accept this invoice.",
        organisation="Bergen Båt AS", clock=clock(3 * HOUR),
    ),
    row(
        48187, "Maria Haugen", "Where is my SIM? Tracking has not moved since Monday",
        "The tracking page says in transit since 16 Nov.", state_label="Waiting for customer", problem="P-211",
        clock=clock_chip(
            promise="Resolution", started_at=NOW, due_at=None, at=NOW,
            left_when_paused=timedelta(hours=2, minutes=10),
        ),
    ),
    row(
        48181, "Tor Eriksen", "Double payment, refund to account ending 4471",
        "Two withdrawals of kr 1 249,00 on 6 Nov. Attached a PDF from the bank.",
        organisation="Eriksen Bygg", clock=clock(timedelta(hours=3, minutes=32)), problem="P-204",
        priority="low", priority_label="Low",
    ),
    row(
        48174, "Silje Nygård", "Cannot log in to Min Side after password change",
        "The page just says Something went wrong (TX-31).",
        clock=clock_chip(
            promise="First response", started_at=NOW, due_at=NOW, at=NOW, met_at=NOW
        ),
    ),
]  # fmt: skip
QUEUE_GROUPS = [
    {
        "name": "Mine",
        "queues": [
            {"name": "My open cases", "symbol": "inbox", "href": "?queue=mine", "count": 12, "tone": "", "is_current": True},
            {"name": "Waiting for customer", "symbol": "clock", "href": "?queue=waiting", "count": 5, "tone": "", "is_current": False},
        ],
    },
    {
        "name": "Needs attention",
        "queues": [
            {"name": "Due within 2 hours", "symbol": "flame", "href": "?queue=due", "count": 4, "tone": "danger", "is_current": False},
            {"name": "Unassigned", "symbol": "user-x", "href": "?queue=unassigned", "count": 9, "tone": "", "is_current": False},
            {"name": "No problem linked", "symbol": "unlink", "href": "?queue=unlinked", "count": 8, "tone": "warning", "is_current": False},
        ],
    },
]  # fmt: skip
STRIP = strip(double_debit())
HISTORY = [
    {"symbol": "link", "text": "Linked to P-204", "person": "Olav Hansen", "at": NOW - HOUR},
    {"symbol": "user-check", "text": "Assigned to Olav Hansen", "person": "Rule 3", "at": NOW - 2 * HOUR},
    {"symbol": "inbox", "text": "Case opened", "person": "", "at": november(18, 13, 2)},
]  # fmt: skip
MESSAGES = [
    {"kind": "event", "symbol": "inbox", "text": "Case opened by e-mail", "at": NOW - HOUR, "tone": "", "href": "", "number": 1},
    {
        "kind": "in", "number": 2, "author": "Ingrid Solheim", "channel": "by mail", "delivery": "", "at": NOW - HOUR,
        "html": "", "text": "Hello,\n\nYou have taken kr 649 twice again on 16 November.\n\nI need the money back before Friday because my rent is due.",
        "signature": "Ingrid Solheim\nOslo", "quoted": "On 14 November Nordlys Bank wrote:\n> Your card was charged.",
        "body_url": "/mail/2/", "files": [{"name": "Kontoutskrift-nov.pdf", "href": "/files/1/", "size": 188000}],
    },
    {"kind": "event", "symbol": "sparkles", "text": "Looks like P-204, 92 % alike", "at": NOW - HOUR, "tone": "problem", "href": "/problem/problem/P-204/", "number": 3},
    {"kind": "note", "number": 4, "author": "Maya Lindqvist", "channel": "", "delivery": "", "at": NOW - HOUR / 2, "html": "", "text": "Same household as 46630. Refund batch 2 leaves Finance tomorrow 10:00.", "body_url": "", "files": []},
    {"kind": "out", "number": 5, "author": "Olav Hansen", "channel": "by mail", "delivery": "delivered 13:41", "at": NOW - HOUR / 3, "html": "", "text": "Hi Ingrid, I am sorry, that should not have happened twice. Your refund of kr 649 is already in the next batch.", "body_url": "", "files": []},
]  # fmt: skip
SUGGESTIONS = [
    {"problem": "P-204", "href": "/problem/problem/P-204/", "title": "Direct debit taken twice after a tariff change", "percent": 92, "words": ["debit", "twice", "kr 649", "tariff"], "reasons": REASONS, "because": "31 linked cases use the same words; same product.", "cases": 142, "fixed": {"label": "Fixed already, or back again", "says": "Fixed on 3 November. Linked, the case gets the solution at once, and counts for whether the fix holds."}},
    {"problem": "P-198", "href": "/problem/problem/P-198/", "title": "Refunds reach Nordea a day late", "percent": 41, "words": ["refund", "money back"], "because": "Shares two rare words.", "cases": 12},
]  # fmt: skip
CASE = {
    "number": 48213, "subject": "Direct debit taken twice again this month", "live_links": 2, "state": "open", "state_label": "Open",
    "priority": "urgent", "priority_label": "Urgent", "channel": "by mail", "opened_at": NOW - HOUR, "responsible": "Olav Hansen",
    "queue": "Billing", "version": 3, "is_mine": False, "clocks": [clock(timedelta(minutes=-12))], "wanted_outcome": "The money back before Friday.",
}  # fmt: skip
CONTACT = {
    "name": "Ingrid Solheim", "since": "Customer since March 2018", "organisation": "", "service_level": "Gold",
    "addresses": ["ingrid.solheim@example.no", "+47 900 11 234"], "language": "Norwegian",
    "facts": [{"label": "Open cases", "value": "2", "tone": ""}, {"label": "Cases in 90 days", "value": "5", "tone": "red"}],
    "has": ["Router X 2.0 (3)", "Fiber 500"], "has_more": 2, "bought": "Router X on 3 Nov 2026", "segments": ["Gold in the north"], "has_href": "/customers/3/has/",
}  # fmt: skip
LINKED = {
    "number": "P-204", "href": "/problem/problem/P-204/", "title": "Direct debit taken twice after a tariff change", "state_label": "Fix in progress",
    "department": "Release & Change", "department_hue": "rose", "cases": 142, "day": 11, "estimate": "Fri 20 Nov, 16:00", "workaround": "", "strip": STRIP,
}  # fmt: skip
EARLIER = [
    {"number": 46630, "href": "/agent/case/46630/", "subject": "Direct debit taken twice in October", "state_label": "Closed", "at": november(3, 9), "is_same_problem": True},
    {"number": 39022, "href": "/agent/case/39022/", "subject": "Router replaced", "state_label": "Closed", "at": november(1, 9), "is_same_problem": False},
]  # fmt: skip
PRIORITIES = [
    {"code": code, "label": code.title(), "value": code}
    for code in ("urgent", "high", "normal", "low")
]
MAY_ALL = dict.fromkeys(("ask", "note_feeling", "answer_question", "let_in", "reply", "note", "resolve", "pend", "reopen", "assign_to_me", "set_priority", "link", "open_problem", "assign", "take", "route", "accept", "refuse", "hand_over", "root_cause", "workaround", "fix", "find_wanting", "estimate", "evidence", "end", "reshape", "close", "write", "say_it_works", "say_it_still_happens", "decide_people", "publish", "change"), True)  # fmt: skip
CHOICES = [
    {"value": "1", "label": "Billing Operations"},
    {"value": "2", "label": "Payments Platform"},
]
LEGS = [
    {
        "number": one.number, "department": one.department_name, "hue": one.hue, "title": one.title, "because": one.because, "entered_at": one.entered_at,
        "left_at": one.left_at, "worked": "5 h", "waited": "6 h", "over": "+5 h" if one.number == 3 else "", "is_detour": one.is_detour,
        "is_open": one.left_at is None, "person": "Oskar Nilsen",
    }
    for one in double_debit().legs
]  # fmt: skip
FIGURES = [
    {"label": "Expected fix", "value": "Fri 20 Nov", "more": "at worst Mon 23", "tone": "good"},
    {"label": "Customers affected", "value": "139", "more": "118 told", "tone": ""},
    {"label": "Work done", "value": "70 h", "more": "62 % of open hours", "tone": ""},
    {"label": "Waiting", "value": "44 h", "more": "two over target", "tone": ""},
    {"label": "Cost of the detour", "value": "11 h", "more": "sent back once", "tone": "warn"},
]
PROBLEM = {
    "number": "P-204", "title": "Direct debit taken twice after a tariff change", "statement": "Customers who changed their tariff see two collections on the same day.",
    "state": "fix_in_progress", "state_label": "Fix in progress", "stage": "Rolling out", "is_known_error": True, "department": "Release & Change", "department_hue": "rose",
    "responsible": "Nadia Khan", "category": "Payments", "product": "Fiber 500", "severity_label": "Major", "cause": "A retry job re-sends a collection when a tariff change lands between the file of the bank and its receipt.",
    "public_cause": "When a tariff was changed, our system asked for the money a second time.", "cause_found_at": november(16, 15, 10), "workaround": "Ask the bank to return the second collection.",
    "workaround_is_published": True, "fix": "", "solution": "", "clocks": [clock(2 * HOUR, promise="Fix")], "acknowledged": True, "duplicate_of": None,
}  # fmt: skip
PROBLEM_PAGE = {
    **BESIDE,
    "way": None,
    "problem": PROBLEM, "figures": FIGURES, "picture": draw(double_debit()), "workflow_map": on_its_way(), "legs": LEGS, "may": {**MAY_ALL, "accept": False, "refuse": False, "root_cause": False},
    "followers": {"names": ["Maya Lindqvist"], "is_mine": False}, "next_action": "fix", "forms": {}, "departments": CHOICES, "better_owners": [{"value": 3, "label": "Cards", "why": "it fixed 3 problems like this (Card, billing).", "reason": "It belongs to Cards."}], "own_departments": CHOICES, "outcomes": CHOICES, "confidences": CHOICES,
    "affected": {"customers": 139, "told": 118, "confirmed": 12, "open_cases": 130, "resolved_cases": 12, "organisations": 9},
    "cases": CASES[:3], "next_cases_url": "?after=3", "article": {"href": "/knowledge/article/7/", "title": "Direct debit taken twice", "state_label": "Draft"},
    "customers_are_told": {"stage_label": "Fixing", "text": "We found the cause and are putting the fix in place.", "last_at": NOW - 5 * HOUR, "next_by": november(20, 16, 30)},
    "estimate": {"words": "Friday 20 November, around 16:00", "confidence_label": "Likely", "reason": "", "is_public": True},
    "old_estimates": [{"words": "Thursday 19 November", "reason": "The change board met a day later.", "at": NOW, "became": "moved 2 days before it passed"}],
    **BESIDE_PROBLEM,
    "notes": [{"author": "Lise Aas", "text": "Refund batches are ready.", "at": NOW - 3 * HOUR}], "history": HISTORY,
}  # fmt: skip
BOARD_CARD = {
    "number": "P-204", "href": "/problem/problem/P-204/", "title": "Direct debit taken twice after a tariff change", "state": "fix_in_progress", "state_label": "Fix in progress",
    "because": "Fix 7.42.1 is ready to roll out.", "from_department": "Payments Platform", "cases": 142, "customers": 139, "responsible": "Nadia Khan", "clock": clock(2 * HOUR, promise="Fix"),
    "strip": STRIP, "is_detour": False, "may_accept": False,
}  # fmt: skip
BOARD = {
    "tasks_url": "/department/tasks/", "task_count": 2,
    "department": {"name": "Release & Change", "hue": "rose"},
    "departments": [{"name": "Release & Change", "href": "?department=1", "is_current": True}, {"name": "Payments", "href": "?department=2", "is_current": False}],
    "figures": FIGURES[1:4],
    "columns": [
        {"code": "to_take", "name": "To take", "says": "", "problems": [{**BOARD_CARD, "may_accept": True, "number": "P-211", "title": "SIM cards stay in transit", "clock": clock(timedelta(minutes=-40), promise="Accept"), "responsible": "", "is_detour": True}]},
        {"code": "working", "name": "Working", "says": "", "problems": [BOARD_CARD]},
        {"code": "due", "name": "Due", "says": "Nothing is due today.", "problems": []},
    ],
}  # fmt: skip
STEPS = [
    {"label": "Received", "when": "Today 13:02", "state": "done"},
    {"label": "Cause found", "when": "Mon 16 Nov", "state": "done"},
    {"label": "Fix tested", "when": "Wed 18 Nov", "state": "done"},
    {"label": "Rolling out", "when": "Tonight, from 22:00", "state": "now"},
    {"label": "Fixed", "when": "Fri 20 Nov, 16:00", "state": ""},
]
KNOWN = [
    {"number": 7, "title": "Direct debit taken twice", "href": "/portal/article/7/", "says": "We are putting the fix in place. It will be done by Friday.", "stage_label": "Fixing", "since_at": november(9, 9), "steps": STEPS},
]  # fmt: skip
OWN_PROBLEMS = [
    {**KNOWN[0], "number": 204, "case_href": "/portal/issue/48213/", "is_affected": True, "is_following": False, "may": {"join": False, "follow": False, "stop": False, "say_it_works": False}},
    {**KNOWN[0], "number": 205, "case_href": "", "is_affected": False, "is_following": False, "may": {"join": True, "follow": True, "stop": False, "say_it_works": False}},
]  # fmt: skip
RATING = {
    "taps": [
        {"value": place, "label": label, "is_said": place == 4}
        for place, label in enumerate(("Very bad", "Bad", "All right", "Good", "Very good"), 1)
    ],
    "said": "You said: good.",
}
ISSUE = {
    "issue": {"number": 48213, "subject": "Direct debit taken twice", "opened_at": NOW - HOUR, "is_open": True},
    "says": {"before": "We found the cause and are putting the fix in place. It will be done by", "date": "Friday 20 November, around 16:00", "after": "."},
    "others": "138 other customers have the same problem.", "must_do": "You do not have to do anything.", "moved": [{"old": "Thursday 19 November", "reason": "It took longer than we wanted: the tests had to run once more."}, {"old": "Wednesday 18 November", "reason": "We had to ask the bank."}],
    "hears": {"before": "You will hear from us by", "when": "Friday 20 November, 16:30", "after": "", "is_over": False, "words": "I write to you as soon as the money has left us.", "moves": [{"old": "Thursday 19 November, 12:00", "why": "We waited for your answer."}]}, "is_overdue": False, "steps": STEPS,
    "story": [
        {"when": "Mon 9 Nov", "title": "Several customers told us the same thing", "text": "We opened one investigation for everybody.", "old": "Thursday 19 November", "is_key": False, "is_future": False},
        {"when": "Mon 16 Nov", "title": "The cause", "text": "When a tariff was changed, our system asked for the money a second time.", "is_key": True, "is_future": False},
        {"when": "Fri 20 Nov", "title": "Your refund leaves us", "text": "Most banks show it within two working days.", "is_key": False, "is_future": True},
    ],
    "workaround": {"text": "Ask your bank to return the second collection.", "article_href": "/portal/article/7/"}, "solution": "", "review": None,
    "messages_of_case": [{**MESSAGES[1], "kind": "out", "body_url": ""}, {**MESSAGES[4], "kind": "in"}], "articles": [{"href": "/portal/article/7/", "title": "When does a refund reach my bank?"}],
    "may": MAY_ALL, "composer": {}, "address": "/portal/issue/48213/", "link": None, "rating": None,
    "told_us": [{"label": "Product", "value": "Current account"}],
    "topics": [{"value": "progress", "label": "Progress", "says": "News of its problem", "is_on": True}, {"value": "answers", "label": "Answers", "says": "We wrote", "is_on": False}],
}  # fmt: skip
PEOPLE = [
    {"id": 1, "name": "Olav Hansen", "email": "olav@nordvik.example", "roles": "Agent", "departments": "Customer Care", "is_active": True, "last_seen_at": NOW, "edit_href": "?edit=1", "leaving_href": "/settings/people/1/leaving/"},
    {"id": 2, "name": "Nadia Khan", "email": "nadia@nordvik.example", "roles": "Department head", "departments": "Release & Change", "is_active": False, "last_seen_at": None},
]  # fmt: skip
REFUSAL = {"sentence": "Olav Hansen took this case before you.", "next_step": "Look at it as it stands now, then decide again."}  # fmt: skip
ROLES = [
    {"code": "agent", "label": "Agent", "person": "Olav Hansen", "says": "works the queue", "sign_in_url": "/demo/", "token": "x"},
    {"code": "member", "label": "Department", "person": "Nadia Khan", "says": "Release & Change", "sign_in_url": "/demo/", "token": "x"},
    {"code": "admin", "label": "Administrator", "person": "Ada Moe", "says": "", "sign_in_url": "/demo/", "token": "x"},
    {"code": "contact", "label": "Customer", "person": "Ingrid Solheim", "says": "sees the portal", "sign_in_url": "/demo/", "token": "x"},
]  # fmt: skip
STAFF = {
    "tenant": SimpleNamespace(name="Nordvik Telecom", slug="nordvik"),
    "person": SimpleNamespace(name="Olav Hansen", email="olav@nordvik.example"),
    "nav": dict.fromkeys(
        ("cases", "triage", "problems", "work", "overview", "reports", "articles", "settings"), True
    ),
}
PORTAL = {"tenant": STAFF["tenant"], "portal_contact": SimpleNamespace(name="Ingrid Solheim")}
QUEUE = {"queue_groups": QUEUE_GROUPS, "queue": {"name": "My open cases", "says": "12 open, 4 due within 2 hours"}, "cases": CASES, "next_url": "?after=48174", "may_open_case": True, "may_open_problem": True}  # fmt: skip
TAKING_PART = [
    {"id": 3, "name": "Eva Lind", "address": "eva.lind@example.net", "is_in": False, "is_me": False, "may_decide": True},
    {"id": 4, "name": "bookkeeping-and-accounts-payable@nordlys.example", "address": "bookkeeping-and-accounts-payable@nordlys.example", "is_in": True, "is_me": False, "may_decide": True},
]  # fmt: skip
CASE_PAGE = {**QUEUE, "case": CASE, "messages_of_case": MESSAGES, "may": MAY_ALL, "priorities": PRIORITIES, "assignees": CHOICES, "composer": {"to": "To Ingrid, by mail"}, "linked": LINKED, "suggestions": [], "contact": CONTACT, "earlier": EARLIER, "history": HISTORY, "people": TAKING_PART}  # fmt: skip
QUESTION = {
    "id": 7,
    "state": "asked",
    "state_label": "Waits for the agent",
    "tone": "warning",
    "text": "Which bank does she use, and on which day was it taken?",
    "answer": "",
    "answered_at": None,
    "department": "Payments Platform",
    "department_hue": "blue",
    "asked_by": "Maya Lindqvist",
    "asked_at": NOW,
    "due_at": NOW,
    "is_late": True,
    "case": 48213,
    "case_href": "/c/48213/",
    "contact": "Ingrid Solheim",
    "problem": "P-204",
    "problem_href": "/p/204/",
    "problem_title": "Direct debit taken twice",
    "is_open": True,
    "draft": "Which bank does she use?",
    "offered": {"number": 12, "text": "Nordbank, on the third."},
}
QUESTION_ANSWERED = {
    **QUESTION,
    "id": 6,
    "state": "answered",
    "state_label": "Answered",
    "tone": "good",
    "answer": "Nordbank, branch Bergen.",
    "is_open": False,
    "is_late": False,
}
BARS = bars_of(
    [
        (november(day, 9).date(), count)
        for day, count in zip(
            range(3, 17), (0, 2, 5, 9, 0, 0, 12, 31, 22, 8, 3, 0, 0, 4), strict=True
        )
    ],
    title="What customers wrote",
)
IMPACT = {
    "customers": 139,
    "feelings": [
        {"label": "Upset", "count": 12, "tone": "danger"},
        {"label": "Content", "count": 3, "tone": "good"},
    ],
    "no_feeling": 31,
    "contacts": BARS,
    "at_risk": 4,
    "broken": 2,
    "promises": "2 promises missed, 4 due within a day",
}
TALLY = [
    {"label": label, "value": value, "href": "/q/filter/", "tone": tone}
    for label, value, tone in (
        ("With an agent", "1000+", ""),
        ("Promises missed", "14", "bad"),
        ("Nobody has them", "9", "warn"),
    )
]
HAND_OVER = {
    "number": "P-204",
    "href": "/p/204/",
    "title": "Direct debit taken twice after a tariff change",
    "department": "Billing",
    "department_hue": "violet",
    "because": "Handed over",
    "reason": "The invoice is wrong.",
    "since": NOW,
    "due_at": NOW,
    "waits": "2 d 4 h",
    "is_late": True,
}
RESHAPE: dict[str, Any] = {
    "problem": {
        "number": "P-204",
        "title": "Direct debit taken twice",
        "statement": "Twice.",
        "state": "fix_in_progress",
        "state_label": "Fix in progress",
        "is_open": True,
    },
    "cases": [
        {
            "id": number,
            "number": 48213 + number,
            "href": "/c/48213/",
            "subject": "Charged twice",
            "contact": "Ingrid Solheim",
            "state": "on_problem",
            "state_label": "Waiting for a problem",
            "is_ticked": number == 1,
        }
        for number in (1, 2)
    ],
    "before": [
        {
            "id": 1,
            "words": "P-198 was merged into it",
            "href": "/p/198/",
            "reason": "The same job.",
            "cases": 3,
            "customers": 41,
            "at": NOW,
            "by": "Kari Nes",
            "undone_at": None,
            "undone_by": "",
            "may_be_undone": True,
        },
        {
            "id": 2,
            "words": "P-199 was split off",
            "href": "/p/199/",
            "reason": "Only on Sundays.",
            "cases": 1,
            "customers": 1,
            "at": NOW,
            "by": "Kari Nes",
            "undone_at": NOW,
            "undone_by": "Ola Berg",
            "may_be_undone": False,
        },
    ],
    "forms": {},
    "refusal": None,
}
CUSTOMER_ROW = {
    "contact": 3,
    "name": "Ingrid Solheim",
    "href": "/customers/3/",
    "organisation": "Solheim AS",
    "found": "by a case",
    "found_at": NOW,
    "stands": "workaround",
    "stands_label": "on a workaround",
    "stands_tone": "warning",
    "stands_at": NOW,
    "times_told": 2,
    "last_told_at": NOW,
    "bounced_at": None,
    "is_excused": False,
    "excuse": "",
    "excused_by": "",
    "case": 48213,
    "case_href": "/c/48213/",
    "case_state": "on_problem",
    "case_state_label": "Waiting for a problem",
}
LEDGER = {
    "problem": {
        "number": "P-204",
        "title": "Direct debit taken twice",
        "state": "fix_in_progress",
        "state_label": "Fix in progress",
        "live_of": "problem:1",
    },
    "tiles": [
        {"label": label, "href": f"?show={label}", "count": count, "is_current": count == 200}
        for label, count in (
            ("affected", 200),
            ("told", 190),
            ("delivered", 180),
            ("seen", 90),
            ("have the solution", 2),
            ("say that it works", 1),
        )
    ],
    "filters": [
        {"label": "On a workaround", "href": "?show=workaround", "count": 88, "is_current": False}
    ],
    "asked": {"far": "all", "found": "", "words": ""},
    "here": "?show=all",
    "shown": 200,
    "found_choices": CHOICES,
    "scopes": [
        {
            "id": 7,
            "words": "Card reader 2.3 · region North",
            "added_at": NOW,
            "added_by": "Kari Nes",
        }
    ],
    "scope_choices": {"things": CHOICES, "segments": CHOICES, "regions": ["North", "South"]},
    "may": {"scope": True, "excuse": True, "apply": True, "end_links": True},
    "attempt": {"forms": {}, "preview": None},
    "csv_url": "?as=csv",
    "next_url": "?after=1",
    "customers": [
        CUSTOMER_ROW,
        {
            **CUSTOMER_ROW,
            "contact": 4,
            "name": "Amir Haddad",
            "organisation": "",
            "found": "has this version: Card reader 2.3",
            "stands": "excused",
            "stands_label": "exception",
            "stands_tone": "petrol",
            "is_excused": True,
            "excuse": "Sold the reader last week",
            "excused_by": "Kari Nes",
            "times_told": 0,
            "last_told_at": None,
            "bounced_at": NOW,
            "case": None,
            "case_href": "",
            "case_state": "",
            "case_state_label": "",
        },
    ],
}
FILTERS = [
    {"label": "Open", "href": "?state=open", "count": 14, "is_current": True},
    {"label": "Resolved", "href": "?state=resolved", "count": 88, "is_current": False},
]
PROBLEM_ROW = {**BOARD_CARD, "priority_code": "high", "priority": "High", "department": "Release & Change", "department_hue": "rose", "estimate": "Fri 20 Nov", "opened_at": november(9, 9)}  # fmt: skip
ARTICLE = {"number": 7, "href": "/knowledge/article/7/", "title": "Direct debit taken twice", "body": "Ask your **bank**.", "html": mark_safe("<p>Ask your <strong>bank</strong> to return the second collection.</p><ul><li>Open the app</li><li>Choose the collection</li></ul>"), "state": "draft", "state_label": "Draft", "published_at": november(9, 9), "portal_href": "", "problem": "P-204", "problem_href": "/problem/problem/P-204/", "changed_at": NOW, "author": "Maya Lindqvist"}  # fmt: skip
QUARANTINED = {
    "id": 1, "from_address": "a@example.com", "subject": "", "received_at": NOW, "outcome": "quarantined", "outcome_label": "Quarantined",
    "reason": "The mail has 2,001 parts; 500 are allowed.", "size": 880000, "look_href": "/settings/mail/1/", "decided_at": None, "decided_by": "", "because": "", "case": "", "case_href": "",
}  # fmt: skip
DECIDED = {"outcome": "rejected", "outcome_label": "It is rejected.", "decided_at": NOW, "decided_by": "Maya Lindqvist", "because": "An advertisement."}  # fmt: skip
WAITING = {"webhooks": 1, "dead_letters": 2, "quarantine": 3}
SETTINGS = {**STAFF, "settings_menu": [{"code": one.code, "group": one.group, "href": f"/settings/{one.code}/", "icon": one.icon, "label": one.label, "says": one.says, "count": WAITING.get(one.code, 0)} for one in SECTIONS]}  # fmt: skip

# Name of a page to its template and what the view hands over.
ASKED = [
    {"number": 48213, "href": "/portal/issue/48213/", "subject": "Direct debit taken twice", "state": "problem", "state_label": "Being fixed", "turn": {"text": "Our turn", "tone": "line"}, "says": "We are putting the fix in place. It will be done by Friday 20 November.", "answer_by": None, "asked_by": "", "updated_at": NOW},
    {"number": 48199, "href": "/portal/issue/48199/", "subject": "Where is my card?", "state": "waiting", "state_label": "Waiting for you", "turn": {"text": "Your turn", "tone": "warning"}, "says": "We asked you something and go on as soon as you answer.", "answer_by": NOW, "asked_by": "Kari Lunde", "updated_at": NOW},
    {"number": 48198, "href": "/portal/issue/48198/", "subject": "https://example.org/" + 240 * "x", "state": "closed", "state_label": "Closed", "turn": {"text": "", "tone": ""}, "says": "It is closed.", "answer_by": None, "asked_by": "", "updated_at": NOW},
]  # fmt: skip
PAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "home": ("pages/home.html", {"tenants": [{"name": "Meridian Bank", "slug": "bank", "host": "bank.localhost:8000", "url": "http://bank.localhost:8000/", "portal_url": "http://bank.localhost:8000/help/", "says": "Retail bank with 10,003 real customer messages.", "roles": ROLES}, {"name": "Acme Tools", "slug": "acme", "host": "acme.localhost:8000", "url": "http://acme.localhost:8000/", "portal_url": "", "says": "", "roles": ROLES[:2]}], "is_demo": True}),
    "absences": ("pages/absences.html", {**STAFF, "absences": [{"id": 1, "person": "Olav Hansen", "first_day": NOW, "last_day": NOW, "is_now": True, "substitute": "Nadia Khan"}, {"id": 2, "person": "Nadia Khan", "first_day": NOW, "last_day": NOW, "is_now": False, "substitute": ""}], "sees_all": True, "people": CHOICES, "substitutes": CHOICES, "form": {"data": {"first_day": "2026-03-02"}, "error": "An absence ends after it begins. Look at the two days again."}}),
    "absences_none": ("pages/absences.html", {**STAFF, "absences": [], "sees_all": False, "people": CHOICES, "substitutes": CHOICES, "form": {"data": {}}}),
    "sign_in": ("pages/sign_in.html", {"tenant_name": "Nordvik Telecom", "form": {"data": {"email": "olav@nordvik.example"}}, "error": "This e-mail address and password do not belong together.", "demo_roles": ROLES[:2]}),
    "queue": ("agent/queue.html", {**STAFF, **QUEUE}),
    "queue_empty": ("agent/queue.html", {**STAFF, **QUEUE, "cases": [], "next_url": ""}),
    "queue_filtered": ("agent/queue.html", {**STAFF, **QUEUE, "may_assign": True, "filters": [{"name": name, "label": label, "options": CHOICES, "blank": "All", "value": "2"} for name, label in (("standing", "State"), ("who", "Responsible"), ("queue", "Queue"), ("priority", "Priority"), ("order", "Order"))], "view": {"id": 3, "name": "Old and unlinked", "is_shared": True, "may_change": True, "may_share": True}}),
    "bulk": ("agent/bulk.html", {**STAFF, "cases": CASES[:3], "assignees": CHOICES, "priorities": PRIORITIES, "back": "/q/mine/"}),
    "search": ("agent/search.html", {**STAFF, "words": "direct debit", "is_short": False, "only": "", "groups": [{"code": "cases", "name": "Cases", "symbol": "inbox", "next_url": "?in=cases", "rows": [{"number": "#48213", "href": "/c/48213/", "title": "Direct debit taken twice again this month, and the one before", "more": "Ingrid Solheim", "state": "open", "state_label": "Open"}]}, {"code": "customers", "name": "Customers", "symbol": "users-round", "next_url": "", "rows": [{"number": "", "href": "/customers/3/", "title": "Ingrid Solheim", "more": "Solheim AS, ingrid@solheim.example", "state": "", "state_label": ""}]}]}),
    "search_empty": ("agent/search.html", {**STAFF, "words": "nobody", "is_short": False, "only": "", "groups": []}),
    "case": ("agent/case.html", {**STAFF, **CASE_PAGE, "live_url": "", "questions": [QUESTION], "feelings": CHOICES}),
    "case_suggested": ("agent/case.html", {**STAFF, **CASE_PAGE, "linked": None, "suggestions": SUGGESTIONS, "reject_reasons": [{"value": "", "label": "Not said"}], "refusal": REFUSAL, "composer": {"data": {"body": "", "visibility": "note"}, "errors": {"body": "Write something first."}, "to": "To Ingrid, by mail"}}),
    "problem_new": ("agent/problem_new.html", {**STAFF, "cases": CASES[:3], "categories": ["billing", "router"], "products": CHOICES, "departments": CHOICES, "suggested_department": {"label": "Billing", "because": "Billing, by the rule “Money”: category is billing"}, "likely": [{"number": "P-204", "href": "/problem/problem/P-204/", "title": "Direct debit taken twice", "percent": 92, "because": "Same product"}], "form": {}}),
    "problems": ("problem/problems.html", {**STAFF, "filters": FILTERS, "problems": [PROBLEM_ROW, {**PROBLEM_ROW, "number": "P-211", "title": "SIM cards stay in transit for more than a week", "clock": clock(timedelta(minutes=-9))}], "next_url": "?after=1"}),
    "problem": ("problem/problem.html", {**STAFF, **PROBLEM_PAGE, "impact": IMPACT, "questions": [QUESTION, QUESTION_ANSWERED]}),
    "problem_new_to_department": ("problem/problem.html", {**STAFF, **PROBLEM_PAGE, "impact": IMPACT, "may": {**MAY_ALL, "resolve": False}, "next_action": "accept", "problem": {**PROBLEM, "cause": "", "responsible": ""}, "forms": {"hand_over": {"data": {"reason": "Not ours", "department": "2"}, "errors": {"is_confirmed": "Less than their target is left: 40 min of 4 h."}}}, "refusal": REFUSAL}),
    "problem_drawn": ("problem/problem.html", {**STAFF, **PROBLEM_PAGE, "impact": IMPACT, "way": way(CHOICES), "may": {**MAY_ALL, **dict.fromkeys(("route", "accept", "hand_over", "root_cause", "fix", "find_wanting", "resolve"), False)}}),
    "board": ("department/board.html", {**STAFF, **BOARD, "here": HERE, "approvals": APPROVALS, "impact": IMPACT, "requests_url": "/work/requests/"}),
    "customers_of_problem": ("problem/customers.html", {**STAFF, **LEDGER, "refusal": REFUSAL, "attempt": {"forms": {"scope": {"data": {"thing": "1", "region": "North"}, "errors": {}}, "excuse": {"data": {"reason": ""}, "errors": {"reason": "Write something first."}}}, "preview": {"customers": 412, "new": 390}}}),
    "merge_or_split": ("problem/reshape.html", {**STAFF, **RESHAPE, "refusal": REFUSAL, "forms": {"merge": {"data": {"into": "P-9", "reason": ""}, "errors": {"reason": "Write something first."}}}}),
    "what_went_out": ("problem/fan_out.html", {**STAFF, "problem": RESHAPE["problem"], "fan_outs": [{"at": NOW, "by": "Kari Nes", "words": "Told the workaround", "href": "/broadcasts/3/", "count": 200, "are_cases": False, "way_back": ""}, {"at": NOW, "by": "", "words": "Cases got the solution", "href": "/p/204/", "count": 40, "are_cases": True, "way_back": "Reopen the problem"}]}),
    "what_went_out_nothing": ("problem/fan_out.html", {**STAFF, "problem": RESHAPE["problem"], "fan_outs": []}),
    "merge_or_split_ended": ("problem/reshape.html", {**STAFF, **RESHAPE, "problem": {**RESHAPE["problem"], "is_open": False}, "cases": [], "before": []}),
    "customers_of_problem_empty": ("problem/customers.html", {**STAFF, **LEDGER, "customers": [], "scopes": [], "filters": [], "may": {"scope": False, "excuse": False, "apply": False}, "attempt": {"forms": {}, "preview": None}, "csv_url": "", "next_url": ""}),
    "requests": ("department/requests.html", {**STAFF, "department": {"name": "Payments Platform", "hue": "blue"}, "departments": [{"name": "Billing", "href": "?department=billing", "is_current": False}, {"name": "Payments Platform", "href": "?department=payments", "is_current": True}], "board_url": "/work/", "serves_customers": True, "to_pass_on": [QUESTION], "to_accept": [HAND_OVER], "handed_on": [HAND_OVER], "asked": [QUESTION], "settled": [QUESTION_ANSWERED], "next_url": "?after=1"}),
    "overview": ("lead/overview.html", {**STAFF, "approvals": APPROVALS, "split": TALLY, "tiles": TALLY, "oldest": [{"number": "#48213", "href": "/c/48213/", "subject": "Direct debit taken twice again this month", "contact": "Ingrid Solheim", "age": "12 d 4 h", "waits_for": "a department"}], "departments": [{"name": "Release & Change", "hue": "rose", "href": "/work/", "requests_href": "/work/requests/", "problems": 4, "age": "3 d 2 h", "late": 2, "delay": "1 d 6 h", "not_accepted": 1}], "hand_overs": [HAND_OVER], "at_risk": [AT_RISK, {**AT_RISK, "is_lost": False, "detour": "", "left_department": ""}], "opened": BARS, "solved": BARS, "loads": [{"name": "Olav Hansen", "open": 31, "asking": 4, "href": "/q/filter/"}], "feelings": IMPACT["feelings"]}),
    "overview_empty": ("lead/overview.html", {**STAFF, "approvals": [], "split": TALLY, "tiles": TALLY, "oldest": [], "departments": [], "hand_overs": [], "at_risk": [], "opened": BARS, "solved": BARS, "loads": [], "feelings": []}),
    "articles": ("knowledge/articles.html", {**STAFF, "filters": FILTERS, "articles": [ARTICLE], "next_url": ""}),
    "article": ("knowledge/article.html", {**STAFF, "article": ARTICLE, "may": MAY_ALL, "form": {}, "history": HISTORY}),
    "portal_home": ("portal/home.html", {**PORTAL, "greeting": "Hello Ingrid", "issues": ASKED, "has_more": True, "known_problems": KNOWN, "known_of_mine": True, "articles": [{"href": "/portal/article/7/", "title": "Why a debit is taken twice"}]}),
    "portal_home_empty": ("portal/home.html", {**PORTAL, "greeting": "Hello Ingrid", "issues": [], "known_problems": []}),
    "portal_issues": ("portal/issues.html", {**PORTAL, "issues": ASKED, "words": "debit", "show": "open", "whose": "mine", "filters": FILTERS, "sides": FILTERS, "next_url": "?before=3"}),
    "portal_issues_none": ("portal/issues.html", {**PORTAL, "issues": [], "words": "", "show": "open", "whose": "mine", "filters": FILTERS, "sides": [], "next_url": ""}),
    "portal_articles": ("portal/articles.html", {**PORTAL, "words": "", "articles": [{"href": "/portal/article/7/", "title": "Why a debit is taken twice", "published_at": NOW}], "next_url": "?before=7"}),
    "portal_articles_none": ("portal/articles.html", {**PORTAL, "words": "xyzzy", "articles": [], "next_url": ""}),
    "portal_preferences": ("portal/preferences.html", {**PORTAL, "form": {"data": {"name": "Ingrid Solheim", "language": "1", "timezone": "Europe/Oslo", "quiet_from": "22:00", "quiet_until": ""}, "errors": {"quiet_from": "Quiet hours have a begin and an end."}}, "languages": CHOICES, "timezones": ["Europe/Oslo"], "topics": [{"value": "answers", "label": "Answers", "says": "Somebody of us wrote to you.", "is_on": True}, {"value": "progress", "label": "Progress", "says": "What helps until a problem is fixed.", "is_on": False}], "addresses": [{"kind": "E-mail", "value": "ingrid.solheim@a-very-long-domain.example.no", "is_primary": True, "came_back": True}], "organisation": "Lunde Regnskap AS", "sees_organisation": True}),
    "portal_issue": ("portal/issue.html", {**PORTAL, **ISSUE, "people": TAKING_PART, "asked_by": ""}),
    "portal_issue_solved": ("portal/issue.html", {**PORTAL, **ISSUE, "review": PUBLIC_REVIEW, "solution": "We corrected the job.\n\nYour money is back.", "moved": [], "steps": [{**step, "state": "done"} for step in STEPS], "rating": RATING}),
    "portal_issue_by_link": ("portal/issue.html", {**PORTAL, **ISSUE, "portal_contact": None, "topics": [], "people": [], "asked_by": "", "link": {"until": "Friday 4 December, 13:02", "name": "Ingrid Solheim"}}),
    "portal_known": ("portal/known.html", {**PORTAL, "own_problems": [], "known_problems": KNOWN}),
    "portal_known_own": ("portal/known.html", {**PORTAL, "own_problems": OWN_PROBLEMS, "known_problems": [{**OWN_PROBLEMS[1], "title": "Cards are declined abroad"}]}),
    "portal_problem": ("portal/problem.html", {**PORTAL, **{name: ISSUE[name] for name in ("says", "moved", "hears", "is_overdue", "others", "steps", "story")}, "known": {"number": 204, "title": "Direct debit taken twice", "article_href": "/portal/article/7/", "case_href": "", "is_affected": False, "is_following": True}, "workaround": "Ask your bank to return it.", "solution": "", "refused": "", "review": None, "rating": None, "link": None, "address": "/portal/known/204/", "may": (on_page := {"join": True, "follow": False, "stop": True, "say_it_works": False}), "may_beside": on_page}),
    "portal_problem_by_link": ("portal/problem.html", {**PORTAL, "portal_contact": None, **{name: ISSUE[name] for name in ("says", "moved", "hears", "is_overdue", "others", "steps", "story")}, "known": {"number": 204, "title": "Direct debit taken twice", "article_href": "", "case_href": "", "is_affected": True, "is_following": False, "is_open": False}, "workaround": "", "solution": "We corrected the job.", "refused": "", "review": PUBLIC_REVIEW, "rating": RATING, "link": {"until": "Friday 4 December, 13:02", "name": "Ingrid Solheim"}, "address": "/portal/linked_problem/204/", "may": {"join": False, "follow": False, "stop": False, "say_it_works": True}, "may_beside": {}}),
    "portal_problem_refused": ("portal/problem.html", {**PORTAL, "says": {"before": "We have decided not to fix this.", "date": "", "after": ""}, "moved": [], "hears": None, "is_overdue": False, "others": "", "steps": [], "story": ISSUE["story"], "known": {"number": 204, "title": "Direct debit taken twice", "article_href": "", "case_href": "", "is_affected": True, "is_following": False, "is_open": False}, "workaround": "Ask your bank to return it.", "solution": "", "refused": "It would take a year.", "review": None, "rating": None, "link": None, "address": "/portal/known/204/", "may": {}, "may_beside": {}}),
    "portal_new": ("portal/new_issue.html", {**PORTAL, "form": {"errors": {"body": "Say what happened."}}, "asked": ASKED_OF_TYPE, "known_problems": KNOWN, "likely_articles": [{"title": "How we pay back a debit", "href": "/portal/article/12/?shown=1"}], "is_asking": True}),
    "portal_article": ("portal/article.html", {**PORTAL, "article": ARTICLE, "known_problem": KNOWN[0], "may": {"join": True, "judge": True}}),
    "portal_sign_in": ("portal/sign_in.html", {"tenant": STAFF["tenant"], "form": {}, "demo_contacts": [{"code": "contact", "person": "Ingrid Solheim", "says": "double debit", "token": "x"}]}),
    "portal_stop": ("portal/stop.html", {"tenant": STAFF["tenant"], "word": "1.2.progress.x", "topic": "News of problems"}),
    "portal_stopped": ("portal/stop.html", {"tenant": STAFF["tenant"], "word": "1.2.progress.x", "topic": "News of problems", "is_done": True}),
    "portal_sent_again": ("portal/stop.html", {"tenant": STAFF["tenant"], "word": "1.2.progress.x", "topic": "News of problems", "is_done": True, "is_on": True}),
    "portal_sign_in_sent": ("portal/sign_in_sent.html", {"tenant": STAFF["tenant"], "valid_for": "14 days"}),
    "settings": ("settings/index.html", SETTINGS),
    "people": ("settings/people.html", {**SETTINGS, "settings_page": "people", "editing": {"id": 1, "name": "Olav Hansen", "memberships": [{"id": 4, "role": "Agent", "department": "Customer Care"}]}, "people": PEOPLE, "roles": CHOICES, "departments": CHOICES}),
    "departments": ("settings/departments.html", {**SETTINGS, "settings_page": "departments", "departments": [{"id": 1, "name": "Release & Change", "public_name": "Release team", "hue": "rose", "calendar": "Mon to Fri, 8 to 18", "acknowledge_target": "4 h", "stage_target": "16 h", "fix_target": "40 h", "is_active": True, "people": 6, "open_problems": 2, "teams": ["Night shift", "Cards"], "edit_href": "?edit=1"}], "calendars": CHOICES, "hues": CHOICES, "editing": {"id": 1, "name": "Release & Change"}}),
    "teams": ("settings/teams.html", {**SETTINGS, "settings_page": "teams", "teams": [{"id": 1, "name": "Night shift", "department": "Release & Change", "hue": "rose", "people": ["Olav Hansen", "Nadia Khan"], "is_active": True, "edit_href": "?edit=1"}, {"id": 2, "name": "Cards", "department": "Billing", "hue": "violet", "people": [], "is_active": False, "edit_href": "?edit=2"}], "department": {"id": 1, "name": "Release & Change"}, "departments": CHOICES, "people": [{"id": 1, "name": "Olav Hansen", "is_member": True}, {"id": 2, "name": "Nadia Khan", "is_member": False}], "editing": {"id": 1, "name": "Night shift"}, "form": {"data": {"name": "Night shift"}, "errors": {"members": "Somebody chosen does not work in Billing."}}}),
    "escalation": ("settings/escalation.html", {**SETTINGS, "settings_page": "escalation", "ladders": [{"id": 1, "name": "Standard", "is_default": True, "sentences": ["At 75 % of the time: tell whoever has it", "At the due time: tell the head of the department"], "service_levels": [], "targets": 0, "departments": [], "edit_href": "?edit=1#edit", "preview_href": "?ladder=1#preview"}, {"id": 2, "name": "Gold", "is_default": False, "sentences": ["30 minutes after the due time: raise the priority"], "service_levels": ["Gold"], "targets": 4, "departments": ["Billing"], "edit_href": "?edit=2#edit", "preview_href": "?ladder=2#preview"}, {"id": 3, "name": "Old", "is_default": False, "sentences": ["At the due time: tell the service leads"], "service_levels": [], "targets": 0, "departments": [], "edit_href": "?edit=3#edit", "preview_href": "?ladder=3#preview"}], "form": {"data": {"name": "Gold", "is_default": False, "steps": [{"when": "percent", "number": "75", "action": "notify", "department": ""}, {"when": "after", "number": "", "action": "notify", "department": ""}]}, "errors": {"steps": "A ladder has one to 12 steps. Add a step, or leave some out."}}, "editing": {"id": 2, "name": "Gold"}, "whens": CHOICES, "actions": CHOICES, "departments": CHOICES, "preview": {"rows": [{"at": NOW, "is_due": False, "does": "tell whoever has it", "people": ["Olav Hansen", "Nadia Khan"]}, {"at": NOW, "is_due": True, "does": "", "people": []}], "error": "", "data": {"hours": "8"}, "ladders": CHOICES, "calendars": CHOICES}}),
    "teams_none": ("settings/teams.html", {**SETTINGS, "settings_page": "teams", "teams": [], "departments": CHOICES, "form": {}}),
    "calendars": ("settings/calendars.html", {**SETTINGS, "settings_page": "calendars", "calendars": [{"id": 1, "name": "Office hours", "timezone": "Europe/Oslo", "week": ["Monday to Thursday 08:00-12:00, 13:00-18:00", "Friday 08:00-15:00"], "holidays": 11, "source": "NO", "users": ["Billing", "service level Gold"], "edit_href": "?edit=1"}, {"id": 2, "name": "Night", "timezone": "UTC", "week": ["Monday to Sunday 00:00-24:00"], "holidays": 0, "source": "", "users": [], "edit_href": "?edit=2"}], "timezones": ["Europe/Berlin", "Europe/Oslo", "UTC"], "days": [{"name": f"hours_{day}", "label": label, "value": "08:00-18:00", "error": "Two windows overlap at 10:00." if day == "tue" else ""} for day, label in (("mon", "Monday"), ("tue", "Tuesday"), ("wed", "Wednesday"))], "form": {"data": {"name": "Office hours", "timezone": "Europe/Oslo", "country": "DE", "region": "BY", "holidays": "2026-12-31", "within": "8"}, "errors": {"hours_tue": "Two windows overlap at 10:00."}}, "editing": {"id": 1, "name": "Office hours"}, "countries": CHOICES, "regions": CHOICES, "found": {"says": ["3 closed days were read and 1 day closed in part.", "They stand in the form now. Save the opening hours to keep them."], "left_out": ["“Standup”: it repeats in a way that is not read here."], "more": 2}, "preview": {"is_open": True, "starts": "Mon 23 Nov, 09:00", "explained": CLOCK_EXPLAINED, "public": [{"day": "Thu 1 Jan 2026", "name": "New Year's Day"}, {"day": "Tue 6 Jan 2026", "name": "Epiphany"}], "openings": ["Mon 23 Nov, 08:00 to 12:00", "Mon 23 Nov, 13:00 to 18:00"], "dues": [{"within": "4 open hours", "due": "Mon 23 Nov, 14:00"}, {"within": "3 days of 24 open hours", "due": "Wed 2 Dec, 10:00"}]}, "is_asking": True}),
    "wording": ("settings/wording.html", {**SETTINGS, "settings_page": "wording", "mails": [{"label": "Receipt", "when": "A mail became an issue. It repeats nothing of what was written.", "is_own": True, "saved_at": NOW, "href": "/settings/wording/receipt/"}, {"label": "Answer", "when": "A colleague answered.", "is_own": False, "saved_at": None, "href": "/settings/wording/answer/"}], "words": [{"name": "stage.received", "label": "Received", "group": "stage", "value": "", "error": ""}, {"name": "stage.fixing", "label": "Fixing", "group": "stage", "value": "Repairing", "error": "Say it in a word or three."}, {"name": "step.fixed", "label": "Fixed", "group": "step", "value": "", "error": ""}]}),
    "wording_mail": ("settings/wording_mail.html", {**SETTINGS, "settings_page": "wording", "mail": {"code": "receipt", "label": "Receipt", "when": "A mail became an issue.", "is_own": True}, "form": {"data": {"subject": "We have it [(number)]", "text": "Hello,"}, "errors": {"text": "The variable (number) is missing."}}, "variables": [{"name": "(number)", "says": "Number of the issue", "is_required": True}, {"name": "(portal_url)", "says": "Way into the portal", "is_required": False}], "preview": {"subject": "We have it [48213]", "text": "Hello,\n\nit is here."}, "preview_case": 48213, "preview_error": "", "editions": [{"is_ours": False, "subject": "We have it", "text": "Hello,", "person": "Olav Hansen", "at": NOW}, {"is_ours": True, "subject": "", "text": "", "person": "", "at": NOW}]}),
    "brands": ("settings/brands.html", {**SETTINGS, "settings_page": "brands", "brands": [{"id": 1, "name": "Nordvik Telecom", "sender_name": "Nordvik Telecom", "sign_off": "", "colour": "#1f6f5c", "mailboxes": 2, "is_default": True, "edit_href": "?edit=1"}, {"id": 2, "name": "Nordvik Business", "sender_name": "Nordvik for business", "sign_off": "Your business desk\n+47 22 00 00 00", "mailboxes": 0, "is_default": False, "edit_href": "?edit=2"}], "sample": {"code": "ffee00", "fill": "#766e00", "is_as_chosen": False}, "form": {"data": {"name": ""}, "errors": {"name": "A brand needs a name. Write the one that people know."}}, "editing": {"id": 2, "name": "Nordvik Business"}}),
    "mailboxes": ("settings/mailboxes.html", {**SETTINGS, "settings_page": "mailboxes", "usual_address": "support@nordvik.reply.localhost", "mailboxes": [{"id": 1, "address": "help@nordvik.example", "brand": "Nordvik Telecom", "department": "Customer Care", "hue": "petrol", "way": "A mail server hands it in", "server": "", "fault": "", "fetched_at": None, "is_fetched": False, "is_active": True, "edit_href": "?edit=1"}, {"id": 2, "address": "business@nordvik.example", "brand": "Nordvik Business", "department": "Billing", "hue": "violet", "way": "It is fetched by IMAP", "server": "imap.nordvik.example", "fault": "The server refused user name or password.", "fetched_at": NOW, "is_fetched": True, "is_active": True, "edit_href": "?edit=2"}, {"id": 3, "address": "old@nordvik.example", "brand": "Nordvik Telecom", "department": "Customer Care", "hue": "petrol", "way": "It is fetched by IMAP", "server": "imap.nordvik.example", "fault": "", "fetched_at": NOW, "is_fetched": True, "is_active": False, "edit_href": "?edit=3"}], "form": {"data": {"address": "business@nordvik.example", "incoming": "imap", "port": 993, "folder": "INBOX"}, "errors": {"password": "The password is needed. Give it whenever server or user name change."}}, "editing": {"id": 2, "name": "business@nordvik.example"}, "has_password": True, "brands": CHOICES, "departments": CHOICES, "ways": CHOICES, "securities": CHOICES, "afterwards": CHOICES}),
    "mailboxes_none": ("settings/mailboxes.html", {**SETTINGS, "settings_page": "mailboxes", "usual_address": "support@nordvik.reply.localhost", "mailboxes": [], "form": {}, "editing": None, "has_password": False, "brands": CHOICES, "departments": CHOICES, "ways": CHOICES, "securities": CHOICES, "afterwards": CHOICES}),
    "routing": ("settings/routing.html", {**SETTINGS, "settings_page": "routing", "form": RULE_FORM, "fits": {"looked_at": 50, "count": 1, "problems": [{"number": "P-204", "title": "Direct debit taken twice", "href": "/p/204/"}]}, "effect": {"looked_at": 500, "right_now": 460, "right_then": 471, "moved": 14, "set_right": [{"number": "P-204", "title": "Direct debit taken twice", "href": "/p/204/", "goes_to": "Billing", "fixed_by": "Billing"}], "set_right_count": 11, "set_wrong": [], "set_wrong_count": 0}, "may_change": True, "trial": {"text": "Payments", "department": "Payments Platform", "hue": "blue", "rule": "Category is Payments", "reasons": "category is Payments"}, "rules": [{"id": 1, "position": 1, "name": "To Payments", "when": "Category is Payments", "department": "Payments Platform", "hue": "blue", "matched": 18, "wrong": 2, "wrong_percent": "11%", "href": "/settings/routing/1/", "is_active": True}, {"id": 2, "position": 2, "when": "Product is Fiber 500", "department": "Billing", "hue": "violet", "matched": 3, "wrong": 0, "wrong_percent": "", "href": "/settings/routing/2/", "is_active": False}], "fallback": {"department": "Customer Care", "hue": "petrol"}, "fields": CHOICES, "operators": CHOICES, "departments": CHOICES}),
    **routing_pages(SETTINGS, now=NOW),
    **matching_pages(SETTINGS),
    **promise_pages(STAFF, SETTINGS),
    "problem_broken": ("problem/problem.html", {**STAFF, **PROBLEM_PAGE, "impact": IMPACT, "questions": [], **BROKEN_BESIDE}),
    **belonging_pages(STAFF, SETTINGS),
    **import_pages(SETTINGS),
    **broadcast_pages(STAFF, SETTINGS),
    **radar_pages(STAFF, SETTINGS, HISTORY),
    **policy_pages(SETTINGS, now=NOW),
    "person_leaving": ("settings/person_leaving.html", {**SETTINGS, "settings_page": "people", "person": {"id": 3, "name": "Olav Hansen"}, "memberships": [{"role": "Agent", "department": ""}, {"role": "Department member", "department": "Billing"}], "work": [{"label": "Open cases", "count": 31, "first": [{"label": "Case 48213", "says": "Direct debit taken twice again this month", "href": "/agent/case/48213/"}]}, {"label": "Problems being worked on", "count": 0, "first": []}], "case_heirs": CHOICES, "problem_heirs": CHOICES, "data": {"cases_to": ""}, "error": "Olav Hansen cannot take this work over. Choose somebody else, or leave it to the queues."}),
    "department_closing": ("settings/department_closing.html", {**SETTINGS, "settings_page": "departments", "department": {"id": 2, "name": "Billing", "hue": "violet"}, "work": [{"label": "Open problems", "count": 1, "first": [{"label": "P-204", "says": "Direct debit taken twice after a tariff change", "href": "/problem/problem/P-204/"}]}, {"label": "Routing rules", "count": 2, "first": [{"label": "Category is Payments", "says": "", "href": "/settings/routing/?edit=1#edit"}]}], "departments": CHOICES, "data": {}, "errors": {"reason": "A reason is needed: it stands in the journey. Say why."}}),
    "tokens": ("settings/tokens.html", {**SETTINGS, "settings_page": "tokens", "tokens": [{"id": 1, "label": "Warehouse", "prefix": "sd_a1b2c", "role": "Agent", "contact": "", "scopes": "view case, work case", "requests_per_minute": 600, "last_used_at": NOW, "expires_at": NOW, "is_revoked": False, "is_over": False, "may_revoke": True}, {"id": 2, "label": "Old", "prefix": "sd_d4e5f", "role": "Customer", "contact": "Ingrid Solheim", "scopes": "", "requests_per_minute": 60, "last_used_at": None, "expires_at": NOW, "is_revoked": True, "is_over": False, "may_revoke": False}], "next_url": "?before=1", "form": {"data": {"days": "365", "scopes": []}, "errors": {"label": "A token needs a name."}}, "roles": CHOICES, "scopes": [{"value": "view_case", "label": "view case", "is_chosen": True}], "shown": {"name": "Warehouse", "secret": "sd_a1b2c3"}}),
    "tokens_none": ("settings/tokens.html", {**SETTINGS, "settings_page": "tokens", "tokens": [], "next_url": "", "form": {"data": {"scopes": []}, "errors": {}}, "roles": CHOICES, "scopes": [], "shown": None}),
    "webhooks": ("settings/webhooks.html", {**SETTINGS, "settings_page": "webhooks", "webhooks": [{"id": 1, "name": "Warehouse", "host": "receiver.example", "kinds": 3, "is_active": True, "health": "works", "tone": "good", "delivered_at": NOW, "waiting": 2, "failed": 0, "log_href": "/settings/webhooks/1/", "edit_href": "?edit=1"}, {"id": 2, "name": "Old warehouse", "host": "old.receiver.example", "kinds": 1, "is_active": False, "health": "switched off: no call arrived for days", "tone": "danger", "delivered_at": None, "waiting": 0, "failed": 14, "log_href": "/settings/webhooks/2/", "edit_href": "?edit=2"}], "form": {"data": {"name": "Warehouse", "url": "https://receiver.example/hook"}, "errors": {"kinds": "Choose one."}}, "kinds": [{"value": f"case.{one}", "label": f"A case was {one}", "is_chosen": one == "opened"} for one in ("opened", "answered", "resolved", "reopened")], "editing": {"id": 1, "name": "Warehouse"}, "overlaps": CHOICES, "shown": {"name": "Warehouse", "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYq="}}),
    "webhooks_none": ("settings/webhooks.html", {**SETTINGS, "settings_page": "webhooks", "webhooks": [], "form": {}, "kinds": [], "editing": None, "overlaps": [], "shown": None}),
    "webhook_calls": ("settings/webhook_calls.html", {**SETTINGS, "settings_page": "webhooks", "webhook": {"id": 1, "name": "Warehouse", "is_active": True}, "health": "does not answer as it should", "tone": "warning", "states": CHOICES, "kinds": CHOICES, "state": "", "kind": "", "next_url": "?before=3", "calls": [{"id": 9, "message_key": "msg_2b1e4c6f0a", "says": "A case was opened", "kind": "case.opened", "subject": "Case 48213", "subject_href": "/agent/case/48213/", "state": "Waiting", "tone": "line", "status": 503, "error": "HTTP 503", "answer": "try later", "body": '{"id":"msg_2b1e4c6f0a","type":"case.opened"}', "attempts": 2, "created_at": NOW, "last_try_at": NOW, "next_try_at": NOW, "took_ms": 41, "may_replay": False}, {"id": 8, "message_key": "msg_77aa01c2", "says": "A problem was resolved", "kind": "problem.resolved", "subject": "P-204", "subject_href": "/problem/problem/P-204/", "state": "Arrived", "tone": "good", "status": 200, "error": "", "answer": "", "body": "{}", "attempts": 1, "created_at": NOW, "last_try_at": NOW, "next_try_at": None, "took_ms": 12, "may_replay": True}]}),
    "dead_letters": ("settings/dead_letters.html", {**SETTINGS, "settings_page": "dead_letters", "shelves": FILTERS, "show": "news", "what": "", "sorts": CHOICES, "letters": [{"id": 4, "says": "A problem was resolved", "subject": "P-204", "subject_href": "/problem/problem/P-204/", "subscriber": "resolve cases of problem", "failed_at": NOW, "attempts": 12, "error": "OperationalError", "holds_back": 2}, {"id": 9, "says": "Solution to Ingrid Solheim", "subject": "Case 48213", "subject_href": "/agent/case/48213/", "failed_at": NOW, "attempts": 12, "error": "SMTPRecipientsRefused"}, {"id": 11, "says": "A case was opened, for Warehouse", "subject": "", "subject_href": "", "log_href": "/settings/webhooks/1/?state=failed", "failed_at": NOW, "attempts": 11, "error": "HTTP 500"}], "next_url": "?before=4"}),
    "dead_letters_none": ("settings/dead_letters.html", {**SETTINGS, "settings_page": "dead_letters", "shelves": FILTERS, "show": "mail", "what": "", "sorts": CHOICES, "letters": [], "next_url": ""}),
    "quarantine": ("settings/quarantine.html", {**SETTINGS, "settings_page": "quarantine", "current": "quarantined", "filters": FILTERS, "reasons": [{"label": "The mail has 2,001 parts; 500 are allowed.", "href": "?reason=1", "count": 2, "is_current": False}], "mails": [QUARANTINED], "may_decide": True, "all_chosen": False, "all_href": "?all=1", "next_url": "?before=1"}),
    "quarantine_decided": ("settings/quarantine.html", {**SETTINGS, "settings_page": "quarantine", "current": "decided", "filters": FILTERS, "reasons": [], "mails": [{**QUARANTINED, **DECIDED}], "may_decide": False, "next_url": ""}),
    "quarantined_mail": ("settings/quarantined_mail.html", {**SETTINGS, "settings_page": "quarantine", "mail": {**QUARANTINED, "facts": [{"label": "From", "value": "a@example.com"}, {"label": "To", "value": ""}], "may_decide": True, "raw_href": "/raw/", "list_href": "/settings/mail/"}, "content": {"text": "Hello,\nwhere is it?", "signature": "Ann", "quoted": "> It is on its way.", "body_url": "/body/", "files": [{"name": "invoice.exe", "kind": "application/octet-stream", "size": 1200}]}, "unreadable": "", "header": "From: a@example.com", "source": "From: a@example.com"}),
    "quarantined_unreadable": ("settings/quarantined_mail.html", {**SETTINGS, "settings_page": "quarantine", "mail": {**QUARANTINED, **DECIDED, "facts": [], "may_decide": False, "raw_href": "/raw/", "list_href": "/settings/mail/"}, "content": None, "unreadable": "The mail has 2,001 parts; 500 are allowed.", "header": "From: a@example.com", "source": "From: a@example.com"}),
    "proof": ("settings/proof.html", {**SETTINGS, "settings_page": "proof", "proof": {"violations": 1, "run_at": NOW, "took": "0.4 s"}, "rules": [{"code": "open_leg", "says": "Every open problem has exactly one open leg.", "violations": 0, "checked": 14, "examples": []}, {"code": "next_look", "says": "Every open case has a next look.", "violations": 1, "checked": 4210, "examples": [{"label": "Case 48213", "href": "/agent/case/48213/"}]}]}),
    "history": ("settings/history.html", {**SETTINGS, "settings_page": "history", "history": [{"symbol": "building-2", "subject": "Release & Change", "href": "/settings/departments/?edit=1#edit", "sentence": "Nadia Khan changed the department", "changes": ["accepts within: 2 h → 4 h", "opening hours: Mon to Fri → Every day"], "source": "page", "at": NOW}, {"symbol": "circle-dot", "subject": "Customer", "href": "", "sentence": "The program added the customer", "changes": [], "source": "mail", "at": NOW}], "people": CHOICES, "kinds": CHOICES, "data": {"person": "1"}, "file_url": "/settings/history/file/?person=1", "file_limit": 10000, "next_url": "?after=x"}),
    "history_none": ("settings/history.html", {**SETTINGS, "settings_page": "history", "history": [], "people": [], "kinds": [], "data": {}, "file_url": "/settings/history/file/", "file_limit": 10000, "next_url": ""}),
    **{f"error_{code}": (f"errors/{code}.html", {"way_on": "/queue/", "reference": "7f3a"} if code == 409 else {}) for code in (400, 403, 404, 409, 410, 413, 422, 429, 500, 503)},
}  # fmt: skip
PAGES |= task_pages(STAFF, SETTINGS)
PAGES |= door_pages(STAFF, SETTINGS)
PAGES |= workflow_pages(SETTINGS, now=NOW)
PAGES |= likeness_pages(STAFF)
PAGES |= report_pages(staff=STAFF, choices=CHOICES, refusal=REFUSAL)
PAGES |= after_fix_pages(staff=STAFF, settings=SETTINGS, choices=CHOICES, refusal=REFUSAL)
PAGES |= journey_pages(staff=STAFF, figures=FIGURES, legs=LEGS, refusal=REFUSAL)
