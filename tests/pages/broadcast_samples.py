"""Sample contexts of the pages of broadcasts: nothing told yet, and everything at once."""

from datetime import UTC, datetime
from typing import Any

AT = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
BROADCAST = {
    "name": "B-12",
    "number": 12,
    "href": "/broadcasts/12/",
    "kind": "workaround",
    "kind_label": "What helps for now",
    "state": "asked",
    "state_label": "Waits for a lead's yes",
    "tone": "orange",
    "problem": "P-204",
    "problem_title": "Direct debit taken twice after a tariff change",
    "problem_href": "/p/204/",
    "is_automatic": False,
    "by": "Nadia Khan",
    "decided_by": "Sofie Berg",
    "decided_at": AT,
    "created_at": AT,
    "due_at": AT,
    "released_at": AT,
    "ended_at": AT,
    "size": 2140,
    "prepared": 1000,
    "version": 3,
}
PREVIEWS = [
    {
        "label": "By mail, with a case",
        "subject": "What helps until it is fixed: Charged twice [48213]",
        "text": "Hello Ingrid Solheim,\n\nuntil it is fixed, this helps:\n\nPay by card.",
        "name": "Ingrid Solheim",
    },
    {"label": "In the portal", "subject": "Charged twice", "text": "Pay by card.", "name": ""},
]
CHOICES = [{"value": "a", "label": "One"}, {"value": "b", "label": "Another"}]
NOBODY = {
    "name": "Ingrid Solheim",
    "href": "/contacts/1/",
    "organisation": "",
    "at": AT,
    "channel": "",
    "sent_at": None,
    "seen_at": None,
    "bounced_at": None,
    "rule": "",
}
RECIPIENTS = [
    {**NOBODY, "rule": "Mail came back"},
    {**NOBODY, "bounced_at": AT},
    {**NOBODY, "seen_at": AT, "organisation": "Solheim AS"},
    {**NOBODY, "sent_at": AT},
    {**NOBODY, "channel": "portal"},
    {**NOBODY, "channel": "mail"},
    NOBODY,
]
HISTORY = [
    {"symbol": "send", "text": "began to tell those affected", "person": "The program", "at": AT}
]
RUN = {
    "recipients": 7200,
    "told_before": 12,
    "looked_at": 5000,
    "mailed": 4700,
    "quiet": 212,
    "portal": 200,
    "held": 100,
    "needs_yes": True,
    "stopped": [{"rule": "Mail came back", "count": 100}],
    "warned": [{"rule": "Away", "count": 14}],
}
FILTERS = [
    {"label": "All", "href": "?show=all", "is_current": True},
    {"label": "Ended", "href": "?show=ended", "is_current": False},
]


def broadcast_pages(staff: dict[str, Any], settings: dict[str, Any]) -> dict[str, Any]:
    """Return template and context of the pages of broadcasts, by name."""
    problem = {"number": "P-204", "title": "Direct debit taken twice after a tariff change"}
    everything = dict.fromkeys(("decide", "edit", "send", "pause", "go_on", "stop"), True)
    nothing = dict.fromkeys(everything, False)
    refusal = {"sentence": "The problem is not fixed.", "next_step": "Decide it first."}
    tiles = [{"label": "Told", "href": "?show=told", "count": 1000, "is_current": True}]
    written = {"kind": "a", "subject": "About {number}", "text": "{greeting}", "version": 3}
    editor = {
        **staff,
        "problem": problem,
        **dict.fromkeys(("kinds", "who", "found", "languages", "segments"), CHOICES),
        "variables": [{"name": "{greeting}", "says": "Hello with the customer's name"}],
    }
    page_of_one = {**staff, "tiles": tiles, "csv_url": "?as=csv"}
    automatic = {**BROADCAST, "is_automatic": True, "decided_by": "", "due_at": None}
    return {
        "broadcasts": (
            "problem/broadcasts.html",
            {
                **staff,
                "problem": None,
                "filters": FILTERS,
                "broadcasts": [BROADCAST, automatic],
                "next_url": "?after=x",
            },
        ),
        "told": (
            "problem/broadcasts.html",
            {**staff, "problem": problem, "may_tell": True, "filters": FILTERS, "broadcasts": []},
        ),
        "broadcast": (
            "problem/broadcast.html",
            {
                **page_of_one,
                "broadcast": BROADCAST,
                "recipients": RECIPIENTS,
                "previews": PREVIEWS,
                "rest": automatic,
                "may": everything,
                "refusal": refusal,
                "next_url": "?after=x",
                "history": HISTORY,
            },
        ),
        "broadcast_none": (
            "problem/broadcast.html",
            {
                **page_of_one,
                "broadcast": automatic,
                "recipients": [],
                "previews": [],
                "rest": None,
                "may": nothing,
                "history": [],
            },
        ),
        "tell": (
            "problem/tell.html",
            {
                **editor,
                "draft": BROADCAST,
                "data": written,
                "errors": {"text": "This mail knows no variable {price}."},
                "refusal": refusal,
                "previews": PREVIEWS,
                "run": RUN,
            },
        ),
        "tell_none": (
            "problem/tell.html",
            {**editor, "draft": None, "data": {"kind": "a"}, "errors": {}, "previews": []},
        ),
        "broadcast_settings": (
            "settings/broadcasts.html",
            {
                **settings,
                "settings_page": "broadcasts",
                "value": "many",
                "error": "This is not a number of customers.",
                "waiting": 2,
            },
        ),
    }
