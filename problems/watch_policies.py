"""How a tenant watches its fixes: what counts as coming back, for how long, and how much is too much."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from problems.models import WatchPolicy
from problems.models.after_fix import (
    LEAST_WATCH_DAYS,
    MOST_CUSTOMERS,
    MOST_GRACE_DAYS,
    MOST_WATCH_DAYS,
)
from workflow.amending import remember
from workflow.history.recording import ChangeValue
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

__all__ = [
    "LEAST_WATCH_DAYS",
    "MOST_CUSTOMERS",
    "MOST_GRACE_DAYS",
    "MOST_WATCH_DAYS",
    "BadWatchPolicy",
    "WatchRules",
    "set_watch_rules",
    "watch_rules",
]

DAY = timedelta(days=1)


class BadWatchPolicy(Refusal):
    """Fixes cannot be watched like this."""

    code = "bad_watch_policy"
    status = 422


@dataclass(frozen=True, slots=True)
class WatchRules:
    """Grace after a fix and length of its watch in days; how many customers may have it again.

    `reopens_alone` says whether the problem is opened again without a person above that number.
    """

    grace_days: int = 3
    watch_days: int = 90
    most_customers: int = 2
    reopens_alone: bool = True

    def grace_until(self, fixed_at: datetime) -> datetime:
        """Return from when a contact counts as coming back."""
        return fixed_at + self.grace_days * DAY

    def ends_at(self, fixed_at: datetime) -> datetime:
        """Return when the watch of a fix ends."""
        return fixed_at + self.watch_days * DAY


def watch_rules() -> WatchRules:
    """Return how the tenant watches its fixes; one query."""
    kept = WatchPolicy.objects.values(
        "grace_days", "watch_days", "most_customers", "reopens_alone"
    ).first()
    return WatchRules(**kept) if kept is not None else WatchRules()


@transaction.atomic
def set_watch_rules(rules: WatchRules, *, actor: Actor, at: datetime) -> WatchRules:
    """Say how fixes are watched from now on; those that are watched already keep their terms.

    Only whether a problem is opened again without a person counts at once.

    Raises:
        NotPermitted: the actor does not configure.
        BadWatchPolicy: a number is out of its range.
    """
    actor.require(Permission.CONFIGURE)
    refuse_unusable(rules)
    before = watch_rules()
    row, _is_new = WatchPolicy.objects.update_or_create(
        defaults={
            "grace_days": rules.grace_days,
            "watch_days": rules.watch_days,
            "most_customers": rules.most_customers,
            "reopens_alone": rules.reopens_alone,
        }
    )
    remember(row, actor=actor, at=at, changes=changes_between(before, rules))
    return rules


def refuse_unusable(rules: WatchRules) -> None:
    """Refuse numbers that cannot be meant."""
    if not LEAST_WATCH_DAYS <= rules.watch_days <= MOST_WATCH_DAYS:
        raise BadWatchPolicy(
            _("A fix is watched for %(least)d to %(most)d days.")
            % {"least": LEAST_WATCH_DAYS, "most": MOST_WATCH_DAYS},
            next_step=_("Choose a number between the two; 90 is usual."),
        )
    if not 0 <= rules.grace_days <= min(MOST_GRACE_DAYS, rules.watch_days - 1):
        raise BadWatchPolicy(
            _("The days of grace are %(most)d at most, and fewer than the fix is watched.")
            % {"most": MOST_GRACE_DAYS},
            next_step=_("Choose how long contacts may still be of the time before; 3 is usual."),
        )
    if not 0 <= rules.most_customers <= MOST_CUSTOMERS:
        raise BadWatchPolicy(
            _("The limit is a number of customers from 0 to %(most)d.") % {"most": MOST_CUSTOMERS},
            next_step=_("Choose how many may have it again before it counts as back; 2 is usual."),
        )


def changes_between(before: WatchRules, after: WatchRules) -> dict[str, ChangeValue]:
    """Return what changed, as the history keeps it."""
    changes: dict[str, ChangeValue] = {"what": "watch"}
    for name in ("grace_days", "watch_days", "most_customers", "reopens_alone"):
        if getattr(before, name) != getattr(after, name):
            changes[name] = getattr(after, name)
    return changes
