"""The targets of a version as rules of the engine."""

from collections.abc import Iterable

from workflow.clocks.engine import Rule
from workflow.clocks.metrics import conditions_of
from workflow.clocks.models import PolicyVersion, Target


def rules_of(version: PolicyVersion) -> list[Rule]:
    """Return what a version promises, for every priority; one query, and one for its calendar.

    Raises:
        BadCondition: a condition of a target cannot be read.
        BadCalendar: stored hours make no sense.
    """
    targets = (
        Target.objects.filter(version=version)
        .select_related("calendar")
        .order_by("metric", "priority")
    )
    return rules_from(targets, version=version)


def rules_from(targets: Iterable[Target], *, version: PolicyVersion) -> list[Rule]:
    """Return targets, saved or not, as rules; their calendars are loaded."""
    return [
        Rule(
            metric=target.metric,
            priority=target.priority,
            within=target.within,
            within_days=target.within_days,
            recurrence=target.recurrence,
            working_time=(target.calendar or version.calendar).working_time(),
            conditions=conditions_of(target.metric, target.conditions),
            target_id=target.pk,
            ladder_id=target.ladder_id,
        )
        for target in targets
    ]
