"""The radar of a tenant: how it is set, when it looks next, and trials of settings on the past."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from problems.models import Radar, RadarTrial
from problems.models.radar import LEAST_CUSTOMERS, Sensitivity
from workflow.history.actions import Action
from workflow.history.recording import differences, facts_of, record
from workflow.history.since import refuse_stale
from workflow.outbox.publishing import request_effect
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

TRIAL = "radar_trial"
# Cases come one after the other: a look waits a little, so that it sees several.
LOOKS_AFTER = timedelta(minutes=2)
LOOKS_AGAIN = timedelta(hours=1)
LEASE = timedelta(minutes=5)
LATE_AFTER = timedelta(minutes=15)
LEARNS_FOR = timedelta(days=14)
TRIED_DAYS = 30
LONGEST_WORK = timedelta(hours=8)
FIELDS = ("is_on", "sensitivity", "least_customers", "work_per_case", "tells_leads")


class BadRadar(Refusal):
    """The radar cannot be set like this."""

    code = "bad_radar"
    status = 422


class RadarState(StrEnum):
    """How it stands with the looking."""

    OFF = "off"
    BLIND = "blind"
    STALE = "stale"
    LEARNING = "learning"
    QUIET = "quiet"
    BUSY = "busy"


@dataclass(frozen=True, kw_only=True)
class Setting:
    """How the radar shall look; `work_per_case` is what one case costs an agent."""

    is_on: bool
    sensitivity: str
    least_customers: int
    work_per_case: timedelta
    tells_leads: bool


def radar_of_tenant() -> Radar:
    """Return the radar as it is set, or as it would be set by itself (unsaved); one query."""
    return Radar.objects.first() or Radar()


def standing(radar: Radar, *, proposed: int, at: datetime) -> RadarState:
    """Return how it stands with the looking; no query."""
    if not radar.is_on:
        return RadarState.OFF
    if is_late(radar, at=at):
        return RadarState.STALE
    if not radar.has_vectors:
        return RadarState.BLIND
    if radar.began_at is None or at - radar.began_at < LEARNS_FOR:
        return RadarState.LEARNING
    return RadarState.BUSY if proposed else RadarState.QUIET


def is_late(radar: Radar, *, at: datetime) -> bool:
    """Whether a look is due for long and nobody looked; no query."""
    return radar.next_look_at is not None and radar.next_look_at < at - LATE_AFTER


@transaction.atomic
def set_radar(
    *, setting: Setting, actor: Actor, at: datetime, expected_version: int | None = None
) -> Radar:
    """Set the radar; a look follows at once. Four queries.

    Raises:
        NotPermitted: the actor does not configure.
        ChangedSince: somebody was faster.
        BadRadar: a value is outside of what makes sense.
    """
    actor.require(Permission.CONFIGURE)
    refuse_bad(setting)
    radar = locked_radar()
    refuse_stale(radar, expected_version=expected_version, name=_("The radar"))
    before = facts_of(radar, *FIELDS)
    for name in FIELDS:
        setattr(radar, name, getattr(setting, name))
    radar.next_look_at = at
    radar.version += 1
    radar.save()
    record(
        Action.RADAR_SET,
        radar,
        actor=actor,
        at=at,
        changes=differences(before, facts_of(radar, *FIELDS)),
    )
    return radar


def refuse_bad(setting: Setting) -> None:
    """Refuse what makes no sense.

    Raises:
        BadRadar: it does not.
    """
    least, most = LEAST_CUSTOMERS
    if setting.sensitivity not in Sensitivity.values:
        raise BadRadar(
            _("There is no such sensitivity."),
            next_step=_("Choose one of %(names)s.") % {"names": ", ".join(Sensitivity.values)},
        )
    if not least <= setting.least_customers <= most:
        raise BadRadar(
            _("A pattern needs between %(least)d and %(most)d customers.")
            % {"least": least, "most": most},
            next_step=_("Choose a number between these."),
        )
    if not timedelta() < setting.work_per_case <= LONGEST_WORK:
        raise BadRadar(
            _("The work on one case takes more than nothing and eight hours at most."),
            next_step=_("Write it in minutes, like 12."),
        )


def locked_radar() -> Radar:
    """Return the tenant's radar, made if it is not there, locked; two or three queries."""
    Radar.objects.bulk_create([Radar()], ignore_conflicts=True)
    return Radar.objects.select_for_update().get()


