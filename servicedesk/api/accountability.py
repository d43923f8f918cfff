"""Accountability for programs: who had a problem when, what departments say, scorecards, fix times."""

from datetime import timedelta
from typing import Any

from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _

from problems.access import problem_for
from problems.accountability import who_was_accountable
from problems.fix_times import Compared, Quartiles, fix_times, versions_followed
from problems.key_workflows import KeyScore, key_scores
from problems.scorecards import Scorecard, scorecards
from problems.statements import (
    About,
    Decision,
    change_statement,
    decide_statement,
    statements_of,
    write_statement,
)
from servicedesk.api.base import TokenView
from servicedesk.api.naming import department_called
from servicedesk.api.operations import operation, page_shape
from servicedesk.api.paging import one, page_of, shaped
from servicedesk.api.refusals import Unprocessable
from servicedesk.api.shapes import accountability as shapes
from servicedesk.api.shapes.fields import Listing
from servicedesk.pages.fix_time_question import fix_question_in
from servicedesk.pages.reporting import question_in
from workflow.people.permissions import Permission

Fields = dict[str, Any]
SEES = (Permission.VIEW_PROBLEM,)
STEERS = (Permission.STEER_PROBLEM,)
WORKS = (Permission.WORK_PROBLEM,)
PATH = ("number",)
ONE = ("number", "statement_id")
TAG = "Problems"
REPORTS = "Reports"
SECOND = timedelta(seconds=1)


class AccountableForProblem(TokenView):
    """Who answered for a problem."""

    @operation(
        "read_accountable",
        any_of=SEES,
        filters=shapes.Moment,
        gives=shapes.AccountableShape,
        path=PATH,
        tag=TAG,
    )
    def get(self, number: int) -> Any:
        """Read who answered for a problem at a moment, now if none is named."""
        problem = problem_for(self.actor, number)
        answer = who_was_accountable(problem, at=self.asked.get("at") or self.at)
        found = answer.found
        return one(
            shapes.AccountableShape,
            {
                "at": found.at,
                "standing": str(found.standing),
                "department": found.department_name or None,
                "leg": found.position,
                "stage": found.stage or None,
                "stage_name": found.stage_name,
                "person": answer.assignee or None,
                "lead": answer.lead or None,
                "since": found.since,
                "until": found.until,
                "due_at": found.due_at,
                "is_late": found.is_late,
            },
        )


class StatementsOfProblem(TokenView):
    """What departments say about the journey of a problem."""

    @operation(
        "list_statements",
        any_of=SEES,
        filters=Listing,
        gives=page_shape(shapes.StatementShape),
        path=PATH,
        tag=TAG,
    )
    def get(self, number: int) -> Any:
        """List what departments said beside stays and detours, newest first."""
        problem = problem_for(self.actor, number)
        statements = problem.statements.select_related("leg", "department", "user", "decided_by")
        return page_of(statements, self, shape=shaped(shapes.StatementShape))

    @operation(
        "write_statement",
        any_of=WORKS,
        takes=shapes.NewStatement,
        gives=shapes.StatementShape,
        path=PATH,
        status=201,
        tag=TAG,
    )
    def post(self, fields: Fields, number: int) -> Any:
        """Say the word of a department beside a stay, or the detour that begins with it."""
        problem = problem_for(self.actor, number)
        written = write_statement(
            problem_id=problem.pk,
            position=fields["leg"],
            about=About(fields["about"]),
            department=department_called(fields["department"]),
            text=fields["text"],
            actor=self.actor,
            at=self.at,
        )
        return one(shapes.StatementShape, written)


def statement_in(view: TokenView, *, number: int, statement_id: int) -> int:
    """Return the id of a statement of a problem.

    Raises:
        Unprocessable: the problem has no such statement.
    """
    problem = problem_for(view.actor, number)
    if not any(one.pk == statement_id for one in statements_of(problem.pk)):
        raise Unprocessable(
            _("There is no such statement here."),
            next_step=_("Send an id that the list of statements names."),
        )
    return statement_id


class ChangeStatement(TokenView):
    """Another word."""

    @operation(
        "change_statement",
        any_of=WORKS,
        takes=shapes.ChangedStatement,
        gives=shapes.StatementShape,
        path=ONE,
        tag=TAG,
    )
    def post(self, fields: Fields, number: int, statement_id: int) -> Any:
        """Say the word of a department anew, as its head; a decision about it is open again."""
        changed = change_statement(
            statement_id=statement_in(self, number=number, statement_id=statement_id),
            text=fields["text"],
            actor=self.actor,
            at=self.at,
        )
        return one(shapes.StatementShape, changed)


