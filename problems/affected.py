"""Whom a problem affects: each is told once, may join without a case, and says when it works."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from problems.events import CustomerJoined
from problems.ledger_marks import note_told
from problems.lifecycle import lock_problem
from problems.models import Affected, Told
from problems.models.affected import FOLLOWS, PRESENT
from problems.reasons import strongest
from workflow.history.actions import Action
from workflow.history.recording import record
from workflow.outbox.publishing import publish
from workflow.people.actors import Actor
from workflow.refusals import Refusal


class NotFixedYet(Refusal):
    """Nobody can confirm a fix that is not there."""

    code = "not_fixed_yet"


class NotAffected(Refusal):
    """The problem does not affect this customer."""

    code = "not_affected"


def affected_by(problem_id: int) -> QuerySet[Affected]:
    """Return those whom a problem affects, with their contacts, by id."""
    rows = Affected.objects.filter(PRESENT, problem_id=problem_id)
    return rows.select_related("contact").order_by("id")


def tell_once(
    rows: Iterable[Affected], *, message: str, channel: str, at: datetime
) -> list[Affected]:
    """Note that each is told `message`; returns those who were not told it before.

    `message` names the occasion (`fixed:2026-11-21T…`). Three queries for any number.
    """
    rows = list(rows)
    told_before = set(
        Told.objects.filter(affected__in=rows, message=message).values_list(
            "affected_id", flat=True
        )
    )
    fresh = [row for row in rows if row.pk not in told_before]
    Told.objects.bulk_create(
        [Told(affected=row, message=message, channel=channel, at=at) for row in fresh],
        batch_size=500,
        ignore_conflicts=True,
    )
    note_told(fresh, at=at, message=message)
    return fresh


@transaction.atomic
def join_affected(*, problem_id: int, contact_id: int, actor: Actor, at: datetime) -> bool:
    """Say that a customer has an open problem too, without a case; returns whether that is new.

    Whoever stands in the ledger for what they have says so besides, and stays for that.

    Raises:
        NotAffected: the problem has ended.
    """
    problem = lock_problem(problem_id)
    if not problem.is_open:
        raise NotAffected(
            _("This problem is solved."),
            next_step=_("Tell us what happens on your side if it is still there."),
        )
    row, _made = Affected.objects.get_or_create(
        problem=problem,
        contact_id=contact_id,
        defaults={"found": "me_too", "found_at": at},
    )
    is_new = row.me_too_at is None
    if is_new:
        # Of somebody who is not affected any more, or only follows, the old reason holds no more.
        row.found_at = at if row.found == FOLLOWS else row.found_at
        row.found = "me_too" if row.left_at is not None else strongest(row.found, "me_too")
        row.me_too_at, row.left_at = at, None
        row.save(update_fields=["me_too_at", "left_at", "found", "found_at"])
        record(Action.PROBLEM_JOINED, problem, actor=actor, at=at, changes={"contact": contact_id})
        publish(CustomerJoined(problem_id=problem.pk, contact_id=contact_id), at=at)
    return is_new


@transaction.atomic
def confirm_fixed(*, problem_id: int, contact_id: int, actor: Actor, at: datetime) -> None:
    """Note that a customer says it works now; a second time changes nothing.

    Raises:
        NotFixedYet: the problem is open.
        NotAffected: the customer is not in its ledger.
    """
    problem = lock_problem(problem_id)
    if problem.is_open:
        raise NotFixedYet(
            _("We are still working on this."),
            next_step=_("We tell you as soon as it is fixed."),
        )
    ledger = Affected.objects.exclude(found=FOLLOWS)
    row = ledger.filter(problem=problem, contact_id=contact_id).first()
    if row is None:
        raise NotAffected(
            _("This problem does not stand behind your issue any more."),
            next_step=_("Load the page again."),
        )
    if row.confirmed_at is not None:
        return
    row.confirmed_at = at
    row.applied_at = row.applied_at or at
    row.save(update_fields=["confirmed_at", "applied_at"])
    record(
        Action.PROBLEM_FIX_CONFIRMED,
        problem,
        actor=actor,
        at=at,
        changes={"contact": contact_id},
    )


@transaction.atomic
def take_confirmation_back(*, problem_id: int, contact_id: int) -> None:
    """Forget that a customer said it works; the case that was reopened tells why."""
    Affected.objects.filter(problem_id=problem_id, contact_id=contact_id).update(
        confirmed_at=None, applied_at=None
    )


def problems_of_contact(contact_id: int) -> list[Affected]:
    """Return what affects a contact, with the problems and what was told, newest first.

    Two queries.
    """
    return list(
        Affected.objects.exclude(found=FOLLOWS)
        .filter(contact_id=contact_id)
        .select_related("problem")
        .prefetch_related(Prefetch("told", queryset=Told.objects.order_by("at", "id")))
        .order_by("-id")[:50]
    )
