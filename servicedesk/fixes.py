"""What follows a fix by itself: it is watched, judged by what comes back, and ends with its problem."""

from django.utils.timezone import now

from cases.events import CaseReopened
from problems.after_fix import begin_watch, end_watch, judge_fix, judge_fix_behind
from problems.events import CaseLinked, ProblemReopened, ProblemResolved
from problems.rippling import reopen_cases_of
from workflow.people.actors import Actor


def watch_fix(event: ProblemResolved) -> None:
    """Watch from now on whether the fix holds."""
    if event.is_fixed:
        begin_watch(problem_id=event.problem_id, at=now())


def judge_fix_of_linked_case(event: CaseLinked) -> None:
    """Look whether the fix still holds now that one more case belongs to the problem."""
    judge_fix(problem_id=event.problem_id, at=now())


def judge_fix_of_reopened_case(event: CaseReopened) -> None:
    """Look whether the fix behind a case holds that its customer opened again."""
    if event.by_contact:
        judge_fix_behind(case_id=event.case_id, at=now())


def end_fix_watch(event: ProblemReopened) -> None:
    """Watch a fix no more that did not hold; the next one may be there already."""
    end_watch(problem_id=event.problem_id, at=event.reopened_at)


def reopen_cases_of_problem(event: ProblemReopened) -> None:
    """Open the cases again that the fix had resolved."""
    reopen_cases_of(event.problem_id, actor=Actor.system("problems"), at=now())
