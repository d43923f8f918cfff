"""The journey of a problem as arithmetic: legs, waiting, delays and detours, to the second.

A leg is one stay with one department in one stage. Legs follow one another without gap or overlap,
so that every minute is attributed once; only a reopened problem has rested in between. A detour
begins when a refusal, a back step, or a hand-over outside a forward or side step takes the problem
from its stage to another department, and ends when it first stands again in that stage or a later
one. Pure: the caller reads the rows and the clock.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import ClassVar

from workflow.clocks.working_time import WorkingTime
from workflow.refusals import Refusal

ZERO = timedelta()


class BrokenJourney(Refusal):
    """The legs of a problem contradict one another: a gap, an overlap, or an impossible time."""

    code: ClassVar[str] = "broken_journey"


LEADS_ASTRAY = frozenset({"back", "refused", "handed_over"})
"""The reasons to enter a leg that may begin a detour."""

REOPENED = "reopened"
"""The one reason before which a problem may have rested, resolved."""


@dataclass(frozen=True, slots=True)
class LegFact:
    """What was recorded of one leg; times are aware, `left_at` is None while it lasts.

    `department` is the key by which legs of one department are known, `stage_rank` the place of
    the stage in its workflow (later is higher), `calendar` the opening hours of the department.
    Without a calendar every hour counts. `because` is the code of why the leg was entered: discovered,
    opened, routed, taken, accepted, forward, side, back, refused, handed_over or reopened.
    `stage` is the state; `stage_key`, `stage_name` and `step_key` are the drawing's own, if any.
    """

    position: int
    department: int | str
    department_name: str
    stage: str
    stage_rank: int
    entered_at: datetime
    due_at: datetime | None
    acknowledged_at: datetime | None
    left_at: datetime | None
    because: str
    calendar: WorkingTime | None = None
    stage_key: str = ""
    stage_name: str = ""
    step_key: str = ""


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg with what it cost: `waiting_for` until acknowledged and `working_for` are its whole.

    `delay` is the part beyond the target and `open_for` the whole, both in the department's own
    opening hours. `lost_for` is the part of the delay in which nobody had taken it up.
    """

    fact: LegFact
    ended_at: datetime
    duration: timedelta
    waiting_for: timedelta
    working_for: timedelta
    open_for: timedelta
    delay: timedelta
    lost_for: timedelta
    is_open: bool
    is_waiting: bool
    is_late: bool
    in_detour: bool

    @property
    def is_lost(self) -> bool:
        """Whether nobody has taken it up although its target is over."""
        return self.is_waiting and self.is_late


@dataclass(frozen=True, slots=True)
class Detour:
    """One way around: from leaving a stage to standing in it again; `ended_at` is None while it lasts.

    `left_stage` and `left_department_name` say where it left, `first_position` and `last_position`
    which legs it spans.
    """

    cause: str
    began_at: datetime
    ended_at: datetime | None
    cost: timedelta
    left_stage: str
    left_department_name: str
    first_position: int
    last_position: int


@dataclass(frozen=True, slots=True)
class Share:
    """What one department had of a journey, over all its legs."""

    department: int | str
    department_name: str
    legs: int
    duration: timedelta
    waiting_for: timedelta
    delay: timedelta


@dataclass(frozen=True, slots=True)
class Journey:
    """The whole way of a problem; `resting_for` is the time it lay resolved before it was reopened.

    `total` is the sum of the legs: with `resting_for` it is the time from discovery to resolution,
    or until now, to the second.
    """

    legs: tuple[Leg, ...]
    detours: tuple[Detour, ...]
    shares: tuple[Share, ...]
    discovered_at: datetime
    resolved_at: datetime | None
    total: timedelta
    resting_for: timedelta
    waiting_for: timedelta
    working_for: timedelta
    delay: timedelta
    lost_for: timedelta
    detoured_for: timedelta


