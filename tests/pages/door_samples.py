"""Samples of the pages about calls, customers, web forms and channels."""

from datetime import timedelta
from typing import Any

from tests.pages.journeys import NOW
from tests.pages.likeness_samples import ARTICLES, LIKELY, SIMILAR

HOUR = timedelta(hours=1)
REFUSAL = {"sentence": "This address belongs to Kari Lunde.", "next_step": "Tick that it moves."}
CHOICES = [{"value": "1", "label": "Card"}, {"value": "2", "label": "Account"}]
PERSON = {
    "id": 7,
    "name": "Ingrid Solheim",
    "organisation": "Lunde Regnskap AS",
    "addresses": ["ingrid@example.org", "+4790011234"],
    "is_prospect": True,
}
CALLER = {
    **PERSON,
    "href": "/customers/7/",
    "cases": [
        {
            "number": 48213,
            "href": "/c/48213/",
            "subject": "Direct debit taken twice again this month",
            "state_label": "Open",
            "channel": "by mail",
        }
    ],
    "problems": [
        {
            "number": "P-204",
            "href": "/problem/problem/P-204/",
            "title": "Direct debit taken twice after a tariff change",
            "state_label": "Fix in progress",
            "workaround": "Ask your bank to return it.",
        }
    ],
}
QUESTIONS = [
    {
        "name": "question-1",
        "label": "Amount",
        "kind": "text",
        "options": [],
        "value": "649.00",
        "error": "Write an amount like 649.00.",
        "optional": False,
        "is_choice": False,
    },
    {
        "name": "question-2",
        "label": "Is the card blocked?",
        "kind": "select",
        "options": CHOICES,
        "value": "1",
        "error": "",
        "optional": True,
        "is_choice": True,
    },
]
ASKED = {
    "types": CHOICES,
    "type": "1",
    "says": "A payment that the caller orders now.",
    "shows": {"product": True, "wanted_outcome": False, "category": False},
    "questions": QUESTIONS,
    "products": CHOICES,
    "product": "1",
    "category": "",
    "wanted_outcome": "",
    "may_finish": True,
    "answer": "Your payment is done.",
}
PLAIN = {**ASKED, "type": "", "says": "", "questions": [], "may_finish": False}
TOLD = {
    "data": {"subject": "Debit twice", "body": "She says it was taken twice.", "priority": "high"},
    "errors": {"subject": "Say it in one line.", "contact_email": "This is not an address."},
}
OUTCOMES = [
    {"value": "opened", "label": "Open a case", "is_chosen": True},
    {"value": "case-48213", "label": "Continue #48213: Direct debit taken twice"},
    {"value": "answered", "label": "Answered at once, no case needed"},
]
CALLS = [
    {
        "id": 1,
        "at": NOW - HOUR,
        "symbol": "phone-incoming",
        "direction": "They called",
        "who": "Ingrid Solheim",
        "who_href": "/customers/7/",
        "number": "+4790011234",
        "subject": "Direct debit taken twice again this month",
        "product": "Card",
        "agent": "Olav Hansen",
        "outcome": "Case opened",
        "case": 48213,
        "case_href": "/c/48213/",
        "minutes": 4,
        "may_open": False,
    },
    {
        "id": 2,
        "at": NOW - 2 * HOUR,
        "symbol": "phone-outgoing",
        "direction": "We called",
        "who": "Number withheld",
        "who_href": "",
        "number": "",
        "subject": "Opening hours of the branch",
        "product": "",
        "agent": "Olav Hansen",
        "outcome": "Answered at once",
        "case": None,
        "case_href": "",
        "minutes": 1,
        "may_open": True,
    },
]
TOUCHES = [
    {
        "at": NOW - HOUR,
        "symbol": symbol,
        "channel": channel,
        "direction": "From us" if is_ours else "From the customer",
        "is_ours": is_ours,
        "by": "Olav Hansen" if is_ours else "Ingrid Solheim",
        "what": "",
        "text": "Two withdrawals of 649 on the same day.",
        "is_unverified": symbol == "clipboard-list",
        "number": "#48213",
        "href": "/c/48213/",
    }
    for symbol, channel, is_ours in (
        ("mail", "by mail", False),
        ("mail", "by mail", True),
        ("phone", "by telephone", False),
        ("clipboard-list", "by a web form", False),
    )
]
REACH = {
    "may_be_mailed": False,
    "wants_call": True,
    "away_until": NOW.date(),
    "away_said_at": NOW,
    "addresses": [
        {"id": 1, "value": "kari@example.org", "came_back_at": NOW, "because": "Not known."},
        {"id": 2, "value": "i@example.org", "came_back_at": None, "because": ""},
    ],
}

