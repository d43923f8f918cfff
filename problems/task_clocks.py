"""The targets of a task: its department's, from the moment it was asked, standing still while blocked."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from problems.models import Task, TaskClock
from workflow.clocks.keeping import Keeping, Promise
from workflow.clocks.models import Metric


class TaskClocks:
    """The clocks of some tasks in one go; `write` stores what was done to them."""

    def __init__(self, *, at: datetime) -> None:
        self.at = at
        self.keeping = Keeping()

    def begin(self, task: Task) -> None:
        """Let the department's time to accept and the task's own time run; about two queries.

        `task.department` and its calendar are loaded.
        """
        department = task.department
        for metric, within in (
            (Metric.ACKNOWLEDGE, department.acknowledge_within),
            (Metric.TASK, task.within),
        ):
            self.begin_one(task, metric, within=within)

    def begin_one(self, task: Task, metric: Metric, *, within: timedelta) -> None:
        """Let one target run in the opening hours of the task's department, in a new cycle."""
        department = task.department
        promise = Promise(
            calendar=department.calendar, within=within, ladder_id=department.ladder_id
        )
        cycle = TaskClock.objects.filter(task=task, metric=metric).count() + 1
        clock = TaskClock(task=task, department=department, metric=metric, cycle=cycle)
        self.keeping.begin(clock, promise, at=self.at, reason="asked")
        if task.is_blocked:
            # A clock is stored as it stands: it may stand still from its first moment on.
            self.keeping.pause(clock, at=self.at, reason="blocked")

    def acknowledge(self, task: Task) -> None:
        """The department has said yes: its time to accept ends; one query."""
        for clock in running([task.pk]):
            if clock.metric == Metric.ACKNOWLEDGE:
                self.keeping.stop(clock, at=self.at, reason="accepted")

    def finish(self, task: Task) -> None:
        """It is done: what still runs is met or missed; one query."""
        for clock in running([task.pk]):
            self.keeping.stop(clock, at=self.at, reason="done")

    def cancel(self, task: Task) -> None:
        """It will not be done here: what runs ends without a verdict; one query.

        A refusal is an answer: the time to accept is kept by it.
        """
        for clock in running([task.pk]):
            if clock.metric == Metric.ACKNOWLEDGE:
                self.keeping.stop(clock, at=self.at, reason=task.state)
            else:
                self.keeping.cancel(clock, at=self.at, reason=task.state)

    def block(self, tasks: Iterable[Task]) -> None:
        """Let clocks stand still while their tasks wait for others; one query."""
        for clock in running([task.pk for task in tasks]):
            self.keeping.pause(clock, at=self.at, reason="blocked")

    def unblock(self, tasks: Iterable[Task]) -> None:
        """Let clocks count on: what their tasks waited for is done; one query."""
        for clock in running([task.pk for task in tasks]):
            self.keeping.resume(clock, at=self.at, reason="ready")

    def write(self) -> None:
        """Store everything."""
        self.keeping.write()


def running(tasks: Iterable[int]) -> list[TaskClock]:
    """Return what runs or stands still for some tasks; one query."""
    return list(
        TaskClock.objects.filter(task_id__in=list(tasks), state__in=["running", "paused"])
        .select_related("calendar")
        .order_by("id")
    )
