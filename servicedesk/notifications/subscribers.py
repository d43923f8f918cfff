"""Who is told of what: each hears news and asks for notifications, nothing else."""

from dataclasses import replace

from django.utils.timezone import now

from cases.events import CaseAnswered, CaseOpened, CaseReopened, CaseResolved
from cases.models import Case
from cases.participants import contacts_let_in
from problems.events import (
    ProblemRefused,
    ProblemRouted,
)
from servicedesk.notifications.asking import Asked, notify
from servicedesk.notifications.models import NotificationKind
from servicedesk.notifications.receipts import ask_for_receipt
from workflow.people.absences import receivers, service_leads
from workflow.people.models import Membership
from workflow.people.permissions import Role

MAIL, PORTAL, FORM = "mail", "portal", "form"


def confirm_receipt(event: CaseOpened) -> None:
    """Tell a customer that mail or form arrived, at most once a day and never to a machine."""
    case = Case.objects.select_related("contact").get(pk=event.case_id)
    if case.channel in (MAIL, FORM) and event.may_acknowledge:
        ask_for_receipt(case, at=event.opened_at)


def tell_contact_of_answer(event: CaseAnswered) -> None:
    """Send what the agent answered to the customer and to those who were let in."""
    case = Case.objects.get(pk=event.case_id)
    told = Asked(
        key=f"answer:{event.message_id}",
        kind=NotificationKind.ANSWER,
        contact_id=case.contact_id,
        case_id=case.pk,
        message_id=event.message_id,
    )
    notify([told, *for_participants(told)], at=now())


def tell_contact_of_resolution(event: CaseResolved) -> None:
    """Tell everybody in the case that it is solved; silent where a problem tells it."""
    if event.is_silent:
        return
    case = Case.objects.get(pk=event.case_id)
    told = Asked(
        key=f"resolved:{case.pk}:{case.state_version}",
        kind=NotificationKind.CASE_RESOLVED,
        contact_id=case.contact_id,
        case_id=case.pk,
    )
    notify([told, *for_participants(told)], at=now())


def for_participants(told: Asked) -> list[Asked]:
    """Return the same for each contact who was let into the case; one query."""
    contacts = contacts_let_in(told.case_id) if told.case_id is not None else []
    return [
        replace(told, key=f"{told.key}:{contact_id}", contact_id=contact_id)
        for contact_id in contacts
        if contact_id != told.contact_id
    ]


def tell_owner_of_reopening(event: CaseReopened) -> None:
    """Tell the owner that a customer does not hold the case solved."""
    case = Case.objects.get(pk=event.case_id)
    if not event.by_contact or case.owner_id is None:
        return
    notify(
        [
            Asked(
                key=f"reopened:{case.pk}:{case.state_version}",
                kind=NotificationKind.CASE_REOPENED,
                user_id=case.owner_id,
                case_id=case.pk,
            )
        ],
        at=now(),
    )


def members_of(department_id: int, *, roles: tuple[Role, ...]) -> list[int]:
    """Return the active users with one of the roles in a department; one query."""
    return list(
        Membership.objects.filter(department_id=department_id, role__in=roles, user__is_active=True)
        .order_by("user_id")
        .values_list("user_id", flat=True)
        .distinct()
    )


def tell_department(event: ProblemRouted) -> None:
    """Tell the people of a department that a problem waits for their yes or no.

    Substitutes hear it for those who are away; where nobody is there at all, the leads do.
    """
    people = members_of(event.department_id, roles=(Role.MEMBER, Role.HEAD))
    notify(
        [
            Asked(
                key=f"assigned:{event.leg_id}:{user_id}",
                kind=NotificationKind.ASSIGNED,
                user_id=user_id,
                problem_id=event.problem_id,
            )
            for user_id in receivers(people, at=now())
        ],
        at=now(),
        queue="urgent",
    )


def leads() -> list[int]:
    """Return who hears what is for the service leads; one query."""
    return service_leads()


def tell_leads_of_refusal(event: ProblemRefused) -> None:
    """Tell the service leads that a problem is back and needs another owner."""
    notify(
        [
            Asked(
                key=f"refused:{event.leg_id}:{user_id}",
                kind=NotificationKind.REFUSED,
                user_id=user_id,
                problem_id=event.problem_id,
            )
            for user_id in leads()
        ],
        at=now(),
        queue="urgent",
    )
