"""Who works in a department, what each carries, and who is away or on call: beside its board."""

from datetime import datetime
from typing import Any

from problems.load import open_stays_of
from servicedesk.pages.giving_words import ASSIGN_BY
from workflow.people.absences import away_at
from workflow.people.models import AssignBy, Department
from workflow.rota.reading import people_of, plans_of, present_by


def people_here(department: Department, *, at: datetime) -> dict[str, Any]:
    """Return the people of a department with their load; six queries at most, whoever they are."""
    people = people_of(department)
    carried = open_stays_of(user.pk for user in people)
    away = away_at(at)
    plans = plans_of([department.pk], at=at)
    on_call = present_by(plans, at=at, away=away)
    following = [turn for plan in plans if (turn := plan.next_turn(at=at)) is not None]
    soonest = min(following, key=lambda turn: turn.begins_at, default=None)
    names = {user.pk: user.name for user in people}
    return {
        "way": str(ASSIGN_BY[AssignBy(department.assign_by)]),
        "people": [
            {
                "name": user.name,
                "load": carried.get(user.pk, 0),
                "limit": user.problem_limit,
                "is_full": user.problem_limit is not None
                and carried.get(user.pk, 0) >= user.problem_limit,
                "is_away": user.pk in away,
                "is_on_call": user.pk in on_call,
            }
            for user in sorted(people, key=lambda user: (user.name.casefold(), user.pk))
        ],
        "next": names.get(soonest.user_id or 0, "") if soonest else "",
        "next_at": soonest.begins_at if soonest else None,
    }
