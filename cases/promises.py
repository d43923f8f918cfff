"""What people promise to customers: made, kept, given another time, taken back.

A promise has a clock that is due at the time that was told: neither opening hours nor pauses move
it. What its text and its reasons say is written for the customer.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from cases.lifecycle import lock_case, note_change, refuse_ended, service_department
from cases.models import Case, CaseClock, CasePromise
from workflow.clocks.keeping import Keeping, Promise
from workflow.clocks.models import Calendar, Metric
from workflow.history.actions import Action
from workflow.history.recording import ChangeValue
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

LONGEST = 200
LATEST = timedelta(days=366)


class BadPromise(Refusal):
    """A promise says nothing, too much, or names a time that nobody can keep."""

    code = "bad_promise"
    status = 422


class PromiseHasEnded(Refusal):
    """A promise was kept, broken or taken back already."""

    code = "promise_has_ended"


class NoSuchPromise(Refusal):
    """The case has no such promise."""

    code = "no_such_promise"
    status = 404


@transaction.atomic
def make_promise(
    *,
    case_id: int,
    text: str,
    by: datetime,
    actor: Actor,
    at: datetime,
    moves_to_opening: bool = False,
) -> CasePromise:
    """Promise something to the customer of an open case by a time; about ten queries.

    With `moves_to_opening` a time at which nobody is there becomes the next opening.

    Raises:
        NotPermitted: the actor may not work on cases.
        CaseHasEnded: it is resolved or closed.
        BadPromise: it says nothing, or the time is over or further away than a year.
    """
    actor.require(Permission.WORK_CASE)
    case = lock_case(case_id)
    refuse_ended(case)
    text = said(text)
    refuse_bad_time(by, at=at)
    keeping = Keeping()
    clock = CaseClock(case=case, metric=Metric.PROMISE)
    told = Promise(calendar=hours_for(case), promised_for=by, moves_to_opening=moves_to_opening)
    keeping.begin(clock, told, at=at, reason="promised")
    keeping.write()
    promise = CasePromise.objects.create(
        case=case, clock=clock, text=text, made_by_id=actor.user_id, made_at=at
    )
    by = clock.due_at
    note(promise, Action.PROMISE_MADE, actor=actor, at=at, changes={"by": by.isoformat()})
    return promise


@transaction.atomic
def keep_promise(*, case_id: int, promise_id: int, actor: Actor, at: datetime) -> CasePromise:
    """Say that a promise was kept: in time it is met, after its time it stays broken.

    Raises:
        NotPermitted: the actor may not work on cases.
        NoSuchPromise, PromiseHasEnded: see there.
    """
    promise = going(case_id, promise_id, actor=actor)
    keeping = Keeping()
    keeping.stop(promise.clock, at=at, reason="kept")
    keeping.write()
    note(promise, Action.PROMISE_KEPT, actor=actor, at=at, changes={})
    return promise


@transaction.atomic
def change_promise(
    *,
    case_id: int,
    promise_id: int,
    by: datetime,
    reason: str,
    actor: Actor,
    at: datetime,
    moves_to_opening: bool = False,
) -> CasePromise:
    """Give a promise another time, with the reason that the customer reads.

    With `moves_to_opening` a time at which nobody is there becomes the next opening.

    Raises:
        NotPermitted: the actor may not work on cases.
        NoSuchPromise: the case has none of this id.
        PromiseHasEnded: it was kept or taken back, or its time is over: then it is broken.
        BadPromise: there is no reason, or the time is over or further away than a year.
    """
    promise = going(case_id, promise_id, actor=actor)
    clock = promise.clock
    if clock.due_at <= at:
        raise PromiseHasEnded(
            _("The time of this promise is over: it is broken."),
            next_step=_("Say that it was kept, or promise something new."),
        )
    reason = said(reason)
    refuse_bad_time(by, at=at)
    before = clock.due_at
    keeping = Keeping()
    told = Promise(calendar=clock.calendar, promised_for=by, moves_to_opening=moves_to_opening)
    keeping.replan(clock, at=at, reason="changed", promise=told)
    keeping.write()
    promise.reason = reason
    promise.save(update_fields=["reason"])
    note(
        promise,
        Action.PROMISE_CHANGED,
        actor=actor,
        at=at,
        changes={"by": clock.due_at.isoformat(), "by_was": before.isoformat()},
    )
    return promise


@transaction.atomic
def withdraw_promise(
    *, case_id: int, promise_id: int, reason: str, actor: Actor, at: datetime
) -> CasePromise:
    """Take a promise back, with the reason; it counts neither as kept nor as broken.

    Raises:
        NotPermitted: the actor may not work on cases.
        NoSuchPromise: the case has none of this id.
        PromiseHasEnded: it was kept or taken back already, or its time is over.
        BadPromise: there is no reason.
    """
    promise = going(case_id, promise_id, actor=actor)
    if promise.clock.due_at <= at:
        raise PromiseHasEnded(
            _("The time of this promise is over: it is broken."),
            next_step=_("Say that it was kept, or promise something new."),
        )
    promise.reason = said(reason)
    promise.save(update_fields=["reason"])
    keeping = Keeping()
    keeping.cancel(promise.clock, at=at, reason="withdrawn")
    keeping.write()
    note(promise, Action.PROMISE_WITHDRAWN, actor=actor, at=at, changes={})
    return promise


def going(case_id: int, promise_id: int, *, actor: Actor) -> CasePromise:
    """Return a promise that still counts, its case and clock locked; three queries.

    Raises:
        NotPermitted: the actor may not work on cases.
        NoSuchPromise: the case has none of this id.
        PromiseHasEnded: it was kept or taken back already.
    """
    actor.require(Permission.WORK_CASE)
    case = lock_case(case_id)
    promise = CasePromise.objects.filter(case=case, pk=promise_id).first()
    if promise is None:
        raise NoSuchPromise(
            _("Case #%(number)s has no such promise.") % {"number": case.number},
            next_step=_("Load the case again to see what is promised."),
        )
    promise.case = case
    promise.clock = (
        CaseClock.objects.select_for_update(of=("self",))
        .select_related("calendar")
        .get(pk=promise.clock_id)
    )
    if not promise.clock.is_open:
        raise PromiseHasEnded(
            _("This promise has ended already."),
            next_step=_("Load the case again to see how it ended."),
        )
    return promise


def said(text: str) -> str:
    """Return words for the customer without blanks around them.

    Raises:
        BadPromise: there are none, or more than fit.
    """
    text = text.strip()
    if not text:
        raise BadPromise(
            _("The customer would read nothing."), next_step=_("Say it in a sentence.")
        )
    if len(text) > LONGEST:
        raise BadPromise(
            _("This is longer than %(most)d characters.") % {"most": LONGEST},
            next_step=_("Say it in a sentence."),
        )
    return text


def refuse_bad_time(by: datetime, *, at: datetime) -> None:
    """Refuse a time that is over, or further away than anybody can promise."""
    if by <= at:
        raise BadPromise(
            _("This time is over already."), next_step=_("Choose one that is still to come.")
        )
    if by - at > LATEST:
        raise BadPromise(
            _("This time is further away than a year."), next_step=_("Choose an earlier one.")
        )


def hours_for(case: Case) -> Calendar:
    """Return the hours in which somebody is woken for a promise: those of the service level."""
    version = case.service_level.version
    return version.calendar if version is not None else service_department().calendar


def note(
    promise: CasePromise,
    action: Action,
    *,
    actor: Actor,
    at: datetime,
    changes: dict[str, ChangeValue],
) -> None:
    """Write into the history of the case what became of a promise."""
    note_change(
        promise.case, action, actor=actor, at=at, changes={"promise": promise.pk, **changes}
    )
