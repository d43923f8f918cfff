"""Do the same with several cases: each by its own action, those that refuse stay as they are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from cases.lifecycle import assign_case, set_priority
from cases.models import Case
from workflow.people.actors import Actor
from workflow.people.models import Department, User
from workflow.people.permissions import Permission
from workflow.refusals import Refusal


@dataclass
class Outcome:
    """What became of several cases: the numbers of those changed, and of the others why not."""

    changed: list[int] = field(default_factory=list)
    refused: list[tuple[int, Refusal]] = field(default_factory=list)


def assign_cases(
    *,
    cases: Sequence[Case],
    owner: User | None,
    queue: Department | None,
    actor: Actor,
    at: datetime,
) -> Outcome:
    """Give cases to a person, who answers for them in their queues, or to a department's queue.

    Raises:
        NotPermitted: the actor may assign no case.
    """
    actor.require(Permission.ASSIGN_CASE)

    def give(case: Case) -> None:
        kept = queue if queue is not None else case.queue
        assign_case(case_id=case.pk, owner=owner, queue=kept, actor=actor, at=at)

    return each(cases, give)


def prioritise_cases(
    *, cases: Sequence[Case], priority: int, actor: Actor, at: datetime
) -> Outcome:
    """Set the priority of cases, from 1 (urgent) to 4 (low).

    Raises:
        NotPermitted: the actor may work on no case.
    """
    actor.require(Permission.WORK_CASE)

    def set_it(case: Case) -> None:
        set_priority(case_id=case.pk, priority=priority, actor=actor, at=at)

    return each(cases, set_it)


@transaction.atomic
def each(cases: Sequence[Case], act: Callable[[Case], None]) -> Outcome:
    """Do something with each case, in one order, so that two people do not wait for one another."""
    outcome = Outcome()
    for case in sorted(cases, key=lambda one: one.pk):
        try:
            with transaction.atomic():
                act(case)
        except Refusal as refusal:
            outcome.refused.append((case.number, refusal))
        else:
            outcome.changed.append(case.number)
    return outcome
