"""What an ended problem means for its cases, and what customers say of the end."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from cases.conversation import add_automatic_message, add_customer_message
from cases.lifecycle import (
    close_case,
    let_case_wait_for_problem,
    reopen_case,
    resolve_case,
    stop_waiting_for_problem,
)
from cases.models import Case
from cases.states import OPEN_STATES, Channel
from customers.models import Contact
from problems.affected import confirm_fixed, take_confirmation_back
from problems.models import CaseLink, Problem
from problems.models.link import LinkKind
from problems.projection import problem_behind
from problems.states import Outcome
from workflow.people.actors import Actor
from workflow.refusals import Refusal


class NotYours(Refusal):
    """Only the customer of the issue may do this."""

    code = "not_yours"
    status = 403


def linked_cases(problem_id: int) -> list[Case]:
    """Return the confirmed cases of a problem, by id; one query."""
    return list(
        Case.objects.filter(links__problem_id=problem_id, links__kind=LinkKind.CONFIRMED)
        .select_related("contact")
        .order_by("id")
    )


@transaction.atomic
def resolve_cases_of(problem_id: int, *, actor: Actor, at: datetime) -> int:
    """Put the solution into the thread of each open linked case and resolve it.

    May be called again: a case that has ended is left alone. Returns how many were resolved.
    """
    problem = Problem.objects.get(pk=problem_id)
    resolved = 0
    for case in linked_cases(problem_id):
        if case.state in OPEN_STATES:
            give_solution(problem, case, actor=actor, at=at)
            resolved += 1
    return resolved


def give_solution(problem: Problem, case: Case, *, actor: Actor, at: datetime) -> None:
    """Give one case the solution and resolve it; its contact is told by the problem."""
    add_automatic_message(case_id=case.pk, text=problem.solution, actor=actor, at=at)
    resolve_case(case_id=case.pk, actor=actor, because_of_problem=problem.pk, at=at)


@transaction.atomic
def release_cases_of(problem_id: int, *, actor: Actor, at: datetime) -> int:
    """Let the cases of a problem that ended without a fix go back to their agents."""
    cases = linked_cases(problem_id)
    for case in cases:
        stop_waiting_for_problem(case_id=case.pk, problem_id=problem_id, actor=actor, at=at)
    return len(cases)


@transaction.atomic
def solve_latecomer(*, problem_id: int, case_id: int, actor: Actor, at: datetime) -> bool:
    """Give a case that was linked after the fix the solution at once; returns whether."""
    problem = Problem.objects.get(pk=problem_id)
    is_linked = CaseLink.objects.filter(
        problem_id=problem_id, case_id=case_id, kind=LinkKind.CONFIRMED
    ).exists()
    case = Case.objects.get(pk=case_id)
    is_fixed = not problem.is_open and problem.outcome == Outcome.FIX_APPLIED
    if not (is_fixed and is_linked and case.is_open):
        return False
    give_solution(problem, case, actor=actor, at=at)
    return True


@transaction.atomic
def wait_again(*, case_id: int, actor: Actor, at: datetime) -> bool:
    """Let a case that a colleague reopened wait for its problem again, if that is open.

    Returns whether it waits.
    """
    link = (
        CaseLink.objects.select_related("problem")
        .filter(case_id=case_id, kind=LinkKind.CONFIRMED)
        .first()
    )
    if link is None or not link.problem.is_open:
        return False
    let_case_wait_for_problem(case_id=case_id, problem_id=link.problem_id, actor=actor, at=at)
    return True


@transaction.atomic
def say_it_works(case: Case, *, contact: Contact, actor: Actor, at: datetime) -> None:
    """Keep a customer's word that it works: in the ledger of the problem, else by closing the case.

    Raises:
        NotYours: somebody who only takes part says so.
        NotFixedYet: the problem behind the case is open.
        NotAffected: the customer is not in its ledger.
        NotResolved: there is no problem, and the case is not resolved.
    """
    refuse_guests(case, contact)
    problem = problem_behind(case, contact_id=contact.pk)
    if problem is None:
        close_case(case_id=case.pk, actor=actor, at=at)
    else:
        confirm_fixed(problem_id=problem.id, contact_id=contact.pk, actor=actor, at=at)


@transaction.atomic
def say_it_still_happens(
    case: Case, *, contact: Contact, text: str, channel: Channel, actor: Actor, at: datetime
) -> None:
    """Open a customer's case again, with the customer's words if there are any.

    Raises:
        NotYours: somebody who only takes part says so.
        NotResolved: nothing was written, and the case is not resolved.
    """
    refuse_guests(case, contact)
    problem = problem_behind(case, contact_id=contact.pk)
    if text.strip():
        add_customer_message(
            case_id=case.pk, contact=contact, text=text, channel=channel, actor=actor, at=at
        )
    else:
        reopen_case(case_id=case.pk, actor=actor, at=at)
    if problem is not None:
        take_confirmation_back(problem_id=problem.id, contact_id=contact.pk)


def refuse_guests(case: Case, contact: Contact) -> None:
    """Refuse those who were let in, or see a colleague's case, what only its customer can say."""
    if contact.pk != case.contact_id:
        raise NotYours(
            _("Only the customer of this issue can say that."),
            next_step=_("Write a message instead."),
        )
