"""Who gets the work, for programs: rotas, who is on call, how departments give, what people carry."""

from typing import Any

from cases.load import open_cases_of
from problems.load import open_stays_of
from servicedesk.api.base import TokenView
from servicedesk.api.naming import (
    colleagues_at,
    department_called,
    row_of,
    team_of_id,
)
from servicedesk.api.operations import operation, page_shape
from servicedesk.api.shapes import giving as shapes
from servicedesk.api.shapes.organising import Activity
from workflow.people.absences import Away, away_at
from workflow.people.models import AssignBy, Department, User
from workflow.people.permissions import Permission
from workflow.rota.changing import (
    note_exception,
    remove_exception,
    save_rota,
    set_assignment,
    set_limits,
    set_rota_active,
)
from workflow.rota.models import Rota, RotaException
from workflow.rota.on_call import Shift
from workflow.rota.reading import exceptions_ahead, plan_of, plans_of, present_by

Fields = dict[str, Any]
CONFIGURES = (Permission.CONFIGURE,)
SEES = (Permission.VIEW_PROBLEM,)
PATH = ("pk",)
TAG = "Who gets the work"
MOST_PEOPLE = 500


class RotaView(TokenView):
    """An address of rotas."""

    def shown(self, rota_id: int | None = None) -> list[Fields]:
        """Return all rotas, or one, with who is on call; seven queries, however many."""
        rotas = Rota.objects.select_related("department").prefetch_related(
            "shifts__user", "exceptions__user"
        )
        if rota_id is not None:
            rotas = rotas.filter(pk=rota_id)
        found = list(rotas.order_by("department__slug", "name", "id"))
        emails = dict(User.objects.filter(is_active=True).values_list("pk", "email"))
        away = away_at(self.at)
        return [self.rota(one, emails, away) for one in found]

    def rota(self, rota: Rota, emails: dict[int, str], away: Away) -> Fields:
        """Return one rota."""
        plan = plan_of(rota, at=self.at)
        following = plan.next_turn(at=self.at) if rota.is_active else None
        present = present_by([plan], at=self.at, away=away) if rota.is_active else set()
        return {
            "id": rota.pk,
            "name": rota.name,
            "department": rota.department.slug,
            "team": rota.team_id,
            "timezone": rota.timezone,
            "weeks": rota.weeks,
            "begins_on": rota.begins_on,
            "is_active": rota.is_active,
            "shifts": [
                {
                    "colleague": emails.get(one.user_id, ""),
                    "week": one.week,
                    "weekday": one.weekday,
                    "begins": one.begins,
                    "ends": one.ends,
                }
                for one in plan.shifts
            ],
            "exceptions": [
                {
                    "id": one.pk,
                    "colleague": emails.get(one.user_id or 0),
                    "begins_at": one.begins_at,
                    "ends_at": one.ends_at,
                }
                for one in exceptions_ahead(rota, at=self.at)
            ],
            "on_call": sorted(emails[user] for user in present if user in emails),
            "next": emails.get(following.user_id or 0) if following else None,
            "next_at": following.begins_at if following else None,
        }

    def saved(self, fields: Fields, *, rota_id: int | None) -> Fields:
        """Save a rota and return it."""
        people = {
            user.email.casefold(): user.pk
            for user in colleagues_at([one["colleague"] for one in fields["shifts"]])
        }
        rota = save_rota(
            rota_id=rota_id,
            department=department_called(fields["department"]),
            team=team_of_id(fields["team"]) if fields["team"] else None,
            name=fields["name"],
            timezone=fields["timezone"],
            weeks=fields["weeks"],
            begins_on=fields["begins_on"],
            shifts=[
                Shift(
                    user_id=people[one["colleague"].casefold()],
                    week=one["week"],
                    weekday=one["weekday"],
                    begins=one["begins"],
                    ends=one["ends"],
                )
                for one in fields["shifts"]
            ],
            actor=self.actor,
            at=self.at,
        )
        return self.shown(rota.pk)[0]


class Rotas(RotaView):
    """The rotas."""

    @operation("list_rotas", any_of=SEES, gives=page_shape(shapes.RotaShape), tag=TAG)
    def get(self) -> Any:
        """List all rotas with who is on call now and who comes next."""
        return {"results": self.shown(), "next": None}

    @operation(
        "create_rota",
        any_of=CONFIGURES,
        takes=shapes.RotaWish,
        gives=shapes.RotaShape,
        status=201,
        tag=TAG,
    )
    def post(self, fields: Fields) -> Any:
        """Add a rota."""
        return self.saved(fields, rota_id=None)


