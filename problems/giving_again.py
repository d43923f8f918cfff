"""What nobody could take when it came is given as soon as somebody can."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from cases.assigning import assign_case_by_rule
from cases.models import Case
from cases.states import OPEN_STATES as OPEN_CASES
from problems.assigning import assign_by_rule
from problems.models import Leg
from problems.states import WORKING_STATES, ProblemState
from workflow.history.actions import Action
from workflow.history.models import Entry
from workflow.people.actors import Actor
from workflow.people.models import AssignBy, Department

# So many of a department at once: the next look goes on.
AT_ONCE = 200


def give_again(*, at: datetime) -> int:
    """Give what nobody could take, by the rules of its departments; returns how much was given.

    Outside any transaction. The oldest first; where nobody of a department can take the oldest,
    the others wait too. Four queries where nothing waits.
    """
    actor = Actor.system("assigning")
    given = 0
    for department in Department.objects.filter(is_active=True).exclude(assign_by=AssignBy.HAND):
        for problem_id in problems_nobody_took(department):
            if assign_by_rule(problem_id=problem_id, actor=actor, at=at, is_first=False) is None:
                break
            given += 1
        for case_id in cases_nobody_took(department).values_list("pk", flat=True)[:AT_ONCE]:
            if assign_case_by_rule(case_id=case_id, actor=actor, at=at) is None:
                break
            given += 1
    return given


def problems_nobody_took(department: Department) -> list[int]:
    """Return the problems of a department that nobody has, the oldest first; two queries.

    Not what somebody gave to nobody by hand: that was meant so.
    """
    ids = list(
        Leg.objects.filter(
            department=department,
            left_at__isnull=True,
            assignee__isnull=True,
            stage__in=[ProblemState.ASSESS, *WORKING_STATES],
        )
        .order_by("entered_at", "id")
        .values_list("problem_id", flat=True)[:AT_ONCE]
    )
    by_hand = given_to_nobody_by_hand(ids)
    return [problem_id for problem_id in ids if problem_id not in by_hand]


def given_to_nobody_by_hand(problems: Iterable[int]) -> set[int]:
    """Return those of some problems whose last word about whose they are was a person's; one query."""
    last = {
        subject: changes
        for subject, changes in Entry.objects.filter(
            subject_kind="problem",
            subject_id__in=list(problems),
            action=Action.PROBLEM_ASSIGNED.value,
        )
        .order_by("id")
        .values_list("subject_id", "changes")
        if "assignee" in changes
    }
    return {
        subject for subject, changes in last.items() if changes.get("by") == AssignBy.HAND.value
    }


def cases_nobody_took(department: Department) -> QuerySet[Case]:
    """Return the open cases of a department's queue that were never given, the oldest first."""
    was_given = Entry.objects.filter(
        subject_kind="case", subject_id=OuterRef("pk"), action=Action.CASE_ASSIGNED.value
    )
    return (
        Case.objects.filter(queue=department, owner__isnull=True, state__in=OPEN_CASES)
        .exclude(Exists(was_given))
        .order_by("opened_at", "id")
    )
