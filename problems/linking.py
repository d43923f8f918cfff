"""Say that a case belongs to a problem, or that it does not; open a problem from cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from cases.lifecycle import let_case_wait_for_problem, lock_case, stop_waiting_for_problem
from cases.models import Case
from customers.models import Product
from problems.events import CaseLinked
from problems.learning import forget_case, learn_case, learn_problem
from problems.lifecycle import keep, lock_problem, open_problem, tell
from problems.models import Affected, CaseLink, Leg, Problem
from problems.models.link import LinkKind, LinkReason
from problems.reaching import settle
from problems.teaching import LessonKind, teach
from workflow.history.actions import Action
from workflow.history.recording import ChangeValue, record
from workflow.lengths import one_line
from workflow.outbox.publishing import publish
from workflow.people.actors import Actor
from workflow.people.models import User
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

__all__ = [
    "LONGEST_NOTE",
    "NOT_SAID",
    "LinkReason",
    "LinkedElsewhere",
    "NotLinked",
    "NotSuggested",
    "Why",
    "confirm_link",
    "mark_similar",
    "open_problem_from_cases",
    "reconsider_link",
    "reject_link",
    "unlink_case",
]


class LinkedElsewhere(Refusal):
    """The case is caused by another problem already."""

    code = "linked_elsewhere"


class NotLinked(Refusal):
    """The case is not linked to the problem."""

    code = "not_linked"


class NotSuggested(Refusal):
    """The matching never named this problem for the case, or nobody decided on it."""

    code = "not_suggested"


@dataclass(frozen=True, slots=True)
class Why:
    """Why a problem is not the cause of a case: one of the usual reasons, and a line of words."""

    reason: LinkReason = LinkReason.NOT_SAID
    note: str = ""


NOT_SAID = Why()
LONGEST_NOTE = 200


@transaction.atomic
def open_problem_from_cases(
    *,
    cases: Sequence[Case],
    title: str,
    statement: str,
    category: str,
    product: Product | None,
    actor: Actor,
    at: datetime,
    severity: int = 3,
    lead: User | None = None,
    product_version: str = "",
) -> Problem:
    """Open a problem and link the cases that show it.

    Raises:
        NotPermitted, NotDescribed: see `problems.lifecycle.open_problem`.
        LinkedElsewhere: one of the cases has another problem as its cause.
    """
    problem = open_problem(
        title=title,
        statement=statement,
        category=category,
        product=product,
        cases=cases,
        severity=severity,
        lead=lead,
        product_version=product_version,
        actor=actor,
        at=at,
    )
    learn_problem(problem)
    # In one order, so that two problems opened from the same cases do not wait for one another.
    for case in sorted(cases, key=lambda case: case.pk):
        confirm_link(problem_id=problem.pk, case=case, actor=actor, at=at)
    problem.refresh_from_db()
    return problem


@transaction.atomic
def confirm_link(
    *, problem_id: int, case: Case, actor: Actor, at: datetime, is_automatic: bool = False
) -> CaseLink:
    """Say that the problem is the cause of the case; a second time changes nothing.

    The contact joins those affected, the case waits for the fix, its words teach the matching,
    and an earlier first contact moves the discovery. `is_automatic` marks a link that the matching
    makes by itself; whoever confirms it afterwards has looked at it.

    Raises:
        LinkedElsewhere: the case has another problem as its cause.
    """
    actor.require(Permission.LINK_CASE)
    problem = lock_problem(problem_id)
    # Two people may link one case to two problems: the second waits and reads what the first said.
    lock_case(case.pk)
    other = (
        CaseLink.objects.select_related("problem")
        .filter(case=case, kind=LinkKind.CONFIRMED)
        .first()
    )
    if other is not None and other.problem_id == problem.pk:
        return other if is_automatic else looked_at(other, case=case, actor=actor, at=at)
    if other is not None:
        raise LinkedElsewhere(
            _("Case #%(case)s belongs to %(problem)s already.")
            % {"case": case.number, "problem": other.problem.name},
            next_step=_("Unlink it there first, if it is not so."),
        )
    link, _made = CaseLink.objects.get_or_create(
        problem=problem, case=case, defaults={"kind": LinkKind.CONFIRMED, "created_at": at}
    )
    link.is_automatic = is_automatic
    decide(link, LinkKind.CONFIRMED, why=NOT_SAID, actor=actor, at=at)
    settle(problem, at=at, contacts=[case.contact_id])
    redate(problem, case, actor=actor, at=at)
    if problem.is_open:
        let_case_wait_for_problem(case_id=case.pk, problem_id=problem.pk, actor=actor, at=at)
    learn_case(problem, case)
    teach(LessonKind.LINKED, problem_id=problem.pk, case_id=case.pk, at=at)
    entry = record(
        Action.LINK_CONFIRMED,
        problem,
        actor=actor,
        at=at,
        changes={"case": case.pk, "number": case.number},
    )
    publish(
        CaseLinked(problem_id=problem.pk, case_id=case.pk, linked_at=at),
        at=at,
        entry_id=entry.pk,
    )
    return link


def looked_at(link: CaseLink, *, case: Case, actor: Actor, at: datetime) -> CaseLink:
    """Keep that a person found an automatic link right; any other link stays as it is."""
    if not link.is_unseen:
        return link
    decide(link, LinkKind.CONFIRMED, why=NOT_SAID, actor=actor, at=at)
    record(
        Action.LINK_CHECKED,
        link.problem,
        actor=actor,
        at=at,
        changes={"case": case.pk, "number": case.number},
    )
    return link


def decide(link: CaseLink, kind: LinkKind, *, why: Why, actor: Actor, at: datetime) -> None:
    """Save what somebody says of a case and a problem, and who."""
    link.kind = kind
    link.reason = why.reason
    link.note = one_line(why.note, longest=LONGEST_NOTE)
    link.decided_by_id = actor.user_id
    link.decided_at = at
    link.save()


def redate(problem: Problem, case: Case, *, actor: Actor, at: datetime) -> None:
    """Move the discovery to the case's first contact, if that was earlier."""
    if case.first_contact_at >= problem.discovered_at:
        return
    problem.discovered_at = case.first_contact_at
    keep(problem)
    Leg.objects.filter(problem=problem, position=0).update(
        entered_at=case.first_contact_at, acknowledged_at=case.first_contact_at
    )
    tell(
        problem,
        Action.PROBLEM_REDATED,
        actor=actor,
        at=at,
        changes={"case": case.pk},
        changes_state=False,
    )


