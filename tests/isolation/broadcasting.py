"""Something told to everybody affected, for those who visit every address."""

from datetime import datetime
from typing import Any

from problems.broadcasts import page_of_broadcasts
from problems.fixing import publish_workaround
from problems.models import Problem
from tests.hearing import hear_everything
from workflow.people.actors import Actor

TOLD = ("broadcast", "broadcast_steps", "broadcast_recipients")
OF_PROBLEM = ("problem_broadcasts", "problem_broadcasts_look")


def broadcast_of(problem: Problem, *, at: datetime) -> dict[str, dict[str, Any]]:
    """Let everybody affected be told of a workaround; return the values of its addresses."""
    system = Actor.system("test")
    publish_workaround(problem_id=problem.pk, workaround="Pay by card.", actor=system, at=at)
    hear_everything()
    (told,) = page_of_broadcasts(system, "all", problem=problem).broadcasts
    return (
        {f"problem:{name}": {"broadcast": told.number} for name in ("broadcast", "broadcast_act")}
        | {f"api:{name}": {"number": told.number} for name in TOLD}
        | {f"api:{name}": {"number": problem.number} for name in OF_PROBLEM}
    )