CONTACT = {
    **PERSON,
    "since": "Known since March 2018, not a customer yet",
    "service_level": "Gold",
    "region": "North",
    "facts": [{"label": "Open cases", "value": "2"}],
}
CASES = [
    {
        "number": 48213,
        "href": "/c/48213/",
        "subject": "Direct debit taken twice",
        "state_label": "Open",
        "channel": "by mail",
        "at": NOW,
        "problem": "P-204",
        "messages": 3,
    }
]
PROBLEMS = [
    {
        "number": "P-204",
        "href": "/problem/problem/P-204/",
        "title": "Direct debit taken twice",
        "state_label": "Fix in progress",
        "told_at": [NOW],
        "confirmed_at": NOW,
    }
]
HELD = {
    "id": 3,
    "at": NOW,
    "form": "Contact us",
    "name": "Somebody",
    "email": "somebody@example.org",
    "subject": "Better place in every search",
    "text": "Visit https://one.example\nand https://two.example",
    "reasons": ["It holds many links.", "The same words came before."],
}
FORM = {
    "id": 1,
    "name": "Contact us",
    "address": "http://bank.localhost:8000/form/x/",
    "origins": ["https://www.example.org"],
    "request_type": "Card lost",
    "is_active": True,
    "edit_href": "?edit=1",
}
HOOK = {
    "id": 1,
    "name": "Chat",
    "channel": "by chat",
    "address": "http://bank.localhost:8000/hooks/in/x/",
    "vouches": True,
    "is_active": True,
    "last_received_at": NOW,
    "edit_href": "?edit=1",
}
TYPE = {
    "id": 1,
    "name": "Payment by telephone",
    "asks": "the product, Amount",
    "doors": "Telephone",
    "may_finish": True,
    "is_active": True,
    "edit_href": "?edit=1",
}
PRODUCT = {
    "id": 1,
    "name": "Card",
    "slug": "card",
    "versions": ["2026", "2025"],
    "has_more": True,
    "href": "/settings/products/1/",
    "is_active": True,
    "edit_href": "?edit=1#edit",
}
ORGANISATION = {
    "name": "Solheim AS",
    "domain": "solheim.example",
    "people": 12,
    "edit_href": "?edit=1#edit",
}
RIGHT = {
    "id": 1,
    "organisation": "Solheim AS",
    "contact": "Ingrid Solheim",
    "contact_id": 7,
    "product": "Card",
    "service_level": "Gold",
    "region": "North",
    "kind": "Contract",
    "reference": "C-2026-114",
    "begins_at": NOW,
    "ends_at": NOW,
    "is_over": True,
    "is_ahead": False,
}
ON = [{**choice, "is_on": True} for choice in CHOICES]


