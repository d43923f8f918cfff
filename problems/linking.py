"""Say that a case belongs to a problem, or that it does not; open a problem from cases."""

from collections.abc import Sequence
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
from problems.models.link import LinkKind
from problems.teaching import LessonKind, teach
from workflow.history.actions import Action
from workflow.history.recording import record
from workflow.outbox.publishing import publish
from workflow.people.actors import Actor
from workflow.people.models import User
from workflow.people.permissions import Permission
from workflow.refusals import Refusal


class LinkedElsewhere(Refusal):
    """The case is caused by another problem already."""

    code = "linked_elsewhere"


class NotLinked(Refusal):
    """The case is not linked to the problem."""

    code = "not_linked"


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
def confirm_link(*, problem_id: int, case: Case, actor: Actor, at: datetime) -> CaseLink:
    """Say that the problem is the cause of the case; a second time changes nothing.

    The contact joins those affected, the case waits for the fix, its words teach the matching,
    and an earlier first contact moves the discovery.

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
        return other
    if other is not None:
        raise LinkedElsewhere(
            _("Case #%(case)s belongs to %(problem)s already.")
            % {"case": case.number, "problem": other.problem.name},
            next_step=_("Unlink it there first, if it is not so."),
        )
    link, _made = CaseLink.objects.get_or_create(
        problem=problem, case=case, defaults={"kind": LinkKind.CONFIRMED, "created_at": at}
    )
    link.kind = LinkKind.CONFIRMED
    link.decided_by_id = actor.user_id
    link.decided_at = at
    link.save()
    Affected.objects.get_or_create(
        problem=problem, contact_id=case.contact_id, defaults={"found": "case", "found_at": at}
    )
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
def reject_link(*, problem_id: int, case: Case, actor: Actor, at: datetime) -> CaseLink:
    """Say that the problem is not the cause of the case; the suggestion is kept as rejected.

    Raises:
        NotLinked: nothing was suggested; a confirmed link is unlinked instead.
    """
    actor.require(Permission.LINK_CASE)
    link = (
        CaseLink.objects.select_for_update()
        .filter(problem_id=problem_id, case=case)
        .exclude(kind=LinkKind.CONFIRMED)
        .first()
    )
    if link is None:
        raise NotLinked(
            _("This problem is not suggested for the case any more."),
            next_step=_("Load the case again."),
        )
    link.kind = LinkKind.REJECTED
    link.decided_by_id = actor.user_id
    link.decided_at = at
    link.save()
    record(Action.LINK_REJECTED, case, actor=actor, at=at, changes={"problem": problem_id})
    teach(LessonKind.REJECTED, problem_id=problem_id, case_id=case.pk, at=at)
    return link


@transaction.atomic
def unlink_case(*, problem_id: int, case: Case, actor: Actor, at: datetime) -> CaseLink:
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
    link.kind = LinkKind.REJECTED
    link.decided_by_id = actor.user_id
    link.decided_at = at
    link.save()
    still_there = CaseLink.objects.filter(
        problem=problem, kind=LinkKind.CONFIRMED, case__contact_id=case.contact_id
    ).exists()
    if not still_there:
        Affected.objects.filter(
            problem=problem, contact_id=case.contact_id, found="case", told=None
        ).delete()
    forget_case(problem, case)
    teach(LessonKind.UNLINKED, problem_id=problem.pk, case_id=case.pk, at=at)
    record(
        Action.LINK_REMOVED,
        problem,
        actor=actor,
        at=at,
        changes={"case": case.pk, "number": case.number},
    )
    stop_waiting_for_problem(case_id=case.pk, problem_id=problem.pk, actor=actor, at=at)
    return link
