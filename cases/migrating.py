"""Let the clocks of open cases go over to another version of their service level."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from cases.models import Case, CaseClock
from cases.service_levels import OPEN, follow, next_look_of
from cases.states import OPEN_STATES
from workflow.clocks.events import ClocksMigrating
from workflow.clocks.models import PolicyVersion
from workflow.history.actions import Action
from workflow.history.recording import record
from workflow.outbox.publishing import publish
from workflow.people.actors import Actor

BATCH = 100


@transaction.atomic
def migrate_clocks(
    version: PolicyVersion, *, at: datetime, after: int = 0, batch: int = BATCH
) -> int:
    """Plan what runs by older versions of a service level by this one; returns how many cases.

    Targets that are new begin, from when their metric counts; those that are gone are cancelled.
    What was missed stays missed. One call handles one batch of cases, from the id `after` on, and
    tells itself where to go on by news that is heard in a transaction of its own.
    """
    older = CaseClock.objects.filter(case=OuterRef("pk"), state__in=OPEN).exclude(
        target__version=version
    )
    cases = list(
        Case.objects.select_for_update(of=("self",))
        .select_related("contact", "product", "organisation", "request_type", "service_level")
        .filter(
            Exists(older.exclude(metric="promise")),
            service_level_id=version.service_level_id,
            state__in=[state.value for state in OPEN_STATES],
            pk__gt=after,
        )
        .order_by("id")[:batch]
    )
    for case in cases:
        migrate(case, version, at=at)
    if len(cases) == batch:
        publish(ClocksMigrating(version_id=version.pk, after=cases[-1].pk), at=at)
    return len(cases)


def migrate(case: Case, version: PolicyVersion, *, at: datetime) -> None:
    """Let one case be served by a version from now on."""
    clocks = follow(case, event="version", at=at, version_id=version.pk)
    case.next_look_at = min(case.next_look_at, next_look_of(clocks, otherwise=case.next_look_at))
    case.save(update_fields=["next_look_at"])
    record(
        Action.CLOCKS_MIGRATED,
        case,
        actor=Actor.system("service levels"),
        at=at,
        changes={"service_level": version.service_level_id, "version": version.number},
    )
