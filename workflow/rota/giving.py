"""Give the next piece of work of a department to one of its people, one at a time.

Two that are given at the same moment wait for one another, so that they do not both take the last
place somebody has. Who is being changed meanwhile (deactivated, say) is passed over.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from django.db import connection

from workflow.people.absences import away_at
from workflow.people.models import AssignBy, Department, User
from workflow.rota.choosing import Candidate, Choice, choose
from workflow.rota.reading import people_of, plans_of, present_by
from workflow.tenancy.scope import tenant_of_the_scope

Load = Callable[[Iterable[int]], Mapping[int, int]]
Limit = Callable[[User], int | None]


def give(
    department: Department, *, load: Load, limit: Limit, at: datetime
) -> tuple[Choice, User | None]:
    """Choose who gets the next one, and hold that person until the transaction ends.

    `load` counts what people carry, `limit` says how much one may. About eight queries.
    """
    wait_for_turn()
    people = {user.pk: user for user in people_of(department)}
    candidates = {
        one.user_id: one for one in candidates_of(department, people, load=load, limit=limit, at=at)
    }
    by = AssignBy(department.assign_by)
    while True:
        choice = choose(list(candidates.values()), by=by, last=department.assigned_last_id)
        if choice.candidate is None:
            return choice, None
        chosen = held(choice.candidate.user_id)
        if chosen is not None:
            Department.objects.filter(pk=department.pk).update(assigned_last=chosen)
            return choice, chosen
        del candidates[choice.candidate.user_id]


def candidates_of(
    department: Department, people: Mapping[int, User], *, load: Load, limit: Limit, at: datetime
) -> list[Candidate]:
    """Return the people of a department as they stand now; up to six queries."""
    away, carried = away_at(at), load(people)
    plans = plans_of([department.pk], at=at)
    on_call = present_by(plans, at=at, away=away)
    return [
        Candidate(
            user_id=user.pk,
            load=carried.get(user.pk, 0),
            limit=limit(user),
            is_away=user.pk in away,
            is_on_call=user.pk in on_call,
        )
        for user in people.values()
    ]


def held(user_id: int) -> User | None:
    """Return a person who is active, locked; None if somebody is changing them just now."""
    return (
        User.objects.select_for_update(skip_locked=True, no_key=True)
        .filter(pk=user_id, is_active=True)
        .first()
    )


def wait_for_turn() -> None:
    """Wait until nobody else of the tenant is being given work; held until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"{tenant_of_the_scope()}:giving"],
        )
