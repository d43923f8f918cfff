"""Rules of segments as people say them, and the names of what they may ask of a customer."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from workflow.clocks.condition_words import in_words
from workflow.conditions import parse_condition

FACTS: Mapping[str, Callable[[], str]] = {
    "tier": lambda: _("Tier"),
    "region": lambda: _("Region"),
    "language": lambda: _("Language"),
    "organisation": lambda: _("Organisation"),
    "organisation_segment": lambda: _("Segment of the organisation"),
    "relation": lambda: _("Is (customer or prospect)"),
    "product": lambda: _("Product they have"),
    "version": lambda: _("Product and version they have"),
    "bought": lambda: _("Product they ever bought"),
    "days_since_purchase": lambda: _("Days since they bought something"),
}
INSIDE: Mapping[str, Callable[[], str]] = {**FACTS, "relation": lambda: _("Relation")}
"""Names of facts inside a sentence."""


def rule_in_words(rule: Mapping[str, Any]) -> str:
    """Write the rule of a segment as people say it."""
    return in_words(parse_condition(rule), facts=INSIDE)
