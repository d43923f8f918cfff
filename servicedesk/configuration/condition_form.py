"""Conditions in a form: a few statements in fields, or any tree in JSON."""

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from workflow.clocks.condition_words import Names
from workflow.conditions import BadCondition

STATEMENTS = 3
LONGEST_CONDITION = 20_000
NUMBERS = frozenset({"priority", "severity", "days_since_purchase"})
OPERATORS: Names = {
    "is": lambda: _("is"),
    "contains": lambda: _("contains one of (words, with commas between)"),
    "in": lambda: _("is one of (with commas between)"),
    "starts_with": lambda: _("starts with"),
    "is_not": lambda: _("is not"),
    "not_in": lambda: _("is none of (with commas between)"),
    "at_least": lambda: _("is at least (a number)"),
    "at_most": lambda: _("is at most (a number)"),
}
LISTS = frozenset({"contains", "in", "not_in"})


def tree_in(written: str) -> dict[str, Any]:
    """Return a condition written in JSON; whether it makes sense is told by who reads it.

    Raises:
        BadCondition: it is too long, no JSON, or no object.
    """
    if len(written) > LONGEST_CONDITION:
        raise BadCondition(
            _("This condition is %(size)d characters long; %(most)d are allowed.")
            % {"size": len(written), "most": LONGEST_CONDITION},
            next_step=_("Ask for fewer values."),
        )
    try:
        found = json.loads(written, parse_constant=refuse_constant)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise BadCondition(
            _("This is not JSON."),
            next_step=_('Write it like {"fact": "category", "is": "billing"}.'),
        )
    return found


def refuse_constant(name: str) -> None:
    """Refuse numbers that are none.

    Raises:
        ValueError: always.
    """
    raise ValueError(name)


def statement_of(fact: str, operator: str, value: str) -> dict[str, Any]:
    """Return one statement of the fields; commas part the words that one of is enough for."""
    phrases: list[Any] = [phrase.strip() for phrase in value.split(",") if phrase.strip()]
    if operator in LISTS:
        return {"fact": fact, operator: [typed(fact, one) for one in phrases]}
    return {"fact": fact, operator: typed(fact, value.strip())}


def typed(fact: str, value: str) -> str | int:
    """Return a value as its fact is: priorities are numbers."""
    return int(value) if fact in NUMBERS and value.isascii() and value.isdigit() else value


def condition_written(posted: Mapping[str, str]) -> dict[str, Any]:
    """Return the condition of a form: its JSON if there is any, else its statements; {} for none.

    Raises:
        BadCondition: the JSON cannot be read.
    """
    written = posted.get("condition", "").strip()
    if written:
        return tree_in(written)
    statements = [
        statement_of(fact, posted.get(f"operator_{place}", "is"), value)
        for place in range(STATEMENTS)
        if (fact := posted.get(f"fact_{place}", ""))
        and (value := posted.get(f"value_{place}", "").strip())
    ]
    if len(statements) < 2:
        return statements[0] if statements else {}
    return {"any" if posted.get("joined") == "any" else "all": statements}


def fields_of(condition: Mapping[str, Any]) -> dict[str, str]:
    """Return the fields that say a condition; as JSON where they cannot."""
    joined = next((word for word in ("all", "any") if word in condition), "")
    statements = condition[joined] if joined else [condition] if condition else []
    if not are_simple(statements) or (joined and len(statements) < 2):
        return {"condition": json.dumps(condition, ensure_ascii=False, indent=2)}
    fields = {"joined": joined or "all"}
    for place, one in enumerate(statements):
        operator = next(key for key in one if key != "fact")
        value = one[operator]
        fields |= {
            f"fact_{place}": one["fact"],
            f"operator_{place}": operator,
            f"value_{place}": ", ".join(map(str, value)) if isinstance(value, list) else str(value),
        }
    return fields


def are_simple(statements: Any) -> bool:
    """Whether the statements of the form can say what stands in a tree."""
    return (
        isinstance(statements, list)
        and len(statements) <= STATEMENTS
        and all(is_simple(one) for one in statements)
    )


def is_simple(statement: Any) -> bool:
    """Whether three fields can say a statement, and the very same is read back."""
    if not isinstance(statement, dict) or len(statement) != 2 or "fact" not in statement:
        return False
    operator = next(key for key in statement if key != "fact")
    value = statement[operator]
    written = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    fact = statement["fact"]
    return (
        operator in OPERATORS
        and isinstance(fact, str)
        and statement_of(fact, operator, written) == statement
    )
