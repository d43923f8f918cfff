"""Searches for causes for programs: methods, analyses, supposed causes, verdicts, evidence."""

from typing import Any

from problems.access import problem_for
from problems.cause_methods import Method, as_method, method_called, methods, save_method
from problems.causes import add_cause, begin_analysis, decide_cause, show_cause
from problems.causes_told import (
    analyses_for_programs,
    analysis_numbered,
    cause_numbered,
    causes_of,
    kind_named,
    offered_root_cause,
    verdict_named,
)
from servicedesk.api.base import TokenView
from servicedesk.api.operations import operation, page_shape
from servicedesk.api.paging import one, page_of, shaped
from servicedesk.api.shapes import causes as shapes
from servicedesk.api.shapes.fields import Listing
from workflow.people.permissions import Permission

Fields = dict[str, Any]
SEES = (Permission.VIEW_PROBLEM,)
SUPPOSES = (Permission.WORK_PROBLEM, Permission.STEER_PROBLEM, Permission.OPEN_PROBLEM)
PATH = ("number",)
ONE = ("number", "analysis_id")
CAUSE = ("number", "analysis_id", "cause_id")
TAG = "Causes"


def method_data(method: Method) -> dict[str, Any]:
    """Return a method as data."""
    return {
        "code": method.code,
        "name": method.name,
        "kind": method.kind.value,
        "parts": [*method.questions, *method.categories],
        "is_ours": method.is_ours,
    }


class AnalysisMethods(TokenView):
    """The methods by which a cause is looked for."""

    @operation(
        "list_analysis_methods",
        any_of=SEES,
        filters=Listing,
        gives=page_shape(shapes.MethodShape),
        tag=TAG,
    )
    def get(self) -> Any:
        """List the methods that an analysis can begin with, all on one page."""
        return {"results": [method_data(found) for found in methods()], "next": None}

    @operation(
        "save_analysis_method",
        any_of=(Permission.CONFIGURE,),
        takes=shapes.MethodWish,
        gives=shapes.MethodShape,
        tag=TAG,
    )
    def post(self, fields: Fields) -> Any:
        """Add a method of one's own, or change it; analyses keep the one they began with."""
        row = save_method(
            code=fields["code"],
            name=fields["name"],
            kind=kind_named(fields["kind"]),
            parts=fields["parts"],
            is_active=fields["is_active"],
            actor=self.actor,
            at=self.at,
        )
        return method_data(as_method(row))


class AnalysesOfProblem(TokenView):
    """The searches for the cause of a problem."""

    @operation(
        "list_analyses",
        any_of=SEES,
        filters=Listing,
        gives=page_shape(shapes.AnalysisShape),
        path=PATH,
        tag=TAG,
    )
    def get(self, number: int) -> Any:
        """List the analyses of a problem, oldest first."""
        found = analyses_for_programs(problem_for(self.actor, number))
        return page_of(found, self, shape=shaped(shapes.AnalysisShape), is_newest_first=False)

    @operation(
        "begin_analysis",
        any_of=SUPPOSES,
        takes=shapes.NewAnalysis,
        gives=shapes.WholeAnalysisShape,
        path=PATH,
        status=201,
        tag=TAG,
    )
    def post(self, fields: Fields, number: int) -> Any:
        """Begin to look for the cause by a method."""
        problem = problem_for(self.actor, number)
        analysis = begin_analysis(
            problem_id=problem.pk,
            method=method_called(fields["method"]),
            effect=fields["effect"],
            actor=self.actor,
            at=self.at,
        )
        return whole(analysis_numbered(problem.pk, analysis.number))


def whole(analysis: Any) -> dict[str, Any]:
    """Return an analysis with its causes; three queries."""
    causes = causes_of(analysis, with_evidence=True)
    shown = one(shapes.AnalysisShape, analysis)
    return {
        **shown,
        "causes": shaped(shapes.CauseShape)(causes),
        "offered_root_cause": offered_root_cause(causes),
    }


class AnalysisView(TokenView):
    """An address within one analysis."""

    def found(self, number: int, analysis_id: int) -> Any:
        """Return the analysis; two queries."""
        return analysis_numbered(problem_for(self.actor, number).pk, analysis_id)


class OneAnalysis(AnalysisView):
    """One search for a cause."""

    @operation("read_analysis", any_of=SEES, gives=shapes.WholeAnalysisShape, path=ONE, tag=TAG)
    def get(self, number: int, analysis_id: int) -> Any:
        """Read an analysis with all its supposed causes."""
        return whole(self.found(number, analysis_id))


class CausesOfAnalysis(AnalysisView):
    """The supposed causes of an analysis."""

    @operation(
        "suppose_cause",
        any_of=SUPPOSES,
        takes=shapes.NewCause,
        gives=shapes.WholeAnalysisShape,
        path=ONE,
        status=201,
        tag=TAG,
    )
    def post(self, fields: Fields, number: int, analysis_id: int) -> Any:
        """Suppose a cause of the effect, or of another cause."""
        analysis = self.found(number, analysis_id)
        key = fields["parent"]
        add_cause(
            analysis=analysis,
            words=fields["words"],
            parent=cause_numbered(causes_of(analysis), key) if key is not None else None,
            category=fields["category"],
            actor=self.actor,
            at=self.at,
        )
        return whole(analysis)


class VerdictOnCause(AnalysisView):
    """What is known of a supposed cause."""

    @operation(
        "decide_cause",
        any_of=SUPPOSES,
        takes=shapes.CauseVerdict,
        gives=shapes.WholeAnalysisShape,
        path=CAUSE,
        tag=TAG,
    )
    def post(self, fields: Fields, number: int, analysis_id: int, cause_id: int) -> Any:
        """Confirm a supposed cause, rule it out, or open it again; whoever answers for it may."""
        analysis = self.found(number, analysis_id)
        decide_cause(
            cause=cause_numbered(causes_of(analysis), cause_id),
            verdict=verdict_named(fields["verdict"]),
            because=fields["because"],
            actor=self.actor,
            at=self.at,
        )
        return whole(analysis)


class EvidenceOfCause(AnalysisView):
    """What shows a supposed cause."""

    @operation(
        "show_cause",
        any_of=SUPPOSES,
        takes=shapes.CauseEvidence,
        gives=shapes.WholeAnalysisShape,
        path=CAUSE,
        tag=TAG,
    )
    def post(self, fields: Fields, number: int, analysis_id: int, cause_id: int) -> Any:
        """Add evidence to the problem that speaks for or against a supposed cause."""
        analysis = self.found(number, analysis_id)
        show_cause(
            cause=cause_numbered(causes_of(analysis), cause_id),
            text=fields["text"],
            actor=self.actor,
            at=self.at,
        )
        return whole(analysis)
