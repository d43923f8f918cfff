"""Change rotas, limits, and how a department gives its work. Every change is remembered."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import available_timezones

from django.db import transaction
from django.utils.translation import gettext as _

from workflow.amending import BadSetting, NameTaken, lock, remember, required_name
from workflow.history.recording import ChangeValue
from workflow.people.actors import Actor
from workflow.people.models import AssignBy, Department, Team, User
from workflow.people.permissions import Permission
from workflow.rota.models import MOST_WEEKS, Rota, RotaException, RotaShift
from workflow.rota.on_call import Shift
from workflow.rota.reading import people_of

MOST_SHIFTS = 500
MOST_EXCEPTIONS = 500
MOST_LIMIT = 1000


# ---- rotas -----------------------------------------------------------------------------------


@transaction.atomic
def save_rota(
    *,
    rota_id: int | None,
    department: Department,
    team: Team | None,
    name: str,
    timezone: str,
    weeks: int,
    begins_on: date,
    shifts: Sequence[Shift],
    actor: Actor,
    at: datetime,
) -> Rota:
    """Add a rota, or change one: the shifts given are all it has.

    Raises:
        BadSetting: zone, weeks, team or a shift cannot be used.
        NameTaken, NotThere: see there.
    """
    actor.require(Permission.CONFIGURE)
    name = required_name(name, longest=80)
    refuse_bad_rota(department, team=team, timezone=timezone, weeks=weeks)
    refuse_bad_shifts(shifts, weeks=weeks, department=department)
    others = Rota.objects.filter(department=department, name__iexact=name)
    if others.exclude(pk=rota_id or 0).exists():
        raise NameTaken(
            _("%(department)s has a rota “%(name)s” already.")
            % {"department": department.name, "name": name},
            next_step=_("Choose another name."),
        )
    rota = lock(Rota.objects, rota_id) if rota_id is not None else Rota()
    rota.department, rota.team, rota.name = department, team, name
    rota.timezone, rota.weeks, rota.begins_on = timezone, weeks, begins_on
    rota.save()
    RotaShift.objects.filter(rota=rota).delete()
    RotaShift.objects.bulk_create(
        [
            RotaShift(
                rota=rota,
                user_id=shift.user_id,
                week=shift.week,
                weekday=shift.weekday,
                begins=shift.begins,
                ends=shift.ends,
            )
            for shift in dict.fromkeys(shifts)
        ]
    )
    told(rota, actor=actor, at=at, changes={"is_new": rota_id is None, "shifts": len(shifts)})
    return rota


def refuse_bad_rota(
    department: Department, *, team: Team | None, timezone: str, weeks: int
) -> None:
    """Refuse an unknown zone, a number of weeks nobody plans, and a team of another department."""
    if timezone not in available_timezones():
        raise BadSetting(
            _("There is no time zone “%(zone)s”.") % {"zone": timezone},
            next_step=_("Write it like Europe/Oslo."),
        )
    if not 1 <= weeks <= MOST_WEEKS:
        raise BadSetting(
            _("A rota repeats after 1 to %(count)d weeks.") % {"count": MOST_WEEKS},
            next_step=_("Choose fewer weeks."),
        )
    if team is not None and team.department_id != department.pk:
        raise BadSetting(
            _("This team belongs to another department."), next_step=_("Choose a team of it.")
        )


def refuse_bad_shifts(shifts: Sequence[Shift], *, weeks: int, department: Department) -> None:
    """Refuse shifts outside the weeks, of people from elsewhere, and far too many; one query."""
    if len(shifts) > MOST_SHIFTS:
        raise BadSetting(
            _("A rota has at most %(count)d shifts.") % {"count": MOST_SHIFTS},
            next_step=_("Make two rotas of it."),
        )
    if any(not (1 <= one.week <= weeks and 0 <= one.weekday <= 6) for one in shifts):
        raise BadSetting(
            _("A shift lies outside the weeks of the rota."),
            next_step=_("Let the rota have more weeks, or move the shift."),
        )
    here = {user.pk for user in people_of(department)}
    if any(one.user_id not in here for one in shifts):
        raise BadSetting(
            _("Somebody chosen does not work in %(department)s.") % {"department": department.name},
            next_step=_("Give them a role in the department first, on the page People."),
        )


@transaction.atomic
def set_rota_active(*, rota_id: int, is_active: bool, actor: Actor, at: datetime) -> Rota:
    """Put a rota away, or bring it back."""
    actor.require(Permission.CONFIGURE)
    rota = lock(Rota.objects, rota_id)
    was_active, rota.is_active = rota.is_active, is_active
    rota.save(update_fields=["is_active"])
    told(rota, actor=actor, at=at, changes={"active": is_active, "active_was": was_active})
    return rota


@transaction.atomic
def note_exception(
    *,
    rota_id: int,
    user_id: int | None,
    begins_at: datetime,
    ends_at: datetime,
    actor: Actor,
    at: datetime,
) -> RotaException:
    """Let somebody else, or nobody, be on call from one moment to another.

    Raises:
        BadSetting: it ends before it begins or is over, or the person works elsewhere.
        NotThere: the rota was removed.
    """
    actor.require(Permission.CONFIGURE)
    rota = lock(Rota.objects, rota_id)
    if not begins_at < ends_at or ends_at <= at:
        raise BadSetting(
            _("An exception ends after it begins, and after now."),
            next_step=_("Look at the two times again."),
        )
    if rota.exceptions.filter(ends_at__gt=at).count() >= MOST_EXCEPTIONS:
        raise BadSetting(
            _("A rota has at most %(count)d exceptions ahead.") % {"count": MOST_EXCEPTIONS},
            next_step=_("Change its weeks instead."),
        )
    if user_id is not None and user_id not in {user.pk for user in people_of(rota.department)}:
        raise BadSetting(
            _("Somebody chosen does not work in %(department)s.")
            % {"department": rota.department.name},
            next_step=_("Choose somebody of the department."),
        )
    exception = RotaException.objects.create(
        rota=rota, user_id=user_id, begins_at=begins_at, ends_at=ends_at
    )
    told(
        rota,
        actor=actor,
        at=at,
        changes={
            "exception": user_id,
            "from": begins_at.isoformat(),
            "to": ends_at.isoformat(),
        },
    )
    return exception


@transaction.atomic
def remove_exception(*, exception_id: int, actor: Actor, at: datetime) -> Rota:
    """Let the week count again for the time of an exception.

    Raises:
        NotThere: it was removed already.
    """
    actor.require(Permission.CONFIGURE)
    exception = lock(RotaException.objects, exception_id)
    rota = exception.rota
    told(rota, actor=actor, at=at, changes={"removed": True, "exception": exception.user_id})
    exception.delete()
    return rota


# ---- who gets what ---------------------------------------------------------------------------


@transaction.atomic
def set_assignment(
    *, department_id: int, assign_by: AssignBy, actor: Actor, at: datetime
) -> Department:
    """Say how a department gives what comes to its people; what they have stays theirs.

    Raises:
        NotThere: there is no such department.
    """
    actor.require(Permission.CONFIGURE)
    department = lock(Department.objects, department_id)
    before, department.assign_by = department.assign_by, assign_by.value
    department.save(update_fields=["assign_by"])
    changes: dict[str, ChangeValue] = {"assign_by": assign_by.value, "assign_by_was": before}
    remember(department, actor=actor, at=at, changes={"what": "department", **changes})
    return department


@transaction.atomic
def set_limits(
    *, limits: Mapping[int, tuple[int | None, int | None]], actor: Actor, at: datetime
) -> None:
    """Say how many problems and cases a rule gives people at once, by their ids; None is no limit.

    What somebody carries beyond a new limit stays theirs.

    Raises:
        BadSetting: a limit is negative or beyond all sense.
    """
    actor.require(Permission.CONFIGURE)
    for number in (one for pair in limits.values() for one in pair if one is not None):
        if not 0 <= number <= MOST_LIMIT:
            raise BadSetting(
                _("A limit lies between 0 and %(count)d.") % {"count": MOST_LIMIT},
                next_step=_("Leave it empty for no limit."),
            )
    users = User.objects.select_for_update().filter(pk__in=list(limits)).order_by("id")
    for user in users:
        problems, cases = limits[user.pk]
        if (user.problem_limit, user.case_limit) == (problems, cases):
            continue
        changes: dict[str, ChangeValue] = {
            "what": "limits",
            "problems": problems,
            "problems_was": user.problem_limit,
            "cases": cases,
            "cases_was": user.case_limit,
        }
        user.problem_limit, user.case_limit = problems, cases
        user.save(update_fields=["problem_limit", "case_limit"])
        remember(user, actor=actor, at=at, changes=changes)


def told(rota: Rota, *, actor: Actor, at: datetime, changes: dict[str, ChangeValue]) -> None:
    """Write down that a rota changed."""
    remember(
        rota,
        actor=actor,
        at=at,
        changes={"what": "rota", "department": rota.department_id, **changes},
    )
