"""Whether enough of those who were asked agree. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

YES, NO = "yes", "no"
WHOLE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one of those who were asked said; `vote` is empty while they say nothing."""

    asked_round: int
    vote: str


def verdict(answers: Iterable[Answer], *, quorum: int, asked_round: int) -> bool | None:
    """Return whether a step is approved, or None while that is open. Pure.

    `quorum` is the share in percent of those who count: everybody who answered, and who is asked
    now. Who said nothing in an earlier round was stood in for.
    """
    counted = [one for one in answers if one.vote or one.asked_round == asked_round]
    needed = max(1, -(-len(counted) * quorum // WHOLE))
    yes = sum(one.vote == YES for one in counted)
    no = sum(one.vote == NO for one in counted)
    if yes >= needed:
        return True
    return False if len(counted) - no < needed else None
