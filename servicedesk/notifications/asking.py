"""Ask that somebody be told: one row for each person and occasion, and its effect."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from customers.preferences import quiet_until
from servicedesk.mail.addresses import mail_id_of, message_id_domain
from servicedesk.notifications.models import Notification, NotificationKind
from servicedesk.notifications.wishes import MAY_WAIT
from workflow.outbox.publishing import request_effects
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_of_the_scope

EFFECT = "notification"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Somebody and the occasion; ids only. `key` keeps it once."""

    key: str
    kind: NotificationKind
    contact_id: int | None = None
    user_id: int | None = None
    case_id: int | None = None
    message_id: int | None = None
    problem_id: int | None = None
    article_id: int | None = None


@transaction.atomic
def notify(
    asked: Iterable[Asked],
    *,
    at: datetime,
    queue: str = "mail",
    not_before: datetime | None = None,
) -> int:
    """Ask for notifications, 500 a statement; what was asked before is left alone.

    The Message-ID follows from tenant, key and our secret, so that a repeat after a crash carries
    the same, a mail reader shows it once, and nobody else can name it. None leaves before `not_before`. Returns how many are new.
    """
    wanted = {ask.key: ask for ask in asked}
    known = set(Notification.objects.filter(key__in=wanted).values_list("key", flat=True))
    fresh = [ask for key, ask in wanted.items() if key not in known]
    if not fresh:
        return 0
    tenant = Tenant.objects.get(pk=tenant_of_the_scope())
    domain = message_id_domain(tenant)
    rows = Notification.objects.bulk_create(
        [
            Notification(
                key=ask.key,
                kind=ask.kind,
                contact_id=ask.contact_id,
                user_id=ask.user_id,
                case_id=ask.case_id,
                message_id=ask.message_id,
                problem_id=ask.problem_id,
                article_id=ask.article_id,
                mail_id=mail_id_of(ask.key, domain=domain),
                created_at=at,
            )
            for ask in fresh
        ],
        batch_size=500,
    )
    for leaves_at, waiting in by_time(rows, at=max(at, not_before or at)).items():
        request_effects(
            kind=EFFECT,
            effects=[(row.key, {"notification": row.pk}) for row in waiting],
            at=at,
            queue=queue,
            not_before=leaves_at,
        )
    return len(rows)


def by_time(rows: list[Notification], *, at: datetime) -> dict[datetime, list[Notification]]:
    """Return notifications by when they may leave: at once, or after a customer's quiet hours.

    At most one query.
    """
    patient = {row.contact_id for row in rows if row.contact_id and row.kind in MAY_WAIT}
    quiet = quiet_until(patient, at=at) if patient else {}
    found: dict[datetime, list[Notification]] = {}
    for row in rows:
        ends = quiet.get(row.contact_id or 0, at) if row.kind in MAY_WAIT else at
        found.setdefault(ends, []).append(row)
    return found
