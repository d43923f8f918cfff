"""Tasks: what several departments do for one problem at the same time, and what waits for what."""

from typing import ClassVar

from django.db import models
from django_fsm import FSMField, FSMModelMixin, transition

from problems.models.problem import Problem
from workflow.clocks.models import Clock, ClockMark, clock_constraints, clock_indexes
from workflow.people.models import Department, User
from workflow.tenancy.models import TenantModel, same_tenant, tenant_key


class TaskState(models.TextChoices):
    """Where a task stands."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


OPEN_TASK = (TaskState.ASKED, TaskState.ACCEPTED)
# What others still wait for: a refused task is not done, somebody has to decide about it.
UNDONE_TASK = (*OPEN_TASK, TaskState.REFUSED)


class NeededFor(models.TextChoices):
    """What of the problem has to wait until a task is done."""

    NOTHING = "nothing"
    STEP = "step"
    RESOLUTION = "resolution"


class Task(FSMModelMixin, TenantModel):
    """What one department is asked to do for a problem that another one answers for.

    `blocked_at` says since when it waits for other tasks, empty when it waits for none; its clocks
    stand still meanwhile. `result` is what came of it, `reason` why it was refused, withdrawn or
    opened again. `asked_at` is when it was asked for last: a task that is opened again is asked
    for anew.
    """

    number = models.BigIntegerField()
    problem = models.ForeignKey(
        Problem, on_delete=models.PROTECT, db_constraint=False, related_name="tasks"
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )
    assignee = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    asked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    title = models.CharField(max_length=200)
    text = models.TextField(default="", blank=True)
    result = models.TextField(default="", blank=True)
    reason = models.TextField(default="", blank=True)
    needed_for = models.CharField(max_length=10, choices=NeededFor.choices, default="nothing")
    state = FSMField(default=TaskState.ASKED.value, protected=True)
    state_version = models.IntegerField(default=1)
    within = models.DurationField()
    asked_at = models.DateTimeField()
    blocked_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "problems_task"
        constraints = [
            tenant_key("problems_task"),
            *same_tenant("problems_task", "problem", "department", "assignee", "asked_by"),
            models.UniqueConstraint(fields=["tenant", "number"], name="problems_task_number"),
            models.CheckConstraint(
                condition=models.Q(state__in=TaskState.values), name="problems_task_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=OPEN_TASK, ended_at__isnull=True)
                | models.Q(ended_at__isnull=False) & ~models.Q(state__in=OPEN_TASK),
                name="problems_task_ended",
            ),
            models.CheckConstraint(
                condition=models.Q(blocked_at__isnull=True) | models.Q(state__in=OPEN_TASK),
                name="problems_task_blocked",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "problem", "id"], name="task_of_problem"),
            models.Index(
                fields=["tenant", "department", "id"],
                condition=models.Q(state__in=OPEN_TASK),
                name="task_open_of_department",
            ),
            models.Index(
                fields=["tenant", "assignee", "id"],
                condition=models.Q(state__in=OPEN_TASK),
                name="task_open_of_person",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The number as people write it."""
        return f"T-{self.number}"

    @property
    def is_open(self) -> bool:
        """Whether its department still has something to do or to decide."""
        return self.state in OPEN_TASK

    @property
    def is_undone(self) -> bool:
        """Whether what waits for it still has to wait."""
        return self.state in UNDONE_TASK

    @property
    def is_blocked(self) -> bool:
        """Whether it waits for other tasks."""
        return self.blocked_at is not None

    @transition(field=state, source=TaskState.ASKED.value, target=TaskState.ACCEPTED.value)
    def accept(self) -> None:
        """The department says yes."""
        self.state_version += 1

    @transition(
        field=state, source=[state.value for state in OPEN_TASK], target=TaskState.REFUSED.value
    )
    def refuse(self) -> None:
        """The department says no; whoever answers for the problem decides what follows."""
        self.state_version += 1

    @transition(
        field=state, source=[state.value for state in OPEN_TASK], target=TaskState.DONE.value
    )
    def finish(self) -> None:
        """It is done."""
        self.state_version += 1

    @transition(
        field=state,
        source=[state.value for state in UNDONE_TASK],
        target=TaskState.WITHDRAWN.value,
    )
    def withdraw(self) -> None:
        """Nobody needs it any more."""
        self.state_version += 1

    @transition(
        field=state, source=[state.value for state in OPEN_TASK], target=TaskState.ASKED.value
    )
    def move(self) -> None:
        """Another department is asked for it."""
        self.state_version += 1

    @transition(
        field=state,
        source=[TaskState.DONE.value, TaskState.REFUSED.value, TaskState.WITHDRAWN.value],
        target=TaskState.ASKED.value,
    )
    def reopen(self) -> None:
        """It is asked for anew."""
        self.state_version += 1


