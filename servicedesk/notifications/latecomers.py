"""Who comes late into a ledger is told what the others were told: what holds now, once."""

from datetime import datetime

from django.db.models import F
from django.utils.timezone import now

from cases.models import Case
from problems.broadcast_occasions import OCCASIONS
from problems.broadcast_policies import room_of
from problems.broadcast_rights import lock_occasion
from problems.broadcast_steps import ask_for_the_rest
from problems.broadcasting import begin_broadcast
from problems.events import CaseLinked, CustomerJoined, CustomersReached
from problems.models import Broadcast, Estimate, Problem
from problems.models.broadcast import BroadcastKind, BroadcastState
from problems.recipients import recipients_of, untold
from servicedesk.notifications.broadcasts import SYSTEM, tell_at_once
from servicedesk.notifications.preparing import SLICE, prepare

# What somebody needs who knows nothing yet: the first of these that was decided and still holds.
IN_THIS_ORDER = (
    BroadcastKind.FIXED,
    BroadcastKind.WONT_FIX,
    BroadcastKind.WORKAROUND,
    BroadcastKind.ESTIMATE,
)
RELEASED = (BroadcastState.SENDING.value, BroadcastState.SENT.value)
Decision = tuple[BroadcastKind, str, Estimate | None]


def tell_linked_latecomer(event: CaseLinked) -> None:
    """Tell the customer of a case that was linked late."""
    case = Case.objects.get(pk=event.case_id)
    tell_latecomers(event.problem_id, contact_id=case.contact_id, at=now())


def tell_joined_latecomer(event: CustomerJoined) -> None:
    """Tell a customer who said to have the problem, too."""
    tell_latecomers(event.problem_id, contact_id=event.contact_id, at=now())


def tell_reached_latecomers(event: CustomersReached) -> None:
    """Tell customers who were found late by what they have or where they are."""
    if event.found:
        tell_latecomers(event.problem_id, at=now())


def tell_latecomers(problem_id: int, *, at: datetime, contact_id: int | None = None) -> int:
    """Tell one contact of a ledger, or all who were not told, what holds now; returns how many.

    They are told by the broadcast that told the others: in its words, to whom it was for, and by
    nobody whom its stop was meant for. More than may be told without a yes wait for a lead.
    """
    problem = Problem.objects.get(pk=problem_id)
    decision = decision_that_holds(problem)
    if decision is None:
        return 0
    kind, occasion, estimate = decision
    broadcast = Broadcast.objects.filter(problem=problem, occasion=occasion).order_by("-id").first()
    if broadcast is None:
        begun = begin_broadcast(
            problem, kind=kind, occasion=occasion, estimate=estimate, actor=SYSTEM, at=at
        )
        tell_at_once(begun, at=at)
        return begun.size if begun is not None else 0
    if broadcast.state not in RELEASED:
        # What waits tells them, too, when it leaves; what was stopped tells nobody.
        return 0
    if broadcast.state == BroadcastState.SENDING and contact_id is None:
        # It looks at the whole ledger once more before it ends.
        return 0
    return told_by(lock_occasion(broadcast.pk), contact_id=contact_id, at=at)


def decision_that_holds(problem: Problem) -> Decision | None:
    """Return the decision that somebody who comes late has to know; three queries at most."""
    for kind in IN_THIS_ORDER:
        found = OCCASIONS[kind](problem)
        if found is not None:
            return kind, *found
    return None


def told_by(broadcast: Broadcast, *, contact_id: int | None, at: datetime) -> int:
    """Let a broadcast that told the others tell who came since; returns how many it told."""
    held = broadcast.held.filter(is_stopped=True).values("contact_id")
    late = untold(recipients_of(broadcast), occasion=broadcast.occasion).exclude(
        contact_id__in=held
    )
    if contact_id is not None:
        late = late.filter(contact_id=contact_id)
    rows = list(late.values_list("pk", "contact_id"))
    if len(rows) > room_of(broadcast):
        ask_for_the_rest(broadcast, actor=SYSTEM, at=at)
        return 0
    told = 0
    for begin in range(0, len(rows), SLICE):
        told += prepare(broadcast, rows[begin : begin + SLICE], at=at).told
    Broadcast.objects.filter(pk=broadcast.pk).update(prepared=F("prepared") + told)
    return told
