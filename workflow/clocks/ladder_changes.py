"""Draw the ladders that clocks climb: add, change and remove them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import models, transaction
from django.utils.translation import gettext as _

from workflow.amending import BadSetting, NameTaken, not_there, remember, required_name
from workflow.clocks.events import LadderChanged
from workflow.clocks.models import Ladder, LadderStep, StepAction, Target, VersionState
from workflow.history.recording import ChangeValue
from workflow.outbox.publishing import publish
from workflow.people.actors import Actor
from workflow.people.models import Department
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

MOST_STEPS = 12
MOST_LADDERS = 50
LARGEST_SHARE = 1000
# A month of days that are always open: longer before or after is no help any more.
FURTHEST_MINUTES = 31 * 24 * 60


class LadderInUse(Refusal):
    """Something climbs it."""

    code = "ladder_in_use"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepWish:
    """A step as somebody wants it: at a share of the target or minutes from the due time."""

    action: StepAction
    percent: int | None = None
    minutes: int | None = None
    department_id: int | None = None


@transaction.atomic
def save_ladder(
    *,
    ladder_id: int | None,
    name: str,
    steps: Sequence[StepWish],
    is_default: bool,
    departments: Sequence[int],
    actor: Actor,
    at: datetime,
) -> Ladder:
    """Add a ladder or change one: the steps given are all it has.

    What runs follows it, for what is still to come. `departments` are those whose own targets
    climb it. Being the default is only ever taken over, never given up.

    Raises:
        BadSetting: a step makes no sense, or there are too many.
        NameTaken, NotThere: see there.
    """
    actor.require(Permission.CONFIGURE)
    name = required_name(name, longest=80)
    refuse_bad_steps(steps)
    others = Ladder.objects.exclude(pk=ladder_id) if ladder_id else Ladder.objects.all()
    if others.filter(name__iexact=name).exists():
        raise NameTaken(
            _("There is a ladder “%(name)s” already.") % {"name": name},
            next_step=_("Choose another name."),
        )
    if ladder_id is None and others.count() >= MOST_LADDERS:
        raise BadSetting(
            _("There are %(count)d ladders already.") % {"count": MOST_LADDERS},
            next_step=_("Use one of them, or remove those that nothing climbs."),
        )
    ladder = lock_ladder(ladder_id) if ladder_id is not None else Ladder()
    renamed = ladder.name not in ("", name)
    ladder.name = name
    if is_default and not ladder.is_default:
        Ladder.objects.filter(is_default=True).update(is_default=False)
        ladder.is_default = True
    ladder.save()
    is_changed = replace_steps(ladder, steps)
    use_for_departments(ladder, departments)
    changes: dict[str, ChangeValue] = {
        "what": "ladder",
        "is_new": ladder_id is None,
        "renamed": renamed,
        "step_count": len(steps),
        "is_usual": ladder.is_default,
    }
    remember(ladder, actor=actor, at=at, changes=changes)
    if ladder_id is not None and is_changed:
        publish(LadderChanged(ladder_id=ladder.pk, changed_at=at), at=at)
    return ladder


@transaction.atomic
def remove_ladder(*, ladder_id: int, actor: Actor, at: datetime) -> None:
    """Take a ladder away that nothing climbs.

    Raises:
        LadderInUse: it is the default, or a target, a department or a clock has it.
        NotThere: it was removed already.
    """
    actor.require(Permission.CONFIGURE)
    ladder = lock_ladder(ladder_id)
    if ladder.is_default:
        raise LadderInUse(
            _("Everything without a ladder of its own climbs this one."),
            next_step=_("Make another one the usual ladder first."),
        )
    is_used = (
        Target.objects.filter(ladder=ladder).exists()
        or Department.objects.filter(ladder=ladder).exists()
    )
    if is_used:
        raise LadderInUse(
            _("Targets or departments use “%(name)s”.") % {"name": ladder.name},
            next_step=_("Give them another ladder first."),
        )
    remember(ladder, actor=actor, at=at, changes={"what": "ladder", "removed": True})
    try:
        # Clocks that ran by it are of other rooms: PostgreSQL knows them.
        with transaction.atomic():
            LadderStep.objects.filter(ladder=ladder).delete()
            ladder.delete()
    except models.ProtectedError:
        raise LadderInUse(
            _("Clocks ran by “%(name)s”: it stays, so that they can be explained.")
            % {"name": ladder.name},
            next_step=_("Rename it if it is out of use."),
        ) from None


def refuse_bad_steps(steps: Sequence[StepWish]) -> None:
    """Refuse a ladder without steps or with too many, and steps that make no sense; one query."""
    if not 1 <= len(steps) <= MOST_STEPS:
        raise BadSetting(
            _("A ladder has one to %(count)d steps.") % {"count": MOST_STEPS},
            next_step=_("Add a step, or leave some out."),
        )
    for step in steps:
        refuse_bad_moment(step)
        if (step.department_id is None) is (step.action == StepAction.REASSIGN):
            raise BadSetting(
                _("Whoever sends something on has to say where, and nobody else does."),
                next_step=_("Choose a department for this step, or take it out."),
            )
    wanted = {step.department_id for step in steps if step.department_id is not None}
    if Department.objects.filter(pk__in=wanted, is_active=True).count() != len(wanted):
        raise BadSetting(
            _("This department takes no work."), next_step=_("Choose a department that is open.")
        )


def refuse_bad_moment(step: StepWish) -> None:
    """Refuse a step without a moment, with two, or out of reach."""
    is_share = step.percent is not None and 1 <= step.percent <= LARGEST_SHARE
    is_span = step.minutes is not None and abs(step.minutes) <= FURTHEST_MINUTES
    if (step.percent is None) is (step.minutes is None) or not (is_share or is_span):
        raise BadSetting(
            _("A step is at 1 to 1000 % of the time, or at most a month from the due time."),
            next_step=_("Write one whole number."),
        )


def replace_steps(ladder: Ladder, steps: Sequence[StepWish]) -> bool:
    """Give a ladder other steps; returns whether anything changed.

    Positions are never used again: what was planned by an old step finds none, instead of another.
    """
    found = list(LadderStep.objects.filter(ladder=ladder).order_by("position"))
    if [wish_of(step) for step in found] == list(steps):
        return False
    last = max((step.position for step in found), default=0)
    LadderStep.objects.filter(ladder=ladder).delete()
    LadderStep.objects.bulk_create(
        [
            LadderStep(
                ladder=ladder,
                position=position,
                percent=step.percent,
                minutes=step.minutes,
                action=step.action,
                department_id=step.department_id,
            )
            for position, step in enumerate(steps, start=last + 1)
        ]
    )
    return True


def wish_of(step: LadderStep) -> StepWish:
    """Return a step as somebody would want it."""
    return StepWish(
        action=StepAction(step.action),
        percent=step.percent,
        minutes=step.minutes,
        department_id=step.department_id,
    )


def use_for_departments(ladder: Ladder, departments: Sequence[int]) -> None:
    """Let these departments' targets climb a ladder, and no others; two queries."""
    Department.objects.filter(ladder=ladder).exclude(pk__in=departments).update(ladder=None)
    Department.objects.filter(pk__in=departments).exclude(ladder=ladder).update(ladder=ladder)


def uses_of_ladders() -> dict[int, tuple[list[str], int]]:
    """Return by ladder which service levels promise by it now, and how many targets; one query."""
    found: dict[int, tuple[list[str], int]] = {}
    rows = (
        Target.objects.filter(ladder__isnull=False, version__state=VersionState.PUBLISHED)
        .order_by("version__service_level__name", "id")
        .values_list("ladder_id", "version__service_level__name")
    )
    for ladder_id, name in rows:
        names, count = found.get(ladder_id, ([], 0))
        found[ladder_id] = (names if name in names else [*names, name], count + 1)
    return found


def lock_ladder(ladder_id: int) -> Ladder:
    """Return a ladder, locked.

    Raises:
        NotThere: it was removed.
    """
    ladder = Ladder.objects.select_for_update(of=("self",)).filter(pk=ladder_id).first()
    if ladder is None:
        raise not_there()
    return ladder
