"""Problems for programs: list, open, read, step on; the journey and the ledger as data."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from cases.queries import cases_numbered
from problems.access import problem_for, visible_problems
from problems.affected import affected_by
from problems.fixing import add_evidence
from problems.journey import to_payload
from problems.linking import open_problem_from_cases
from problems.queries import journey_for, legs_of, problem_with_counts, with_counts
from problems.states import ProblemState
from servicedesk.api import shapes
from servicedesk.api.answering import Answer
from servicedesk.api.base import TokenView
from servicedesk.api.cases import KEY, NUMBER, PAGING, REFUSED, product_for
from servicedesk.api.paging import page_of
from servicedesk.api.refusals import Unprocessable
from servicedesk.api.steps import take_step
from workflow.people.permissions import Permission

STATE = OpenApiParameter("state", str, enum=[state.value for state in ProblemState])


def problems_shaped(problems: list[Any]) -> list[dict[str, Any]]:
    """Return problems with their counts as data; one query for where they are."""
    open_legs = {
        problem_id: legs[-1]
        for problem_id, legs in legs_of(problem.pk for problem in problems).items()
        if legs[-1].left_at is None
    }
    shaped = shapes.ProblemShape(problems, many=True, context={"open_legs": open_legs})
    return [dict(row) for row in shaped.data]


def number_in(text: str) -> int:
    """Return the number in `204` or `P-204`."""
    return int(text.lower().removeprefix("p-"))


class Problems(TokenView):
    """The problems of the tenant, for staff."""

    @extend_schema(
        operation_id="list_problems",
        parameters=[*PAGING, STATE],
        responses={200: shapes.ProblemPage, **REFUSED},
    )
    def get(self, request: Request) -> Response:
        """List problems, newest first."""
        self.actor.require(Permission.VIEW_PROBLEM)
        problems = with_counts(visible_problems(self.actor)).select_related("product", "lead")
        state = request.query_params.get("state")
        if state:
            problems = problems.filter(state=state)
        return page_of(problems, request, shape=problems_shaped)

    @extend_schema(
        operation_id="open_problem",
        parameters=[KEY],
        request=shapes.NewProblem,
        responses={201: shapes.ProblemShape, **REFUSED},
    )
    def post(self, request: Request) -> Response:
        """Open a problem from the cases that show it."""
        wanted = shapes.NewProblem(data=request.data)
        wanted.is_valid(raise_exception=True)
        return self.once(request, lambda: self.opened(wanted.validated_data))

    def opened(self, fields: dict[str, Any]) -> Answer:
        """Open the problem and return it."""
        self.actor.require(Permission.OPEN_PROBLEM)
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
            severity=fields["severity"],
            actor=self.actor,
            at=self.at,
        )
        if fields["evidence"].strip():
            add_evidence(
                problem_id=problem.pk, text=fields["evidence"], actor=self.actor, at=self.at
            )
        stored = problem_with_counts(self.actor, problem.number)
        return 201, problems_shaped([stored])[0]


class OneProblem(TokenView):
    """One problem."""

    @extend_schema(
        operation_id="read_problem",
        parameters=[NUMBER],
        responses={200: shapes.ProblemShape, **REFUSED},
    )
    def get(self, _request: Request, number: str) -> Response:
        """Read a problem."""
        problem = problem_with_counts(self.actor, number_in(number))
        return Response(problems_shaped([problem])[0])


class Steps(TokenView):
    """The steps of a problem."""

    @extend_schema(
        operation_id="take_step",
        parameters=[NUMBER, KEY],
        request=shapes.Step,
        responses={200: shapes.ProblemShape, **REFUSED},
    )
    def post(self, request: Request, number: str) -> Response:
        """Take a step; the answer is the problem after it."""
        wanted = shapes.Step(data=request.data)
        wanted.is_valid(raise_exception=True)
        problem = problem_for(self.actor, number_in(number))
        return self.once(request, lambda: self.stepped(problem, wanted.validated_data))

    def stepped(self, problem: Any, fields: dict[str, Any]) -> Answer:
        """Take the step and return the problem."""
        take_step(problem_id=problem.pk, fields=fields, actor=self.actor, at=self.at)
        stored = problem_with_counts(self.actor, problem.number)
        return 200, problems_shaped([stored])[0]


class JourneyOfProblem(TokenView):
    """The way of a problem through the departments."""

    @extend_schema(
        operation_id="read_journey",
        parameters=[NUMBER],
        responses={200: shapes.JourneyShape, **REFUSED},
    )
    def get(self, _request: Request, number: str) -> Response:
        """Read the journey: legs, delays and detours."""
        problem = problem_for(self.actor, number_in(number))
        journey = journey_for(problem, at=self.at)
        return Response(to_payload(journey, number=problem.number, state=problem.state))


class AffectedByProblem(TokenView):
    """The ledger of those whom a problem affects."""

    @extend_schema(
        operation_id="list_affected",
        parameters=[NUMBER, *PAGING],
        responses={200: shapes.AffectedPage, **REFUSED},
    )
    def get(self, request: Request, number: str) -> Response:
        """List customers in the order in which they were found."""
        problem = problem_for(self.actor, number_in(number))
        rows = affected_by(problem.pk).prefetch_related("told", "contact__addresses")
        return page_of(
            rows,
            request,
            shape=lambda found: [dict(row) for row in shapes.AffectedShape(found, many=True).data],
            is_newest_first=False,
        )