def journey_of(
    legs: Sequence[LegFact],
    *,
    discovered_at: datetime,
    resolved_at: datetime | None,
    now: datetime,
) -> Journey:
    """Return the journey that these legs, in order of position, tell.

    Raises BrokenJourney for gaps, overlaps, unknown reasons, or ends that do not fit.
    """
    _check_ends(legs, discovered_at=discovered_at, resolved_at=resolved_at)
    for fact in legs:
        _check_leg(fact)
    for earlier, later in pairwise(legs):
        _check_order(earlier, later)
    detours = _detours(legs, resolved_at=resolved_at, now=now)
    told = tuple(_leg(fact, detours=detours, now=now) for fact in legs)
    rested = (
        later.entered_at - earlier.left_at
        for earlier, later in pairwise(legs)
        if earlier.left_at is not None
    )
    return Journey(
        legs=told,
        detours=detours,
        shares=_shares(told),
        discovered_at=discovered_at,
        resolved_at=resolved_at,
        total=_sum(leg.duration for leg in told),
        resting_for=_sum(rested),
        waiting_for=_sum(leg.waiting_for for leg in told),
        working_for=_sum(leg.working_for for leg in told),
        delay=_sum(leg.delay for leg in told),
        lost_for=_sum(leg.lost_for for leg in told),
        detoured_for=_sum(detour.cost for detour in detours),
    )


def to_payload(journey: Journey, *, number: int | str, state: str) -> dict[str, object]:
    """Return a journey as plain data for the API; times are ISO 8601 with zone, open ends None."""
    return {
        "number": number,
        "state": state,
        "discovered_at": _iso(journey.discovered_at),
        "resolved_at": _iso(journey.resolved_at),
        "legs": [
            {
                "department": leg.fact.department_name,
                "stage": leg.fact.stage,
                "entered_at": _iso(leg.fact.entered_at),
                "acknowledged_at": _iso(leg.fact.acknowledged_at),
                "due_at": _iso(leg.fact.due_at),
                "left_at": _iso(leg.fact.left_at),
                "step": leg.fact.because,
                "delay_seconds": leg.delay // timedelta(seconds=1),
                "stage_key": leg.fact.stage_key,
                "stage_name": leg.fact.stage_name,
                "step_key": leg.fact.step_key,
                "lost_seconds": leg.lost_for // timedelta(seconds=1),
                "in_detour": leg.in_detour,
            }
            for leg in journey.legs
        ],
        "detours": [
            {
                "began_at": _iso(detour.began_at),
                "ended_at": _iso(detour.ended_at),
                "cause": detour.cause,
            }
            for detour in journey.detours
        ],
    }


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _sum(spans: Iterable[timedelta]) -> timedelta:
    return sum(spans, ZERO)


# ---- what must hold --------------------------------------------------------------------------


def _check_ends(
    legs: Sequence[LegFact], *, discovered_at: datetime, resolved_at: datetime | None
) -> None:
    if not legs:
        raise _broken("A journey has at least the leg of its discovery.")
    if legs[0].entered_at != discovered_at:
        raise _broken("The first leg does not begin at the discovery.")
    if legs[-1].left_at != resolved_at:
        raise _broken(
            "The last leg is over, but the problem is not resolved."
            if resolved_at is None
            else "The last leg does not end at the resolution."
        )


def _check_leg(fact: LegFact) -> None:
    moments = [
        moment
        for moment in (fact.entered_at, fact.acknowledged_at, fact.left_at)
        if moment is not None
    ]
    if moments != sorted(moments):
        raise _broken(f"Leg {fact.position} was not entered, acknowledged and left in this order.")


def _check_order(earlier: LegFact, later: LegFact) -> None:
    if later.position != earlier.position + 1:
        raise _broken(f"Leg {later.position} follows leg {earlier.position}.")
    if earlier.left_at is None:
        raise _broken(f"Leg {earlier.position} is still open, but another one follows.")
    if later.entered_at < earlier.left_at:
        raise _broken(f"Leg {later.position} begins before leg {earlier.position} ends.")
    if later.entered_at > earlier.left_at and later.because != REOPENED:
        raise _broken(f"Nobody had the problem between leg {earlier.position} and the next.")


