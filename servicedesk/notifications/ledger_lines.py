"""Which line of a problem's ledger a mail carried out: what became of it is noted there."""

from django.db.models import QuerySet

from problems.models import Told
from servicedesk.notifications.models import Notification


def told_by(sent: Notification) -> QuerySet[Told]:
    """Return the line of the ledger that a mail carried out; none for mails of other kinds."""
    occasion = sent.key.partition(f":{sent.problem_id}:{sent.contact_id}")[0]
    return Told.objects.filter(
        affected__problem_id=sent.problem_id or 0,
        affected__contact_id=sent.contact_id or 0,
        message=occasion,
    )
