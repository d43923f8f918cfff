"""Test rules on the last problems: where each would go, and where it was fixed in the end."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from problems.facts import ProblemFacts, facts_of_all
from problems.models import Leg, Problem
from problems.states import Outcome, ProblemState
from workflow.people.models import Department
from workflow.routing.deciding import Decision, Way, first_way

LOOKED_AT = 500
FIXING = (ProblemState.FIX_IN_PROGRESS, ProblemState.VERIFYING)


@dataclass(frozen=True)
class Past:
    """A problem of the past: its facts, and the department that put its fix in place."""

    problem: Problem
    facts: ProblemFacts
    fixed_by: int


@dataclass(frozen=True)
class Judged:
    """Where rules would send a problem of the past; `department` is None where no rule fits."""

    past: Past
    decision: Decision | None

    @property
    def sent_to(self) -> int | None:
        """The id of the department that the rules name, or None."""
        return self.decision.department.pk if self.decision else None

    @property
    def is_right(self) -> bool:
        """Whether it would have gone at once to where it was fixed."""
        return self.sent_to == self.past.fixed_by


@dataclass(frozen=True)
class Trial:
    """What rules would have done to the problems of the past, newest first."""

    judged: Sequence[Judged]
    departments: Mapping[int, Department] = field(default_factory=dict)

    @property
    def right(self) -> int:
        """How many would have gone to the right department at first try."""
        return sum(1 for one in self.judged if one.is_right)

    @property
    def unrouted(self) -> int:
        """How many no rule would have caught; a person routes them."""
        return sum(1 for one in self.judged if one.decision is None)

    @property
    def differences(self) -> list[Judged]:
        """Those that would have gone elsewhere than to where they were fixed."""
        return [one for one in self.judged if not one.is_right]

    @property
    def by_rule(self) -> dict[int, tuple[int, int]]:
        """How many each rule would have caught, and how many of them rightly, by its id."""
        caught: Counter[int] = Counter()
        right: Counter[int] = Counter()
        for one in self.judged:
            if one.decision is not None:
                caught[one.decision.rule_id] += 1
                right[one.decision.rule_id] += one.is_right
        return {rule: (count, right[rule]) for rule, count in caught.items()}


@dataclass(frozen=True)
class Comparison:
    """What would change if rules were changed: problems set right, and set wrong."""

    before: Trial
    after: Trial

    @property
    def set_right(self) -> list[Judged]:
        """Problems that go to the right department with the change alone."""
        return [after for before, after in self.pairs() if after.is_right and not before.is_right]

    @property
    def set_wrong(self) -> list[Judged]:
        """Problems that go to the right department without the change alone."""
        return [after for before, after in self.pairs() if before.is_right and not after.is_right]

    @property
    def moved(self) -> int:
        """How many would go another way than now."""
        return sum(1 for before, after in self.pairs() if before.sent_to != after.sent_to)

    def pairs(self) -> list[tuple[Judged, Judged]]:
        """Return each problem by the rules as they are, and as they would be."""
        return list(zip(self.before.judged, self.after.judged, strict=True))


def fixed_problems(*, at_most: int = LOOKED_AT) -> list[Past]:
    """Return the last problems that were fixed, newest first; two queries, three more with cases.

    The facts are those of today. Who put the fix in place is the one to whom it should have gone.
    """
    problems = list(
        Problem.objects.filter(
            outcome=Outcome.FIX_APPLIED, state__in=[ProblemState.RESOLVED, ProblemState.CLOSED]
        )
        .select_related("product")
        .order_by("-id")[:at_most]
    )
    fixed_by = fixers([problem.pk for problem in problems])
    facts = facts_of_all(problems)
    return [
        Past(problem=problem, facts=facts[problem.pk], fixed_by=fixed_by[problem.pk])
        for problem in problems
        if problem.pk in fixed_by
    ]


def fixers(problem_ids: Sequence[int]) -> dict[int, int]:
    """Return which department put the fix of each problem in place last; one query."""
    return dict(
        Leg.objects.filter(problem_id__in=problem_ids, stage__in=FIXING)
        .order_by("position")
        .values_list("problem_id", "department_id")
    )


def try_ways(past: Sequence[Past], *, ways: Sequence[Way]) -> Trial:
    """Return where rules would send problems of the past; one query, for names of departments."""
    return Trial(
        judged=[Judged(one, first_way(ways, one.facts)) for one in past],
        departments=Department.objects.in_bulk(),
    )


def compare(past: Sequence[Past], *, now: Sequence[Way], drafted: Sequence[Way]) -> Comparison:
    """Return what a change of the rules would do to problems of the past; two queries."""
    return Comparison(before=try_ways(past, ways=now), after=try_ways(past, ways=drafted))


def with_rule(ways: Sequence[Way], way: Way, *, above: int | None = None) -> list[Way]:
    """Return rules with one changed (that of the same id), or a new one, behind or above another.

    A rule that is changed while it is off is asked last. Pure.
    """
    if any(one.id == way.id for one in ways if way.id):
        return [way if one.id == way.id else one for one in ways]
    place = next((at for at, one in enumerate(ways) if one.id == above), len(ways))
    return [*ways[:place], way, *ways[place:]]
