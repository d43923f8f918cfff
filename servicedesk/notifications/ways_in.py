"""The ways into the portal that mails carry: to one case, to one problem, and to all when asked."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings

from cases.passes import make_pass as make_pass_to_case
from cases.passes import make_passes as make_passes_to_cases
from customers.portal_access import make_link
from problems.models import Affected
from problems.models.affected import PRESENT
from problems.problem_passes import make_pass as make_pass_to_problem
from problems.problem_passes import make_passes as make_passes_to_problems
from servicedesk.notifications.models import Notification, NotificationKind

SIGN_IN_LASTS = timedelta(hours=1)


def portal_url(notification: Notification, *, at: datetime) -> str:
    """Return a way into the portal that needs no password.

    A mail about a case opens that case and nothing else, one about a problem that problem's page.
    Only who asked for a way in gets one to everything.
    """
    contact, home = notification.contact, home_of(notification.tenant.slug)
    if contact is None:
        return ""
    if notification.kind == NotificationKind.PORTAL_LINK:
        return f"{home}/help/enter/{make_link(contact, at=at, lasts=SIGN_IN_LASTS)}/"
    if notification.case_id is not None:
        word = make_pass_to_case(case_id=notification.case_id, contact_id=contact.pk, at=at)
        return f"{home}/help/open/{word}/"
    if notification.problem_id is not None:
        word = make_pass_to_problem(
            problem_id=notification.problem_id, contact_id=contact.pk, at=at
        )
        return f"{home}/help/about/{word}/"
    return f"{home}/help/"


def affected_among(notifications: Sequence[Notification]) -> set[tuple[int | None, int | None]]:
    """Return of mails about a fix problem and contact where the problem affects the contact.

    One query, none without such a mail.
    """
    fixes = [one for one in notifications if one.kind == NotificationKind.PROBLEM_RESOLVED]
    if not fixes:
        return set()
    rows = Affected.objects.filter(
        PRESENT,
        problem__in={one.problem_id for one in fixes},
        contact__in={one.contact_id for one in fixes},
    )
    return set(rows.values_list("problem_id", "contact_id"))


def is_asked(notification: Notification, affected: set[tuple[int | None, int | None]]) -> bool:
    """Whether a mail asks if the fix works: not whoever only follows, who cannot say it; no query.

    Who has a case about it is asked there; an example shows what those read who are asked.
    """
    is_plain = notification.contact_id is None or notification.case_id is not None
    return is_plain or (notification.problem_id, notification.contact_id) in affected


def ways_into_portal(notifications: Sequence[Notification], *, at: datetime) -> dict[int, str]:
    """Return a new way into the portal for each mail about a problem: to the case, else to it.

    Two queries for any number.
    """
    to_cases = make_passes_to_cases(
        {(one.case_id, one.contact_id or 0) for one in notifications if one.case_id is not None},
        at=at,
    )
    to_problems = make_passes_to_problems(
        {
            (one.problem_id or 0, one.contact_id or 0)
            for one in notifications
            if one.case_id is None
        },
        at=at,
    )
    ways = {}
    for one in notifications:
        home, contact_id = home_of(one.tenant.slug), one.contact_id or 0
        if one.case_id is not None:
            ways[one.pk] = f"{home}/help/open/{to_cases[one.case_id, contact_id]}/"
        else:
            ways[one.pk] = f"{home}/help/about/{to_problems[one.problem_id or 0, contact_id]}/"
    return ways


def home_of(slug: str) -> str:
    """Return the address of a tenant's pages, without a slash at the end."""
    port = "" if settings.PUBLIC_SCHEME == "https" else f":{settings.PUBLIC_PORT}"
    return f"{settings.PUBLIC_SCHEME}://{slug}.{settings.BASE_DOMAIN}{port}"
