"""How work is organised, for programs: departments, teams, promises."""

from datetime import timedelta
from typing import Any

from problems.leaving import close_department
from servicedesk.api.base import TokenView
from servicedesk.api.naming import (
    calendar_of_id,
    colleagues_at,
    department_called,
    ladder_of_id,
    row_of,
)
from servicedesk.api.operations import operation, page_shape
from servicedesk.api.paging import one, page_of, shaped
from servicedesk.api.shapes import organising as shapes
from servicedesk.api.shapes.fields import Listing, Nothing
from workflow.clocks.models import Metric, ServiceLevel
from workflow.configuring import save_department, save_service_level, set_department_active
from workflow.people.models import Department, Team
from workflow.people.permissions import Permission
from workflow.teams import save_team, set_team_active

Fields = dict[str, Any]
CONFIGURES = (Permission.CONFIGURE,)
# Whoever routes or assigns has to know the departments.
SEES = (Permission.VIEW_CASE,)
BY_SLUG = ("slug",)
BY_ID = ("pk",)
TAG = "Organisation"
MINUTE = timedelta(minutes=1)


class DepartmentView(TokenView):
    """An address of departments."""

    def saved(self, fields: Fields, *, department_id: int | None) -> dict[str, Any]:
        """Save a department and return it."""
        department = save_department(
            department_id=department_id,
            name=fields["name"],
            public_name=fields["public_name"],
            hue=fields["hue"],
            calendar=calendar_of_id(fields["calendar"]),
            acknowledge_within=fields["acknowledge_minutes"] * MINUTE,
            stage_within=fields["stage_minutes"] * MINUTE,
            fix_within=fields["fix_minutes"] * MINUTE if fields["fix_minutes"] else None,
            ladder=ladder_of_id(fields["ladder"]) if fields["ladder"] else None,
            actor=self.actor,
            at=self.at,
        )
        return one(shapes.DepartmentShape, department)


class Departments(DepartmentView):
    """The departments."""

    @operation(
        "list_departments",
        any_of=SEES,
        filters=shapes.DepartmentFilters,
        gives=page_shape(shapes.DepartmentShape),
        tag=TAG,
    )
    def get(self) -> Any:
        """List departments, oldest first."""
        rows = Department.objects.all()
        if self.asked.get("is_active") is not None:
            rows = rows.filter(is_active=self.asked["is_active"])
        return page_of(rows, self, shape=shaped(shapes.DepartmentShape), is_newest_first=False)

    @operation(
        "create_department",
        any_of=CONFIGURES,
        takes=shapes.DepartmentWish,
        gives=shapes.DepartmentShape,
        status=201,
        tag=TAG,
    )
    def post(self, fields: Fields) -> Any:
        """Add a department; its short name is made of the name and stays."""
        return self.saved(fields, department_id=None)


class OneDepartment(DepartmentView):
    """One department."""

    @operation(
        "change_department",
        any_of=CONFIGURES,
        takes=shapes.DepartmentWish,
        gives=shapes.DepartmentShape,
        path=BY_SLUG,
        tag=TAG,
    )
    def patch(self, fields: Fields, slug: str) -> Any:
        """Change a department; stays that are open keep the due time they got."""
        return self.saved(fields, department_id=row_of(Department.objects, slug=slug).pk)


class CloseDepartment(TokenView):
    """That a department takes no new work."""

    @operation(
        "close_department",
        any_of=CONFIGURES,
        takes=shapes.Closing,
        gives=shapes.DepartmentShape,
        path=BY_SLUG,
        tag=TAG,
    )
    def post(self, fields: Fields, slug: str) -> Any:
        """Close a department for new work; all it has goes to another one."""
        department = row_of(Department.objects, slug=slug)
        close_department(
            department_id=department.pk,
            work_to=department_called(fields["work_to"]),
            reason=fields["reason"],
            actor=self.actor,
            at=self.at,
        )
        return one(shapes.DepartmentShape, row_of(Department.objects, slug=slug))


class OpenDepartment(TokenView):
    """That a department takes work again."""

    @operation(
        "open_department",
        any_of=CONFIGURES,
        takes=Nothing,
        gives=shapes.DepartmentShape,
        path=BY_SLUG,
        tag=TAG,
    )
    def post(self, _fields: Fields, slug: str) -> Any:
        """Open a department for work again."""
        department = row_of(Department.objects, slug=slug)
        changed = set_department_active(
            department_id=department.pk,
            is_active=True,
            open_problems=0,
            actor=self.actor,
            at=self.at,
        )
        return one(shapes.DepartmentShape, changed)