@transaction.atomic
def reject_link(
    *, problem_id: int, case: Case, actor: Actor, at: datetime, why: Why = NOT_SAID
) -> CaseLink:
    """Say that the problem is not the cause of the case; the suggestion is kept as rejected.

    What was rejected before stays as it was said then; a reason may be added where none was given.

    Raises:
        NotLinked: nothing was suggested, or it was said meanwhile that both are only alike; a
            confirmed link is unlinked instead.
    """
    actor.require(Permission.LINK_CASE)
    link = undecided_link(problem_id, case)
    if link is None or (link.kind == LinkKind.SIMILAR and link.decided_at is not None):
        raise NotLinked(
            _("This problem is not suggested for the case any more."),
            next_step=_("Load the case again."),
        )
    if link.kind == LinkKind.REJECTED and (link.reason or not why.reason):
        return link
    decide(link, LinkKind.REJECTED, why=why, actor=actor, at=at)
    changes: dict[str, ChangeValue] = {"problem": problem_id}
    if why.reason:
        changes["reason"] = why.reason.value
    record(Action.LINK_REJECTED, case, actor=actor, at=at, changes=changes)
    teach(LessonKind.REJECTED, problem_id=problem_id, case_id=case.pk, at=at)
    return link


def undecided_link(problem_id: int, case: Case) -> CaseLink | None:
    """Return what is said of a case and a problem, locked, unless it is the cause; one query."""
    return (
        CaseLink.objects.select_for_update()
        .filter(problem_id=problem_id, case=case)
        .exclude(kind=LinkKind.CONFIRMED)
        .first()
    )


