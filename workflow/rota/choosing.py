"""Who of a department gets what comes: by load, by turn, or who is on call first. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from workflow.history.recording import ChangeValue
from workflow.people.models import AssignBy


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could have it: what they carry now, and how much they may.

    `limit` is None where there is none.
    """

    user_id: int
    load: int
    limit: int | None = None
    is_away: bool = False
    is_on_call: bool = False

    @property
    def is_full(self) -> bool:
        """Whether they carry as much as they may."""
        return self.limit is not None and self.load >= self.limit

    @property
    def is_able(self) -> bool:
        """Whether a rule may choose them."""
        return not (self.is_away or self.is_full)


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom a rule chose, and why; nobody where `candidate` is None."""

    by: AssignBy
    candidate: Candidate | None
    able: int
    away: int
    full: int

    def facts(self) -> dict[str, ChangeValue]:
        """Return why, as short values for the history."""
        facts: dict[str, ChangeValue] = {
            "by": self.by.value,
            "able": self.able,
            "away": self.away,
            "full": self.full,
        }
        if self.candidate is not None:
            facts |= {"load": self.candidate.load, "on_call": self.candidate.is_on_call}
        return facts


def choose(candidates: Sequence[Candidate], *, by: AssignBy, last: int | None) -> Choice:
    """Return who gets the next one; nobody by hand, and where everybody is away or full.

    `last` is whose turn it was. Among equals the turn decides. Who is on call comes first where
    the rule says so; where none of them is able, the least loaded of the others.
    """
    able = [one for one in candidates if one.is_able]
    on_call = [one for one in able if one.is_on_call]
    pool = on_call if by is AssignBy.ON_CALL and on_call else able
    ring = sorted(pool, key=lambda one: (one.user_id <= (last or 0), one.user_id))
    chosen: Candidate | None = None
    if ring and by is AssignBy.TURN:
        chosen = ring[0]
    elif ring and by is not AssignBy.HAND:
        chosen = min(ring, key=lambda one: one.load)
    return Choice(
        by=by,
        candidate=chosen,
        able=len(able),
        away=sum(1 for one in candidates if one.is_away),
        full=sum(1 for one in candidates if one.is_full and not one.is_away),
    )
