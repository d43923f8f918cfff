"""Give cases of a department's queue to its people by the department's rule, and say why."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from cases.lifecycle import assign_case, lock_case
from cases.load import open_cases_of
from cases.states import OPEN_STATES
from workflow.people.actors import Actor
from workflow.people.models import AssignBy, User
from workflow.people.permissions import Permission
from workflow.rota.giving import give


@transaction.atomic
def assign_case_by_rule(*, case_id: int, actor: Actor, at: datetime) -> User | None:
    """Give a case that nobody owns to whom the rule of its queue's department chooses.

    The reason is kept. Returns who owns it now, None if nobody was chosen.
    """
    case = lock_case(case_id)
    queue = case.queue
    if case.state not in OPEN_STATES or case.owner_id is not None or queue is None:
        return None
    if queue.assign_by == AssignBy.HAND:
        return None
    choice, chosen = give(queue, load=open_cases_of, limit=lambda user: user.case_limit, at=at)
    giver = replace(actor, permissions=actor.permissions | {Permission.ASSIGN_CASE})
    if chosen is not None:
        assign_case(
            case_id=case.pk, owner=chosen, queue=queue, why=choice.facts(), actor=giver, at=at
        )
    return chosen