@transaction.atomic
def unlink_case(
    *, problem_id: int, case: Case, actor: Actor, at: datetime, why: Why = NOT_SAID
) -> CaseLink:
    """Take a confirmed link back; the case goes on by itself. The rejection is kept.

    Raises:
        NotLinked: the case is not linked to the problem.
    """
    actor.require(Permission.LINK_CASE)
    problem = lock_problem(problem_id)
    link = CaseLink.objects.filter(problem=problem, case=case, kind=LinkKind.CONFIRMED).first()
    if link is None:
        raise NotLinked(
            _("Case #%(case)s is not linked to %(problem)s.")
            % {"case": case.number, "problem": problem.name},
            next_step=_("Load the page again."),
        )
    take_back(problem, case, actor=actor, at=at)
    decide(link, LinkKind.REJECTED, why=why, actor=actor, at=at)
    let_contact_go(problem, case, at=at)
    teach(LessonKind.UNLINKED, problem_id=problem.pk, case_id=case.pk, at=at)
    return link


def take_back(problem: Problem, case: Case, *, actor: Actor, at: datetime) -> None:
    """Undo what a confirmed link did: what was learned, and what the case waits for."""
    forget_case(problem, case)
    record(
        Action.LINK_REMOVED,
        problem,
        actor=actor,
        at=at,
        changes={"case": case.pk, "number": case.number},
    )
    stop_waiting_for_problem(case_id=case.pk, problem_id=problem.pk, actor=actor, at=at)


def let_contact_go(problem: Problem, case: Case, *, at: datetime) -> None:
    """Let a contact leave the ledger whom nothing but this case linked to a locked problem.

    Who was found by a mistake and told nothing leaves no trace; who was told something stays in
    the ledger's past.
    """
    settle(problem, at=at, contacts=[case.contact_id])
    Affected.objects.filter(
        problem=problem,
        contact_id=case.contact_id,
        found="case",
        left_at__isnull=False,
        scope=None,
        told=None,
    ).delete()


@transaction.atomic
def mark_similar(*, problem_id: int, case: Case, actor: Actor, at: datetime) -> CaseLink:
    """Say that the case looks like the problem and has another cause; a link is taken back.

    It is not suggested again, and teaches where the border lies.

    Raises:
        NotLinked: a suggestion was rejected meanwhile; that is taken back first.
    """
    actor.require(Permission.LINK_CASE)
    problem = lock_problem(problem_id)
    lock_case(case.pk)
    link, _made = CaseLink.objects.get_or_create(
        problem=problem, case=case, defaults={"kind": LinkKind.SIMILAR, "created_at": at}
    )
    if link.kind == LinkKind.SIMILAR and link.decided_at is not None:
        return link
    if link.kind == LinkKind.REJECTED and link.score is not None:
        raise NotLinked(
            _("Somebody said meanwhile that %(problem)s is not behind this case.")
            % {"problem": problem.name},
            next_step=_("Load the case again. If that was wrong, let it be suggested again first."),
        )
    was_linked = link.kind == LinkKind.CONFIRMED
    if was_linked:
        take_back(problem, case, actor=actor, at=at)
    decide(link, LinkKind.SIMILAR, why=NOT_SAID, actor=actor, at=at)
    if was_linked:
        let_contact_go(problem, case, at=at)
    record(Action.LINK_SIMILAR, case, actor=actor, at=at, changes={"problem": problem.pk})
    teach(LessonKind.SIMILAR, problem_id=problem.pk, case_id=case.pk, at=at)
    return link


@transaction.atomic
def reconsider_link(*, problem_id: int, case: Case, actor: Actor, at: datetime) -> CaseLink:
    """Take a rejection back: what the matching named is suggested again.

    Raises:
        NotSuggested: the matching did not name it, or nobody rejected it.
    """
    actor.require(Permission.LINK_CASE)
    link = undecided_link(problem_id, case)
    if link is None or link.score is None or link.kind == LinkKind.SUGGESTED:
        raise NotSuggested(
            _("No suggestion of this problem was rejected for the case."),
            next_step=_("Link the case to the problem, if that is its cause."),
        )
    link.kind, link.reason, link.note = LinkKind.SUGGESTED, LinkReason.NOT_SAID, ""
    link.decided_by_id, link.decided_at, link.is_automatic = None, None, False
    link.save()
    record(Action.LINK_RECONSIDERED, case, actor=actor, at=at, changes={"problem": problem_id})
    teach(LessonKind.UNLINKED, problem_id=problem_id, case_id=case.pk, at=at)
    return link
