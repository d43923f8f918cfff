"""What cases tell those above them."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from workflow.outbox.event import Event


@dataclass(frozen=True, kw_only=True)
class CaseEvent(Event):
    """Base of what is told of a case."""

    kind: ClassVar[str] = "cases.case"
    case_id: int

    @property
    def subject(self) -> str:
        """The case."""
        return f"case:{self.case_id}"


@dataclass(frozen=True, kw_only=True)
class CaseOpened(CaseEvent):
    """A customer asks something. `may_acknowledge` says whether a receipt may be sent.

    `is_imported` says that it was asked elsewhere before: nobody outside hears of it.
    """

    kind: ClassVar[str] = "cases.case.opened"
    opened_at: datetime
    may_acknowledge: bool = True
    is_imported: bool = False


@dataclass(frozen=True, kw_only=True)
class CustomerWrote(CaseEvent):
    """A customer wrote in a case that is there already; automatic messages say nothing."""

    kind: ClassVar[str] = "cases.case.customer_wrote"
    message_id: int


@dataclass(frozen=True, kw_only=True)
class CaseAnswered(CaseEvent):
    """An agent answered; the contact is to be told."""

    kind: ClassVar[str] = "cases.case.answered"
    message_id: int


@dataclass(frozen=True, kw_only=True)
class CaseResolved(CaseEvent):
    """The case is solved. `is_silent` when a problem solved it and tells everybody itself."""

    kind: ClassVar[str] = "cases.case.resolved"
    is_silent: bool = False


@dataclass(frozen=True, kw_only=True)
class CaseReopened(CaseEvent):
    """It was not solved after all. `by_contact` when the customer said so."""

    kind: ClassVar[str] = "cases.case.reopened"
    by_contact: bool = False
