"""Two contacts are one person: everything of one goes to the other, and can go back for a time."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from customers.identity import NoSuchContact
from customers.models import (
    Contact,
    ContactAddress,
    Entitlement,
    InstalledProduct,
    JoinedRow,
    Joining,
    PortalLink,
    PortalSession,
    Preference,
    Purchase,
)
from workflow.history.actions import Action
from workflow.history.recording import record
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

MAY_BE_PARTED_FOR = timedelta(days=30)
MAIN_ADDRESS = "main_address"
AT_A_TIME = 1000


class OneAndTheSame(Refusal):
    """A contact cannot be joined with itself."""

    code = "one_and_the_same"
    status = 422


class NotSaid(Refusal):
    """Nobody said that both are one person."""

    code = "not_said"
    status = 422


class PartedNoMore(Refusal):
    """The joining was undone, is too old, or another one stands in the way."""

    code = "parted_no_more"


@dataclass(frozen=True, kw_only=True)
class Belonging:
    """Rows of a room that belong to one contact and go along when two contacts are one person.

    `field` is the column that names the contact. Of rows with `once_per` a contact has at most one
    for each value of these fields (with no field: one at all): where both have one, the kept
    contact's counts and the other stays where it is. `before` gets both, the one that gives first:
    it lets what the kept contact has give way where the other one's should count. `settle` puts
    right what the rows of a room mean together, once all have moved.
    """

    code: str
    rows: Callable[[], QuerySet[Any]]
    field: str = "contact_id"
    once_per: tuple[str, ...] | None = None
    before: Callable[[int, int], None] | None = None
    settle: Callable[[Sequence[int], datetime], None] | None = None


BELONGINGS = (
    Belonging(code="address", rows=ContactAddress.objects.all),
    Belonging(code="entitlement", rows=Entitlement.objects.all),
    Belonging(code="installed", rows=InstalledProduct.objects.all),
    Belonging(code="purchase", rows=Purchase.objects.all),
    Belonging(code="preference", rows=Preference.objects.all, once_per=()),
    Belonging(code="session", rows=PortalSession.objects.all),
    Belonging(code="link", rows=PortalLink.objects.all),
    # Who was joined with the contact before is the same person too.
    Belonging(code="joined", rows=Contact.objects.all, field="joined_to_id"),
)


@transaction.atomic
def join_contacts(
    *,
    kept_id: int,
    joined_id: int,
    are_one: bool,
    belongings: Sequence[Belonging],
    actor: Actor,
    at: datetime,
) -> Joining:
    """Give everything of one contact to another: both are one person.

    `are_one` is the actor's explicit word, since from now on whoever reads an address of either
    sees the cases of both. What was said stays under the name under which it was said. Some
    queries for each belonging and thousand rows.

    Raises:
        NoSuchContact: one of them is not there, or was joined with somebody before.
        OneAndTheSame, NotSaid: it is one contact, or nobody said that both are one person.
    """
    actor.require(Permission.EDIT_CUSTOMER)
    if kept_id == joined_id:
        raise OneAndTheSame(
            _("This is the same customer."), next_step=_("Choose the other one of the two.")
        )
    kept, joined = both_locked(kept_id, joined_id)
    if not are_one:
        raise NotSaid(
            _("Nobody has said that both are one person."),
            next_step=_("Make sure, then tick it: each will see what the other asked."),
        )
    joining = Joining.objects.create(
        kept=kept, joined=joined, joined_at=at, joined_by_id=actor.user_id
    )
    main = ContactAddress.objects.filter(contact=joined, is_primary=True)
    noted(joining, MAIN_ADDRESS, main.values_list("pk", flat=True))
    has_main = ContactAddress.objects.filter(contact=kept, is_primary=True).values("kind")
    main.filter(kind__in=has_main).update(is_primary=False)
    for one in belongings:
        if one.before is not None:
            one.before(joined.pk, kept.pk)
    moved = {
        one.code: noted(joining, one.code, moved_rows(one, giver=joined.pk, taker=kept.pk))
        for one in belongings
    }
    joined.joined_to = kept
    joined.save(update_fields=["joined_to"])
    settle_all(belongings, [kept.pk, joined.pk], at=at)
    changes = {"joining": joining.pk, "kept": kept.pk, "joined": joined.pk}
    counts = {name: moved.get(code, 0) for name, code in COUNTED.items()}
    for contact in (kept, joined):
        record(Action.CONTACTS_JOINED, contact, actor=actor, at=at, changes={**changes, **counts})
    return joining


COUNTED = {"cases_moved": "case", "addresses_moved": "address"}


@transaction.atomic
def part_contacts(
    *, joining_id: int, belongings: Sequence[Belonging], actor: Actor, at: datetime
) -> Joining:
    """Undo a joining within 30 days: what moved goes back; what came since stays.

    The stays and links of both in the portal end, since nobody knows whose they are.

    Raises:
        PartedNoMore: it was undone, is too old, or the kept contact was joined with another since.
    """
    if not actor.may(Permission.EDIT_CUSTOMER):
        actor.require(Permission.CONFIGURE)
    found = Joining.objects.filter(pk=joining_id).first()
    if found is None:
        raise NoSuchContact(
            _("There is no such joining here."), next_step=_("Look at the customer's page.")
        )
    kept, joined = both_locked(found.kept_id, found.joined_id, is_joined=True)
    joining = Joining.objects.select_for_update(of=("self",)).get(pk=joining_id)
    refuse_late_parting(joining, kept=kept, joined=joined, at=at)
    joined.joined_to = None
    joined.save(update_fields=["joined_to"])
    for one in belongings:
        noted_rows = JoinedRow.objects.filter(joining=joining, code=one.code)
        among = list(noted_rows.values_list("row", flat=True))
        moved_rows(one, giver=kept.pk, taker=joined.pk, among=among)
    main = JoinedRow.objects.filter(joining=joining, code=MAIN_ADDRESS).values_list("row")
    ContactAddress.objects.filter(contact=joined, pk__in=main).update(is_primary=True)
    both = [kept.pk, joined.pk]
    PortalSession.objects.filter(contact_id__in=both).delete()
    PortalLink.objects.filter(contact_id__in=both).delete()
    settle_all(belongings, both, at=at)
    joining.parted_at, joining.parted_by_id = at, actor.user_id
    joining.save(update_fields=["parted_at", "parted_by"])
    changes = {"joining": joining.pk, "kept": kept.pk, "joined": joined.pk}
    for contact in (kept, joined):
        record(Action.CONTACTS_PARTED, contact, actor=actor, at=at, changes=changes)
    return joining


def both_locked(
    kept_id: int, joined_id: int, *, is_joined: bool = False
) -> tuple[Contact, Contact]:
    """Return two contacts, locked in the order of their ids; one query.

    The lock lets others go on to write cases and messages that name them.

    Raises:
        NoSuchContact: one is not there, or (unless `is_joined`) was joined with somebody.
    """
    rows = Contact.objects.select_for_update(no_key=True, of=("self",))
    found = {one.pk: one for one in rows.filter(pk__in=[kept_id, joined_id]).order_by("id")}
    gone = len(found) < 2 or any(one.joined_to_id for one in found.values())
    if len(found) < 2 or (gone and not is_joined):
        raise NoSuchContact(
            _("One of the two customers is not there, or was joined with another one."),
            next_step=_("Look for the customer again."),
        )
    return found[kept_id], found[joined_id]


def refuse_late_parting(joining: Joining, *, kept: Contact, joined: Contact, at: datetime) -> None:
    """Refuse to undo what cannot be undone any more.

    Raises:
        PartedNoMore: see the sentence.
    """
    if joining.parted_at is not None or joined.joined_to_id is None:
        raise PartedNoMore(
            _("These customers were parted already."), next_step=_("Load the page again.")
        )
    if kept.joined_to_id is not None or joined.joined_to_id != kept.pk:
        raise PartedNoMore(
            _("%(name)s was joined with another customer since.") % {"name": kept.name},
            next_step=_("Part those two first."),
        )
    if at > joining.joined_at + MAY_BE_PARTED_FOR:
        raise PartedNoMore(
            _("They were joined more than 30 days ago; too much has been said since."),
            next_step=_("Add a customer for the other person, and move the addresses there."),
        )


def moved_rows(
    belonging: Belonging, *, giver: int, taker: int, among: Sequence[int] | None = None
) -> list[int]:
    """Move the rows of one contact to another; return their ids. Three queries a thousand rows."""
    rows = belonging.rows().filter(**{belonging.field: giver}).order_by("pk")
    if among is not None:
        rows = rows.filter(pk__in=among)
    names = belonging.once_per
    ids: list[int] = []
    if names is None:
        ids = list(rows.values_list("pk", flat=True))
    else:
        has = set(belonging.rows().filter(**{belonging.field: taker}).values_list(*names, "pk"))
        taken = {one[:-1] for one in has}
        ids = [one[-1] for one in rows.values_list(*names, "pk") if one[:-1] not in taken]
    for begin in range(0, len(ids), AT_A_TIME):
        some = belonging.rows().filter(pk__in=ids[begin : begin + AT_A_TIME])
        some.update(**{belonging.field: taker})
    return ids


def noted(joining: Joining, code: str, rows: Iterable[int]) -> int:
    """Remember which rows moved; return how many."""
    made = [JoinedRow(joining=joining, code=code, row=row) for row in rows]
    JoinedRow.objects.bulk_create(made, batch_size=AT_A_TIME)
    return len(made)


def settle_all(belongings: Sequence[Belonging], contacts: Sequence[int], *, at: datetime) -> None:
    """Let each room put right what its rows mean together."""
    for one in belongings:
        if one.settle is not None:
            one.settle(contacts, at)


def joinings_of(contact_id: int, *, at: datetime) -> list[Joining]:
    """Return the joinings of a contact that can be undone, newest first; one query."""
    return list(
        Joining.objects.filter(
            kept_id=contact_id, parted_at__isnull=True, joined_at__gte=at - MAY_BE_PARTED_FOR
        )
        .select_related("joined", "joined_by")
        .order_by("-id")
    )
