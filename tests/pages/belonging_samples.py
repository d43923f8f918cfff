"""Samples of the pages about what customers have, and of which sort they are."""

from typing import Any

from customers.editing import BadCustomer
from servicedesk.agent.belongings import Form
from tests.pages.journeys import NOW
from tests.pages.routing_samples import RULE_FORM

CHOICES = [{"value": "1", "label": "Router X"}, {"value": "1:2", "label": "Router X 2.0"}]
VERSION = {
    "id": 2,
    "name": "2.0",
    "released_on": NOW,
    "supported_until": None,
    "installed": 120,
    "bought": 4,
    "edit_href": "?edit=2#edit",
}
INSTALLED = {
    "key": "installed-1",
    "product": "Router X",
    "version": "2.0",
    "organisation": "",
    "reference": "SN-4012",
    "where": "Cellar, North",
    "since": NOW,
    "until": None,
    "has_ended": False,
    "edit_href": "?edit=installed-1#installed",
}
PURCHASE = {
    "key": "purchase-1",
    "product": "Router X",
    "version": "2.0",
    "organisation": "Solheim AS",
    "reference": "Order 77",
    "bought_on": NOW,
    "quantity": 3,
    "edit_href": "?edit=purchase-1#purchase",
}
SEGMENT = {
    "number": 1,
    "name": "Gold in the north",
    "when": "Tier is “gold” and Region is “North”",
    "count": 42,
    "is_active": True,
    "edit_href": "?edit=1#edit",
}
REFUSAL = BadCustomer("No product is chosen.", next_step="Choose one of the list.")


def belonging_pages(staff: dict[str, Any], settings: dict[str, Any]) -> dict[str, Any]:
    """Return each page by name: template and variables."""
    has = {
        **staff,
        "contact": {"id": 3, "name": "Ingrid Solheim", "organisation": "Solheim AS"},
        "may_edit": True,
        "things": CHOICES,
        "editing": "",
        "form": Form(),
    }
    nothing = {"rows": [], "next_url": "", "is_first": True}
    return {
        "belongings": (
            "agent/belongings.html",
            {
                **has,
                "installed": {
                    "rows": [
                        INSTALLED,
                        {
                            **INSTALLED,
                            "organisation": "Solheim AS",
                            "until": NOW,
                            "has_ended": True,
                        },
                    ],
                    "next_url": "?installed_after=x",
                    "is_first": False,
                },
                "purchases": {"rows": [PURCHASE], "next_url": "", "is_first": True},
                "form": Form("purchase", {"thing": "", "of": "organisation"}, REFUSAL),
            },
        ),
        "belongings_changed": (
            "agent/belongings.html",
            {
                **has,
                "installed": {"rows": [INSTALLED], "next_url": "", "is_first": True},
                "purchases": nothing,
                "editing": "installed-1",
                "form": Form("installed", {"thing": "1:2", "place": "Cellar"}),
            },
        ),
        "belongings_none": (
            "agent/belongings.html",
            {**has, "may_edit": False, "installed": nothing, "purchases": nothing},
        ),
        "product": (
            "settings/product.html",
            {
                **settings,
                "product": {"id": 1, "name": "Router X", "is_active": True},
                "versions": [VERSION, {**VERSION, "id": 3, "name": "1.9", "supported_until": NOW}],
                "next_url": "?after=x",
                "unknown": 7,
                "editing": {"id": 2, "name": "2.0"},
                "form": {"data": {"name": "2.0"}, "errors": {"name": "A name is needed."}},
                "back": "/settings/products/",
            },
        ),
        "product_none": (
            "settings/product.html",
            {
                **settings,
                "product": {"id": 1, "name": "Router X", "is_active": True},
                "versions": [],
                "form": {},
                "back": "/settings/products/",
            },
        ),
        "segments": (
            "settings/segments.html",
            {
                **settings,
                "form": RULE_FORM,
                "fields": CHOICES,
                "operators": CHOICES,
                "segments": [SEGMENT, {**SEGMENT, "number": 2, "name": "Old", "is_active": False}],
                "next_url": "?after=x",
                "editing": {"number": 1, "name": "Gold in the north"},
                "fits": {
                    "count": 42,
                    "of": 139,
                    "contacts": [
                        {"name": "Ingrid Solheim", "organisation": "Solheim AS", "href": "/x/"}
                    ],
                },
            },
        ),
        "segments_none": (
            "settings/segments.html",
            {**settings, "form": {**RULE_FORM, "errors": {}}, "segments": []},
        ),
    }
