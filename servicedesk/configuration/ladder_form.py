"""The form of a ladder: each step is a row of moment, number, act and department."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from servicedesk.configuration.frame import NotANumber, whole_number
from workflow.clocks.ladder_changes import MOST_STEPS, StepWish
from workflow.clocks.models import Ladder, LadderStep, StepAction
from workflow.people.models import Department

# So many rows stand in the form, filled or not: it works without a script.
ROWS = 8
PERCENT, BEFORE, AFTER = "percent", "before", "after"


@dataclass(frozen=True, slots=True)
class StepRow:
    """A row of the form as it was written; all empty is no step."""

    when: str = PERCENT
    number: str = ""
    action: str = StepAction.NOTIFY.value
    department: str = ""


def rows_in(posted: QueryDict) -> list[StepRow]:
    """Return the rows of the form in which a number stands, in their order."""
    rows = [
        StepRow(
            when=posted.get(f"when_{place}", PERCENT),
            number=posted.get(f"number_{place}", "").strip(),
            action=posted.get(f"action_{place}", StepAction.NOTIFY.value),
            department=posted.get(f"department_{place}", ""),
        )
        for place in range(1, MOST_STEPS + 1)
    ]
    return [row for row in rows if row.number]


def wishes_of(rows: Sequence[StepRow]) -> list[StepWish]:
    """Return the steps that rows ask for.

    Raises:
        NotANumber: a number is none, or an act is unknown.
    """
    return [wish_of(row) for row in rows]


def wish_of(row: StepRow) -> StepWish:
    """Return the step that a row asks for; a department counts only where something is sent."""
    number = whole_number(row.number)
    if number is None or row.action not in StepAction.values:
        raise NotANumber(
            _("“%(text)s” is not a whole number.") % {"text": row.number[:20]},
            next_step=_("Write 75 for three quarters of the time, or minutes."),
        )
    action = StepAction(row.action)
    department = whole_number(row.department) if action is StepAction.REASSIGN else None
    if row.when == PERCENT:
        return StepWish(action=action, percent=number, department_id=department)
    minutes = -number if row.when == BEFORE else number
    return StepWish(action=action, minutes=minutes, department_id=department)


def row_of(step: LadderStep) -> StepRow:
    """Return a step as the form shows it."""
    department = str(step.department_id or "")
    if step.percent is not None:
        return StepRow(PERCENT, str(step.percent), step.action, department)
    minutes = step.minutes or 0
    when = BEFORE if minutes < 0 else AFTER
    return StepRow(when, str(abs(minutes)), step.action, department)


def form_of(ladder: Ladder | None) -> dict[str, Any]:
    """Return the fields as they are, or as they begin; one query for a ladder."""
    rows = [row_of(step) for step in ladder.steps.all()] if ladder else []
    empty = max(ROWS - len(rows), 0)
    return {
        "data": {
            "name": ladder.name if ladder else "",
            "is_default": ladder.is_default if ladder else False,
            "departments": departments_of(ladder),
            "steps": [*rows, *[StepRow()] * empty],
        },
        "errors": {},
    }


def departments_of(ladder: Ladder | None) -> set[str]:
    """Return the ids, as a form has them, of the departments that climb a ladder; one query."""
    if ladder is None:
        return set()
    return {str(pk) for pk in Department.objects.filter(ladder=ladder).values_list("pk", flat=True)}
