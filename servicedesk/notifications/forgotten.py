"""Problems at which nobody looks any more: one mail a day for each who answers for them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import F

from problems.models import Leg
from problems.states import STATE_NAMES, ProblemState
from problems.watching import forgotten_problems
from servicedesk.notifications.asking import Asked, notify
from servicedesk.notifications.models import Notification, NotificationKind
from servicedesk.notifications.wording import time_words
from workflow.people.absences import receivers, service_leads
from workflow.people.models import Membership
from workflow.people.permissions import Role

KEY = "forgotten:"
NAMED = 20


def tell_of_forgotten(problems: Iterable[int], *, at: datetime) -> int:
    """Tell heads of the departments that have these problems, and service leads, once a day.

    Substitutes hear it for those who are away. Returns how many mails were asked for; six queries
    at most.
    """
    departments = set(
        Leg.objects.filter(problem_id__in=list(problems), left_at__isnull=True).values_list(
            "department_id", flat=True
        )
    )
    if not departments:
        return 0
    heads = Membership.objects.filter(
        role=Role.HEAD, department_id__in=departments, user__is_active=True
    ).values_list("user_id", flat=True)
    people = {*receivers(heads, at=at), *receivers(service_leads(), at=at)}
    return notify(
        [
            Asked(
                key=f"{KEY}{at:%Y%m%d}:{user_id}",
                kind=NotificationKind.FORGOTTEN,
                user_id=user_id,
            )
            for user_id in sorted(people)
        ],
        at=at,
        queue="urgent",
    )


def of_forgotten(notification: Notification, *, home: str) -> dict[str, Any]:
    """Return the problems of a mail by department, those of the own departments first; two queries.

    Told is what is so when the mail leaves. Nothing is left to tell once somebody has moved them.
    """
    own = set(
        Membership.objects.filter(user=notification.user, department__isnull=False).values_list(
            "department_id", flat=True
        )
    )
    found = list(
        forgotten_problems(at=notification.created_at)
        .filter(legs__left_at__isnull=True)
        .annotate(
            department_id=F("legs__department_id"),
            department_name=F("legs__department__name"),
            since=F("legs__entered_at"),
        )[: NAMED + 1]
    )
    found.sort(key=lambda problem: (problem.department_id not in own, problem.discovered_at))
    timezone = notification.tenant.timezone
    return {
        "problems": [
            {
                "number": problem.name,
                "title": problem.title,
                "state": str(STATE_NAMES[ProblemState(problem.state)]),
                "department": problem.department_name,
                "since": time_words(problem.since, timezone=timezone),
                "url": f"{home}/p/{problem.number}/",
            }
            for problem in found[:NAMED]
        ],
        "has_more": len(found) > NAMED,
        "url": f"{home}/problems/",
    }
