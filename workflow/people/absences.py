"""Who is away, who steps in, and who hears what would go to somebody who is away."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import models

from workflow.people.actors import Actor
from workflow.people.models import Absence, Membership, User
from workflow.people.permissions import Permission, Role
from workflow.tenancy.kept_queries import kept

Away = Mapping[int, int | None]
"""Who is away, by id, and the id of who steps in, if anybody does."""


# ---- who hears -------------------------------------------------------------------------------


def away_at(at: datetime) -> dict[int, int | None]:
    """Return who is away at a moment, and who steps in; one query.

    Who has two absences at once is stood in for by the one that was written down last.
    """
    return dict(absent_at(at=at))


@kept("at")
def absent_at(*, at: datetime) -> models.QuerySet[Absence, Any]:
    """Return who is away at a moment and who steps in, the absence written down last at the end."""
    return (
        Absence.objects.filter(begins_at__lte=at, ends_at__gt=at)
        .order_by("id")
        .values_list("user_id", "substitute_id")
    )


def receivers(users: Iterable[int], *, at: datetime) -> list[int]:
    """Return who hears what is for some users now: those who are there, and substitutes.

    Users who may not sign in hear nothing. Where nobody is left, the service leads hear it. Three
    queries.
    """
    return present(users, away=away_at(at), active=active_users(), leads=service_leads())


def present(
    users: Iterable[int], *, away: Away, active: frozenset[int], leads: Sequence[int]
) -> list[int]:
    """Return who hears what is for some users, in order of their ids. Pure.

    A substitute steps in for one person, not for another substitute: whose substitute is away too
    is left out. Where nobody is left it goes to the leads who are there, else to all of them.
    """
    found = stepped_in(users, away=away, active=active) or stepped_in(
        leads, away=away, active=active
    )
    return sorted(found or set(leads) & active)


def stepped_in(users: Iterable[int], *, away: Away, active: frozenset[int]) -> set[int]:
    """Return those who are there, with the substitutes of the others. Pure."""
    there = {away.get(user) if user in away else user for user in users}
    return {user for user in there if user in active and user not in away}


def active_users() -> frozenset[int]:
    """Return everybody who may sign in; one query."""
    return frozenset(ids_of_active_users())


@kept()
def ids_of_active_users() -> models.QuerySet[User, Any]:
    """Return the ids of everybody who may sign in."""
    return User.objects.filter(is_active=True).values_list("pk", flat=True)


def service_leads() -> list[int]:
    """Return the service leads who may sign in, the administrators where there is none; one query.

    There is always an administrator: what is told to leads is told to somebody.
    """
    found = leads_and_administrators()
    leads = [user_id for user_id, role in found if role == Role.LEAD]
    return leads or [user_id for user_id, _role in found]


@kept()
def leads_and_administrators() -> models.QuerySet[Membership, Any]:
    """Return users who lead or administer, with the role."""
    return (
        Membership.objects.filter(role__in=(Role.LEAD, Role.ADMIN), user__is_active=True)
        .order_by("user_id")
        .values_list("user_id", "role")
        .distinct()
    )


# ---- what is to come -------------------------------------------------------------------------


def absences_of(user_id: int, *, at: datetime) -> models.QuerySet[Absence]:
    """Return a user's absences that are not over, the next first."""
    return absences_ahead(at=at).filter(user_id=user_id)


def absences_ahead(*, at: datetime) -> models.QuerySet[Absence]:
    """Return everybody's absences that are not over, the next first."""
    return (
        Absence.objects.select_related("user", "substitute")
        .filter(ends_at__gt=at)
        .order_by("begins_at", "id")
    )


def may_keep_absences_of(actor: Actor, user_id: int) -> bool:
    """Whether somebody may say that a user is away: themselves, leads and administrators."""
    is_own = actor.user_id is not None and actor.user_id == user_id
    return is_own or actor.may(Permission.STEER_PROBLEM)
