"""Samples of the pages about imports from files."""

from typing import Any

from tests.pages.journeys import NOW

IMPORT = {
    "number": 7,
    "sort": "Customers",
    "name": "customers.csv",
    "by": "Ada Admin",
    "at": NOW,
    "state": "checked",
    "state_words": "waits for your yes",
    "tone": "warning",
    "counts": "118 new · 3 refused",
    "href": "/settings/imports/7/",
    "lines": 121,
    "to_take": 118,
    "percent": 0,
    "begun_by": "",
    "begun_at": None,
    "ended_at": None,
}
SORT = {
    "code": "contacts",
    "label": "Customers",
    "says": "People, found by mail address",
    "columns": "email, name",
    "template_href": "/settings/imports/templates/contacts/",
    "is_chosen": True,
}
COUNTS = [
    {"code": "new", "label": "new", "count": 118},
    {"code": "changed", "label": "changed", "count": 0},
    {"code": "unchanged", "label": "unchanged", "count": 40},
    {"code": "refused", "label": "refused", "count": 3},
]
REFUSED = {
    "number": 5,
    "first": "nobody",
    "sentence": "This is not an address.",
    "next_step": "Write it like ingrid@example.org.",
}


def import_pages(settings: dict[str, Any]) -> dict[str, Any]:
    """Return each page by name: template and variables."""
    limits = {"most_lines": "50,000", "most_megabytes": 10}
    done = {**IMPORT, "state": "done", "begun_by": "Ada Admin", "begun_at": NOW, "ended_at": NOW}
    sample = {"number": 2, "words": "søren@example.org · Søren Ångström"}
    told = {"may_leave": False, "sample": sample}
    one = {
        **settings,
        **told,
        "expected": COUNTS,
        "counts": [],
        "refused": [REFUSED],
        "has_more": True,
    }
    return {
        "imports": (
            "settings/imports.html",
            {
                **settings,
                **limits,
                "imports": [IMPORT, {**IMPORT, "number": 6, "name": "", "counts": ""}],
                "next_url": "?after=x",
                "sorts": [SORT, {**SORT, "code": "segments", "is_chosen": False}],
                "problem": "There is no column “x”. The columns are: email, name.",
            },
        ),
        "imports_none": (
            "settings/imports.html",
            {**settings, **limits, "imports": [], "next_url": "", "sorts": [SORT], "problem": ""},
        ),
        "import_looked_at": ("settings/import.html", {**one, "file": IMPORT, "is_going": False}),
        "import_unchanged": (
            "settings/import.html",
            {**one, "file": {**IMPORT, "to_take": 0}, "refused": [], "is_going": False},
        ),
        "import_going": (
            "settings/import.html",
            {
                **one,
                "file": {**IMPORT, "state": "importing", "percent": 40},
                "refused": [],
                "is_going": True,
                "may_leave": True,
            },
        ),
        "import_done": (
            "settings/import.html",
            {**one, "file": done, "counts": COUNTS, "has_more": False, "is_going": False},
        ),
    }
