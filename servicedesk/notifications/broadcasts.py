"""Carry broadcasts on, step by step: begin, prepare, hold, drop, note the end.

Every step is short and remembers where it ended; any process may take the next one.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic

from django.db import transaction

from problems.broadcast_steps import finish, release
from problems.models import Broadcast
from problems.models.broadcast import BroadcastState
from servicedesk.notifications.delivering import note_mails_sent
from servicedesk.notifications.holding import (
    DROP,
    HOLD,
    LET_GO,
    mails_left,
    mails_not_noted,
    move_all,
)
from servicedesk.notifications.preparing import FEW, SLICE, prepare_overlooked, prepare_slice
from workflow.outbox.models import EffectState
from workflow.people.actors import Actor

SYSTEM = Actor.system("broadcasts")
# Whoever works on a broadcast has it for so long; then another one goes on.
LEASE = timedelta(seconds=3)
LOOK_AGAIN_AFTER = timedelta(seconds=5)
LONGEST_WAIT = timedelta(minutes=10)
ON_THE_WAY = (EffectState.PENDING, EffectState.SENDING)


def tell_at_once(broadcast: Broadcast | None, *, at: datetime) -> None:
    """Begin a broadcast that is due and prepare its first people, in the caller's transaction.

    Few are all prepared by this; the upkeep does the rest.
    """
    if broadcast is None or broadcast.state != BroadcastState.SCHEDULED:
        return
    if begin(broadcast.pk, at=at):
        prepare_slice(broadcast.pk, at=at, at_most=FEW)


def carry_on(broadcast_id: int, *, clock: Callable[[], datetime], for_seconds: float = 10.0) -> int:
    """Take the due steps of a broadcast until none is due or the time is up.

    Returns how many steps were taken. `clock` is read for each.
    """
    end = monotonic() + for_seconds
    taken = 0
    while is_step_taken(broadcast_id, at=clock()):
        taken += 1
        if monotonic() >= end:
            let_others_go_on(broadcast_id, at=clock())
            break
    return taken


def is_step_taken(broadcast_id: int, *, at: datetime) -> bool:
    """Take the next step of a broadcast if it is due; whether another one may be due at once."""
    if not is_leased(broadcast_id, at=at):
        return False
    broadcast = Broadcast.objects.get(pk=broadcast_id)
    step = STEPS.get(BroadcastState(broadcast.state))
    return step is not None and step(broadcast, at)


def is_leased(broadcast_id: int, *, at: datetime) -> bool:
    """Whether a due broadcast is ours for the next step; one statement."""
    return bool(
        Broadcast.objects.filter(
            pk=broadcast_id, state__in=[state.value for state in STEPS], due_at__lte=at
        ).update(due_at=at + LEASE)
    )


def let_others_go_on(broadcast_id: int, *, at: datetime) -> None:
    """Give a broadcast back before the lease ends, if there is more to do."""
    leased = Broadcast.objects.filter(pk=broadcast_id, due_at__lte=at + LEASE)
    leased.filter(state__in=[state.value for state in STEPS]).update(due_at=at)


def look_again(broadcast: Broadcast, *, at: datetime | None) -> None:
    """Say when somebody looks at a broadcast next, never with None, unless its state changed."""
    Broadcast.objects.filter(pk=broadcast.pk, state=broadcast.state).update(due_at=at)


@transaction.atomic
def begin(broadcast_id: int, *, at: datetime) -> bool:
    """Let a scheduled broadcast begin; whether it did."""
    broadcast = Broadcast.objects.select_for_update().get(pk=broadcast_id)
    if broadcast.state != BroadcastState.SCHEDULED:
        return False
    return release(broadcast, actor=SYSTEM, at=at)


def begin_or_go_on(broadcast: Broadcast, at: datetime) -> bool:
    """Let what was held leave, then begin."""
    if broadcast.released_at is not None:
        move_all(broadcast, LET_GO, at=at)
    return begin(broadcast.pk, at=at)


def prepare_or_finish(broadcast: Broadcast, at: datetime) -> bool:
    """Prepare the next people; once there is nobody, wait until the last mail has left."""
    if prepare_slice(broadcast.pk, at=at, at_most=SLICE).seen:
        return True
    left = mails_left(broadcast, *ON_THE_WAY)
    if left.due_at is not None:
        soonest = max(left.due_at, at + LOOK_AGAIN_AFTER)
        look_again(broadcast, at=min(soonest, at + LONGEST_WAIT))
        return False
    if prepare_overlooked(broadcast.pk, at=at).seen:
        return True
    note_mails_sent(mails_not_noted(broadcast), at=at)
    with transaction.atomic():
        locked = Broadcast.objects.select_for_update().get(pk=broadcast.pk)
        if locked.state == BroadcastState.SENDING:
            finish(locked, actor=SYSTEM, at=at)
    return False


def hold(broadcast: Broadcast, at: datetime) -> bool:
    """Hold what a paused broadcast has prepared; look again while some is on its way."""
    move_all(broadcast, HOLD, at=at)
    settle(broadcast, at=at)
    return False


def drop(broadcast: Broadcast, at: datetime) -> bool:
    """Drop what a stopped broadcast has prepared; look again while some is on its way."""
    move_all(broadcast, DROP, at=at)
    settle(broadcast, at=at)
    return False


def settle(broadcast: Broadcast, *, at: datetime) -> None:
    """Look at a held or ended broadcast again as long as mails of it are on their way."""
    is_moving = mails_left(broadcast, *ON_THE_WAY).count > 0
    look_again(broadcast, at=at + LOOK_AGAIN_AFTER if is_moving else None)


STEPS: dict[BroadcastState, Callable[[Broadcast, datetime], bool]] = {
    BroadcastState.SCHEDULED: begin_or_go_on,
    BroadcastState.SENDING: prepare_or_finish,
    BroadcastState.PAUSED: hold,
    BroadcastState.STOPPED: drop,
}