class DecideStatement(TokenView):
    """What a lead decides about a word."""

    @operation(
        "decide_statement",
        any_of=STEERS,
        takes=shapes.DecidedStatement,
        gives=shapes.StatementShape,
        path=ONE,
        tag=TAG,
    )
    def post(self, fields: Fields, number: int, statement_id: int) -> Any:
        """Decide whether what was late is excused, or counts; with the reason."""
        decided = decide_statement(
            statement_id=statement_in(self, number=number, statement_id=statement_id),
            decision=Decision(fields["decision"]),
            because=fields["because"],
            actor=self.actor,
            at=self.at,
        )
        return one(shapes.StatementShape, decided)


class ScorecardsOfDepartments(TokenView):
    """The scorecards of departments."""

    @operation(
        "report_departments",
        any_of=(*STEERS, *WORKS),
        filters=shapes.MonthFilters,
        gives=shapes.ScorecardsShape,
        tag=REPORTS,
    )
    def get(self) -> Any:
        """Read the scorecards: own time only, refusals that were right; members see their own."""
        question = question_in(self.asked, at=self.at, zone=get_current_timezone())
        steers = self.actor.may(Permission.STEER_PROBLEM)
        found = scorecards(
            since=question.asked.since,
            until=question.asked.until,
            departments=None if steers else self.actor.departments,
        )
        return one(
            shapes.ScorecardsShape,
            {
                "since": question.asked.since,
                "until": question.asked.until,
                "left_out": found.left_out,
                "departments": [card_as_data(card) for card in found.cards],
            },
        )


def card_as_data(card: Scorecard) -> dict[str, Any]:
    """Return a scorecard, times in seconds."""
    spent = card.spent
    return {
        "department": card.department.slug,
        "problems": card.problems,
        "stays": len(card.stays),
        "own_seconds": spent.own / SECOND,
        "working_seconds": spent.working / SECOND,
        "waiting_seconds": spent.waiting / SECOND,
        "paused_seconds": spent.paused / SECOND,
        "late_seconds": card.late / SECOND,
        "late_stays": len(card.late_stays),
        "excused_stays": card.excused_stays,
        "refused": card.refused,
        "refused_rightly": card.refused_rightly,
        "refused_wrongly": card.refused_wrongly,
        "handed_over": card.handed_over,
        "handed_back": card.handed_back,
        "tasks_done": card.tasks_done,
        "tasks_refused": card.tasks_refused,
        "late_tasks": len(card.late_tasks),
        "task_seconds": card.task_time / SECOND,
        "statements": len(card.said),
    }


class FixTimesReport(TokenView):
    """How long problems take until they are fixed for good."""

    @operation(
        "report_fix_times",
        any_of=STEERS,
        filters=shapes.FixTimeFilters,
        gives=shapes.FixTimesShape,
        tag=REPORTS,
    )
    def get(self) -> Any:
        """Read the time to permanent fix by department, stage and workflow version, before and after."""
        asked = {name: str(self.asked.get(name) or "") for name in shapes.FIX_TIME_PARTS}
        question = fix_question_in(
            asked, versions=versions_followed(), at=self.at, zone=get_current_timezone()
        )
        compared, found = question.comparison, fix_times(question.comparison)
        return one(
            shapes.FixTimesShape,
            {
                "since": compared.since,
                "until": compared.until,
                "begins_at": compared.begins_at,
                "before": question.before or None,
                "after": question.after or None,
                "whole": row_as_data(found.whole),
                "key_workflows": [
                    key_as_data(score)
                    for score in key_scores(since=compared.since, until=compared.until)
                ],
                "departments": [row_as_data(row) for row in found.departments],
                "fixers": [row_as_data(row) for row in found.fixers],
                "stages": [row_as_data(row) for row in found.stages],
                "versions": [row_as_data(row) for row in found.versions],
            },
        )


def row_as_data(row: Compared) -> dict[str, Any]:
    """Return both sides of a row; `change` is a share of the median before."""
    return {
        "name": row.name,
        "before": quartiles_as_data(row.before),
        "after": quartiles_as_data(row.after),
        "is_too_few": row.is_too_few,
        "change": row.change,
    }


def quartiles_as_data(found: Quartiles) -> dict[str, Any]:
    """Return count and quartiles in seconds; null where there are no problems."""
    spans = {"first_quartile": found.low, "median": found.median, "third_quartile": found.high}
    return {
        "problems": found.count,
        **{
            f"{name}_seconds": None if span is None else span / SECOND
            for name, span in spans.items()
        },
    }


def key_as_data(score: KeyScore) -> dict[str, Any]:
    """Return a key workflow with its steps, times in seconds."""
    return {
        "workflow": score.workflow.pk,
        "name": score.workflow.name,
        "stays": score.stays,
        "in_time": score.in_time,
        "steps": [
            {
                "stage_key": step.stage_key,
                "name": step.name,
                "within_seconds": step.within / SECOND if step.within else None,
                "stays": step.stays,
                "in_time": step.in_time,
            }
            for step in score.steps
        ],
    }