def look_soon(*, at: datetime) -> bool:
    """Let the radar look in two minutes, if no look stands before; one query where one does.

    Returns whether it was not planned before.
    """
    soon = at + LOOKS_AFTER
    planned = Radar.objects.values_list("next_look_at", flat=True).first()
    if planned is not None and planned <= soon:
        return False
    later = Q(next_look_at__isnull=True) | Q(next_look_at__gt=soon)
    if Radar.objects.filter(later).update(next_look_at=soon):
        return True
    made = Radar.objects.bulk_create([Radar(next_look_at=soon)], ignore_conflicts=True)
    return bool(made)


@transaction.atomic
def claim_look(*, at: datetime) -> Radar | None:
    """Take the look that is due for five minutes, or return None if another has it; two queries."""
    due = Radar.objects.filter(
        Q(looking_until__isnull=True) | Q(looking_until__lt=at), is_on=True, next_look_at__lte=at
    )
    radar = due.select_for_update(skip_locked=True).first()
    if radar is None:
        return None
    # Whoever fails is followed by another once the lease ends.
    radar.looking_until = radar.next_look_at = at + LEASE
    radar.save(update_fields=["looking_until", "next_look_at"])
    return radar


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What a look saw: how many unmatched cases, since when there are cases, with or without model.

    `raised` says that a pattern was raised, `is_waiting` that patterns wait for a decision.
    """

    cases: int
    began_at: datetime | None
    has_vectors: bool
    raised: bool
    is_waiting: bool


@transaction.atomic
def finish_look(*, looked: Looked, at: datetime) -> None:
    """Note what a look saw, and when the next one is; two queries.

    A case that came meanwhile has planned one; without, patterns that wait are looked at hourly.
    """
    radar = locked_radar()
    lease, radar.looking_until, radar.looked_at = radar.looking_until, None, at
    radar.cases_looked_at, radar.began_at = looked.cases, looked.began_at
    radar.has_vectors = looked.has_vectors
    if looked.raised:
        radar.last_raised_at = at
    if radar.next_look_at == lease:
        radar.next_look_at = at + LOOKS_AGAIN if looked.is_waiting else None
    radar.save()


@transaction.atomic
def ask_trial(*, least_customers: int, actor: Actor, at: datetime) -> RadarTrial:
    """Ask what each sensitivity would have raised in the last 30 days; a worker finds out.

    One that is on its way for the same number is returned as it is. Five queries.

    Raises:
        NotPermitted: the actor does not configure.
        BadRadar: the number makes no sense.
    """
    actor.require(Permission.CONFIGURE)
    least, most = LEAST_CUSTOMERS
    if not least <= least_customers <= most:
        raise BadRadar(
            _("A pattern needs between %(least)d and %(most)d customers.")
            % {"least": least, "most": most},
            next_step=_("Choose a number between these."),
        )
    waiting = RadarTrial.objects.filter(
        done_at__isnull=True, least_customers=least_customers, asked_at__gt=at - LOOKS_AGAIN
    ).first()
    if waiting is not None:
        return waiting
    trial = RadarTrial.objects.create(
        least_customers=least_customers, days=TRIED_DAYS, asked_by_id=actor.user_id, asked_at=at
    )
    record(
        Action.RADAR_TRIED, trial, actor=actor, at=at, changes={"least_customers": least_customers}
    )
    request_effect(
        kind=TRIAL, key=f"radar-trial:{trial.pk}", payload={"trial": trial.pk}, at=at, queue="bulk"
    )
    return trial


def trials() -> QuerySet[RadarTrial]:
    """Return the trials of the tenant."""
    return RadarTrial.objects.all()


def newest_trials() -> tuple[RadarTrial | None, RadarTrial | None]:
    """Return the newest trial that is done, and the one on its way if it is newer; one query."""
    found = list(RadarTrial.objects.select_related("asked_by").order_by("-id")[:10])
    done = next((one for one in found if one.done_at is not None), None)
    newest = found[0] if found else None
    return done, newest if newest is not None and newest.done_at is None else None