def _broken(sentence: str) -> BrokenJourney:
    return BrokenJourney(sentence, next_step="Run the proof, which names the rows to repair.")


# ---- what it cost ----------------------------------------------------------------------------


def _end(fact: LegFact, *, now: datetime) -> datetime:
    """Return when a leg ended, or now; a clock that was set back does not make it negative."""
    return max(now, fact.entered_at) if fact.left_at is None else fact.left_at


def _hours(calendar: WorkingTime | None, start: datetime, end: datetime) -> timedelta:
    return calendar.between(start, end) if calendar else max(end - start, ZERO)


def _leg(fact: LegFact, *, detours: Sequence[Detour], now: datetime) -> Leg:
    end = _end(fact, now=now)
    taken_up = min(fact.acknowledged_at or end, end)
    overdue_from = end if fact.due_at is None else max(fact.due_at, fact.entered_at)
    delay = _hours(fact.calendar, overdue_from, end)
    return Leg(
        fact=fact,
        ended_at=end,
        duration=end - fact.entered_at,
        waiting_for=taken_up - fact.entered_at,
        working_for=end - taken_up,
        open_for=_hours(fact.calendar, fact.entered_at, end),
        delay=delay,
        lost_for=_hours(fact.calendar, min(overdue_from, taken_up), taken_up),
        is_open=fact.left_at is None,
        is_waiting=fact.left_at is None and fact.acknowledged_at is None,
        is_late=delay > ZERO,
        in_detour=any(
            detour.first_position <= fact.position <= detour.last_position for detour in detours
        ),
    )


def _detours(
    legs: Sequence[LegFact], *, resolved_at: datetime | None, now: datetime
) -> tuple[Detour, ...]:
    """Return the detours in order; one that begins within another is part of it.

    Resolution stands behind every stage, so it ends a detour; so does the rest before a reopening.
    """
    found: list[Detour] = []
    index = 1
    while index < len(legs):
        left, entered = legs[index - 1], legs[index]
        if not _begins_detour(left, entered):
            index += 1
            continue
        after = index
        while after < len(legs) and not _is_back_on_the_way(legs, after, rank=left.stage_rank):
            after += 1
        last = legs[after - 1]
        is_over = after < len(legs) or resolved_at is not None
        found.append(
            Detour(
                cause=entered.because,
                began_at=entered.entered_at,
                ended_at=last.left_at if is_over else None,
                cost=_end(last, now=now) - entered.entered_at,
                left_stage=left.stage,
                left_department_name=left.department_name,
                first_position=entered.position,
                last_position=last.position,
            )
        )
        index = after
    return tuple(found)


def _begins_detour(left: LegFact, entered: LegFact) -> bool:
    return (
        entered.because in LEADS_ASTRAY
        and entered.department != left.department
        and entered.stage_rank < left.stage_rank
    )


def _is_back_on_the_way(legs: Sequence[LegFact], index: int, *, rank: int) -> bool:
    return legs[index].stage_rank >= rank or legs[index].because == REOPENED


def _shares(legs: Sequence[Leg]) -> tuple[Share, ...]:
    """Return what each department had, in the order in which they first had the problem."""
    by_department: dict[int | str, list[Leg]] = {}
    for leg in legs:
        by_department.setdefault(leg.fact.department, []).append(leg)
    return tuple(
        Share(
            department=department,
            department_name=own[-1].fact.department_name,
            legs=len(own),
            duration=_sum(leg.duration for leg in own),
            waiting_for=_sum(leg.waiting_for for leg in own),
            delay=_sum(leg.delay for leg in own),
        )
        for department, own in by_department.items()
    )
