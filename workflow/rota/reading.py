"""Read rotas: what is planned for departments, and who of them is on call."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from workflow.people.absences import Away
from workflow.people.models import Department, Membership, Team, User
from workflow.people.permissions import Role
from workflow.rota.models import Rota, RotaException
from workflow.rota.on_call import Plan, Shift, Turn

SERVICE_ROLES = (Role.AGENT, Role.LEAD)
DEPARTMENT_ROLES = (Role.MEMBER, Role.HEAD)


def plans_of(department_ids: Iterable[int] | None = None, *, at: datetime) -> list[Plan]:
    """Return the active rotas of departments, or of all; three queries.

    Exceptions that are over are left out. Who may not sign in any more has no turn.
    """
    rotas = Rota.objects.filter(is_active=True)
    if department_ids is not None:
        rotas = rotas.filter(department_id__in=list(department_ids))
    return [
        plan_of(rota, at=at)
        for rota in rotas.prefetch_related("shifts__user", "exceptions__user").order_by(
            "department_id", "name", "id"
        )
    ]


def plan_of(rota: Rota, *, at: datetime) -> Plan:
    """Return a rota as it is read; no query if shifts, exceptions and their people are loaded."""
    return Plan(
        rota_id=rota.pk,
        name=rota.name,
        department_id=rota.department_id,
        team_id=rota.team_id,
        timezone=rota.timezone,
        weeks=rota.weeks,
        begins_on=rota.begins_on,
        shifts=[
            Shift(one.user_id, one.week, one.weekday, one.begins, one.ends)
            for one in sorted(rota.shifts.all(), key=lambda one: one.pk)
            if one.user.is_active
        ],
        exceptions=[turn_of(one) for one in exceptions_ahead(rota, at=at)],
    )


def exceptions_ahead(rota: Rota, *, at: datetime) -> list[RotaException]:
    """Return the exceptions of a rota that are not over, in the order of their writing."""
    return sorted(
        (one for one in rota.exceptions.all() if one.ends_at > at), key=lambda one: one.pk
    )


def turn_of(exception: RotaException) -> Turn:
    """Return an exception as a turn; nobody's where its person may not sign in any more."""
    is_here = exception.user is not None and exception.user.is_active
    return Turn(
        begins_at=exception.begins_at,
        ends_at=exception.ends_at,
        user_id=exception.user_id if is_here else None,
    )


def present_by(plans: Sequence[Plan], *, at: datetime, away: Away) -> set[int]:
    """Return who is on call by some plans, or steps in for who is away. Pure."""
    found = {user_id for plan in plans for user_id in plan.on_call(at=at)}
    there = {away.get(user_id) if user_id in away else user_id for user_id in found}
    return {user_id for user_id in there if user_id is not None and user_id not in away}


def people_of(department: Department) -> list[User]:
    """Return who may be given the work of a department, by id: active, with a role there.

    In customer service these are agents and leads too. One query.
    """
    roles = Membership.objects.filter(department=department, role__in=DEPARTMENT_ROLES)
    if department.is_customer_service:
        roles = Membership.objects.filter(
            department=None, role__in=SERVICE_ROLES
        ) | Membership.objects.filter(department=department)
    return list(
        User.objects.filter(is_active=True, pk__in=roles.order_by().values("user_id")).order_by(
            "id"
        )
    )


def teams_of(rotas: Sequence[Rota]) -> dict[int, str]:
    """Return the names of the teams of some rotas, by id; one query."""
    ids = {rota.team_id for rota in rotas if rota.team_id is not None}
    return dict(Team.objects.filter(pk__in=ids).values_list("pk", "name"))
