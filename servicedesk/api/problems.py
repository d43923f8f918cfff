"""Problems for programs: list, open, read, step on; the journey and the ledger as data."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from cases.queries import cases_numbered
from problems.access import problem_for, visible_problems
from problems.fixing import add_evidence
from problems.journey import to_payload
from problems.lifecycle import lock_problem
from problems.linking import open_problem_from_cases
from problems.queries import OPEN, journey_for, legs_of, problem_with_counts, with_counts
from servicedesk.api.base import TokenView
from servicedesk.api.conversation import history_page
from servicedesk.api.naming import product_for
from servicedesk.api.operations import operation, page_shape
from servicedesk.api.paging import page_of, shaped
from servicedesk.api.refusals import Unprocessable
from servicedesk.api.shapes import problems as shapes
from servicedesk.api.shapes.cases import EntryShape
from servicedesk.api.shapes.fields import Listing
from servicedesk.api.steps import take_step
from workflow.people.permissions import Permission

Fields = dict[str, Any]
SEES = (Permission.VIEW_PROBLEM,)
PATH = ("number",)
TAG = "Problems"


def problems_shaped(problems: list[Any]) -> list[dict[str, Any]]:
    """Return problems with their counts as data; one query for where they are."""
    open_legs = {
        problem_id: legs[-1]
        for problem_id, legs in legs_of(problem.pk for problem in problems).items()
        if legs[-1].left_at is None
    }
    return list(shaped(shapes.ProblemShape, context={"open_legs": open_legs})(problems))


def narrowed(problems: QuerySet[Any], asked: Mapping[str, Any]) -> QuerySet[Any]:
    """Return the problems that a program asks for."""
    plain = {
        "state": "state",
        "severity": "severity",
        "product": "product__slug",
        "category": "category__iexact",
    }
    wanted = Q(**{path: asked[name] for name, path in plain.items() if asked.get(name)})
    if asked.get("is_open") is not None:
        wanted &= OPEN if asked["is_open"] else ~OPEN
    if asked.get("is_known_error") is not None:
        wanted &= Q(known_error_at__isnull=not asked["is_known_error"])
    if asked.get("department"):
        wanted &= Q(legs__left_at__isnull=True, legs__department__slug=asked["department"])
    return problems.filter(wanted)


class Problems(TokenView):
    """The problems of the tenant, for staff."""

    @operation(
        "list_problems",
        any_of=SEES,
        filters=shapes.ProblemFilters,
        gives=page_shape(shapes.ProblemShape),
        tag=TAG,
    )
    def get(self) -> Any:
        """List problems, newest first."""
        problems = narrowed(with_counts(visible_problems(self.actor)), self.asked)
        return page_of(problems.select_related("product", "lead"), self, shape=problems_shaped)

    @operation(
        "open_problem",
        any_of=(Permission.OPEN_PROBLEM,),
        takes=shapes.NewProblem,
        gives=shapes.ProblemShape,
        status=201,
        tag=TAG,
    )
    def post(self, fields: Fields) -> Any:
        """Open a problem from the cases that show it."""
        cases = cases_numbered(self.actor, fields["cases"])
        missing = set(fields["cases"]) - {case.number for case in cases}
        if missing:
            raise Unprocessable(
                _("There is no case #%(number)s here.") % {"number": min(missing)},
                next_step=_("Send the numbers of cases that are there."),
            )
        problem = open_problem_from_cases(
            cases=cases,
            title=fields["title"],
            statement=fields["statement"],
            category=fields["category"],
            product=product_for(fields["product"]),
            product_version=fields["product_version"],
            severity=fields["severity"],
            actor=self.actor,
            at=self.at,
        )
        if fields["evidence"].strip():
            add_evidence(
                problem_id=problem.pk, text=fields["evidence"], actor=self.actor, at=self.at
            )
        return problems_shaped([problem_with_counts(self.actor, problem.number)])[0]


class OneProblem(TokenView):
    """One problem."""

    @operation("read_problem", any_of=SEES, gives=shapes.ProblemShape, path=PATH, tag=TAG)
    def get(self, number: int) -> Any:
        """Read a problem."""
        return problems_shaped([problem_with_counts(self.actor, number)])[0]


class Steps(TokenView):
    """The steps of a problem."""

    @operation(
        "take_step",
        any_of=SEES,
        takes=shapes.Step,
        gives=shapes.ProblemShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, fields: Fields, number: int) -> Any:
        """Take a step; who may take which is said by the step. The answer is the problem after it."""
        problem = problem_for(self.actor, number)
        lock_problem(problem.pk, expected_version=self.version_in(fields))
        take_step(problem_id=problem.pk, fields=fields, actor=self.actor, at=self.at)
        return problems_shaped([problem_with_counts(self.actor, problem.number)])[0]


class JourneyOfProblem(TokenView):
    """The way of a problem through the departments."""

    @operation("read_journey", any_of=SEES, gives=shapes.JourneyShape, path=PATH, tag=TAG)
    def get(self, number: int) -> Any:
        """Read the journey: legs, delays and detours."""
        problem = problem_for(self.actor, number)
        journey = journey_for(problem, at=self.at)
        return to_payload(journey, number=problem.number, state=problem.state)


class NotesOfProblem(TokenView):
    """What colleagues wrote to one another."""

    @operation(
        "list_notes",
        any_of=SEES,
        filters=Listing,
        gives=page_shape(shapes.NoteShape),
        path=PATH,
        tag=TAG,
    )
    def get(self, number: int) -> Any:
        """List the notes of a problem, newest first."""
        self.actor.require(Permission.VIEW_NOTE)
        notes = problem_for(self.actor, number).notes.select_related("user")
        return page_of(notes, self, shape=shaped(shapes.NoteShape))


class EvidenceOfProblem(TokenView):
    """What shows a problem."""

    @operation(
        "list_evidence",
        any_of=SEES,
        filters=Listing,
        gives=page_shape(shapes.NoteShape),
        path=PATH,
        tag=TAG,
    )
    def get(self, number: int) -> Any:
        """List the evidence of a problem, newest first."""
        evidence = problem_for(self.actor, number).evidence.select_related("user")
        return page_of(evidence, self, shape=shaped(shapes.NoteShape))


class EstimatesOfProblem(TokenView):
    """When it will be fixed, as was said."""

    @operation(
        "list_estimates",
        any_of=SEES,
        filters=Listing,
        gives=page_shape(shapes.EstimateShape),
        path=PATH,
        tag=TAG,
    )
    def get(self, number: int) -> Any:
        """List every date that was said, newest first."""
        estimates = problem_for(self.actor, number).estimates.select_related("user")
        return page_of(estimates, self, shape=shaped(shapes.EstimateShape))


class CasesOfProblem(TokenView):
    """The cases whose cause a problem is."""

    @operation(
        "list_cases_of_problem",
        any_of=SEES,
        filters=Listing,
        gives=page_shape(shapes.LinkedCaseShape),
        path=PATH,
        tag=TAG,
    )
    def get(self, number: int) -> Any:
        """List the cases that are linked to a problem, newest link first."""
        links = problem_for(self.actor, number).links.filter(kind="confirmed")
        return page_of(
            links.select_related("case__contact"), self, shape=shaped(shapes.LinkedCaseShape)
        )


class HistoryOfProblem(TokenView):
    """What happened to a problem."""

    @operation(
        "list_history_of_problem",
        any_of=SEES,
        filters=Listing,
        gives=page_shape(EntryShape),
        path=PATH,
        tag=TAG,
    )
    def get(self, number: int) -> Any:
        """List what happened to a problem, oldest first."""
        return history_page(self, problem_for(self.actor, number))
