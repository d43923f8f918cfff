"""Where the simulator and the product meet: a planted life as facts, and what is detected in it."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from problems.journey import ZERO, Journey, LegFact, journey_of
from problems.time_spent import LegTime, Spent, spent_on
from tests.journey.hours import Hours
from tests.journey.lives import Findings, Life
from workflow.clocks.working_time import WorkingTime

SECOND = timedelta(seconds=1)
ALL_SUMS = ("waiting", "working", "total", "resting")
Detector = Callable[[Life], Findings]


@lru_cache(maxsize=16)
def calendar_of(hours: Hours) -> WorkingTime:
    """Return hours of the simulator as the product reads them."""
    return WorkingTime.from_dict(hours.as_data())


def moment(second: int) -> datetime:
    """Return a second of the epoch as a time."""
    return datetime.fromtimestamp(second, UTC)


def facts_of(life: Life) -> list[LegFact]:
    """Return the stays of a life as the product stores them."""
    return [
        LegFact(
            position=position,
            department=stay.department.name,
            department_name=stay.department.name,
            stage=stay.stage,
            stage_rank=stay.rank,
            entered_at=moment(stay.entered),
            due_at=moment(stay.due),
            acknowledged_at=None if stay.taken_up is None else moment(stay.taken_up),
            left_at=None if stay.left is None else moment(stay.left),
            because=stay.because,
            calendar=calendar_of(stay.department.hours),
        )
        for position, stay in enumerate(life.stays)
    ]


def journey_in(facts: Sequence[LegFact], life: Life) -> Journey:
    """Return the journey that the product tells of some facts of a life."""
    return journey_of(
        facts,
        discovered_at=facts[0].entered_at,
        resolved_at=None if life.resolved_at is None else moment(life.resolved_at),
        now=moment(life.now),
    )


def spent_in(life: Life) -> list[Spent]:
    """Return how the product says that the time of each stay was spent."""
    return [
        spent_on(
            LegTime(
                entered_at=moment(stay.entered),
                acknowledged_at=None if stay.taken_up is None else moment(stay.taken_up),
                left_at=moment(life.now if stay.left is None else stay.left),
                due_at=moment(stay.due),
                hours=calendar_of(stay.department.hours),
                pauses=tuple((moment(begin), moment(end)) for begin, end in stay.pauses),
            )
        )
        for stay in life.stays
    ]


def found_in(journey: Journey, spent: Sequence[Spent] = ()) -> Findings:
    """Return what a journey says, in the words of the simulator."""
    return Findings(
        delays={leg.fact.position: leg.delay / SECOND for leg in journey.legs if leg.delay > ZERO},
        losses={
            leg.fact.position: leg.lost_for / SECOND for leg in journey.legs if leg.lost_for > ZERO
        },
        detours=[
            (
                detour.cause,
                int(detour.began_at.timestamp()),
                None if detour.ended_at is None else int(detour.ended_at.timestamp()),
            )
            for detour in journey.detours
        ],
        paused={place: one.paused / SECOND for place, one in enumerate(spent) if one.paused > ZERO},
        had=Counter({share.department_name: share.duration // SECOND for share in journey.shares}),
        waiting=journey.waiting_for / SECOND,
        working=journey.working_for / SECOND,
        total=journey.total / SECOND,
        resting=journey.resting_for / SECOND,
    )


def detect(life: Life) -> Findings:
    """Return what the product finds in a life."""
    return found_in(journey_in(facts_of(life), life), spent_in(life))


@dataclass
class Score:
    """How well a detector did: how much was planted, found, and both; which sums were wrong."""

    planted: int = 0
    found: int = 0
    right: int = 0
    wrong_sums: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """The share of what was found that was planted."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """The share of what was planted that was found."""
        return self.right / self.planted if self.planted else 1.0

    @property
    def is_perfect(self) -> bool:
        """Whether everything was found, nothing else, and each sum is exact."""
        return self.precision == 1.0 and self.recall == 1.0 and not self.wrong_sums


def score(lives: Sequence[Life], detector: Detector = detect) -> Score:
    """Return how well a detector did with some lives."""
    result = Score()
    for number, life in enumerate(lives):
        planted, found = life.planted.things(), detector(life)
        result.planted += planted.total()
        result.found += found.things().total()
        result.right += (planted & found.things()).total()
        expected, told = life.planted.sums(), found.sums()
        result.wrong_sums += [
            f"life {number}: {name} is {told.get(name)}, planted {expected.get(name)}"
            for name in sorted({*expected, *told})
            if expected.get(name) != told.get(name)
        ]
    return result


# ---- detectors that are wrong ----------------------------------------------------------------


def with_facts(change: Callable[[LegFact], LegFact]) -> Detector:
    """Return a detector that is told something else of each stay."""
    return lambda life: found_in(
        journey_in([change(fact) for fact in facts_of(life)], life), spent_in(life)
    )


def with_findings(change: Callable[[Findings], Findings]) -> Detector:
    """Return a detector that says something else than it found."""
    return lambda life: change(detect(life))


def because(old: str, new: str) -> Detector:
    """Return a detector that takes one reason for another."""
    return with_facts(lambda fact: replace(fact, because=new) if fact.because == old else fact)


def late_since_taken_up(fact: LegFact) -> LegFact:
    """Let the target run from the moment at which somebody took it up."""
    waited = (fact.acknowledged_at or fact.entered_at) - fact.entered_at
    return replace(fact, due_at=fact.due_at + waited if fact.due_at else None)


STATE_RANK = {
    state: rank
    for rank, state in enumerate(("new", "assess", "root_cause", "fix_in_progress", "verifying"))
}
MUTATED: dict[str, Detector] = {
    "ignores back steps": because("back", "forward"),
    "ignores refusals": because("refused", "routed"),
    "ignores hand-overs": because("handed_over", "side"),
    "takes side steps for detours": because("side", "back"),
    "takes what came back for sent back": with_findings(
        lambda found: replace(
            found, detours=[(cause, begin + 1, end) for cause, begin, end in found.detours]
        )
    ),
    "takes changes within a department for detours": with_facts(
        lambda fact: replace(fact, department=f"{fact.department} {fact.position}")
    ),
    "knows states and no stages": with_facts(
        lambda fact: replace(fact, stage_rank=STATE_RANK[fact.stage])
    ),
    "ends each detour at the end": with_findings(
        lambda found: replace(
            found, detours=[(cause, begin, None) for cause, begin, _end in found.detours]
        )
    ),
    "is a second off": with_findings(
        lambda found: replace(
            found, delays={place: delay + 1 for place, delay in found.delays.items()}
        )
    ),
    "counts delays round the clock": with_facts(lambda fact: replace(fact, calendar=None)),
    "counts from the one who takes it up": with_facts(late_since_taken_up),
    "sees a delay only at a full minute": with_findings(
        lambda found: replace(
            found, delays={place: delay for place, delay in found.delays.items() if delay >= 60}
        )
    ),
    "misses who never answered": with_facts(
        lambda fact: replace(fact, acknowledged_at=fact.acknowledged_at or fact.entered_at)
    ),
    "counts waiting twice": with_findings(
        lambda found: replace(found, working=found.working + found.waiting)
    ),
    "gives the rest to the last department": with_findings(
        lambda found: replace(found, total=found.total + found.resting)
    ),
    "gives the first stay to nobody": with_findings(
        lambda found: replace(found, had=Counter(dict(list(found.had.items())[1:])))
    ),
}