class OneRota(RotaView):
    """One rota."""

    @operation(
        "change_rota",
        any_of=CONFIGURES,
        takes=shapes.RotaWish,
        gives=shapes.RotaShape,
        path=PATH,
        tag=TAG,
    )
    def patch(self, fields: Fields, pk: int) -> Any:
        """Change a rota; the shifts given are all it has."""
        return self.saved(fields, rota_id=row_of(Rota.objects, pk=pk).pk)


class RotaActivity(RotaView):
    """Whether a rota counts."""

    @operation(
        "set_rota_active",
        any_of=CONFIGURES,
        takes=Activity,
        gives=shapes.RotaShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, fields: Fields, pk: int) -> Any:
        """Put a rota away, or bring it back."""
        rota = row_of(Rota.objects, pk=pk)
        set_rota_active(
            rota_id=rota.pk, is_active=fields["is_active"], actor=self.actor, at=self.at
        )
        return self.shown(rota.pk)[0]


class RotaExceptions(RotaView):
    """Where a rota differs."""

    @operation(
        "note_exception",
        any_of=CONFIGURES,
        takes=shapes.ExceptionWish,
        gives=shapes.RotaShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, fields: Fields, pk: int) -> Any:
        """Let somebody else, or nobody, be on call for a time; the answer is the rota."""
        rota = row_of(Rota.objects, pk=pk)
        colleague = fields["colleague"]
        note_exception(
            rota_id=rota.pk,
            user_id=colleagues_at([colleague])[0].pk if colleague else None,
            begins_at=fields["begins_at"],
            ends_at=fields["ends_at"],
            actor=self.actor,
            at=self.at,
        )
        return self.shown(rota.pk)[0]


class OneException(RotaView):
    """One exception of a rota."""

    @operation("remove_exception", any_of=CONFIGURES, gives=shapes.RotaShape, path=PATH, tag=TAG)
    def delete(self, _fields: Fields, pk: int) -> Any:
        """Let the week count again; the answer is the rota."""
        exception = row_of(RotaException.objects, pk=pk)
        rota = remove_exception(exception_id=exception.pk, actor=self.actor, at=self.at)
        return self.shown(rota.pk)[0]


class Ways(TokenView):
    """How departments give what comes."""

    @operation("list_giving", any_of=SEES, gives=page_shape(shapes.GivingShape), tag=TAG)
    def get(self) -> Any:
        """List how each open department gives what comes to its people."""
        found = Department.objects.filter(is_active=True).order_by("slug")
        return {
            "results": [{"department": one.slug, "assign_by": one.assign_by} for one in found],
            "next": None,
        }


class OneWay(TokenView):
    """How one department gives what comes."""

    @operation(
        "set_giving",
        any_of=CONFIGURES,
        takes=shapes.WayWish,
        gives=shapes.GivingShape,
        path=("slug",),
        tag=TAG,
    )
    def post(self, fields: Fields, slug: str) -> Any:
        """Say how a department gives what comes; what its people have stays theirs."""
        department = set_assignment(
            department_id=row_of(Department.objects, slug=slug).pk,
            assign_by=AssignBy(fields["assign_by"]),
            actor=self.actor,
            at=self.at,
        )
        return {"department": department.slug, "assign_by": department.assign_by}


class Loads(TokenView):
    """What people carry."""

    def shown(self, **named: Any) -> list[Fields]:
        """Return what active people carry; about seven queries."""
        users = list(User.objects.filter(is_active=True, **named).order_by("email")[:MOST_PEOPLE])
        ids = [user.pk for user in users]
        problems, cases = open_stays_of(ids), open_cases_of(ids)
        away = away_at(self.at)
        on_call = present_by(plans_of(at=self.at), at=self.at, away=away)
        return [
            {
                "colleague": user.email,
                "problems": problems.get(user.pk, 0),
                "problem_limit": user.problem_limit,
                "cases": cases.get(user.pk, 0),
                "case_limit": user.case_limit,
                "is_away": user.pk in away,
                "is_on_call": user.pk in on_call,
            }
            for user in users
        ]

    @operation(
        "list_loads",
        any_of=(Permission.STEER_PROBLEM, Permission.WORK_PROBLEM),
        gives=page_shape(shapes.LoadOfPersonShape),
        tag=TAG,
    )
    def get(self) -> Any:
        """List what everybody carries and takes at most, who is away and who is on call."""
        return {"results": self.shown(), "next": None}

    @operation(
        "set_limit",
        any_of=CONFIGURES,
        takes=shapes.LimitWish,
        gives=shapes.LoadOfPersonShape,
        tag=TAG,
    )
    def post(self, fields: Fields) -> Any:
        """Say how much a rule gives somebody at once; what they have stays theirs."""
        (user,) = colleagues_at([fields["colleague"]])
        limits = {user.pk: (fields["problem_limit"], fields["case_limit"])}
        set_limits(limits=limits, actor=self.actor, at=self.at)
        return self.shown(pk=user.pk)[0]