def door_pages(
    staff: dict[str, Any], settings: dict[str, Any]
) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return pages by their names, as `samples.PAGES` has them."""
    told = {"whole": "told", "reload": "/c/new/", "save": "Open case"}
    call = {
        **staff,
        **told,
        "may_link": True,
        "likely": LIKELY,
        "similar_cases": SIMILAR,
        "articles": ARTICLES,
        "is_asked": True,
        "is_by_words_alone": True,
        "is_chosen": True,
        "outcomes": OUTCOMES,
    }
    case = {**call, "channels": CHOICES, "priorities": CHOICES}
    door = {
        "tenant": staff["tenant"],
        "brand_colour": "ffee00",
        "heading": "Contact us",
        "action": "/form/x/",
        "token": "x",
    }
    customer = {
        **staff,
        "contact": CONTACT,
        "reach": REACH,
        "from_case": 48213,
        "touchpoints": TOUCHES,
        "history": [
            {
                "symbol": "pencil",
                "text": "Olav Hansen changed what is known of the customer",
                "at": NOW,
            }
        ],
        "is_first_page": False,
        "next_url": "?after=x",
        "cases": CASES,
        "problems": PROBLEMS,
        "has": {
            "installed": [
                {"product": "Router X", "version": "2.0", "is_of_organisation": True, "until": NOW},
            ],
            "purchases": [{"product": "Router X", "version": "", "bought_on": NOW, "quantity": 3}],
            "has_more": True,
        },
        "segments": ["Gold in the north"],
        "kinds": CHOICES,
        "form": {"data": {"value": "kari@example.org"}},
        "may": {"edit": True, "part": True, "open_case": True},
    }
    joining = {
        **staff,
        "kept": {**PERSON, "cases": 12},
        "joinings": [{"id": 1, "name": "I. Solheim", "at": NOW, "by": "Olav", "until": NOW}],
        "may_join": True,
    }
    editing = {
        "editing": {"id": 1, "name": "Chat"},
        "form": {"data": {}, "error": "A name.", "errors": {"name": "A name."}},
    }
    return {
        "call_new": (
            "agent/call_new.html",
            {**call, "form": TOLD, "caller": CALLER, "people": [], "asked": ASKED},
        ),
        "call_new_empty": (
            "agent/call_new.html",
            {**call, "form": TOLD, "caller": None, "people": [PERSON], "asked": PLAIN},
        ),
        "case_new_known": (
            "agent/case_new.html",
            {**case, "form": TOLD, "caller": CALLER, "people": [], "asked": ASKED},
        ),
        "case_new": (
            "agent/case_new.html",
            {**case, "form": TOLD, "caller": None, "people": [PERSON], "asked": PLAIN},
        ),
        "calls": (
            "agent/calls.html",
            {
                **staff,
                "may_see_held": True,
                "calls": CALLS,
                "who": "all",
                "outcome": "opened",
                "outcomes": OUTCOMES,
                "next_url": "?after=x",
                "may_open": True,
            },
        ),
        "calls_none": ("agent/calls.html", {**staff, "calls": [], "outcomes": OUTCOMES}),
        "customer": ("agent/customer.html", customer),
        "customer_away": (
            "agent/customer.html",
            {**customer, "reach": {**REACH, "away_until": None, "addresses": []}},
        ),
        "customer_refused": ("agent/customer.html", {**customer, "refusal": REFUSAL}),
        "customer_join": (
            "agent/customer_join.html",
            {**joining, "words": "sol", "found": [PERSON]},
        ),
        "customer_join_both": (
            "agent/customer_join.html",
            {**joining, "other": {**PERSON, "cases": 1}, "refusal": REFUSAL},
        ),
        "customer_join_none": (
            "agent/customer_join.html",
            {**joining, "joinings": [], "may_join": False},
        ),
        "held_forms": ("agent/held_forms.html", {**staff, "held": [HELD], "next_url": "?after=x"}),
        "held_forms_none": ("agent/held_forms.html", {**staff, "held": []}),
        "door_form": (
            "doors/form.html",
            {
                **door,
                "form": {"data": {"name": "Ingrid"}, "errors": {"email": "Write your address."}},
                "asked": {**PLAIN, "types": []},
                "asks_words": True,
            },
        ),
        "door_form_of_type": (
            "doors/form.html",
            {
                **door,
                "form": {"data": {}, "errors": {}},
                "asked": {**ASKED, "types": []},
                "refusal": {"sentence": "Too many messages.", "next_step": "Wait some minutes."},
            },
        ),
        "door_thanks": ("doors/thanks.html", {**door, "was_hidden": True, "again": "/form/x/"}),
        **decisions(door),
        "request_types": (
            "settings/request_types.html",
            {
                **settings,
                **editing,
                "types": [TYPE, {**TYPE, "id": 2, "is_active": False}],
                "questions": [
                    {"place": 1, "label": "Amount", "kind": "1", "required": True},
                    {"place": 2, "label": "", "kind": "1", "required": False},
                ],
                "kinds": CHOICES,
                "asks": ON,
                "doors": ON,
            },
        ),
        "products": (
            "settings/products.html",
            {
                **settings,
                "products": [
                    PRODUCT,
                    {**PRODUCT, "id": 2, "name": "Loan", "versions": [], "is_active": False},
                ],
                "next_url": "?after=x",
                "editing": {"id": 1, "name": "Card"},
                "form": {"data": {"name": ""}, "errors": {"name": "A name is needed."}},
            },
        ),
        "products_none": ("settings/products.html", {**settings, "products": [], "form": {}}),
        "organisations": (
            "settings/organisations.html",
            {
                **settings,
                "organisations": [ORGANISATION, {**ORGANISATION, "domain": "", "people": 0}],
                "next_url": "?after=x",
                "words": "solheim",
                "editing": {"id": 1, "name": "Solheim AS"},
                "form": {
                    "data": {"name": "Solheim AS", "domain": "solheim"},
                    "errors": {"domain": "This is no mail domain."},
                },
            },
        ),
        "organisations_none": (
            "settings/organisations.html",
            {**settings, "organisations": [], "words": "", "form": {}},
        ),
        "entitlements": (
            "settings/entitlements.html",
            {
                **settings,
                "entitlements": [RIGHT, {**RIGHT, "id": 2, "ends_at": None, "is_over": False}],
                "which": "all",
                "next_url": "?after=x",
                "form": {"data": {}, "errors": {"organisation": "There is none of this name."}},
                "organisations": ["Solheim AS"],
                "products": CHOICES,
                "levels": CHOICES,
                "kinds": CHOICES,
            },
        ),
        "entitlements_none": (
            "settings/entitlements.html",
            {**settings, "entitlements": [], "which": "in_force", "form": {}},
        ),
        "web_forms": (
            "settings/web_forms.html",
            {
                **settings,
                **editing,
                "forms": [FORM, {**FORM, "id": 2, "origins": [], "is_active": False}],
                "types": CHOICES,
                "brands": CHOICES,
            },
        ),
        "web_forms_none": ("settings/web_forms.html", {**settings, "forms": [], "types": []}),
        "inbound": (
            "settings/inbound.html",
            {
                **settings,
                **editing,
                "hooks": [HOOK, {**HOOK, "id": 2, "is_active": False, "last_received_at": None}],
                "fresh": {"name": "Chat", "secret": "whsec_AAAA"},
                "refused": [{"name": "Chat", "at": NOW, "external_id": "m-1", "reason": "Empty."}],
                "channels": CHOICES,
            },
        ),
        "inbound_none": ("settings/inbound.html", {**settings, "hooks": [], "channels": CHOICES}),
    }


def decisions(door: dict[str, Any]) -> dict[str, tuple[str, dict[str, Any]]]:
    """Return the pages on which somebody decides without signing in."""
    asked = {
        **door,
        "person": "Olav Hansen",
        "number": "P-204",
        "title": "Direct debit taken twice",
        "department": "Payments",
        "reason": "The job runs twice since the change of tariffs.",
        "customers": 37,
        "sign_in_url": "/sign-in/",
        "action": "/decide/x/",
        "departments": CHOICES,
        "given": {},
        "errors": {},
    }
    return {
        "decide_accept": (
            "doors/decide.html",
            {**asked, "may": {"accept": True, "refuse": True}, "suggested": CHOICES},
        ),
        "decide_refused": (
            "doors/decide.html",
            {
                **asked,
                "may": {"accept": True, "refuse": True},
                "suggested": [],
                "given": {"deed": "refuse", "text": ""},
                "errors": {"text": "A reason is needed.", "is_confirmed": "Little time is left."},
            },
        ),
        "decide_work": (
            "doors/decide.html",
            {
                **asked,
                "may": {"done": True, "hand_over": True},
                "asked_for": "The root cause",
                "done_label": "Save root cause",
                "refusal": REFUSAL,
            },
        ),
        "decide_approval": (
            "doors/decide.html",
            {
                **asked,
                "title": "Direct debit taken twice: Release",
                "departments": [],
                "customers": 0,
                "may": {"approve": True, "decline": True},
                "given": {"deed": "decline"},
                "errors": {"text": "A reason is needed."},
            },
        ),
        "decide_moved_on": (
            "doors/decide.html",
            {**asked, "has_moved_on": True, "says_now": "P-204 has moved on. It is now: New."},
        ),
        "decide_done": (
            "doors/decide.html",
            {**asked, "has_moved_on": True, "done": "Accepted. The problem is yours."},
        ),
        "decide_over": (
            "doors/decide.html",
            {**door, "is_over": True, "refusal": REFUSAL, "sign_in_url": "/sign-in/"},
        ),
    }
