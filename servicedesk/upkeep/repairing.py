"""The watchdog: what changes of people, departments and clocks left with nobody finds somebody."""

from datetime import datetime

from django.db import transaction

from problems.giving_again import give_again
from problems.repairing import repair
from problems.watching import look_again
from servicedesk.notifications.forgotten import tell_of_forgotten
from workflow.tenancy.everywhere import for_every_tenant


def repair_everywhere(*, at: datetime) -> int:
    """Repair every tenant; returns how much found other hands or was told of."""
    return for_every_tenant(lambda: watch(at=at))


def watch(*, at: datetime) -> int:
    """Repair the current tenant, give again, plan looks, tell of what nobody is woken for."""
    repaired = repair(at=at).total + give_again(at=at)
    with transaction.atomic():
        forgotten = look_again(at=at)
        told = tell_of_forgotten(forgotten, at=at)
    return repaired + told
