"""One mail for everything that one person is told of clocks within a short time.

A digest leaves a minute after it was opened, and five minutes after the person's last one at the
earliest. What happens until then joins it; five thousand missed targets are one mail each.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cases.models import CaseClock
from problems.models import ProblemClock, TaskClock
from servicedesk.notifications.asking import Asked, notify
from servicedesk.notifications.models import ClockNotice, Digest, Notification, NotificationKind
from servicedesk.notifications.wording import metric_words, time_words
from workflow.clocks.models import Clock, ClockState
from workflow.outbox.effects import Drop
from workflow.tenancy.scope import tenant_of_the_scope

COLLECTED_FOR = timedelta(minutes=1)
QUIET_FOR = timedelta(minutes=5)
KEPT_FOR = timedelta(days=7)
# So many clocks are named in a mail, the worst first; the others are counted.
NAMED = 20
FORGOTTEN_AT_ONCE = 500
KEY = "digest:"

# Whoever joins shares the row's lock with others who join; closing waits for all of them.
JOIN = """
SELECT user_id, id FROM servicedesk_digest
WHERE tenant_id = %(tenant)s AND user_id = ANY(%(users)s) AND closed_at IS NULL
ORDER BY user_id FOR SHARE
"""
OPEN = """
INSERT INTO servicedesk_digest (tenant_id, user_id, opened_at, leaves_at)
SELECT %(tenant)s, u.id, %(at)s, greatest(%(at)s + %(collected)s, (
  SELECT max(d.leaves_at) + %(quiet)s FROM servicedesk_digest d
  WHERE d.tenant_id = %(tenant)s AND d.user_id = u.id))
FROM unnest(%(users)s) AS u (id) ORDER BY u.id
ON CONFLICT (tenant_id, user_id) WHERE closed_at IS NULL DO NOTHING
RETURNING user_id, id, leaves_at
"""
NOTICE = """
INSERT INTO servicedesk_clocknotice
  (tenant_id, digest_id, case_clock_id, problem_clock_id, task_clock_id, reason, at)
SELECT %(tenant)s, n.digest, n.case_clock, n.problem_clock, n.task_clock, n.reason, %(at)s
FROM json_to_recordset(%(rows)s::json)
  AS n (digest bigint, case_clock bigint, problem_clock bigint, task_clock bigint, reason text)
"""
COLUMNS: dict[type[Clock], str] = {
    CaseClock: "case_clock",
    ProblemClock: "problem_clock",
    TaskClock: "task_clock",
}


@dataclass(frozen=True, slots=True)
class Woken:
    """That somebody is to hear of a clock, and the code of the step that wakes them."""

    user_id: int
    clock_id: int
    reason: str


def tell_in_digests(woken: Sequence[Woken], *, model: type[Clock], at: datetime) -> int:
    """Put clocks of one table into the digests of those who are woken; returns how many lines.

    A handful of statements for any number. Runs in the transaction that takes the steps.
    """
    if not woken:
        return 0
    digests = open_digests({one.user_id for one in woken}, at=at)
    column = COLUMNS[model]
    with connection.cursor() as cursor:
        cursor.execute(
            NOTICE,
            {
                "tenant": tenant_of_the_scope(),
                "at": at,
                "rows": json.dumps(
                    [
                        {
                            "digest": digests[one.user_id],
                            column: one.clock_id,
                            "reason": one.reason,
                        }
                        for one in woken
                    ]
                ),
            },
        )
    return len(woken)


def open_digests(users: Iterable[int], *, at: datetime) -> dict[int, int]:
    """Return the open digest of each user, held until the transaction ends; opened if need be."""
    missing, found = sorted(users), dict[int, int]()
    values: dict[str, Any] = {
        "tenant": tenant_of_the_scope(),
        "at": at,
        "collected": COLLECTED_FOR,
        "quiet": QUIET_FOR,
    }
    while missing:
        with connection.cursor() as cursor:
            cursor.execute(JOIN, {**values, "users": missing})
            found |= dict(cursor.fetchall())
            missing = [user for user in missing if user not in found]
            if not missing:
                break
            cursor.execute(OPEN, {**values, "users": missing})
            fresh = cursor.fetchall()
        for user_id, digest_id, leaves_at in fresh:
            found[user_id] = digest_id
            ask_for_mail(digest_id, user_id=user_id, leaves_at=leaves_at, at=at)
        # Another worker opened those that are still missing meanwhile: join them.
        missing = [user for user in missing if user not in found]
    return found


def ask_for_mail(digest_id: int, *, user_id: int, leaves_at: datetime, at: datetime) -> None:
    """Ask for the mail of a new digest."""
    notify(
        [Asked(key=f"{KEY}{digest_id}", kind=NotificationKind.CLOCK_DIGEST, user_id=user_id)],
        at=at,
        queue="urgent",
        not_before=leaves_at,
    )


def close_digest(key: str, *, at: datetime) -> None:
    """Let nothing join a digest any more; other keys and closed digests are left alone.

    In a transaction of its own, before the mail is composed: a digest that is dropped because
    everything in it has ended must not stay open and swallow what comes later.
    """
    if not key.startswith(KEY):
        return
    with transaction.atomic():
        digest = Digest.objects.select_for_update().get(pk=digest_of(key))
        if digest.closed_at is None:
            digest.closed_at = at
            digest.save(update_fields=["closed_at"])


def digest_of(key: str) -> int:
    """Return the id of the digest that a notification's key names."""
    return int(key.removeprefix(KEY))


