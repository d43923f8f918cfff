"""Who is told of changes: whoever has to approve them, and those whose fix was taken back."""

from collections.abc import Iterable

from django.utils.timezone import now

from problems.events import ChangeBackedOut, ChangePlanned
from problems.models import Change, Leg
from problems.models.change import ChangeRole, ChangeState
from servicedesk.notifications.asking import Asked, notify
from servicedesk.notifications.models import NotificationKind
from servicedesk.notifications.subscribers import leads, members_of
from servicedesk.notifications.task_subscribers import people_of
from workflow.people.absences import receivers
from workflow.people.permissions import Role


def tell_approvers_of_change(event: ChangePlanned) -> None:
    """Tell the heads of the department, else the leads, that a change waits for their yes."""
    change = Change.objects.get(pk=event.change_id)
    if not change.needs_approval or change.state != ChangeState.PLANNED:
        return
    heads = members_of(change.department_id, roles=(Role.HEAD,))
    approvers = [one for one in heads if one != change.asked_by_id] or leads()
    ask(
        change,
        [one for one in approvers if one != change.asked_by_id],
        kind=NotificationKind.CHANGE_ASKED,
        occasion=f"asked:{event.planned_at:%Y%m%d%H%M%S}",
    )


def tell_owners_of_backed_out_change(event: ChangeBackedOut) -> None:
    """Tell whoever answers for the open problems that the change was to fix; three queries each."""
    change = Change.objects.get(pk=event.change_id)
    fixed = change.problems.filter(role=ChangeRole.FIXES).order_by("id")
    for problem_id in fixed.values_list("problem_id", flat=True):
        leg = (
            Leg.objects.select_related("department")
            .filter(problem_id=problem_id, left_at__isnull=True)
            .first()
        )
        ask(
            change,
            people_of(leg.assignee_id, department=leg.department) if leg else leads(),
            kind=NotificationKind.CHANGE_ENDED,
            occasion=f"ended:{event.ended_at:%Y%m%d%H%M%S}:{problem_id}",
            problem_id=problem_id,
        )


def ask(
    change: Change,
    people: Iterable[int],
    *,
    kind: NotificationKind,
    occasion: str,
    problem_id: int | None = None,
) -> None:
    """Ask for the mails of one occasion: those who are there, and who steps in for the others.

    The key names the change: the mail reads it from there.
    """
    at = now()
    notify(
        [
            Asked(
                key=f"change:{change.pk}:{occasion}:{user_id}",
                kind=kind,
                user_id=user_id,
                problem_id=problem_id,
            )
            for user_id in receivers(people, at=at)
        ],
        at=at,
        queue="urgent",
    )
