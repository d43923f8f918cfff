"""Read analyses: the supposed causes as a tree, and what is offered as the root cause."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from problems.models import Analysis, Cause, CauseEvidence, Evidence, Problem
from problems.models.cause import MethodKind, Verdict
from workflow.refusals import Refusal


class NoSuchAnalysis(Refusal):
    """The problem has no such analysis, or the analysis no such cause."""

    code = "no_such_analysis"
    status = 404


@dataclass
class Branch:
    """A supposed cause with its evidence and with what would explain it in turn."""

    cause: Cause
    evidence: list[Evidence]
    deeper: list["Branch"] = field(default_factory=list)


def analyses_of(problem_id: int) -> list[Analysis]:
    """Return the analyses of a problem with counts of their causes, oldest first; one query."""
    return list(
        Analysis.objects.filter(problem_id=problem_id)
        .select_related("begun_by")
        .annotate(
            supposed=Count("causes"),
            confirmed=Count("causes", filter=Q(causes__verdict=Verdict.CONFIRMED)),
            ruled_out=Count("causes", filter=Q(causes__verdict=Verdict.RULED_OUT)),
        )
        .order_by("number")
    )


def analysis_numbered(problem_id: int, number: int) -> Analysis:
    """Return one analysis of a problem; one query.

    Raises:
        NoSuchAnalysis: it has none of this number.
    """
    found = (
        Analysis.objects.select_related("problem", "begun_by")
        .filter(problem_id=problem_id, number=number)
        .first()
    )
    if found is None:
        raise NoSuchAnalysis(
            _("There is no such analysis."), next_step=_("Look at those of the problem.")
        )
    return found


def causes_of(analysis: Analysis, *, with_evidence: bool = False) -> list[Cause]:
    """Return the supposed causes of an analysis in the order in which they came.

    One query; two with their evidence.
    """
    found = Cause.objects.filter(analysis=analysis).select_related(
        "added_by", "decided_by", "analysis", "parent"
    )
    if with_evidence:
        found = found.prefetch_related("evidence__evidence")
    return list(found.order_by("number"))


def cause_numbered(causes: Iterable[Cause], number: int) -> Cause:
    """Return one of some causes; no query.

    Raises:
        NoSuchAnalysis: none has this number.
    """
    found = next((one for one in causes if one.number == number), None)
    if found is None:
        raise NoSuchAnalysis(_("There is no such cause."), next_step=_("Load the page again."))
    return found


def tree_of(analysis: Analysis, causes: Sequence[Cause]) -> list[Branch]:
    """Return the causes as a tree, in the order of the categories, then of time; one query."""
    shown: dict[int, list[Evidence]] = {}
    links = CauseEvidence.objects.filter(cause__analysis=analysis).select_related("evidence__user")
    for link in links.order_by("id"):
        shown.setdefault(link.cause_id, []).append(link.evidence)
    return grown(analysis.categories, causes, evidence=shown)


def grown(
    categories: Sequence[str], causes: Sequence[Cause], *, evidence: dict[int, list[Evidence]]
) -> list[Branch]:
    """Return causes as a tree; no query."""
    branches = {one.pk: Branch(one, evidence.get(one.pk, [])) for one in causes}
    roots: list[Branch] = []
    for branch in branches.values():
        above = branches.get(branch.cause.parent_id or 0)
        (above.deeper if above is not None else roots).append(branch)
    place = {name: position for position, name in enumerate(categories)}
    roots.sort(key=lambda one: (place.get(one.cause.category, len(place)), one.cause.number))
    return roots


def offered_root_cause(causes: Iterable[Cause]) -> str:
    """Return the deepest confirmed causes as the text of the root cause; nothing if none is."""
    confirmed = [one for one in causes if one.verdict == Verdict.CONFIRMED]
    explained = {one.parent_id for one in confirmed}
    deepest = [one.words for one in confirmed if one.pk not in explained]
    return "\n".join(deepest)


def offered_for(problem_id: int) -> str:
    """Return what the analyses of a problem offer as its root cause; one query."""
    confirmed = Cause.objects.filter(
        analysis__problem_id=problem_id, verdict=Verdict.CONFIRMED
    ).order_by("analysis_id", "number")
    return offered_root_cause(confirmed)


def evidence_numbered(problem_id: int, evidence_id: int) -> Evidence:
    """Return a piece of a problem's evidence; one query.

    Raises:
        NoSuchAnalysis: the problem has none of this id.
    """
    found = Evidence.objects.filter(problem_id=problem_id, pk=evidence_id).first()
    if found is None:
        raise NoSuchAnalysis(_("There is no such evidence."), next_step=_("Load the page again."))
    return found


def verdict_named(code: str) -> Verdict:
    """Return a verdict by its code."""
    return Verdict(code)


def kind_named(code: str) -> MethodKind:
    """Return a kind of method by its code."""
    return MethodKind(code)


def analyses_for_programs(problem: Problem) -> QuerySet[Analysis]:
    """Return the analyses of a problem with who began them."""
    return Analysis.objects.filter(problem=problem).select_related("begun_by")
