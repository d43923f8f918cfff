"""Who is woken when, who is away, and who has a target in hand, for programs."""

from datetime import timedelta
from typing import Any

from django.db.models import Prefetch

from cases.access import case_for
from cases.escalating import take_clock_in_hand as take_clock_of_case
from problems.access import problem_for
from problems.escalating import take_clock_in_hand as take_clock_of_problem
from servicedesk.api.base import TokenView
from servicedesk.api.naming import calendar_of_id, colleagues_at, department_called, row_of
from servicedesk.api.operations import operation, page_shape
from servicedesk.api.paging import one, page_of, shaped
from servicedesk.api.shapes import escalation as shapes
from servicedesk.api.shapes.fields import Listing, Nothing
from servicedesk.notifications.waking import woken_when
from workflow.absences import end_absence, note_absence
from workflow.clocks.ladder_changes import StepWish, remove_ladder, save_ladder
from workflow.clocks.models import Ladder, LadderStep, StepAction
from workflow.people.absences import absences_ahead
from workflow.people.models import Absence, User
from workflow.people.permissions import Permission

Fields = dict[str, Any]
CONFIGURES = (Permission.CONFIGURE,)
KEEPS_ABSENCES = (Permission.STEER_PROBLEM,)
BY_ID = ("pk",)
OF_A_CLOCK = ("number", "clock_id")
TAG = "Escalation"
MINUTE = timedelta(minutes=1)


def ladders() -> Any:
    """Return ladders with their steps."""
    steps = LadderStep.objects.select_related("department").order_by("position")
    return Ladder.objects.prefetch_related(Prefetch("steps", queryset=steps))


class LadderView(TokenView):
    """An address of ladders."""

    def saved(self, fields: Fields, *, ladder_id: int | None) -> dict[str, Any]:
        """Save a ladder and return it."""
        ladder = save_ladder(
            ladder_id=ladder_id,
            name=fields["name"],
            steps=[wish_of(step) for step in fields["steps"]],
            is_default=fields["is_default"],
            departments=[department_called(name).pk for name in fields["departments"]],
            actor=self.actor,
            at=self.at,
        )
        return one(shapes.LadderShape, ladders().get(pk=ladder.pk))


def wish_of(fields: Fields) -> StepWish:
    """Return a step as it was sent; at most one query."""
    return StepWish(
        action=StepAction(fields["action"]),
        percent=fields["percent"],
        minutes=fields["minutes"],
        department_id=department_called(fields["department"]).pk if fields["department"] else None,
    )


class Ladders(LadderView):
    """The ladders."""

    @operation(
        "list_ladders",
        any_of=CONFIGURES,
        filters=Listing,
        gives=page_shape(shapes.LadderShape),
        tag=TAG,
    )
    def get(self) -> Any:
        """List ladders with their steps, oldest first."""
        return page_of(ladders(), self, shape=shaped(shapes.LadderShape), is_newest_first=False)

    @operation(
        "create_ladder",
        any_of=CONFIGURES,
        takes=shapes.LadderWish,
        gives=shapes.LadderShape,
        status=201,
        tag=TAG,
    )
    def post(self, fields: Fields) -> Any:
        """Add a ladder."""
        return self.saved(fields, ladder_id=None)


class OneLadder(LadderView):
    """One ladder."""

    @operation(
        "change_ladder",
        any_of=CONFIGURES,
        takes=shapes.LadderWish,
        gives=shapes.LadderShape,
        path=BY_ID,
        tag=TAG,
    )
    def patch(self, fields: Fields, pk: int) -> Any:
        """Change a ladder; what runs follows it, for what is still to come."""
        return self.saved(fields, ladder_id=row_of(Ladder.objects, pk=pk).pk)

    @operation(
        "remove_ladder",
        any_of=CONFIGURES,
        gives=page_shape(shapes.LadderShape),
        path=BY_ID,
        tag=TAG,
    )
    def delete(self, _fields: Fields, pk: int) -> Any:
        """Take a ladder away that nothing climbs; the answer is the ladders that are left."""
        remove_ladder(ladder_id=row_of(Ladder.objects, pk=pk).pk, actor=self.actor, at=self.at)
        left = ladders().order_by("id")
        return {"results": shaped(shapes.LadderShape)(list(left)), "next": None}