class TaskNeed(TenantModel):
    """That a task cannot begin before another one of the same problem is done."""

    task = models.ForeignKey(
        Task, on_delete=models.CASCADE, db_constraint=False, related_name="needs"
    )
    needed = models.ForeignKey(
        Task, on_delete=models.CASCADE, db_constraint=False, related_name="needed_by"
    )

    class Meta:
        db_table = "problems_taskneed"
        constraints = [
            tenant_key("problems_taskneed"),
            *same_tenant("problems_taskneed", "task", "needed"),
            models.UniqueConstraint(
                fields=["tenant", "task", "needed"], name="problems_taskneed_once"
            ),
            models.CheckConstraint(
                condition=~models.Q(task=models.F("needed")), name="problems_taskneed_another"
            ),
        ]
        indexes = [models.Index(fields=["tenant", "needed"], name="taskneed_needed")]

    def __str__(self) -> str:
        return f"{self.task_id} {self.needed_id}"


class TaskNote(TenantModel):
    """What the departments write to one another about a task; rows are never changed."""

    task = models.ForeignKey(
        Task, on_delete=models.CASCADE, db_constraint=False, related_name="notes"
    )
    text = models.TextField()
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, db_constraint=False, null=True, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        db_table = "problems_tasknote"
        constraints = [
            tenant_key("problems_tasknote"),
            *same_tenant("problems_tasknote", "task", "user"),
        ]
        indexes = [models.Index(fields=["tenant", "task", "id"], name="tasknote_task")]

    def __str__(self) -> str:
        return str(self.pk)


class TaskClock(Clock):
    """One metric of one task for the department that was asked."""

    owner_field: ClassVar[str] = "task_id"

    task = models.ForeignKey(
        Task, on_delete=models.CASCADE, db_constraint=False, related_name="clocks"
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, db_constraint=False, related_name="+"
    )

    class Meta:
        db_table = "problems_taskclock"
        constraints = [
            *clock_constraints("problems_taskclock", "task", "department"),
            models.UniqueConstraint(
                fields=["tenant", "task", "metric"],
                condition=models.Q(state__in=["running", "paused"]),
                name="problems_taskclock_once",
            ),
        ]
        indexes = [
            *clock_indexes("taskclock"),
            models.Index(fields=["tenant", "task"], name="taskclock_task"),
        ]

    @property
    def owner(self) -> Task:
        """The record that the clock belongs to; costs a query if it is not loaded."""
        return self.task


class TaskClockMark(ClockMark):
    """One line in the history of a task's clock."""

    clock = models.ForeignKey(
        TaskClock, on_delete=models.CASCADE, db_constraint=False, related_name="marks"
    )

    class Meta:
        db_table = "problems_taskclockmark"
        constraints = [
            tenant_key("problems_taskclockmark"),
            *same_tenant("problems_taskclockmark", "clock"),
        ]
        indexes = [models.Index(fields=["tenant", "clock", "id"], name="taskclockmark_clock")]