def lines_of(notification: Notification, *, home: str) -> dict[str, Any]:
    """Return what the mail says: the worst clocks by name, and how many more there are.

    Six queries for any number. What was acknowledged, paused or has ended is not spoken of.

    Raises:
        Drop: nothing is left to be told.
    """
    digest = digest_of(notification.key)
    at_cases = still_open(CaseClock, digest, "case_clock_id").select_related("case__owner")
    at_problems = still_open(ProblemClock, digest, "problem_clock_id").select_related(
        "problem", "department"
    )
    at_tasks = still_open(TaskClock, digest, "task_clock_id").select_related(
        "task__problem", "department"
    )
    count = at_cases.count() + at_problems.count() + at_tasks.count()
    if not count:
        raise Drop
    worst: list[CaseClock | ProblemClock | TaskClock] = [
        *at_cases.order_by("due_at", "case__priority", "id")[:NAMED],
        *at_problems.order_by("due_at", "id")[:NAMED],
        *at_tasks.order_by("due_at", "id")[:NAMED],
    ]
    worst.sort(key=lambda clock: clock.due_at)
    timezone = notification.tenant.timezone
    named = [line_of(clock, home=home, timezone=timezone) for clock in worst[:NAMED]]
    return {
        "clocks": named,
        "count": count,
        "more": count - len(named),
        "overview_url": f"{home}/",
    }


def still_open(model: type[Any], digest_id: int, column: str) -> QuerySet[Any]:
    """Return the clocks of a digest that still run and that nobody has acknowledged."""
    return model.objects.filter(  # type: ignore[no-any-return]
        state=ClockState.RUNNING,
        acknowledged_at__isnull=True,
        pk__in=ClockNotice.objects.filter(
            digest_id=digest_id, **{f"{column}__isnull": False}
        ).values(column),
    )


def line_of(
    clock: CaseClock | ProblemClock | TaskClock, *, home: str, timezone: str
) -> dict[str, Any]:
    """Return what the mail says of one clock."""
    if isinstance(clock, CaseClock):
        subject = _("case #%(number)s") % {"number": clock.case.number}
        url = f"{home}/c/{clock.case.number}/"
        responsible = clock.case.owner.name if clock.case.owner else ""
    elif isinstance(clock, TaskClock):
        subject = f"{clock.task.problem.name}, {clock.task.name}"
        url = f"{home}/p/{clock.task.problem.number}/#tasks"
        responsible = clock.department.name
    else:
        subject = clock.problem.name
        url = f"{home}/p/{clock.problem.number}/"
        responsible = clock.department.name
    return {
        "promise": metric_words(clock.metric),
        "subject": subject,
        "due": time_words(clock.due_at, timezone=timezone),
        "is_over": clock.breach_recorded_at is not None,
        "url": url,
        "responsible": responsible,
    }


@transaction.atomic
def forget_old_digests(*, at: datetime) -> int:
    """Delete what the current tenant's people were told long ago; returns how many digests.

    The history of cases and problems keeps who was woken when.
    """
    old = list(
        Digest.objects.filter(closed_at__lt=at - KEPT_FOR)
        .order_by("id")
        .values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE]
    )
    ClockNotice.objects.filter(digest_id__in=old).delete()
    Digest.objects.filter(pk__in=old).delete()
    return len(old)