class TeamView(TokenView):
    """An address of teams."""

    def shown(self, pk: int) -> dict[str, Any]:
        """Return a team with its members."""
        rows = Team.objects.select_related("department").prefetch_related("members__user")
        return one(shapes.TeamShape, rows.get(pk=pk))

    def saved(self, fields: Fields, *, team_id: int | None) -> dict[str, Any]:
        """Save a team and return it."""
        team = save_team(
            team_id=team_id,
            name=fields["name"],
            department=department_called(fields["department"]),
            members=[user.pk for user in colleagues_at(fields["members"])],
            actor=self.actor,
            at=self.at,
        )
        return self.shown(team.pk)


class Teams(TeamView):
    """The teams."""

    @operation(
        "list_teams",
        any_of=SEES,
        filters=Listing,
        gives=page_shape(shapes.TeamShape),
        tag=TAG,
    )
    def get(self) -> Any:
        """List teams with their members, oldest first."""
        rows = Team.objects.select_related("department").prefetch_related("members__user")
        return page_of(rows, self, shape=shaped(shapes.TeamShape), is_newest_first=False)

    @operation(
        "create_team",
        any_of=CONFIGURES,
        takes=shapes.TeamWish,
        gives=shapes.TeamShape,
        status=201,
        tag=TAG,
    )
    def post(self, fields: Fields) -> Any:
        """Add a team of a department."""
        return self.saved(fields, team_id=None)


class OneTeam(TeamView):
    """One team."""

    @operation(
        "change_team",
        any_of=CONFIGURES,
        takes=shapes.TeamWish,
        gives=shapes.TeamShape,
        path=BY_ID,
        tag=TAG,
    )
    def patch(self, fields: Fields, pk: int) -> Any:
        """Change a team; the members given are all it has."""
        return self.saved(fields, team_id=row_of(Team.objects, pk=pk).pk)


class TeamActivity(TeamView):
    """Whether a team is there."""

    @operation(
        "set_team_active",
        any_of=CONFIGURES,
        takes=shapes.Activity,
        gives=shapes.TeamShape,
        path=BY_ID,
        tag=TAG,
    )
    def post(self, fields: Fields, pk: int) -> Any:
        """Put a team away, or bring it back."""
        row_of(Team.objects, pk=pk)
        set_team_active(team_id=pk, is_active=fields["is_active"], actor=self.actor, at=self.at)
        return self.shown(pk)


PROMISES = ("version", "version__targets")


class ServiceLevelView(TokenView):
    """An address of service levels."""

    def saved(self, fields: Fields, *, service_level_id: int | None) -> dict[str, Any]:
        """Save a service level and return it."""
        level = save_service_level(
            service_level_id=service_level_id,
            name=fields["name"],
            calendar=calendar_of_id(fields["calendar"]),
            targets={
                (Metric(each["metric"]), each["priority"]): each["minutes"] * MINUTE
                for each in fields["targets"]
            },
            actor=self.actor,
            at=self.at,
        )
        stored = ServiceLevel.objects.prefetch_related(*PROMISES).get(pk=level.pk)
        return one(shapes.ServiceLevelShape, stored)


class ServiceLevels(ServiceLevelView):
    """What customers are promised."""

    @operation(
        "list_service_levels",
        any_of=SEES,
        filters=Listing,
        gives=page_shape(shapes.ServiceLevelShape),
        tag=TAG,
    )
    def get(self) -> Any:
        """List service levels with their targets, oldest first."""
        rows = ServiceLevel.objects.prefetch_related(*PROMISES)
        return page_of(rows, self, shape=shaped(shapes.ServiceLevelShape), is_newest_first=False)

    @operation(
        "create_service_level",
        any_of=CONFIGURES,
        takes=shapes.ServiceLevelWish,
        gives=shapes.ServiceLevelShape,
        status=201,
        tag=TAG,
    )
    def post(self, fields: Fields) -> Any:
        """Add a service level with its targets."""
        return self.saved(fields, service_level_id=None)


class OneServiceLevel(ServiceLevelView):
    """One service level."""

    @operation(
        "change_service_level",
        any_of=CONFIGURES,
        takes=shapes.ServiceLevelWish,
        gives=shapes.ServiceLevelShape,
        path=BY_ID,
        tag=TAG,
    )
    def patch(self, fields: Fields, pk: int) -> Any:
        """Change a service level: the targets given are all it has; running promises stay."""
        return self.saved(fields, service_level_id=row_of(ServiceLevel.objects, pk=pk).pk)
