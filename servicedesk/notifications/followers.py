"""Those who follow a problem hear of each of its stages."""

from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.timezone import now

from problems.drawn import drawn_stay
from problems.events import ProblemMoved, StepTaken
from problems.models import Follow, Leg, Problem
from servicedesk.notifications.asking import Asked, notify
from servicedesk.notifications.models import Notification, NotificationKind
from servicedesk.notifications.wording import time_words
from servicedesk.pages.problem_words import leg_title, state_words
from workflow.people.models import Membership


def tell_followers(event: ProblemMoved | StepTaken) -> None:
    """Tell those who follow a problem where it stands; four queries, one if nobody does.

    Each role may see problems; who has none any more hears nothing.

    A drawn step that changes the state is told of twice: once is enough. Of two moves that follow
    one another at once the last one counts.
    """
    users = list(
        Follow.objects.filter(
            Exists(Membership.objects.filter(user=OuterRef("user"))),
            problem_id=event.problem_id,
            user__is_active=True,
        )
        .order_by("id")
        .values_list("user_id", flat=True)
    )
    if not users:
        return
    version = Problem.objects.values_list("state_version", flat=True).get(pk=event.problem_id)
    leg_id = Leg.objects.filter(problem_id=event.problem_id).latest("position").pk
    notify(
        [
            Asked(
                key=f"followed:{event.problem_id}:{version}:{leg_id}:{user_id}",
                kind=NotificationKind.FOLLOWED,
                user_id=user_id,
                problem_id=event.problem_id,
            )
            for user_id in users
        ],
        at=now(),
    )


def of_followed(notification: Notification) -> dict[str, Any]:
    """Return where the problem stands when the mail leaves, with whom, and until when; one query."""
    problem = notification.problem
    if problem is None:
        return {}
    leg = Leg.objects.select_related("department").filter(problem=problem).latest("position")
    if not problem.is_open:
        return {"stands": {"stage": state_words(problem.state), "department": "", "due": ""}}
    return {
        "stands": {
            "stage": leg_title(leg.stage, name=drawn_stay(leg).stage_name),
            "department": leg.department.name,
            "due": time_words(leg.due_at, timezone=notification.tenant.timezone),
        }
    }
