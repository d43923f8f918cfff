"""What everybody affected was told before today: by the portal, for no mail leaves days late."""

from datetime import datetime, timedelta

from problems.broadcast_occasions import occasion_of
from problems.broadcast_steps import finish
from problems.broadcasting import begin_broadcast
from problems.ledger_marks import note_told
from problems.models import Affected, Problem, Told
from problems.models.broadcast import BroadcastKind
from problems.recipients import recipients_of, untold
from servicedesk.demo.stories import Act
from servicedesk.notifications.broadcasts import SYSTEM, begin
from servicedesk.notifications.preparing import PORTAL

KIND_OF = {
    Act.WORKAROUND: BroadcastKind.WORKAROUND,
    Act.ESTIMATE: BroadcastKind.ESTIMATE,
    Act.RESOLVE: BroadcastKind.FIXED,
    Act.REOPEN: BroadcastKind.REGRESSION,
}
READ_AFTER = timedelta(hours=2)
EACH_WHO_READ = 3


def tell_by_portal(problem_id: int, *, kind: BroadcastKind, at: datetime) -> None:
    """Tell everybody affected the newest decision of a kind; every third has read it soon after."""
    problem = Problem.objects.get(pk=problem_id)
    occasion, estimate = occasion_of(problem, kind)
    broadcast = begin_broadcast(
        problem, kind=kind, occasion=occasion, estimate=estimate, actor=SYSTEM, at=at
    )
    if broadcast is None or not begin(broadcast.pk, at=at):
        return
    broadcast.refresh_from_db()
    rows = list(untold(recipients_of(broadcast), occasion=occasion))
    Told.objects.bulk_create(
        [
            Told(affected=row, message=occasion, channel=PORTAL, broadcast=broadcast, at=at)
            for row in rows
        ]
    )
    note_told(rows, at=at, message=occasion)
    seen_at = at + READ_AFTER
    read = rows[::EACH_WHO_READ]
    Told.objects.filter(affected__in=read, message=occasion).update(
        delivered_at=seen_at, seen_at=seen_at
    )
    unread = Affected.objects.filter(pk__in=[row.pk for row in read], seen_at=None)
    unread.update(delivered_at=seen_at, seen_at=seen_at)
    broadcast.prepared = len(rows)
    broadcast.prepared_to = rows[-1].pk if rows else 0
    finish(broadcast, actor=SYSTEM, at=at)
