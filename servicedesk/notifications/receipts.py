"""Receipts: how often we tell senders by ourselves that their mail arrived.

Whoever forges senders could otherwise make us write to strangers. What was sent is counted in
PostgreSQL, within the transaction that asks for the next one.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from cases.models import Case
from servicedesk.notifications.asking import Asked, notify
from servicedesk.notifications.models import Notification, NotificationKind
from workflow.tenancy.scope import tenant_of_the_scope

EACH_AT_MOST_ONCE_IN = timedelta(hours=24)
HOUR = timedelta(hours=1)


def ask_for_receipt(case: Case, *, at: datetime) -> bool:
    """Ask that the contact of a case get a receipt; returns whether one is sent.

    A contact gets one in 24 hours, a tenant sends at most RECEIPTS_AN_HOUR. `at` is when the case
    was opened, by which receipts are counted too. Three queries and what `notify` needs.
    """
    one_after_another()
    receipts = Notification.objects.filter(kind=NotificationKind.RECEIPT)
    had_one = receipts.filter(
        contact_id=case.contact_id, created_at__gt=at - EACH_AT_MOST_ONCE_IN
    ).exists()
    if had_one or receipts.filter(created_at__gt=at - HOUR).count() >= settings.RECEIPTS_AN_HOUR:
        return False
    asked = Asked(
        key=f"receipt:{case.pk}",
        kind=NotificationKind.RECEIPT,
        contact_id=case.contact_id,
        case_id=case.pk,
    )
    return notify([asked], at=at) == 1


def one_after_another() -> None:
    """Let the tenant's receipts wait for one another until the transaction ends."""
    key = f"{tenant_of_the_scope()}:receipts"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
