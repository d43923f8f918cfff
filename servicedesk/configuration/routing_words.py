"""Conditions of routing rules as people say them, and the names of what they may ask."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from workflow.conditions import AllOf, AnyOf, Condition, Leaf, Not

FACTS: dict[str, Callable[[], str]] = {
    "category": lambda: _("Category"),
    "product": lambda: _("Product"),
    "text": lambda: _("Title or statement"),
    "title": lambda: _("Title"),
    "statement": lambda: _("Statement"),
    "severity": lambda: _("Severity"),
    "version": lambda: _("Version of the product"),
    "said": lambda: _("What customers wrote"),
    "pattern": lambda: _("Pattern (codes, and words that most cases share)"),
    "region": lambda: _("Region of customers"),
    "segment": lambda: _("Segment of customers"),
    "language": lambda: _("Language of customers"),
    "channel": lambda: _("Channel"),
    "brand": lambda: _("Brand"),
    "request_type": lambda: _("Request type (short name)"),
}
SAID: dict[str, Callable[[], str]] = {
    "is": lambda: _("is"),
    "is_not": lambda: _("is not"),
    "in": lambda: _("is one of"),
    "not_in": lambda: _("is none of"),
    "contains": lambda: _("contains"),
    "starts_with": lambda: _("starts with"),
    "at_least": lambda: _("is at least"),
    "at_most": lambda: _("is at most"),
    "exists": lambda: _("is known:"),
}


SHORT_NAMES: dict[str, Callable[[], str]] = {
    "pattern": lambda: _("Pattern"),
    "request_type": lambda: _("Request type"),
}
"""Names of facts inside a sentence, where that of the form is too long."""


def fact_name(fact: str) -> str:
    """Return the name of a fact, or the fact itself where it has none."""
    return FACTS[fact]() if fact in FACTS else fact


def in_words(condition: Condition) -> str:
    """Write a condition as people say it."""
    match condition:
        case Leaf(fact, operator, value):
            name = SHORT_NAMES[fact]() if fact in SHORT_NAMES else fact_name(fact)
            return f"{name} {SAID[operator]()} {value_in_words(value)}"
        case Not(part):
            return _("not (%(part)s)") % {"part": in_words(part)}
        case AllOf(parts):
            return f" {_('and')} ".join(grouped(part) for part in parts) or _("always")
        case AnyOf(parts):
            return f" {_('or')} ".join(grouped(part) for part in parts)


def grouped(part: Condition) -> str:
    """Write a part, in brackets if it has parts itself."""
    return in_words(part) if isinstance(part, Leaf | Not) else f"({in_words(part)})"


def value_in_words(value: object) -> str:
    """Write the value of a statement."""
    if isinstance(value, tuple):
        rest = f" {_('and %(count)d more') % {'count': len(value) - 4}}" if len(value) > 4 else ""
        return ", ".join(value_in_words(one) for one in value[:4]) + rest
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return f"“{value}”" if isinstance(value, str) else str(value)
