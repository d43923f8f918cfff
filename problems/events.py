"""What problems tell those above them."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from workflow.outbox.event import Event


@dataclass(frozen=True, kw_only=True)
class ProblemEvent(Event):
    """Base of what is told of a problem."""

    kind: ClassVar[str] = "problems.problem"
    problem_id: int

    @property
    def subject(self) -> str:
        """The problem."""
        return f"problem:{self.problem_id}"


@dataclass(frozen=True, kw_only=True)
class ProblemOpened(ProblemEvent):
    """A person opened or confirmed a problem; it has to find its department."""

    kind: ClassVar[str] = "problems.problem.opened"


@dataclass(frozen=True, kw_only=True)
class ProblemDescribed(ProblemEvent):
    """A problem is described anew; one that nobody was given may find its department now."""

    kind: ClassVar[str] = "problems.problem.described"


@dataclass(frozen=True, kw_only=True)
class ProblemRouted(ProblemEvent):
    """A department has the problem now and has yet to accept it."""

    kind: ClassVar[str] = "problems.problem.routed"
    department_id: int
    leg_id: int


@dataclass(frozen=True, kw_only=True)
class ProblemRefused(ProblemEvent):
    """A department refused and named no better owner; customer service has it again."""

    kind: ClassVar[str] = "problems.problem.refused"
    department_id: int
    leg_id: int


@dataclass(frozen=True, kw_only=True)
class WorkaroundFound(ProblemEvent):
    """Customers can be helped until the fix is there. `workaround_at` names the edition."""

    kind: ClassVar[str] = "problems.problem.workaround_found"
    workaround_at: datetime


@dataclass(frozen=True, kw_only=True)
class ProblemEstimated(ProblemEvent):
    """There is a new estimate; those affected are told if it is public."""

    kind: ClassVar[str] = "problems.problem.estimated"
    estimate_id: int
    is_public: bool


@dataclass(frozen=True, kw_only=True)
class PromiseChanged(ProblemEvent):
    """What customers were promised moved or was taken back, with a reason that they may read."""

    kind: ClassVar[str] = "problems.problem.promise_changed"
    promise_id: int


@dataclass(frozen=True, kw_only=True)
class DatePassed(ProblemEvent):
    """The last day that customers were told has passed without another word: it is broken."""

    kind: ClassVar[str] = "problems.problem.date_passed"
    clock_id: int


@dataclass(frozen=True, kw_only=True)
class PriorityChanged(ProblemEvent):
    """A problem has another priority, by the rule or by a person."""

    kind: ClassVar[str] = "problems.problem.priority_changed"
    priority: int
    changed_at: datetime


@dataclass(frozen=True, kw_only=True)
class ProblemResolved(ProblemEvent):
    """The root cause is fixed. `is_fixed` is false when it ended another way."""

    kind: ClassVar[str] = "problems.problem.resolved"
    resolved_at: datetime
    is_fixed: bool = True


@dataclass(frozen=True, kw_only=True)
class ProblemReopened(ProblemEvent):
    """It is back."""

    kind: ClassVar[str] = "problems.problem.reopened"
    reopened_at: datetime


@dataclass(frozen=True, kw_only=True)
class ProblemMoved(ProblemEvent):
    """A problem that somebody follows changed its state; told only where there are followers."""

    kind: ClassVar[str] = "problems.problem.moved"
    state_version: int


@dataclass(frozen=True, kw_only=True)
class CaseLinked(ProblemEvent):
    """A person said that this problem is the cause of a case."""

    kind: ClassVar[str] = "problems.problem.case_linked"
    case_id: int
    linked_at: datetime


@dataclass(frozen=True, kw_only=True)
class CustomersReached(ProblemEvent):
    """The ledger holds others than before: `found` joined or came back, some may have left."""

    kind: ClassVar[str] = "problems.problem.customers_reached"
    reached_at: datetime
    found: int


@dataclass(frozen=True, kw_only=True)
class CustomerJoined(ProblemEvent):
    """A customer said to have the problem, too, without a case."""

    kind: ClassVar[str] = "problems.problem.customer_joined"
    contact_id: int


@dataclass(frozen=True, kw_only=True)
class QuestionEvent(ProblemEvent):
    """Base of what is told of a department's question; the case is changed too."""

    kind: ClassVar[str] = "problems.question"
    case_id: int
    question_id: int


@dataclass(frozen=True, kw_only=True)
class QuestionAsked(QuestionEvent):
    """A department wants to know something of a customer; an agent has to pass it on."""

    kind: ClassVar[str] = "problems.question.asked"


@dataclass(frozen=True, kw_only=True)
class QuestionSent(QuestionEvent):
    """The question is with the customer."""

    kind: ClassVar[str] = "problems.question.sent"


