"""What a told tenant still has to send or to sweep is not for the workers of other tests."""

from cases.models import CaseClock
from problems.models import ProblemClock, TaskClock
from workflow.outbox.models import Effect


def quieten() -> None:
    """Drop the waiting effects of the current tenant; running clocks are not swept any more."""
    Effect.objects.filter(state="pending").update(state="dropped")
    for clocks in (CaseClock, ProblemClock, TaskClock):
        clocks.objects.filter(state="running").update(state="cancelled", next_look_at=None)
