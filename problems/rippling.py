"""What a fix that did not hold means for the cases it resolved: which open again, and which do not.

- Resolved by the solution of this problem, and still resolved: opens again, says sorry in its
  thread, and waits for the fix. Whoever said that it works is believed no longer, either.
- Closed: stays closed, as every closed case does. Its customer stands in the ledger and is told;
  an answer becomes a new case that names the old one.
- Resolved by a person for another reason: stays resolved.
- Open since its customer opened it again: stays with the person who answers; a customer's word
  is not put off.
- Open and linked after the fix: waits for the problem, as if it had been open all along.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum, auto

from django.db import transaction
from django.utils.translation import gettext as _

from cases.conversation import add_automatic_message
from cases.lifecycle import let_case_wait_for_problem, reopen_case
from cases.models import Case
from cases.states import CaseState
from problems.closing import linked_cases
from problems.ledger_marks import forget_fix
from problems.lifecycle import lock_problem
from workflow.history.actions import Action
from workflow.history.models import Entry
from workflow.people.actors import Actor, ActorKind


class LastWord(Enum):
    """What was last said of whether a case is solved."""

    NOTHING = auto()
    SOLVED_BY_PROBLEM = auto()
    SOLVED_OTHERWISE = auto()
    CUSTOMER_HAS_IT_AGAIN = auto()
    OPENED_BY_US = auto()


@transaction.atomic
def reopen_cases_of(problem_id: int, *, actor: Actor, at: datetime) -> int:
    """Open the cases again that a problem had resolved and that is open now; returns how many.

    May be called again: what is open already is left alone. Four queries and about ten for each
    case that opens.
    """
    problem = lock_problem(problem_id)
    if not problem.is_open:
        return 0
    forget_fix(problem.pk)
    cases = linked_cases(problem.pk)
    words = last_words([case.pk for case in cases], problem_id=problem.pk)
    opened = 0
    for case in cases:
        word = words.get(case.pk, LastWord.NOTHING)
        if case.state == CaseState.RESOLVED and word is LastWord.SOLVED_BY_PROBLEM:
            open_again(case, problem_id=problem.pk, actor=actor, at=at)
            opened += 1
        elif case.is_open and word is not LastWord.CUSTOMER_HAS_IT_AGAIN:
            let_case_wait_for_problem(case_id=case.pk, problem_id=problem.pk, actor=actor, at=at)
    return opened


def open_again(case: Case, *, problem_id: int, actor: Actor, at: datetime) -> None:
    """Open one case again, say sorry in its thread, and let it wait for the fix."""
    reopen_case(case_id=case.pk, actor=actor, at=at)
    add_automatic_message(case_id=case.pk, text=apology(), actor=actor, at=at)
    let_case_wait_for_problem(case_id=case.pk, problem_id=problem_id, actor=actor, at=at)


def apology() -> str:
    """Return what stands in the thread of a case whose solution did not hold."""
    return _(
        "We are sorry: the solution that we gave you does not hold for everybody. We have opened "
        "this again and work on it. You do not have to do anything; we write here as soon as we "
        "know when it is fixed for good."
    )


def last_words(case_ids: Sequence[int], *, problem_id: int) -> dict[int, LastWord]:
    """Return what was last said of whether cases are solved, by their id; one query."""
    entries = (
        Entry.objects.filter(
            subject_kind="case",
            subject_id__in=case_ids,
            action__in=[Action.CASE_RESOLVED.value, Action.CASE_REOPENED.value],
        )
        .order_by("id")
        .values_list("subject_id", "action", "actor_kind", "changes")
    )
    found: dict[int, LastWord] = {}
    for case_id, action, actor_kind, changes in entries:
        if action == Action.CASE_RESOLVED:
            is_ours = changes.get("problem") == problem_id
            found[case_id] = LastWord.SOLVED_BY_PROBLEM if is_ours else LastWord.SOLVED_OTHERWISE
        elif actor_kind == ActorKind.CONTACT:
            found[case_id] = LastWord.CUSTOMER_HAS_IT_AGAIN
        else:
            found[case_id] = LastWord.OPENED_BY_US
    return found