class PreviewLadder(TokenView):
    """Who would be woken when."""

    @operation(
        "preview_ladder",
        any_of=CONFIGURES,
        takes=shapes.PreviewWish,
        gives=page_shape(shapes.LookShape),
        path=BY_ID,
        tag=TAG,
    )
    def post(self, fields: Fields, pk: int) -> Any:
        """Say who would be woken when by a clock that starts now; nothing is saved."""
        expected = woken_when(
            list(row_of(ladders(), pk=pk).steps.all()),
            started_at=self.at,
            within=fields["minutes"] * MINUTE,
            working_time=calendar_of_id(fields["calendar"]).working_time(),
            department_id=department_called(fields["department"]).pk,
        )
        emails = dict(User.objects.filter(is_active=True).values_list("pk", "email"))
        rows = [
            {
                "at": moment.at,
                "action": moment.step.action if moment.step else None,
                "people": [emails[user_id] for user_id in moment.people],
            }
            for moment in expected
        ]
        return {"results": shaped(shapes.LookShape)(rows), "next": None}


class Absences(TokenView):
    """Who is away."""

    @operation(
        "list_absences",
        any_of=KEEPS_ABSENCES,
        filters=Listing,
        gives=page_shape(shapes.AbsenceShape),
        tag=TAG,
    )
    def get(self) -> Any:
        """List absences that are not over, oldest first."""
        rows = absences_ahead(at=self.at).order_by()
        return page_of(rows, self, shape=shaped(shapes.AbsenceShape), is_newest_first=False)

    @operation(
        "note_absence",
        any_of=KEEPS_ABSENCES,
        takes=shapes.AbsenceWish,
        gives=shapes.AbsenceShape,
        status=201,
        tag=TAG,
    )
    def post(self, fields: Fields) -> Any:
        """Note that a colleague is away, and who steps in."""
        substitute = colleagues_at([fields["substitute"]])[0].pk if fields["substitute"] else None
        absence = note_absence(
            user_id=colleagues_at([fields["person"]])[0].pk,
            begins_at=fields["begins_at"],
            ends_at=fields["ends_at"],
            substitute_id=substitute,
            actor=self.actor,
            at=self.at,
        )
        rows = Absence.objects.select_related("user", "substitute")
        return one(shapes.AbsenceShape, rows.get(pk=absence.pk))


class EndAbsence(TokenView):
    """That somebody is back."""

    @operation(
        "end_absence",
        any_of=KEEPS_ABSENCES,
        takes=Nothing,
        gives=page_shape(shapes.AbsenceShape),
        path=BY_ID,
        tag=TAG,
    )
    def post(self, _fields: Fields, pk: int) -> Any:
        """Let an absence end now, or take it away before it begins; the answer is those left."""
        end_absence(absence_id=row_of(Absence.objects, pk=pk).pk, actor=self.actor, at=self.at)
        left = absences_ahead(at=self.at)
        return {"results": shaped(shapes.AbsenceShape)(list(left[:200])), "next": None}


class CaseClockInHand(TokenView):
    """That somebody has a promise of a case in hand."""

    @operation(
        "acknowledge_clock_of_case",
        any_of=(Permission.WORK_CASE,),
        takes=Nothing,
        gives=shapes.InHandShape,
        path=OF_A_CLOCK,
        tag=TAG,
    )
    def post(self, _fields: Fields, number: int, clock_id: int) -> Any:
        """Say that a promise is in hand: its ladder wakes nobody else."""
        clock = take_clock_of_case(
            case_id=case_for(self.actor, number).pk,
            clock_id=int(clock_id),
            actor=self.actor,
            at=self.at,
        )
        return one(shapes.InHandShape, clock)


class ProblemClockInHand(TokenView):
    """That somebody has a target of a problem in hand."""

    @operation(
        "acknowledge_clock_of_problem",
        any_of=(Permission.WORK_PROBLEM, Permission.STEER_PROBLEM),
        takes=Nothing,
        gives=shapes.InHandShape,
        path=OF_A_CLOCK,
        tag=TAG,
    )
    def post(self, _fields: Fields, number: int, clock_id: int) -> Any:
        """Say that a target is in hand: its ladder wakes nobody else."""
        clock = take_clock_of_problem(
            problem_id=problem_for(self.actor, number).pk,
            clock_id=int(clock_id),
            actor=self.actor,
            at=self.at,
        )
        return one(shapes.InHandShape, clock)