@dataclass(frozen=True, kw_only=True)
class QuestionAnswered(QuestionEvent):
    """The answer is there; the department can go on."""

    kind: ClassVar[str] = "problems.question.answered"


@dataclass(frozen=True, kw_only=True)
class TaskEvent(ProblemEvent):
    """Base of what is told of a department's task."""

    kind: ClassVar[str] = "problems.task"
    task_id: int


@dataclass(frozen=True, kw_only=True)
class TaskAsked(TaskEvent):
    """A department is asked to do something for a problem that another one answers for."""

    kind: ClassVar[str] = "problems.task.asked"
    asked_at: datetime


@dataclass(frozen=True, kw_only=True)
class TaskReady(TaskEvent):
    """Nothing is in the way of a task any more: what it waited for is done."""

    kind: ClassVar[str] = "problems.task.ready"
    ready_at: datetime


@dataclass(frozen=True, kw_only=True)
class TaskDone(TaskEvent):
    """A department has done its task; `ended_at` tells one end from the next."""

    kind: ClassVar[str] = "problems.task.done"
    ended_at: datetime


@dataclass(frozen=True, kw_only=True)
class TaskRefused(TaskEvent):
    """A department does not do its task; whoever answers for the problem decides."""

    kind: ClassVar[str] = "problems.task.refused"
    ended_at: datetime


@dataclass(frozen=True, kw_only=True)
class StepEvent(ProblemEvent):
    """Base of what is told of a drawn step; `taken_at` tells one time from the next."""

    kind: ClassVar[str] = "problems.step"
    version_id: int
    step_key: str
    taken_at: datetime


@dataclass(frozen=True, kw_only=True)
class StepTaken(StepEvent):
    """A drawn step was taken; what the drawing asks for happens by itself."""

    kind: ClassVar[str] = "problems.step.taken"


@dataclass(frozen=True, kw_only=True)
class StepAnnounced(StepEvent):
    """A drawn step was taken that other systems shall hear of."""

    kind: ClassVar[str] = "problems.step.announced"


@dataclass(frozen=True, kw_only=True)
class RequestEvent(ProblemEvent):
    """Base of what is told of a step that waits for an approval."""

    kind: ClassVar[str] = "problems.request"
    request_id: int


@dataclass(frozen=True, kw_only=True)
class ApprovalAsked(RequestEvent):
    """Some people shall say whether a step may be taken; `asked_at` names the round."""

    kind: ClassVar[str] = "problems.request.asked"
    asked_at: datetime


@dataclass(frozen=True, kw_only=True)
class ApprovalDecided(RequestEvent):
    """A step was approved or rejected."""

    kind: ClassVar[str] = "problems.request.decided"
    is_approved: bool


@dataclass(frozen=True, kw_only=True)
class BroadcastAsked(ProblemEvent):
    """A broadcast is for so many that a lead has to say yes; `asked_at` names the time."""

    kind: ClassVar[str] = "problems.broadcast.asked"
    broadcast_id: int
    asked_at: datetime


@dataclass(frozen=True, kw_only=True)
class ChangeEvent(Event):
    """Base of what is told of a change."""

    kind: ClassVar[str] = "problems.change"
    change_id: int

    @property
    def subject(self) -> str:
        """The change."""
        return f"change:{self.change_id}"


@dataclass(frozen=True, kw_only=True)
class ChangePlanned(ChangeEvent):
    """A change is planned, or planned anew: somebody may have to approve it."""

    kind: ClassVar[str] = "problems.change.planned"
    planned_at: datetime


@dataclass(frozen=True, kw_only=True)
class ChangeApproved(ChangeEvent):
    """Somebody said yes to a change."""

    kind: ClassVar[str] = "problems.change.approved"
    approved_at: datetime


@dataclass(frozen=True, kw_only=True)
class ChangeDone(ChangeEvent):
    """A change is in place."""

    kind: ClassVar[str] = "problems.change.done"
    ended_at: datetime


@dataclass(frozen=True, kw_only=True)
class ChangeBackedOut(ChangeEvent):
    """A change was taken back."""

    kind: ClassVar[str] = "problems.change.backed_out"
    ended_at: datetime


@dataclass(frozen=True, kw_only=True)
class PatternEvent(Event):
    """Base of what is told of a suspected problem."""

    kind: ClassVar[str] = "problems.pattern"
    pattern_id: int

    @property
    def subject(self) -> str:
        """The suspected problem."""
        return f"pattern:{self.pattern_id}"


@dataclass(frozen=True, kw_only=True)
class PatternRaised(PatternEvent):
    """Cases began to look alike, or a dismissed pattern has grown: a lead has to decide."""

    kind: ClassVar[str] = "problems.pattern.raised"
    raised_at: datetime
