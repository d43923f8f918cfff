"""Mailed links that open one case, for a time, without sign-in: made, followed, ended."""

import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cases.access import cases_of_person
from cases.lifecycle import lock_case
from cases.models import Case, CasePass
from customers.models import Contact
from customers.preferences import sign_out_everywhere
from workflow.history.actions import Action
from workflow.history.recording import record
from workflow.people.actors import Actor, ActorKind
from workflow.people.authentication import digest_of
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

LASTS = timedelta(days=14)
# What is over is kept a while: who asks why a link opens nothing gets an answer.
KEPT_FOR = timedelta(days=90)
AT_A_TIME = 5000


class PassIsOver(Refusal):
    """The link opens nothing: it is too old, was ended, or never was."""

    code = "pass_is_over"
    status = 410

    def __init__(self) -> None:
        super().__init__(
            _("This link is no longer valid."),
            next_step=_("Enter your e-mail address and we send you a new one."),
        )


def make_pass(*, case_id: int, contact_id: int, at: datetime, lasts: timedelta = LASTS) -> str:
    """Return the secret of a new link to one case, valid for 14 days; only its hash is kept."""
    word = secrets.token_urlsafe(24)
    CasePass.objects.create(
        case_id=case_id,
        contact_id=contact_id,
        digest=digest_of(word),
        made_at=at,
        ends_at=at + lasts,
    )
    return word


def make_passes(wanted: Iterable[tuple[int, int]], *, at: datetime) -> dict[tuple[int, int], str]:
    """Return the secrets of new links to cases, by case and contact; one query for any number."""
    words = {pair: secrets.token_urlsafe(24) for pair in wanted}
    CasePass.objects.bulk_create(
        [
            CasePass(
                case_id=case_id,
                contact_id=contact_id,
                digest=digest_of(word),
                made_at=at,
                ends_at=at + LASTS,
            )
            for (case_id, contact_id), word in words.items()
        ]
    )
    return words


def follow_pass(*, word: str, at: datetime) -> CasePass:
    """Return what a link opens, with case and contact; the first time is noted. Two queries.

    Whoever was taken out of the case since finds the link over, like one that never was.

    Raises:
        PassIsOver: unknown, too old, ended, or the case is not this contact's any more.
    """
    found = (
        CasePass.objects.filter(digest=digest_of(word), ended_at__isnull=True, ends_at__gt=at)
        .select_related(
            "contact",
            "contact__organisation",
            "case",
            "case__contact",
            "case__contact__organisation",
            "case__product",
            "case__owner",
            "case__queue",
        )
        .first()
    )
    if found is None or not takes_part(found.contact_id, case=found.case):
        raise PassIsOver
    if found.used_at is None:
        CasePass.objects.filter(pk=found.pk, used_at__isnull=True).update(used_at=at)
        found.used_at = at
    return found


def takes_part(contact_id: int, *, case: Case) -> bool:
    """Whether a contact asked a case or was let into it; at most one query."""
    if case.state == "spam":
        return False
    if case.contact_id == contact_id:
        return True
    return Case.objects.filter(pk=case.pk, pk__in=cases_of_person(contact_id)).exists()


def passes_of(case: Case, *, actor: Actor, at: datetime) -> QuerySet[CasePass]:
    """Return the links that open a case now: to staff all of them, to a contact the own ones."""
    open_now = CasePass.objects.filter(case=case, ended_at__isnull=True, ends_at__gt=at)
    if actor.kind is ActorKind.CONTACT:
        open_now = open_now.filter(contact_id=actor.id)
    return open_now.select_related("contact").order_by("-id")


@transaction.atomic
def end_passes(case_id: int, *, actor: Actor, at: datetime) -> int:
    """Let the links to a case open nothing any more; returns how many did until now.

    A contact ends the own ones, a colleague everybody's.

    Raises:
        NotPermitted: neither a contact nor a colleague who works cases.
    """
    if actor.kind is not ActorKind.CONTACT:
        actor.require(Permission.WORK_CASE)
    case = lock_case(case_id)
    ended = passes_of(case, actor=actor, at=at)
    count = CasePass.objects.filter(pk__in=ended.values("pk")).update(
        ended_at=at, ended_by_id=actor.user_id
    )
    if count:
        record(Action.CASE_LINKS_ENDED, case, actor=actor, at=at, changes={"ended": count})
    return count


@transaction.atomic
def leave_everywhere(contact: Contact, *, actor: Actor, at: datetime) -> int:
    """End every stay of a contact in the portal and every mailed link; returns how many stays.

    Raises:
        NotYourself: somebody else asked.
    """
    ended = sign_out_everywhere(contact.pk, actor=actor, at=at)
    live = CasePass.objects.filter(contact=contact, ended_at__isnull=True, ends_at__gt=at)
    live.update(ended_at=at)
    return ended


def end_passes_of_parted(contacts: Sequence[int], at: datetime) -> None:
    """End the links of contacts who turned out to be two: nobody knows who holds them.

    Those of two who were just joined go on: both are one person now. At most two queries.
    """
    if Contact.objects.filter(pk__in=contacts, joined_to__in=contacts).exists():
        return
    CasePass.objects.filter(contact_id__in=contacts, ended_at__isnull=True).update(ended_at=at)


def forget_old_passes(*, at: datetime) -> int:
    """Delete links of the tenant that ended 90 days ago, 5000 at a time; returns how many."""
    old = CasePass.objects.filter(ends_at__lt=at - KEPT_FOR).order_by("pk")
    forgotten = 0
    while some := list(old.values_list("pk", flat=True)[:AT_A_TIME]):
        gone, _kinds = CasePass.objects.filter(pk__in=some).delete()
        forgotten += gone
    return forgotten
