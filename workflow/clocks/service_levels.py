"""Which service levels there are, in which order they are tried, and which serves everybody else."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workflow.amending import BadSetting, NameTaken, lock, not_there, remember, required_name
from workflow.clocks.models import PolicyVersion, ServiceLevel, VersionState
from workflow.history.recording import ChangeValue
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

MOST_SERVICE_LEVELS = 100


class StillNeeded(Refusal):
    """The default service level and those that customers are entitled to cannot be retired."""

    code = "still_needed"


@transaction.atomic
def add_service_level(*, name: str, actor: Actor, at: datetime) -> ServiceLevel:
    """Add a service level behind the others; it promises nothing until a draft is published.

    Raises:
        BadSetting, NameTaken: see there.
    """
    actor.require(Permission.CONFIGURE)
    levels = lock_service_levels()
    if len(levels) >= MOST_SERVICE_LEVELS:
        raise BadSetting(
            _("There are %(count)d service levels already.") % {"count": MOST_SERVICE_LEVELS},
            next_step=_("Change one of them instead."),
        )
    level = ServiceLevel.objects.create(
        name=free_name(name, level_id=None),
        position=max((one.position for one in levels), default=0) + 1,
    )
    remember(level, actor=actor, at=at, changes={"what": "service_level", "is_new": True})
    return level


@transaction.atomic
def rename_service_level(
    *, service_level_id: int, name: str, actor: Actor, at: datetime
) -> ServiceLevel:
    """Give a service level another name; returns it unchanged if it has this one already.

    Raises:
        BadSetting, NameTaken, NotThere: see there.
    """
    actor.require(Permission.CONFIGURE)
    level = lock(ServiceLevel.objects, service_level_id)
    name = free_name(name, level_id=level.pk)
    if name != level.name:
        level.name = name
        level.save(update_fields=["name"])
        remember(level, actor=actor, at=at, changes={"what": "service_level", "renamed": True})
    return level


def free_name(name: str, *, level_id: int | None) -> str:
    """Return a name that no other service level has; one query.

    Raises:
        BadSetting, NameTaken: it is empty, or there is one.
    """
    name = required_name(name, longest=80)
    if ServiceLevel.objects.filter(name__iexact=name).exclude(pk=level_id or 0).exists():
        raise NameTaken(
            _("There is a service level “%(name)s” already.") % {"name": name},
            next_step=_("Choose another name."),
        )
    return name


@transaction.atomic
def move_service_level(*, service_level_id: int, by: int, actor: Actor, at: datetime) -> None:
    """Let a service level be tried earlier (-1) or later (1); at the end nothing changes.

    The default one is tried last, wherever it stands.

    Raises:
        NotThere: it was removed.
    """
    actor.require(Permission.CONFIGURE)
    levels = [level for level in lock_service_levels() if not level.is_default]
    place = next((one for one, level in enumerate(levels) if level.pk == service_level_id), None)
    if place is None:
        raise not_there()
    other = place + by
    if not 0 <= other < len(levels):
        return
    levels[place], levels[other] = levels[other], levels[place]
    for position, level in enumerate(levels, start=1):
        if level.position != position:
            level.position = position
            level.save(update_fields=["position"])
    changes: dict[str, ChangeValue] = {"position": other + 1, "position_was": place + 1}
    remember(levels[other], actor=actor, at=at, changes={"what": "service_level", **changes})


@transaction.atomic
def make_default(*, service_level_id: int, actor: Actor, at: datetime) -> ServiceLevel:
    """Let a service level serve everybody whom no other serves; the former default is tried first.

    Raises:
        NotThere: it was removed.
        StillNeeded: it promises nothing yet.
    """
    actor.require(Permission.CONFIGURE)
    levels = lock_service_levels()
    chosen = next((level for level in levels if level.pk == service_level_id), None)
    if chosen is None:
        raise not_there()
    if chosen.is_default:
        return chosen
    if chosen.version_id is None:
        raise StillNeeded(
            _("%(name)s promises nothing yet.") % {"name": chosen.name},
            next_step=_("Publish a version of it first."),
        )
    for level in levels:
        if level.is_default:
            level.is_default = False
            level.save(update_fields=["is_default"])
            remember(
                level,
                actor=actor,
                at=at,
                changes={"what": "service_level", "serves_all": False, "serves_all_was": True},
            )
    chosen.is_default = True
    chosen.save(update_fields=["is_default"])
    remember(
        chosen,
        actor=actor,
        at=at,
        changes={"what": "service_level", "serves_all": True, "serves_all_was": False},
    )
    return chosen


@transaction.atomic
def retire_service_level(
    *, service_level_id: int, entitled: int, actor: Actor, at: datetime
) -> ServiceLevel:
    """Let a service level promise nothing any more; what runs keeps its version.

    `entitled` is how many customers have a right to it now, which the caller asks for. A new
    draft brings it back.

    Raises:
        NotThere: it was removed.
        StillNeeded: it is the default, or customers have a right to it.
    """
    actor.require(Permission.CONFIGURE)
    level = lock(ServiceLevel.objects, service_level_id)
    if level.is_default:
        raise StillNeeded(
            _("%(name)s serves everybody whom no other serves.") % {"name": level.name},
            next_step=_("Make another one the default first."),
        )
    if entitled:
        raise StillNeeded(
            ngettext(
                "%(count)d customer has a right to %(name)s.",
                "%(count)d customers have a right to %(name)s.",
                entitled,
            )
            % {"count": entitled, "name": level.name},
            next_step=_("Promise them another service level first."),
        )
    if level.version_id is None:
        return level
    version = lock(PolicyVersion.objects, level.version_id)
    retire(version, at=at)
    level.version = None
    level.save(update_fields=["version"])
    changes: dict[str, ChangeValue] = {"version": None, "version_was": version.number}
    remember(level, actor=actor, at=at, changes={"what": "service_level", **changes})
    return level


def lock_service_levels() -> list[ServiceLevel]:
    """Return all service levels in the order in which they are tried, locked."""
    return list(ServiceLevel.objects.select_for_update().order_by("position", "id"))


def retire(version: PolicyVersion, *, at: datetime) -> None:
    """Let a version count no more for what begins from now on."""
    version.state = VersionState.RETIRED
    version.retired_at = at
    version.save(update_fields=["state", "retired_at"])
