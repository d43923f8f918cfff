"""Conditions as people say them."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from django.utils.translation import gettext as _

from workflow.conditions import AllOf, AnyOf, Condition, Leaf, Not

Names = Mapping[str, Callable[[], str]]
"""Facts, or words that facts take, by their codes."""

NO_NAMES: Names = MappingProxyType({})
NO_VALUES: Mapping[str, Names] = MappingProxyType({})
SAID: Names = {
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


def in_words(condition: Condition, *, facts: Names, values: Mapping[str, Names] = NO_VALUES) -> str:
    """Write a condition as people say it; `values` names the words that a fact takes."""
    match condition:
        case Leaf(fact, operator, value):
            name = facts[fact]() if fact in facts else fact
            return f"{name} {SAID[operator]()} {value_in_words(value, values.get(fact, NO_NAMES))}"
        case Not(AllOf(())):
            return _("never")
        case Not(part):
            return _("not (%(part)s)") % {"part": in_words(part, facts=facts, values=values)}
        case AllOf(parts):
            return f" {_('and')} ".join(
                grouped(part, facts=facts, values=values) for part in parts
            ) or _("always")
        case AnyOf(parts):
            return f" {_('or')} ".join(grouped(part, facts=facts, values=values) for part in parts)


def grouped(part: Condition, *, facts: Names, values: Mapping[str, Names]) -> str:
    """Write a part, in brackets if it has parts itself."""
    words = in_words(part, facts=facts, values=values)
    return words if isinstance(part, Leaf | Not) else f"({words})"


def value_in_words(value: object, names: Names = NO_NAMES) -> str:
    """Write the value of a statement."""
    if isinstance(value, tuple):
        rest = f" {_('and %(count)d more') % {'count': len(value) - 4}}" if len(value) > 4 else ""
        return ", ".join(value_in_words(one, names) for one in value[:4]) + rest
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if str(value) in names:
        return f"“{names[str(value)]()}”"
    return f"“{value}”" if isinstance(value, str) else str(value)
