"""Shapes of the tasks of departments."""

from datetime import timedelta
from typing import Any

from rest_framework import serializers

from servicedesk.api.shapes.fields import (
    LARGEST_NUMBER,
    Listing,
    Shown,
    Taken,
    choice,
    number,
    number_shown,
    shown,
    text_shown,
    time_shown,
    words,
    yes_shown,
)

MINUTE = timedelta(minutes=1)
MOST_MINUTES = 2_000 * 60
STATES = ("asked", "accepted", "done", "refused", "withdrawn")
NEEDED_FOR = ("nothing", "step", "resolution")
STEPS = ("accept", "done", "refuse", "withdraw", "reopen", "move", "assign", "needs", "note")


class TaskShape(Shown):
    """What a department does for a problem that another one answers for.

    `due_at` is the end of its own time, in the department's opening hours; it moves while the task
    waits for others (`is_blocked`). `needs` are the numbers of the tasks that it waits for.
    """

    number = number_shown()
    problem = serializers.IntegerField(source="problem.number", read_only=True)
    department = shown("department.slug")
    assignee = shown("assignee.email")
    title = text_shown()
    text = text_shown()
    state = text_shown()
    needed_for = text_shown()
    is_blocked = yes_shown()
    needs = serializers.SerializerMethodField()
    within_minutes = serializers.SerializerMethodField()
    due_at = time_shown(is_nullable=True)
    result = text_shown()
    reason = text_shown()
    asked_by = shown("asked_by.name")
    asked_at = time_shown()
    accepted_at = time_shown(is_nullable=True)
    ended_at = time_shown(is_nullable=True)

    def get_needs(self, task: Any) -> list[int]:
        """Return the numbers of the tasks that it waits for, done or not."""
        return sorted(need.needed.number for need in task.needs.all())

    def get_within_minutes(self, task: Any) -> int:
        """Return how much time it has, in minutes of opening hours."""
        return int(task.within // MINUTE)


class TaskFilters(Listing):
    """Which tasks."""

    department = words(longest=80, says="Short name of the department that was asked.")
    state = choice(*STATES, "", default="")
    problem = number(is_needed=False, says="Number of the problem.")
    is_open = serializers.BooleanField(required=False, allow_null=True, default=None)


class NewTask(Taken):
    """What a department is asked for."""

    department = words(longest=80, is_needed=True, says="Name or short name of the department.")
    title = words(longest=200, is_needed=True)
    text = words(longest=20_000)
    within_minutes = serializers.IntegerField(
        min_value=1,
        max_value=MOST_MINUTES,
        required=False,
        allow_null=True,
        default=None,
        help_text="Minutes of its opening hours; its own target without.",
    )
    needed_for = choice(*NEEDED_FOR, default="nothing", says="What of the problem waits for it.")
    needs = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_NUMBER),
        max_length=100,
        required=False,
        default=list,
        help_text="Numbers of tasks of the problem that have to be done first.",
    )


class TaskStep(Taken):
    """What is done with a task, and the words that it needs."""

    step = choice(*STEPS)
    result = words(longest=20_000, says="What was done; for `done`.")
    reason = words(longest=4_000, says="Why; for `refuse`, `withdraw`, `reopen`, `move`.")
    department = words(longest=80, says="Who is asked; for `move`, and for `reopen` if another.")
    assignee = words(longest=254, says="E-mail address; for `assign`, nobody without.")
    needs = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_NUMBER),
        max_length=100,
        required=False,
        default=list,
        help_text="Numbers of the tasks that it waits for; for `needs`.",
    )
    text = words(longest=20_000, says="The note; for `note`.")


class TaskNoteShape(Shown):
    """What was written about a task."""

    author = shown("user.name")
    text = text_shown()
    at = time_shown()
