"""Can a condition match at all? Finds contradictions that somebody wrote by mistake. Pure.

A fact has one value at a time. Says no only where it is certain.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from workflow.conditions import AllOf, AnyOf, Condition, Leaf, Not, Scalar

Domains = Mapping[str, frozenset[str]]
"""Facts that know only some words, with these words."""


@dataclass(slots=True)
class Bounds:
    """What several statements leave of one fact."""

    allowed: set[object] | None = None
    excluded: set[object] = field(default_factory=set)
    least: float | None = None
    most: float | None = None

    def narrow(self, leaf: Leaf) -> None:
        """Take one more statement into account."""
        match leaf.operator:
            case "is" | "in":
                wanted = {_folded(one) for one in _values(leaf)}
                self.allowed = wanted if self.allowed is None else self.allowed & wanted
            case "is_not" | "not_in":
                self.excluded |= {_folded(one) for one in _values(leaf)}
            case "at_least":
                self.least = _larger(self.least, leaf.value)
            case "at_most":
                self.most = _smaller(self.most, leaf.value)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left."""
        if self.allowed is not None and not self.allowed - self.excluded:
            return True
        return self.least is not None and self.most is not None and self.least > self.most


def can_match(condition: Condition, *, domains: Domains) -> bool:
    """Say whether a condition may match; False is certain."""
    match condition:
        case AnyOf(parts):
            return any(can_match(part, domains=domains) for part in parts)
        case Not(part):
            return part != AllOf(())
        case AllOf():
            return _parts_agree(condition, domains=domains)
        case Leaf():
            return _parts_agree(AllOf((condition,)), domains=domains)


def _parts_agree(condition: AllOf, *, domains: Domains) -> bool:
    """Say whether all parts may hold at once."""
    bounds: dict[str, Bounds] = {}
    for part in _flat(condition):
        if not isinstance(part, Leaf):
            if not can_match(part, domains=domains):
                return False
            continue
        found = bounds.setdefault(part.fact, _begin(part.fact, domains))
        found.narrow(part)
    return not any(found.is_empty for found in bounds.values())


def _flat(condition: AllOf) -> list[Condition]:
    """Return the parts, those of parts that join as well."""
    return [
        inner
        for part in condition.parts
        for inner in (_flat(part) if isinstance(part, AllOf) else [part])
    ]


def _begin(fact: str, domains: Domains) -> Bounds:
    """Return what a fact can be before anything is said."""
    return Bounds(allowed={_folded(one) for one in domains[fact]} if fact in domains else None)


def _values(leaf: Leaf) -> tuple[Scalar, ...]:
    return leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)


def _folded(value: object) -> object:
    if isinstance(value, str):
        return value.strip().casefold()
    # A yes is not a number.
    return ("yes or no", value) if isinstance(value, bool) else value


def _larger(before: float | None, value: object) -> float:
    number = float(value) if isinstance(value, int | float) else 0.0
    return number if before is None else max(before, number)


def _smaller(before: float | None, value: object) -> float:
    number = float(value) if isinstance(value, int | float) else 0.0
    return number if before is None else min(before, number)
