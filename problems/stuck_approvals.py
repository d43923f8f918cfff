"""Requests about which nobody can be asked on: tried again with growing pauses, shown, retried."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from problems.models import StepRequest
from problems.models.step_request import RequestState
from workflow.history.actions import Action
from workflow.history.recording import record
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

LONGEST_PAUSE = timedelta(hours=1)
# By then it was tried for a minute: a database that was away for a moment is back.
STUCK_AFTER = 5
MOST_COUNTED = 30


class NotStuck(Refusal):
    """The request was decided, or somebody was asked on."""

    code = "not_stuck"


@transaction.atomic
def note_failed_ask(request_id: int, failure: Exception, *, at: datetime) -> None:
    """Keep that nobody could be asked on, and when it is tried again: 2, 4, 8 … seconds, an hour."""
    request = StepRequest.objects.select_for_update().filter(pk=request_id).first()
    if request is None or request.state != RequestState.OPEN:
        return
    request.failed_asks = min(request.failed_asks + 1, MOST_COUNTED)
    request.ask_again_at = at + min(timedelta(seconds=2**request.failed_asks), LONGEST_PAUSE)
    # Only the kind of fault: its words may hold a customer's text.
    request.ask_error = type(failure).__name__[:80]
    request.save(update_fields=["failed_asks", "ask_again_at", "ask_error"])


def stuck_requests() -> QuerySet[StepRequest]:
    """Return open requests that failed again and again, with their problems, the newest first."""
    return (
        StepRequest.objects.filter(state=RequestState.OPEN, failed_asks__gte=STUCK_AFTER)
        .select_related("problem")
        .order_by("-id")
    )


@transaction.atomic
def retry_stuck_request(*, request_id: int, actor: Actor, at: datetime) -> StepRequest:
    """Let a stuck request be asked on at the next look, with short pauses again.

    Raises:
        NotStuck: it was decided, or somebody was asked on meanwhile.
    """
    actor.require(Permission.RETRY_DELIVERY)
    request = stuck_requests().select_for_update(of=("self",)).filter(pk=request_id).first()
    if request is None:
        raise NotStuck(
            _("This approval does not wait for another try any more."),
            next_step=_("Load the page again to see what is left."),
        )
    request.failed_asks, request.ask_again_at = 0, at
    request.save(update_fields=["failed_asks", "ask_again_at"])
    record(Action.DELIVERY_RETRIED, request, actor=actor, at=at)
    return request
