"""Change teams: who of a department works together. Every change is remembered."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from workflow.amending import BadSetting, NameTaken, lock, remember, required_name
from workflow.history.recording import ChangeValue, differences, facts_of
from workflow.people.actors import Actor
from workflow.people.models import Department, Team, TeamMember, User
from workflow.people.permissions import Permission, Role

MOST_MEMBERS = 200
SERVICE_ROLES = (Role.AGENT, Role.LEAD)


@transaction.atomic
def save_team(
    *,
    team_id: int | None,
    name: str,
    department: Department,
    members: Collection[int],
    actor: Actor,
    at: datetime,
) -> Team:
    """Add a team, or change one: the members given are all it has.

    Members are people of the department; who does not work there is refused by name.

    Raises:
        BadSetting, NameTaken, NotThere: see there.
    """
    actor.require(Permission.CONFIGURE)
    name = required_name(name, longest=80)
    if (
        Team.objects.filter(department=department, name__iexact=name)
        .exclude(pk=team_id or 0)
        .exists()
    ):
        raise NameTaken(
            _("%(department)s has a team “%(name)s” already.")
            % {"department": department.name, "name": name},
            next_step=_("Choose another name."),
        )
    people = people_for(department, members)
    team = lock(Team.objects, team_id) if team_id is not None else Team()
    before, old_name = team_facts(team), team.name
    team.name = name
    team.department = department
    team.save()
    keep_members(team, people)
    remember(
        team,
        actor=actor,
        at=at,
        changes={
            "what": "team",
            "is_new": team_id is None,
            "renamed": old_name not in ("", name),
            **differences(before, team_facts(team)),
        },
    )
    return team


def team_facts(team: Team) -> dict[str, ChangeValue]:
    """Return department and number of people for the history; one query, none for a new team."""
    if not team.pk:
        return {}
    return facts_of(team, "department") | {"members": TeamMember.objects.filter(team=team).count()}


def people_for(department: Department, members: Collection[int]) -> list[User]:
    """Return the people of these ids, who all have to work in the department; one query.

    Raises:
        BadSetting: somebody does not, or there are too many.
    """
    wanted = set(members)
    if len(wanted) > MOST_MEMBERS:
        raise BadSetting(
            _("A team has at most %(count)d people.") % {"count": MOST_MEMBERS},
            next_step=_("Make two teams of it."),
        )
    people = list(may_join(department).filter(pk__in=wanted))
    if len(people) != len(wanted):
        raise BadSetting(
            _("Somebody chosen does not work in %(department)s.") % {"department": department.name},
            next_step=_("Give them a role in the department first, on the page People."),
        )
    return people


def may_join(department: Department) -> QuerySet[User]:
    """Return who can be in a team: active people with a role in its department.

    Roles of the whole tenant (agents, leads) belong to customer service.
    """
    in_department = Q(memberships__department=department)
    if department.is_customer_service:
        in_department |= Q(memberships__department=None, memberships__role__in=SERVICE_ROLES)
    return User.objects.filter(in_department, is_active=True).distinct().order_by("name", "id")


def keep_members(team: Team, people: Collection[User]) -> None:
    """Let a team have just these people; three queries."""
    kept = {user.pk for user in people}
    TeamMember.objects.filter(team=team).exclude(user_id__in=kept).delete()
    there = set(TeamMember.objects.filter(team=team).values_list("user_id", flat=True))
    TeamMember.objects.bulk_create(
        [TeamMember(team=team, user_id=user_id) for user_id in sorted(kept - there)]
    )


@transaction.atomic
def set_team_active(*, team_id: int, is_active: bool, actor: Actor, at: datetime) -> Team:
    """Put a team away, or bring it back; who was in it stays in it."""
    actor.require(Permission.CONFIGURE)
    team = lock(Team.objects, team_id)
    was_active, team.is_active = team.is_active, is_active
    team.save(update_fields=["is_active"])
    changes: dict[str, ChangeValue] = {"active": is_active, "active_was": was_active}
    remember(team, actor=actor, at=at, changes={"what": "team", **changes})
    return team
