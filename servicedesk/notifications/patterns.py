"""Suspected problems that wait: one mail for each lead, however many are raised."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, Q
from django.utils.timezone import now

from problems.events import PatternRaised
from problems.models import Pattern
from problems.models.pattern import PatternState
from problems.radar import radar_of_tenant
from servicedesk.notifications.asking import Asked, notify
from servicedesk.notifications.models import Notification, NotificationKind
from servicedesk.notifications.wording import time_words
from workflow.people.absences import receivers, service_leads

COLLECTED_FOR = timedelta(minutes=5)
QUIET_FOR = timedelta(hours=1)
NAMED = 20


def tell_leads_of_patterns(event: PatternRaised) -> None:
    """Tell the service leads that suspected problems wait, at most once an hour; six queries.

    Whoever has a mail on its way finds this pattern in it too. Substitutes hear it for those who
    are away.
    """
    at = now()
    if not radar_of_tenant().tells_leads:
        return
    tell(receivers(service_leads(), at=at), about=event, at=at)


def tell(people: Iterable[int], *, about: PatternRaised, at: datetime) -> int:
    """Ask for a mail to each who has none on its way; returns how many are new."""
    found = sorted(set(people))
    lately = {
        user_id: (waits, sent_at)
        for user_id, waits, sent_at in Notification.objects.filter(
            kind=NotificationKind.PATTERNS, user_id__in=found, created_at__gte=at - QUIET_FOR
        )
        .values("user_id")
        .annotate(waits=Max("pk", filter=Q(sent_at__isnull=True)), last=Max("sent_at"))
        .values_list("user_id", "waits", "last")
    }
    asked = 0
    for user_id in found:
        waits, sent_at = lately.get(user_id, (None, None))
        if waits is not None:
            continue
        rests_until = sent_at + QUIET_FOR if sent_at is not None else at
        asked += notify(
            [
                Asked(
                    key=f"patterns:{about.pattern_id}:{about.raised_at:%Y%m%d%H%M%S}:{user_id}",
                    kind=NotificationKind.PATTERNS,
                    user_id=user_id,
                )
            ],
            at=at,
            queue="urgent",
            not_before=max(rests_until, at + COLLECTED_FOR),
        )
    return asked


def of_patterns(notification: Notification, *, home: str) -> dict[str, Any]:
    """Return what the mail says: the suspected problems that wait, the newest first; one query.

    Told is what is so when the mail leaves. It leaves even if somebody has decided about all of
    them: the next pattern counts on it that a mail on its way arrives.
    """
    waiting = Pattern.objects.filter(
        Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=notification.created_at),
        state=PatternState.PROPOSED,
    ).select_related("department")
    found = list(waiting.order_by("-changed_at", "-id")[: NAMED + 1])
    timezone = notification.tenant.timezone
    return {
        "patterns": [
            {
                "number": pattern.name,
                "title": pattern.title,
                "cases": pattern.cases,
                "customers": pattern.customers,
                "since": time_words(pattern.first_case_at, timezone=timezone),
                "department": pattern.department.name if pattern.department else "",
                "url": f"{home}/radar/{pattern.number}/",
            }
            for pattern in found[:NAMED]
        ],
        "has_more": len(found) > NAMED,
        "url": f"{home}/radar/",
    }
