"""Measure rules on messages whose department is known: is it the right one at first try? Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from problems.facts import Customers, ProblemFacts, facts
from workflow.conditions import Condition, evaluate, parse_condition

LONGEST_TITLE = 200


class BadLabels(ValueError):
    """The rules or messages are not of the kind that is measured; the sentence says where."""


@dataclass(frozen=True)
class LabelledRule:
    """A rule as a file tells it: its name, when it fits, and the name of a department."""

    name: str
    condition: Condition
    department: str


@dataclass(frozen=True)
class Measured:
    """How rules did: problems, those at the right department at first try, those of no rule."""

    problems: int
    right: int
    unrouted: int
    wrong: Mapping[tuple[str, str], int]
    """How many went wrong by the department that they belong to and the rule that took them."""

    @property
    def share(self) -> float:
        """How many were right at first try, from 0 to 1."""
        return self.right / self.problems if self.problems else 0.0


def rules_in(data: Mapping[str, object]) -> tuple[dict[str, str], list[LabelledRule]]:
    """Return department by category, and the rules in their order, from a file's content.

    Raises:
        BadLabels: a part is missing.
        BadCondition: a condition cannot be read.
    """
    departments, rules = data.get("departments"), data.get("rules")
    if not isinstance(departments, dict) or not isinstance(rules, list):
        raise BadLabels("It needs “departments” (by category) and “rules”.")
    try:
        found = [
            LabelledRule(
                name=str(rule["name"]),
                condition=parse_condition(rule["condition"]),
                department=str(rule["department"]),
            )
            for rule in rules
        ]
    except (KeyError, TypeError) as fault:
        raise BadLabels("A rule needs name, condition and department.") from fault
    return {str(key): str(name) for key, name in departments.items()}, found


def problems_from(
    messages: Iterable[tuple[str, str]], *, cases: int
) -> list[tuple[ProblemFacts, str]]:
    """Return problems with their category, each of so many cases of one category, in order.

    The first message describes the problem, as it does on the page that opens one. What does not
    fill a problem is left out.
    """
    waiting: dict[str, list[str]] = {}
    found: list[tuple[ProblemFacts, str]] = []
    for text, category in messages:
        together = waiting.setdefault(category, [])
        together.append(text)
        if len(together) == cases:
            found.append((problem_of(tuple(together)), category))
            together.clear()
    return found


def problem_of(openings: tuple[str, ...]) -> ProblemFacts:
    """Return the facts of a problem that is known by what customers wrote alone."""
    own = facts(title=openings[0][:LONGEST_TITLE], statement=openings[0], category="", product=None)
    return ProblemFacts(own, ask=lambda: Customers(openings=openings))


def measure(
    problems: Sequence[tuple[ProblemFacts, str]],
    *,
    rules: Sequence[LabelledRule],
    departments: Mapping[str, str],
) -> Measured:
    """Return how many problems the rules send to the department of their category at first try.

    Raises:
        BadLabels: no department has a category.
    """
    right = unrouted = 0
    wrong: Counter[tuple[str, str]] = Counter()
    for known, category in problems:
        if category not in departments:
            raise BadLabels(f"No department has the category “{category}”.")
        fits = (rule for rule in rules if evaluate(rule.condition, known).matched)
        rule = next(fits, None)
        if rule is None:
            unrouted += 1
        elif rule.department == departments[category]:
            right += 1
        else:
            wrong[departments[category], rule.name] += 1
    return Measured(problems=len(problems), right=right, unrouted=unrouted, wrong=dict(wrong))
