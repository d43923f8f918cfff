"""Read teams: which a department has, who works in them, in which somebody works."""

from workflow.people.models import Team, User


def active_teams() -> list[Team]:
    """Return the teams that work can be given to, by department and name; one query."""
    return list(
        Team.objects.filter(is_active=True, department__is_active=True)
        .select_related("department")
        .order_by("department__name", "name", "id")
    )


def teams_of(department_id: int) -> list[Team]:
    """Return the active teams of a department, by name; one query."""
    return list(
        Team.objects.filter(department_id=department_id, is_active=True).order_by("name", "id")
    )


def teams_of_user(user_id: int) -> list[Team]:
    """Return the active teams in which somebody works, with departments, by name; one query."""
    return list(
        Team.objects.filter(members__user_id=user_id, is_active=True)
        .select_related("department")
        .order_by("name", "id")
    )


def team_with_id(team_id: int) -> Team | None:
    """Return an active team with its department, or None; one query."""
    return Team.objects.filter(pk=team_id, is_active=True).select_related("department").first()


def members_of_team(team_id: int) -> list[User]:
    """Return the active people of a team, by name; one query."""
    return list(
        User.objects.filter(team_places__team_id=team_id, is_active=True).order_by("name", "id")
    )
