"""Conditions over facts: read them from plain JSON, evaluate them, and say why in words.

A tree is `{"all": [...]}`, `{"any": [...]}`, `{"not": {...}}` or a leaf with one operator such as
`{"fact": "product", "is": "Fiber 500"}`. `{"all": []}` always matches. Pure.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from workflow.refusals import Refusal

DEPTH_LIMIT = 10
LEAF_LIMIT = 200
CHOICE_LIMIT = 1000
TEXT_LIMIT = 1000

Scalar = str | int | float | bool
Facts = Mapping[str, object]
"""What is known: text, numbers, yes or no, lists of them, or None for not known."""

_WORD = re.compile(r"\w+")


class BadCondition(Refusal):
    """A condition cannot be read; the sentence names the place in the tree."""

    code: ClassVar[str] = "bad_condition"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One statement about one fact; `value` is of the kind its operator asks for."""

    fact: str
    operator: str
    value: Scalar | tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class AllOf:
    """Matches when every part does; without parts always."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Matches when at least one part does."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Matches when its part does not."""

    part: "Condition"


Condition = Leaf | AllOf | AnyOf | Not


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a condition matched, and the facts that decided it, as true statements in words.

    The words quote short values of facts but never the text that `contains` searched.
    """

    matched: bool
    reasons: tuple[str, ...]


# ---- reading ---------------------------------------------------------------------------------


def parse_condition(data: object) -> Condition:
    """Read a condition from plain JSON.

    Raises BadCondition, with the place, for anything that is not a condition, for a tree deeper
    than 10 or with more than 200 leaves.
    """
    condition = _parse(data, place=(), depth=1)
    leaves = sum(1 for _ in _leaves(condition))
    if leaves > LEAF_LIMIT:
        raise BadCondition(
            f"This condition makes {leaves} statements; {LEAF_LIMIT} are allowed.",
            next_step="Use “in” with a list of values, or split the rule in two.",
        )
    return condition


def condition_to_data(condition: Condition) -> dict[str, object]:
    """Return a condition as plain JSON that `parse_condition` reads as the same condition."""
    match condition:
        case Leaf(fact, operator, value):
            return {"fact": fact, operator: list(value) if isinstance(value, tuple) else value}
        case Not(part):
            return {"not": condition_to_data(part)}
        case AllOf(parts):
            return {"all": [condition_to_data(part) for part in parts]}
        case AnyOf(parts):
            return {"any": [condition_to_data(part) for part in parts]}


def facts_named_by(condition: Condition) -> frozenset[str]:
    """Return the names of the facts that a condition asks for."""
    return frozenset(leaf.fact for leaf in _leaves(condition))


def _leaves(condition: Condition) -> Iterator[Leaf]:
    match condition:
        case Leaf():
            yield condition
        case Not(part):
            yield from _leaves(part)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from _leaves(part)


def _parse(data: object, *, place: tuple[str, ...], depth: int) -> Condition:
    if depth > DEPTH_LIMIT:
        raise _bad(
            f"conditions stand within one another more than {DEPTH_LIMIT} deep.",
            place=place,
            next_step="Flatten the tree or split the rule.",
        )
    if not isinstance(data, Mapping):
        raise _bad("this is not a condition.", place=place)
    if "fact" in data:
        return _parse_leaf(data, place=place)
    if len(data) != 1 or next(iter(data)) not in {"all", "any", "not"}:
        raise _bad("a condition is one of all, any, not, or names a fact.", place=place)
    word, inner = next(iter(data.items()))
    if word == "not":
        return Not(_parse(inner, place=(*place, "not"), depth=depth + 1))
    return _parse_group(word, inner, place=place, depth=depth)


def _parse_group(word: str, inner: object, *, place: tuple[str, ...], depth: int) -> AllOf | AnyOf:
    if not isinstance(inner, list | tuple):
        raise _bad(f"“{word}” needs a list of conditions.", place=place)
    if len(inner) > LEAF_LIMIT:
        raise _bad(f"“{word}” lists more than {LEAF_LIMIT} conditions.", place=place)
    if word == "any" and not inner:
        raise _bad("“any” of nothing can never match.", place=place)
    parts = tuple(
        _parse(part, place=(*place, f"{word} {number}"), depth=depth + 1)
        for number, part in enumerate(inner, start=1)
    )
    return AllOf(parts) if word == "all" else AnyOf(parts)


def _parse_leaf(data: Mapping[str, object], *, place: tuple[str, ...]) -> Leaf:
    fact = data["fact"]
    if not isinstance(fact, str) or not fact.strip() or len(fact) > TEXT_LIMIT:
        raise _bad("a fact has a name.", place=place)
    operators = [str(key) for key in data if key != "fact"]
    if len(operators) != 1:
        raise _bad(f"“{fact}” needs exactly one operator.", place=place)
    operator = operators[0]
    read = _READERS.get(operator)
    if read is None:
        raise _bad(
            f"there is no operator “{_short(operator)}”.",
            place=place,
            next_step=f"Use one of {', '.join(_READERS)}.",
        )
    value = read(data[operator])
    if value is None:
        raise _bad(
            f"“{fact} {operator}” cannot be compared with “{_short(data[operator])}”.",
            place=place,
            next_step=_EXPECTED[operator],
        )
    return Leaf(fact, operator, value)


def _bad(sentence: str, *, place: tuple[str, ...], next_step: str = "") -> BadCondition:
    where = ", ".join(place)
    whole = f"In {where}: {sentence}" if where else sentence[0].upper() + sentence[1:]
    return BadCondition(
        whole, next_step=next_step or 'Write it like {"fact": "product", "is": "Fiber 500"}.'
    )


def _read_scalar(value: object) -> Scalar | None:
    if isinstance(value, str):
        return value if len(value) <= TEXT_LIMIT else None
    return value if isinstance(value, bool | int) else _read_number(value)


def _read_choices(value: object) -> tuple[Scalar, ...] | None:
    if not isinstance(value, list | tuple) or not 0 < len(value) <= CHOICE_LIMIT:
        return None
    choices = [_read_scalar(choice) for choice in value]
    known = tuple(choice for choice in choices if choice is not None)
    return known if len(known) == len(choices) else None


def _read_phrases(value: object) -> tuple[Scalar, ...] | None:
    phrases = _read_choices([value] if isinstance(value, str) else value)
    if phrases is None or not all(isinstance(one, str) and _WORD.search(one) for one in phrases):
        return None
    return phrases


def _read_start(value: object) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= TEXT_LIMIT else None


def _read_number(value: object) -> int | float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # An int is finite however long; isfinite would stumble over one beyond the range of floats.
    return value if isinstance(value, int) or math.isfinite(value) else None


def _read_yes_or_no(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


_READERS: dict[str, Callable[[object], Scalar | tuple[Scalar, ...] | None]] = {
    "is": _read_scalar,
    "is_not": _read_scalar,
    "in": _read_choices,
    "not_in": _read_choices,
    "contains": _read_phrases,
    "starts_with": _read_start,
    "at_least": _read_number,
    "at_most": _read_number,
    "exists": _read_yes_or_no,
}
_EXPECTED = {
    "is": "Give a text, a number, true or false.",
    "is_not": "Give a text, a number, true or false.",
    "in": "Give a list of values that is not empty.",
    "not_in": "Give a list of values that is not empty.",
    "contains": "Give words, or a list of words of which one must be there.",
    "starts_with": "Give the text it starts with.",
    "at_least": "Give a number.",
    "at_most": "Give a number.",
    "exists": "Give true or false.",
}


# ---- evaluating ------------------------------------------------------------------------------


def evaluate(condition: Condition, facts: Facts) -> Verdict:
    """Say whether a condition matches the facts, and which facts decided it.

    Text is compared without regard to case. A fact with several values matches when one of them
    does; `is_not` and `not_in` are the exact opposites of `is` and `in`. A fact that is missing or
    of another kind matches nothing and never raises.
    """
    match condition:
        case Leaf():
            return _evaluate_leaf(condition, facts)
        case Not(part):
            inner = evaluate(part, facts)
            return Verdict(not inner.matched, inner.reasons)
        case AllOf(parts):
            return _decided_by([evaluate(part, facts) for part in parts], deciding=False)
        case AnyOf(parts):
            return _decided_by([evaluate(part, facts) for part in parts], deciding=True)


def _decided_by(verdicts: list[Verdict], *, deciding: bool) -> Verdict:
    """Join verdicts: one that is `deciding` settles it; its like are the reasons, else all are."""
    deciders = [verdict for verdict in verdicts if verdict.matched is deciding]
    reasons = [reason for verdict in deciders or verdicts for reason in verdict.reasons]
    return Verdict(deciding if deciders else not deciding, tuple(dict.fromkeys(reasons)))


def _evaluate_leaf(leaf: Leaf, facts: Facts) -> Verdict:
    found = facts.get(leaf.fact)
    values = [value for value in _values(found) if value is not None]
    if leaf.operator == "exists":
        known = "known" if values else "not known"
        return Verdict(bool(values) is leaf.value, (f"{leaf.fact} is {known}",))
    negative = leaf.operator in {"is_not", "not_in"}
    if not values:
        return Verdict(negative, (f"{leaf.fact} is not known",))
    holds = any(_COMPARISONS[leaf.operator](value, leaf.value) for value in values)
    if not isinstance(found, str | int | float | bool):
        return Verdict(holds is not negative, (_of_several_in_words(leaf, holds=holds),))
    return Verdict(holds is not negative, (_in_words(leaf, values, holds=holds),))


def _values(found: object) -> list[object]:
    return list(found) if isinstance(found, list | tuple | set | frozenset) else [found]


def _same(found: object, wanted: object) -> bool:
    if isinstance(found, str) and isinstance(wanted, str):
        return found.strip().casefold() == wanted.strip().casefold()
    # True equals 1 in Python, but a yes is not a number.
    return isinstance(found, bool) is isinstance(wanted, bool) and found == wanted


def _is_one_of(found: object, wanted: object) -> bool:
    return isinstance(wanted, tuple) and any(_same(found, choice) for choice in wanted)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _contains(found: object, wanted: object) -> bool:
    if not isinstance(found, str) or not isinstance(wanted, tuple):
        return False
    text = f" {' '.join(_words(found))} "
    return any(f" {' '.join(_words(str(phrase)))} " in text for phrase in wanted)


def _starts_with(found: object, wanted: object) -> bool:
    return isinstance(found, str) and found.strip().casefold().startswith(str(wanted).casefold())


def _at_least(found: object, wanted: object) -> bool:
    number, limit = _read_number(found), _read_number(wanted)
    return number is not None and limit is not None and number >= limit


def _at_most(found: object, wanted: object) -> bool:
    number, limit = _read_number(found), _read_number(wanted)
    return number is not None and limit is not None and number <= limit


_COMPARISONS: dict[str, Callable[[object, object], bool]] = {
    "is": _same,
    "is_not": _same,
    "in": _is_one_of,
    "not_in": _is_one_of,
    "contains": _contains,
    "starts_with": _starts_with,
    "at_least": _at_least,
    "at_most": _at_most,
}


# ---- in words --------------------------------------------------------------------------------


def _in_words(leaf: Leaf, values: list[object], *, holds: bool) -> str:
    """Return a true statement about the fact, whether or not the leaf matched."""
    wanted = _quoted(leaf.value)
    found = _quoted(tuple(values))
    match leaf.operator:
        case "contains":
            return f"{leaf.fact} {'contains' if holds else 'does not contain'} {wanted}"
        case "starts_with":
            return f"{leaf.fact} {'starts' if holds else 'does not start'} with {wanted}"
        case "at_least" | "at_most":
            limit = leaf.operator.replace("_", " ")
            return f"{leaf.fact} is {found}, {'' if holds else 'not '}{limit} {wanted}"
        case "in" | "not_in":
            return f"{leaf.fact} is {found}, {'one' if holds else 'none'} of {wanted}"
    return f"{leaf.fact} is {found}" if holds else f"{leaf.fact} is {found}, not {wanted}"


_SAID_OF_ONE = {
    "is": "is",
    "is_not": "is",
    "in": "is one of",
    "not_in": "is one of",
    "contains": "contains",
    "starts_with": "starts with",
    "at_least": "is at least",
    "at_most": "is at most",
}


def _of_several_in_words(leaf: Leaf, *, holds: bool) -> str:
    """Return a true statement about a fact of several values, of which only the asked is quoted.

    The others may be words that a customer wrote.
    """
    subject = f"one {leaf.fact}" if holds else f"no {leaf.fact}"
    return f"{subject} {_SAID_OF_ONE[leaf.operator]} {_quoted(leaf.value)}"


def _quoted(value: object) -> str:
    """Return a value, or the first five of several, short enough for a sentence."""
    if isinstance(value, tuple):
        rest = f" and {len(value) - 5} more" if len(value) > 5 else ""
        return ", ".join(_quoted(one) for one in value[:5]) + rest
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"“{_short(value)}”" if isinstance(value, str) else _short(value)


def _short(value: object) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= 60 else f"{text[:59]}…"
