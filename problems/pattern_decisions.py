"""Decide about suspected problems: accept, link to a known one, dismiss, take it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from cases.models import Case
from customers.models import Product
from problems.lifecycle import end_problem_without_fix, lock_problem
from problems.linking import LinkedElsewhere, confirm_link, open_problem_from_cases, unlink_case
from problems.models import CaseLink, Pattern, PatternCase, Problem
from problems.models.link import LinkKind
from problems.models.pattern import AcceptedBy, DismissReason, PatternState
from problems.pattern_shaping import (
    PatternIsDecided,
    decide,
    fetch_back,
    lock_pattern,
    members_of,
    note,
    recount,
    rescale,
    undecide,
)
from problems.states import Outcome, ProblemState
from workflow.history.actions import Action
from workflow.lengths import fitting
from workflow.people.actors import Actor
from workflow.people.models import User
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

LONGEST_NOTE = 1000
# Until a department has said yes, opening a problem can be taken back as if it had never been.
TAKEN_BACK_FROM = (ProblemState.NEW, ProblemState.ASSESS)


class NoSuchReason(Refusal):
    """A suspected problem is dismissed for one of the known reasons."""

    code = "no_such_reason"
    status = 422


class ProblemHasEnded(Refusal):
    """Cases are linked to a problem that is still there."""

    code = "problem_has_ended"


class ProblemInWork(Refusal):
    """A department works on the problem that came of it."""

    code = "problem_in_work"


@dataclass(frozen=True, kw_only=True)
class Description:
    """What a lead says of the problem that is opened."""

    title: str
    statement: str
    category: str
    product: Product | None
    product_version: str = ""
    severity: int = 3


@transaction.atomic
def accept_pattern(
    *,
    pattern_id: int,
    described: Description,
    lead: User | None,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> Problem:
    """Open the problem with all cases that nobody took out; the rules then find its department.

    Raises:
        NotPermitted: the actor may not steer or open problems, or link cases.
        ChangedSince: somebody was faster.
        PatternIsDecided: somebody decided about it.
        NotDescribed: it has no title.
        LinkedElsewhere: every one of its cases belongs to another problem by now.
    """
    require_all(actor)
    pattern = lock_pattern(pattern_id, PatternState.PROPOSED, expected_version=expected_version)
    cases = unlinked_cases(pattern)
    refuse_empty(pattern, cases)
    problem = open_problem_from_cases(
        cases=cases,
        title=described.title,
        statement=described.statement,
        category=described.category,
        product=described.product,
        product_version=described.product_version,
        severity=described.severity,
        lead=lead,
        actor=actor,
        at=at,
    )
    accepted(pattern, problem, cases, by=AcceptedBy.OPENED, actor=actor, at=at)
    return problem


@transaction.atomic
def link_pattern(
    *,
    pattern_id: int,
    problem_id: int,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> Problem:
    """Link all cases that nobody took out to a problem that is known already.

    Raises:
        NotPermitted: the actor may not steer problems or link cases.
        ChangedSince: somebody was faster.
        PatternIsDecided: somebody decided about it.
        ProblemHasEnded: the problem is closed.
        LinkedElsewhere: every one of its cases belongs to another problem by now.
    """
    actor.require(Permission.STEER_PROBLEM)
    actor.require(Permission.LINK_CASE)
    pattern = lock_pattern(pattern_id, PatternState.PROPOSED, expected_version=expected_version)
    problem = lock_problem(problem_id)
    if problem.state == ProblemState.CLOSED:
        raise ProblemHasEnded(
            _("%(problem)s is closed.") % {"problem": problem.name},
            next_step=_("Open it again first, or open a new problem."),
        )
    cases = unlinked_cases(pattern)
    refuse_empty(pattern, cases)
    for case in cases:
        confirm_link(problem_id=problem.pk, case=case, actor=actor, at=at)
    accepted(pattern, problem, cases, by=AcceptedBy.LINKED, actor=actor, at=at)
    problem.refresh_from_db()
    return problem


def require_all(actor: Actor) -> None:
    """Refuse who may not open problems from patterns.

    Raises:
        NotPermitted: a right is missing.
    """
    for permission in (Permission.STEER_PROBLEM, Permission.OPEN_PROBLEM, Permission.LINK_CASE):
        actor.require(permission)


def unlinked_cases(pattern: Pattern) -> list[Case]:
    """Return the cases that nobody took out and that no problem explains yet, by id; one query."""
    linked = CaseLink.objects.filter(kind=LinkKind.CONFIRMED).values("case_id")
    return list(
        Case.objects.filter(pk__in=members_of(pattern).values("case_id"))
        .exclude(pk__in=linked)
        .order_by("pk")
    )


def refuse_empty(pattern: Pattern, cases: Sequence[Case]) -> None:
    """Refuse to accept what has no case left.

    Raises:
        LinkedElsewhere: all were linked meanwhile.
    """
    if not cases:
        raise LinkedElsewhere(
            _("Every case of %(pattern)s belongs to a problem by now.") % {"pattern": pattern.name},
            next_step=_("Dismiss the suspected problem: it is known."),
        )


def accepted(
    pattern: Pattern,
    problem: Problem,
    cases: Sequence[Case],
    *,
    by: AcceptedBy,
    actor: Actor,
    at: datetime,
) -> None:
    """Note that it was accepted and which cases were linked by it; four queries."""
    members_of(pattern).filter(case__in=cases).update(linked_at=at)
    pattern.accept()
    pattern.problem, pattern.accepted_by = problem, by
    decide(pattern, actor=actor, at=at)
    note(
        pattern,
        Action.PATTERN_ACCEPTED,
        actor=actor,
        at=at,
        changes={"problem": problem.pk, "cases": len(cases), "by": by.value},
        changes_state=True,
    )


@transaction.atomic
def dismiss_pattern(
    *,
    pattern_id: int,
    reason: DismissReason,
    words: str,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> Pattern:
    """Say that it is none; it stays dismissed until twice as many customers wrote. Four queries.

    Raises:
        NotPermitted: the actor does not steer problems.
        ChangedSince: somebody was faster.
        PatternIsDecided: somebody decided about it.
        TooManyCharacters: the words are too long.
    """
    actor.require(Permission.STEER_PROBLEM)
    pattern = lock_pattern(pattern_id, PatternState.PROPOSED, expected_version=expected_version)
    pattern.dismiss()
    pattern.reason, pattern.note = reason, fitting(words, longest=LONGEST_NOTE)
    decide(pattern, actor=actor, at=at)
    note(
        pattern,
        Action.PATTERN_DISMISSED,
        actor=actor,
        at=at,
        changes={"reason": reason.value, "customers": pattern.customers},
        changes_state=True,
    )
    return pattern


def reason_named(code: str) -> DismissReason:
    """Return the reason of a code.

    Raises:
        NoSuchReason: there is none.
    """
    if code not in DismissReason.values:
        raise NoSuchReason(
            _("Say why it is no pattern."),
            next_step=_("Choose one of %(names)s.") % {"names": ", ".join(DismissReason.values)},
        )
    return DismissReason(code)


@transaction.atomic
def take_back(
    *,
    pattern_id: int,
    actor: Actor,
    at: datetime,
    expected_version: int | None = None,
) -> Pattern:
    """Take the decision about it back: it waits for one again.

    What was dismissed comes back; what was merged gets its cases back; what was accepted gives up
    the links that accepting made, and a problem that was opened for it ends as cancelled.

    Raises:
        NotPermitted: the actor does not steer problems, or link cases where links are undone.
        ChangedSince: somebody was faster.
        PatternIsDecided: nobody decided about it.
        ProblemInWork: a department has accepted the problem that was opened.
    """
    actor.require(Permission.STEER_PROBLEM)
    lock_survivor_first(pattern_id)
    pattern = lock_pattern(
        pattern_id,
        PatternState.ACCEPTED,
        PatternState.DISMISSED,
        PatternState.MERGED,
        expected_version=expected_version,
    )
    was = pattern.state
    if was == PatternState.ACCEPTED:
        take_acceptance_back(pattern, actor=actor, at=at)
    elif was == PatternState.MERGED:
        take_merge_back(pattern, actor=actor, at=at)
    pattern.come_back()
    undecide(pattern, at=at)
    recount(pattern, at=at)
    note(
        pattern,
        Action.PATTERN_TAKEN_BACK,
        actor=actor,
        at=at,
        changes={"was": was},
        changes_state=True,
    )
    return pattern


def lock_survivor_first(pattern_id: int) -> None:
    """Lock the one that has the cases of a merged one, if it comes first; at most two queries.

    Merging locks both by their ids: whoever takes a merge back must not wait the other way round.
    """
    survivor_id = Pattern.objects.filter(pk=pattern_id).values_list("survivor", flat=True).first()
    if survivor_id is not None and survivor_id < pattern_id:
        lock_pattern(survivor_id, *PatternState)


def take_acceptance_back(pattern: Pattern, *, actor: Actor, at: datetime) -> None:
    """Undo the links that accepting made, and end a problem that was opened for it.

    Raises:
        ProblemInWork: a department has accepted it.
    """
    actor.require(Permission.LINK_CASE)
    # PostgreSQL keeps that what was accepted has its problem.
    problem = lock_problem(pattern.problem_id or 0)
    is_own = pattern.accepted_by == AcceptedBy.OPENED
    if is_own and problem.state not in TAKEN_BACK_FROM:
        raise ProblemInWork(
            _("%(problem)s is past the point where it could be taken back.")
            % {"problem": problem.name},
            next_step=_("End the problem itself, or unlink single cases from it."),
        )
    for member in PatternCase.objects.filter(
        pattern=pattern, linked_at__isnull=False
    ).select_related("case"):
        if is_linked(problem, member.case):
            unlink_case(problem_id=problem.pk, case=member.case, actor=actor, at=at)
    PatternCase.objects.filter(pattern=pattern).update(linked_at=None)
    if is_own:
        end_problem_without_fix(
            problem_id=problem.pk,
            outcome=Outcome.CANCELLED,
            reason=_("%(pattern)s was accepted by mistake.") % {"pattern": pattern.name},
            actor=actor,
            at=at,
        )


def is_linked(problem: Problem, case: Case) -> bool:
    """Whether the problem is the cause of the case still; one query."""
    return CaseLink.objects.filter(problem=problem, case=case, kind=LinkKind.CONFIRMED).exists()


def take_merge_back(pattern: Pattern, *, actor: Actor, at: datetime) -> None:
    """Fetch the cases that a merge gave away, as far as they are still there.

    Raises:
        PatternIsDecided: somebody decided about the one that has them now.
    """
    # PostgreSQL keeps that what was merged has its survivor.
    survivor = lock_pattern(pattern.survivor_id or 0, *PatternState)
    if survivor.state != PatternState.PROPOSED:
        raise PatternIsDecided(
            _("%(pattern)s has the cases, and somebody decided about it.")
            % {"pattern": survivor.name},
            next_step=_("Take that decision back first."),
        )
    fetch_back(pattern, survivor)
    rescale(survivor, at=at)
    # Whoever looks at that one decides about other cases than before.
    note(survivor, Action.PATTERN_SPLIT, actor=actor, at=at, changes={"with": pattern.name})
