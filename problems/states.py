"""The states, outcomes and customer-visible stages of a problem; docs/glossary.md explains each."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class ProblemState(StrEnum):
    """Where a problem stands."""

    SUSPECTED = "suspected"
    NEW = "new"
    ASSESS = "assess"
    ROOT_CAUSE = "root_cause"
    FIX_IN_PROGRESS = "fix_in_progress"
    VERIFYING = "verifying"
    RESOLVED = "resolved"
    CLOSED = "closed"


OPEN_STATES = (
    ProblemState.SUSPECTED,
    ProblemState.NEW,
    ProblemState.ASSESS,
    ProblemState.ROOT_CAUSE,
    ProblemState.FIX_IN_PROGRESS,
    ProblemState.VERIFYING,
)
WORKING_STATES = (ProblemState.ROOT_CAUSE, ProblemState.FIX_IN_PROGRESS, ProblemState.VERIFYING)
RANK = {state: rank for rank, state in enumerate(ProblemState)}

STATE_NAMES = {
    ProblemState.SUSPECTED: _("Suspected"),
    ProblemState.NEW: _("New"),
    ProblemState.ASSESS: _("Waiting for acceptance"),
    ProblemState.ROOT_CAUSE: _("Looking for the cause"),
    ProblemState.FIX_IN_PROGRESS: _("Fix in progress"),
    ProblemState.VERIFYING: _("Verifying the fix"),
    ProblemState.RESOLVED: _("Resolved"),
    ProblemState.CLOSED: _("Closed"),
}


class Outcome(StrEnum):
    """How a problem ended."""

    FIX_APPLIED = "fix_applied"
    RISK_ACCEPTED = "risk_accepted"
    DUPLICATE = "duplicate"
    NOT_A_PROBLEM = "not_a_problem"
    CANCELLED = "cancelled"


class VisibleStage(StrEnum):
    """What customers see of a problem's progress."""

    RECEIVED = "received"
    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    FIXING = "fixing"
    MONITORING = "monitoring"
    RESOLVED = "resolved"


VISIBLE_STAGE = {
    ProblemState.SUSPECTED: VisibleStage.RECEIVED,
    ProblemState.NEW: VisibleStage.RECEIVED,
    ProblemState.ASSESS: VisibleStage.INVESTIGATING,
    ProblemState.ROOT_CAUSE: VisibleStage.INVESTIGATING,
    ProblemState.FIX_IN_PROGRESS: VisibleStage.FIXING,
    ProblemState.VERIFYING: VisibleStage.MONITORING,
    ProblemState.RESOLVED: VisibleStage.RESOLVED,
    ProblemState.CLOSED: VisibleStage.RESOLVED,
}
