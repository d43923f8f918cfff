"""What stands beside a problem on its page: tasks of departments, changes, searches for the cause."""

from datetime import datetime
from typing import Any

from django.utils.timezone import localdate

from problems.after_fix_told import after_fix
from problems.causes_told import offered_for
from problems.task_rights import may_decide
from servicedesk.pages.fix_words import card_of
from servicedesk.problem.causes import analyses_beside
from servicedesk.problem.changes import changes_beside, may_plan
from servicedesk.problem.task_pages import tasks_beside
from workflow.people.actors import Actor

CARRIES = ("in_progress", "done")
UNDONE = ("asked", "accepted", "refused")


def beside(actor: Actor, problem: Any, leg: Any, *, at: datetime) -> dict[str, Any]:
    """Return the lists beside a problem and what somebody may add to them.

    Six queries at most; two more where it was ever fixed, for its watch and what came after it.

    `leg` is its last stay with the department. `offered_cause` is the text of the confirmed causes
    while the root cause is looked for; `undone_tasks` is how many are not done; `carriers` are changes that can have carried the fix.
    """
    changes = changes_beside(problem, at=at)
    analyses = analyses_beside(problem)
    is_confirmed = any(one["confirmed"] for one in analyses)
    tasks = tasks_beside(problem, at=at)
    return {
        "tasks": tasks,
        "undone_tasks": sum(one["state"] in UNDONE for one in tasks),
        "changes": changes,
        "analyses": analyses,
        "offered_cause": offered_for(problem.pk)
        if is_confirmed and problem.root_cause_found_at is None
        else "",
        "carriers": [
            {"value": one["plain_number"], "label": f"{one['number']} {one['title']}"}
            for one in changes
            if one["state"] in CARRIES and one["role"] == "fixes"
        ],
        "may_ask_department": problem.is_open and may_decide(actor, problem, leg),
        "may_plan_change": may_plan(actor),
        "after_fix": card_of(after_fix(problem.pk, today=localdate(at), at=at)),
    }
