"""Look for the cause of a problem: suppose, show by evidence, rule out, confirm."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from problems.cause_methods import Method
from problems.lifecycle import lock_problem, required_reason
from problems.models import Analysis, Cause, CauseEvidence, Evidence, Problem
from problems.models.cause import MethodKind, Verdict
from problems.task_rights import refuse_to_decide
from workflow.history.actions import Action
from workflow.history.recording import record
from workflow.lengths import fitting
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

MOST_CAUSES = 200


class CauseNotSaid(Refusal):
    """The words of an effect or a cause are missing."""

    code = "cause_not_said"


class NoSuchCause(Refusal):
    """There is no such analysis or cause."""

    code = "no_such_cause"
    status = 404


class NoRoomForCause(Refusal):
    """The method does not ask for another cause there."""

    code = "no_room_for_cause"


class BadCategory(Refusal):
    """The method has no such category."""

    code = "bad_category"


class NotWithoutItsEffect(Refusal):
    """What explains something that was ruled out explains nothing."""

    code = "not_without_its_effect"


@transaction.atomic
def begin_analysis(
    *, problem_id: int, method: Method, effect: str, actor: Actor, at: datetime
) -> Analysis:
    """Begin to look for the cause by a method; a problem may have several analyses.

    Raises:
        NotPermitted: the actor works on no problems.
        CauseNotSaid: nobody said what is to be explained.
    """
    refuse_strangers(actor)
    problem = lock_problem(problem_id)
    analysis = Analysis.objects.create(
        problem=problem,
        number=(problem.analyses.aggregate(last=Max("number"))["last"] or 0) + 1,
        method_code=method.code,
        method_name=fitting(method.name, longest=80),
        kind=method.kind,
        questions=list(method.questions),
        categories=list(method.categories),
        effect=required_words(effect, what=_("What is to be explained")),
        begun_by_id=actor.user_id,
        begun_at=at,
    )
    tell_of(problem, Action.ANALYSIS_BEGUN, analysis=analysis.number, actor=actor, at=at)
    return analysis


@transaction.atomic
def add_cause(
    *,
    analysis: Analysis,
    words: str,
    actor: Actor,
    at: datetime,
    parent: Cause | None = None,
    category: str = "",
) -> Cause:
    """Suppose a cause of the effect, or of another cause.

    In a chain each answer has one next question; a second answer is asked for once the first is
    ruled out. In a tree the first causes stand in a category, deeper ones in that of their parent.

    Raises:
        NotPermitted: the actor works on no problems.
        CauseNotSaid: the words are missing.
        NoRoomForCause: the chain has its answer there, all its questions, or there are too many.
        BadCategory: the method has no such category.
        NotWithoutItsEffect: the parent was ruled out.
    """
    refuse_strangers(actor)
    problem = lock_problem(analysis.problem_id)
    known = list(Cause.objects.filter(analysis=analysis).order_by("number"))
    if parent is not None:
        # As it stands now that the problem is locked: somebody may have ruled it out meanwhile.
        parent = next((one for one in known if one.pk == parent.pk), parent)
    if parent is not None and parent.verdict == Verdict.RULED_OUT:
        raise ruled_out(parent)
    if len(known) >= MOST_CAUSES:
        raise NoRoomForCause(
            _("An analysis holds at most %(most)d causes.") % {"most": MOST_CAUSES},
            next_step=_("Begin another analysis for a part of it."),
        )
    if analysis.kind == MethodKind.CHAIN:
        refuse_beside(analysis, known, parent=parent)
    cause = Cause.objects.create(
        analysis=analysis,
        number=len(known) + 1,
        parent=parent,
        category=category_of(analysis, parent=parent, category=category),
        words=required_words(words, what=_("The cause")),
        added_by_id=actor.user_id,
        added_at=at,
    )
    tell_of(problem, Action.CAUSE_ADDED, analysis=analysis.number, actor=actor, at=at)
    return cause


@transaction.atomic
def decide_cause(
    *, cause: Cause, verdict: Verdict, because: str, actor: Actor, at: datetime
) -> Cause:
    """Confirm a supposed cause, rule it out, or open it again; a reason is needed for each.

    Ruling out takes with it what was supposed beneath it.

    Raises:
        NotPermitted: the actor does not decide about the problem.
        ReasonMissing: nobody said why.
        NotWithoutItsEffect: it would explain something that was ruled out.
    """
    because = required_reason(because)
    problem = lock_problem(cause.analysis.problem_id)
    refuse_to_decide(actor, problem)
    known = {one.pk: one for one in Cause.objects.filter(analysis=cause.analysis)}
    above = known.get(cause.parent_id or 0)
    if verdict != Verdict.RULED_OUT and above is not None and above.verdict == Verdict.RULED_OUT:
        raise ruled_out(above)
    touched = [known[cause.pk]]
    if verdict == Verdict.RULED_OUT:
        touched += [one for one in beneath(cause.pk, known.values()) if one.verdict == Verdict.OPEN]
    for one in touched:
        one.verdict, one.because = verdict, because
        is_open = verdict == Verdict.OPEN
        one.decided_at = None if is_open else at
        one.decided_by_id = None if is_open else actor.user_id
    Cause.objects.bulk_update(touched, ["verdict", "because", "decided_at", "decided_by"])
    record(
        Action.CAUSE_DECIDED,
        problem,
        actor=actor,
        at=at,
        changes={
            "analysis": cause.analysis.number,
            "cause": cause.number,
            "verdict": verdict.value,
        },
    )
    return touched[0]


@transaction.atomic
def show_cause(*, cause: Cause, text: str, actor: Actor, at: datetime) -> CauseEvidence:
    """Add evidence to the problem that speaks for or against a supposed cause.

    Raises:
        NotPermitted: the actor works on no problems.
        CauseNotSaid: nothing was said.
    """
    refuse_strangers(actor)
    if not text.strip():
        raise CauseNotSaid(_("The evidence is empty."), next_step=_("Say what shows it."))
    problem = lock_problem(cause.analysis.problem_id)
    evidence = Evidence.objects.create(
        problem=problem, text=text.strip(), user_id=actor.user_id, at=at
    )
    return link_evidence(cause=cause, evidence=evidence, actor=actor, at=at)


@transaction.atomic
def link_evidence(*, cause: Cause, evidence: Evidence, actor: Actor, at: datetime) -> CauseEvidence:
    """Say that evidence of the problem speaks for or against a supposed cause.

    Raises:
        NotPermitted: the actor works on no problems.
        NoSuchCause: the evidence is of another problem.
    """
    refuse_strangers(actor)
    problem = lock_problem(cause.analysis.problem_id)
    if evidence.problem_id != problem.pk:
        raise NoSuchCause(
            _("This evidence is of another problem."), next_step=_("Load the page again.")
        )
    link, is_new = CauseEvidence.objects.get_or_create(cause=cause, evidence=evidence)
    if is_new:
        tell_of(problem, Action.CAUSE_SHOWN, analysis=cause.analysis.number, actor=actor, at=at)
    return link


# ---- rules -----------------------------------------------------------------------------------


def refuse_strangers(actor: Actor) -> None:
    """Refuse who works neither on problems nor opens them: every department may suppose."""
    if not actor.may(Permission.WORK_PROBLEM) and not actor.may(Permission.STEER_PROBLEM):
        actor.require(Permission.OPEN_PROBLEM)


def required_words(words: str, *, what: str) -> str:
    """Return words of at most 400 characters, or refuse empty ones."""
    if not words.strip():
        raise CauseNotSaid(
            _("%(what)s is empty.") % {"what": what}, next_step=_("Say it in a sentence.")
        )
    return fitting(words, longest=400)


def refuse_beside(analysis: Analysis, known: list[Cause], *, parent: Cause | None) -> None:
    """Refuse a second answer of a chain while the first holds, and one after its last question."""
    parent_id = parent.pk if parent is not None else None
    beside = [
        one for one in known if one.parent_id == parent_id and one.verdict != Verdict.RULED_OUT
    ]
    if beside:
        raise NoRoomForCause(
            _("This question has an answer: %(words)s") % {"words": beside[0].words},
            next_step=_("Go on from there, or rule it out first."),
        )
    if depth_of(parent, known) >= len(analysis.questions):
        raise NoRoomForCause(
            _("All questions of this method are answered."),
            next_step=_("Confirm the last answer, or rule out an earlier one."),
        )


def depth_of(cause: Cause | None, known: Iterable[Cause]) -> int:
    """Return how many answers lead to a cause, itself included; 0 for the effect."""
    by_id = {one.pk: one for one in known}
    depth = 0
    while cause is not None:
        depth += 1
        cause = by_id.get(cause.parent_id or 0)
    return depth


def category_of(analysis: Analysis, *, parent: Cause | None, category: str) -> str:
    """Return the category of a new cause: of its parent, or one of the method's."""
    if parent is not None:
        return parent.category
    if not analysis.categories:
        return ""
    if category not in analysis.categories:
        raise BadCategory(
            _("This method has no such category."), next_step=_("Choose one of its categories.")
        )
    return category


def beneath(cause_id: int, causes: Iterable[Cause]) -> list[Cause]:
    """Return everything that was supposed beneath a cause; no query."""
    found, rest = [], list(causes)
    above = {cause_id}
    while nearer := [one for one in rest if one.parent_id in above]:
        found += nearer
        above = {one.pk for one in nearer}
    return found


def ruled_out(cause: Cause) -> NotWithoutItsEffect:
    """Return the refusal of what would explain something that was ruled out."""
    return NotWithoutItsEffect(
        _("“%(words)s” was ruled out.") % {"words": cause.words},
        next_step=_("Open it again first, or add the cause elsewhere."),
    )


def tell_of(problem: Problem, action: Action, *, analysis: int, actor: Actor, at: datetime) -> None:
    """Write a step of an analysis into the history of the problem."""
    record(action, problem, actor=actor, at=at, changes={"analysis": analysis})
