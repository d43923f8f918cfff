"""How a customer may be reached: mail that came back, calls instead of mail, absences."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from customers.identity import locked_contact
from customers.models import AddressKind, Contact, ContactAddress, Preference
from customers.preferences import Topic, may_be_away_until
from customers.queries import contact_with_id
from workflow.history.actions import Action
from workflow.history.recording import record
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal


class BadAbsence(Refusal):
    """Nobody can be away until then."""

    code = "bad_absence"
    status = 422


class NothingCameBack(Refusal):
    """Mail to the address did not come back, or there is no such address."""

    code = "nothing_came_back"


@dataclass(frozen=True, kw_only=True)
class Reach:
    """How a customer may be reached; `addresses` are those for mail, the first one first."""

    wants_call: bool
    away_until: date | None
    away_said_at: datetime | None
    addresses: list[ContactAddress]


def reach_of(contact_id: int) -> Reach:
    """Return how a customer may be reached; two queries."""
    wish = Preference.objects.filter(contact_id=contact_id).first() or Preference()
    return Reach(
        wants_call=wish.wants_call,
        away_until=wish.away_until,
        away_said_at=wish.away_said_at,
        addresses=list(
            ContactAddress.objects.filter(contact_id=contact_id, kind=AddressKind.MAIL).order_by(
                "-is_primary", "id"
            )
        ),
    )


@transaction.atomic
def say_how_to_reach(
    contact_id: int, *, wants_call: bool, away_until: date | None, actor: Actor, at: datetime
) -> None:
    """Keep whether a customer asked to be called instead of written to, and until when away.

    What a machine said of an absence is forgotten: a person knows better.

    Raises:
        BadAbsence: the last day is over, or further away than a year.
        NoSuchContact, JoinedWithAnother: see customers.identity.
    """
    actor.require(Permission.EDIT_CUSTOMER)
    contact = locked_contact(contact_id)
    if not may_be_away_until(away_until, at=at):
        raise BadAbsence(
            _("Nobody is away until then."),
            next_step=_("Choose a day from today on, within a year."),
        )
    Preference.objects.update_or_create(
        contact=contact,
        defaults={"wants_call": wants_call, "away_until": away_until, "away_said_at": None},
    )
    record(
        Action.CONTACT_REACH_SAID,
        contact,
        actor=actor,
        at=at,
        changes={
            "wants_call": wants_call,
            "away_until": away_until.isoformat() if away_until else None,
        },
    )


@transaction.atomic
def switch_mails(
    contact_id: int, *, topic: Topic, is_on: bool, actor: Actor, at: datetime
) -> Contact | None:
    """Send a customer no more mails of a topic, or send them again; a second time changes nothing.

    Whoever was joined with another contact is that one. None if there is no such customer.
    """
    contact = contact_with_id(contact_id)
    if contact is None:
        return None
    column = f"mail_{topic.value}"
    wish, _is_new = Preference.objects.get_or_create(contact=contact)
    if getattr(wish, column) == is_on:
        return contact
    setattr(wish, column, is_on)
    wish.save(update_fields=[column])
    record(
        Action.CONTACT_UNSUBSCRIBED,
        contact,
        actor=actor,
        at=at,
        changes={"topic": topic.value, "is_mailed": is_on},
    )
    return contact


def note_absence(contact_id: int, *, at: datetime) -> None:
    """Note that a machine answered for a customer who is away; two queries."""
    Preference.objects.update_or_create(contact_id=contact_id, defaults={"away_said_at": at})


def mail_addresses_among(contact_id: int, values: Collection[str]) -> list[ContactAddress]:
    """Return which of these mail addresses are a contact's; one query."""
    return list(
        ContactAddress.objects.filter(
            contact_id=contact_id,
            kind=AddressKind.MAIL,
            value__in=[value.lower() for value in values],
        ).select_related("contact")
    )


@transaction.atomic
def stop_writing_to(address: ContactAddress, *, status: str, actor: Actor, at: datetime) -> bool:
    """Send no more mail to an address from which it came back; returns whether that is new.

    `status` is what the other mail server said (RFC 3463), such as 5.1.1.
    """
    stopped = ContactAddress.objects.filter(pk=address.pk, bounced_at__isnull=True).update(
        bounced_at=at, bounced_status=status[:12]
    )
    if stopped:
        record(
            Action.ADDRESS_BOUNCED,
            address.contact,
            actor=actor,
            at=at,
            changes={"address": address.pk, "status": status[:12]},
        )
    return bool(stopped)


@transaction.atomic
def write_again_to(contact_id: int, *, address_id: int, actor: Actor, at: datetime) -> None:
    """Let mail go again to an address from which it came back: a person knows that it works.

    Raises:
        NothingCameBack: the address is not there, or nothing came back from it.
        NoSuchContact, JoinedWithAnother: see customers.identity.
    """
    actor.require(Permission.EDIT_CUSTOMER)
    contact = locked_contact(contact_id)
    freed = ContactAddress.objects.filter(
        pk=address_id, contact=contact, bounced_at__isnull=False
    ).update(bounced_at=None, bounced_status="")
    if not freed:
        raise NothingCameBack(
            _("Nothing came back from this address."), next_step=_("Load the page again.")
        )
    record(
        Action.ADDRESS_WRITTEN_AGAIN, contact, actor=actor, at=at, changes={"address": address_id}
    )
