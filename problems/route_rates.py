"""How often each rule sent a problem to the wrong department: refused, or handed on.

A department that refuses says so at once; one that hands a problem on before it found the cause
says it later. What the program did by itself (a ladder), and a step that a workflow draws, say
nothing of the rule.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from problems.models import Leg, Problem
from workflow.history.actions import Action
from workflow.history.models import Entry
from workflow.people.actors import ActorKind

LOOKED_AT = 500
TOLD_BY = (
    Action.PROBLEM_ROUTED,
    Action.PROBLEM_REFUSED,
    Action.PROBLEM_HANDED_OVER,
    Action.PROBLEM_CAUSE_FOUND,
    Action.PROBLEM_FIXED,
)


class Verdict(StrEnum):
    """What became of a routing."""

    STAYED = "stayed"
    REFUSED = "refused"
    HANDED_ON = "handed_on"


@dataclass(frozen=True, kw_only=True)
class Told:
    """One line of a problem's history, as far as it says something of its routing."""

    action: str
    at: datetime
    is_program: bool
    is_drawn: bool = False
    rule: int | None = None
    department: int | None = None
    better: int | None = None


@dataclass(frozen=True, kw_only=True)
class Routing:
    """One problem that a rule sent to a department, and what became of it.

    `better` is the department it went to instead, None where it went back to customer service.
    """

    problem_id: int
    rule: int
    department: int | None
    at: datetime
    verdict: Verdict
    better: int | None = None

    @property
    def is_wrong(self) -> bool:
        """Whether the department said that it is not its own."""
        return self.verdict is not Verdict.STAYED


@dataclass(frozen=True)
class Rate:
    """How a rule did on the last problems."""

    routed: int = 0
    refused: int = 0
    handed_on: int = 0

    @property
    def wrong(self) -> int:
        """How many went to the wrong department."""
        return self.refused + self.handed_on

    @property
    def share(self) -> float:
        """How many of all went wrong, from 0 to 1; 0 where nothing was routed."""
        return self.wrong / self.routed if self.routed else 0.0


def routings_in(problem_id: int, told: Iterable[Told]) -> list[Routing]:
    """Return what rules did to one problem, from its history in order. Pure."""
    found: list[Routing] = []
    sent: Told | None = None
    for line in told:
        if line.action == Action.PROBLEM_ROUTED:
            if sent is not None:
                found.append(judged(problem_id, sent))
            sent = line if line.rule is not None else None
        elif sent is not None:
            found.append(judged(problem_id, sent, ending=line))
            sent = None
    if sent is not None:
        found.append(judged(problem_id, sent))
    return found


def judged(problem_id: int, sent: Told, *, ending: Told | None = None) -> Routing:
    """Return a routing with what the next line says of it. Pure."""
    verdict = Verdict.STAYED
    if ending is not None and not (ending.is_program or ending.is_drawn):
        verdict = VERDICTS.get(ending.action, Verdict.STAYED)
    return Routing(
        problem_id=problem_id,
        rule=sent.rule or 0,
        department=sent.department,
        at=sent.at,
        verdict=verdict,
        better=ending.better if ending is not None and verdict is not Verdict.STAYED else None,
    )


VERDICTS: Mapping[str, Verdict] = {
    Action.PROBLEM_REFUSED: Verdict.REFUSED,
    Action.PROBLEM_HANDED_OVER: Verdict.HANDED_ON,
}


def rates_of(routings: Iterable[Routing]) -> dict[int, Rate]:
    """Return how each rule did, by its id. Pure."""
    counted: dict[int, dict[Verdict, int]] = defaultdict(lambda: defaultdict(int))
    for one in routings:
        counted[one.rule][one.verdict] += 1
    return {
        rule: Rate(
            routed=sum(counts.values()),
            refused=counts[Verdict.REFUSED],
            handed_on=counts[Verdict.HANDED_ON],
        )
        for rule, counts in counted.items()
    }


def last_routings(*, at_most: int = LOOKED_AT) -> list[Routing]:
    """Return what rules did to the last problems, the newest problem first; two queries."""
    ids = list(Problem.objects.order_by("-id").values_list("pk", flat=True)[:at_most])
    told: dict[int, list[Told]] = {problem_id: [] for problem_id in ids}
    entries = Entry.objects.filter(
        subject_kind="problem", subject_id__in=ids, action__in=TOLD_BY
    ).order_by("id")
    for entry in entries:
        told[entry.subject_id].append(told_by(entry))
    return [one for problem_id in ids for one in routings_in(problem_id, told[problem_id])]


def told_by(entry: Entry) -> Told:
    """Return what a line of the history says of routing."""
    changes = entry.changes
    is_refusal = entry.action == Action.PROBLEM_REFUSED
    return Told(
        action=entry.action,
        at=entry.at,
        is_program=entry.actor_kind == ActorKind.SYSTEM,
        # A refusal is never planned; a hand-over by a step of a drawing is.
        is_drawn=not is_refusal and bool(changes.get("step")),
        rule=changes.get("rule"),
        department=changes.get("department"),
        better=changes.get("better_owner") if is_refusal else changes.get("department"),
    )


def rates() -> dict[int, Rate]:
    """Return how each rule did on the last 500 problems, by its id; two queries."""
    return rates_of(last_routings())


def reasons_for(routings: Sequence[Routing]) -> dict[tuple[int, datetime], str]:
    """Return why departments sent problems on, by problem and moment of the routing; one query."""
    stays = Leg.objects.filter(
        problem_id__in=[one.problem_id for one in routings],
        entered_because__in=("refused", "handed_over"),
    ).order_by("position")
    reasons: dict[tuple[int, datetime], str] = {}
    found = list(stays.values_list("problem_id", "entered_at", "reason"))
    for one in routings:
        reason = next(
            (
                why
                for problem_id, entered_at, why in found
                if problem_id == one.problem_id and entered_at >= one.at
            ),
            "",
        )
        reasons[one.problem_id, one.at] = reason
    return reasons
