"""Contexts as the page of the matching makes them."""

from datetime import date
from typing import Any

from problems.asking import Source
from problems.matching_history import Automatic, Month, proof_of
from problems.matching_policies import Allowed
from problems.matching_quality import Decision
from servicedesk.configuration.matching import (
    alone_shown,
    form_shown,
    proof_shown,
    reason_words,
    state_shown,
)
from servicedesk.pages.matching_picture import month_rows, months_picture

MONTHS = [
    Month(date(2026, 6, 1), decided=41, right=29, links=38, suggested=27, first=22),
    Month(date(2026, 7, 1)),
    Month(date(2026, 8, 1), decided=120, right=104, links=98, suggested=91, first=80),
    Month(date(2026, 9, 1), decided=133, right=121, links=119, suggested=110, first=104),
]
DECISIONS = [
    *[Decision(960, True)] * 190,
    *[Decision(960, False)] * 2,
    *[Decision(720, True)] * 24,
    *[Decision(720, False)] * 11,
    *[Decision(410, False)] * 9,
]


def matching_pages(settings: dict[str, Any]) -> dict[str, Any]:
    """Return template and context of the matching, by name: long used, and on the first day."""
    frame = {**settings, "settings_page": "matching", "refusal": None}
    allowed = Allowed(links_alone=True, wanted_precision=95, doors={"portal": "off"})
    proofs = [
        proof_of(source, decisions, wanted_precision=95)
        for source, decisions in ((Source.MODEL, DECISIONS), (Source.WORDS, DECISIONS[:20]))
    ]
    nothing = [proof_of(source, [], wanted_precision=97) for source in Source]
    rejected = [("only_words", 14), ("similar", 9), ("", 3), ("other_product", 1)]
    used = {
        "state": {
            "tone": "green",
            "icon": "circle-check",
            "says": "The matcher answers, by meaning and words.",
            "more": "Model minilm-1. It holds 41 problems and 9,300 cases of yours.",
        },
        "form": form_shown(allowed, typed=None, refusal=None),
        "alone": alone_shown(allowed, proofs),
        "automatic": Automatic(standing=212, taken_back=4),
        "months": {"picture": months_picture(MONTHS), "rows": month_rows(MONTHS)},
        "proofs": [proof_shown(one) for one in proofs],
        "learned": [
            {"label": "Cases linked", "times": 31},
            {"label": "Suggestions rejected", "times": 6},
        ],
        "taught": [
            {
                "name": "P-204",
                "href": "/problem/problem/P-204/",
                "title": "Direct debit taken twice after a tariff change",
                "lessons": 1,
            }
        ],
        "rejected": [
            {"label": reason_words(code), "times": times, "width": round(100 * times / 14)}
            for code, times in rejected
        ],
    }
    fresh = {
        "state": state_shown(None),
        "form": {
            **form_shown(Allowed(), typed=None, refusal=None),
            "error": "Automatic links have to be right in 80 to 99 of 100 cases.",
        },
        "alone": alone_shown(Allowed(), nothing),
        "automatic": Automatic(standing=0, taken_back=0),
        "months": {"picture": months_picture([]), "rows": []},
        "proofs": [],
        "learned": [],
        "taught": [],
        "rejected": [],
    }
    return {
        "matching": ("settings/matching.html", {**frame, **used}),
        "matching_none": ("settings/matching.html", {**frame, **fresh}),
    }
