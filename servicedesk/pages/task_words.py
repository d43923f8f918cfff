"""What a department's task looks like on pages."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from servicedesk.pages.clock_chip import ClockChip, clock_chip, promise_words

STATES = {
    "asked": gettext_lazy("Waits for a yes"),
    "accepted": gettext_lazy("In work"),
    "done": gettext_lazy("Done"),
    "refused": gettext_lazy("Refused"),
    "withdrawn": gettext_lazy("Withdrawn"),
}
TONES = {
    "asked": "warning",
    "accepted": "petrol",
    "done": "good",
    "refused": "danger",
    "withdrawn": "line",
}
NEEDED_FOR = {
    "nothing": gettext_lazy("The problem goes on without it"),
    "step": gettext_lazy("The next step waits for it"),
    "resolution": gettext_lazy("The resolution waits for it"),
}


def needed_choices() -> list[dict[str, str]]:
    """Return what may wait for a task, for a field."""
    return [{"value": code, "label": str(words)} for code, words in NEEDED_FOR.items()]


def task_shown(task: Any, *, blockers: Sequence[Any] = (), at: datetime) -> dict[str, Any]:
    """Return a task as a row; no query if it was read by `problems.tasks_told`."""
    is_blocked = task.blocked_at is not None
    return {
        "number": task.name,
        "href": reverse("problem:task", args=[task.number]),
        "title": task.title,
        "problem": task.problem.name,
        "problem_href": reverse("problem:problem", args=[task.problem.name]),
        "problem_title": task.problem.title,
        "department": task.department.name,
        "department_hue": task.department.hue,
        "state": task.state,
        "state_label": _("Waits for others") if is_blocked else str(STATES[task.state]),
        "tone": "waiting" if is_blocked else TONES[task.state],
        "person": task.assignee.name if task.assignee else "",
        "asked_at": task.asked_at,
        "ended_at": task.ended_at,
        "needed_for": str(NEEDED_FOR[task.needed_for]) if task.needed_for != "nothing" else "",
        "waits_for": [named(one) for one in blockers],
        "chip": chip_of_task(task, at=at),
    }


def named(task: Any) -> dict[str, Any]:
    """Return a task as others name it; no query if its department is loaded."""
    return {
        "id": task.pk,
        "number": task.name,
        "plain_number": task.number,
        "href": reverse("problem:task", args=[task.number]),
        "title": task.title,
        "department": task.department.name,
        "state_label": str(STATES[task.state]),
        "tone": TONES[task.state],
        "is_done": task.state == "done",
    }


def chip_of_task(task: Any, *, at: datetime) -> ClockChip | None:
    """Return the chip of a task's own time; None once it has ended."""
    if task.ended_at is not None or task.due_at is None:
        return None
    is_paused = task.clock_state == "paused"
    return clock_chip(
        promise=promise_words("task"),
        started_at=task.clock_began_at,
        due_at=None if is_paused else task.due_at,
        at=at,
    )


def hours_words(span: timedelta) -> str:
    """Return a span of opening hours as a form holds it: hours, at most two places."""
    return f"{span / timedelta(hours=1):.2f}".rstrip("0").rstrip(".")
