"""Signed channels: what a program hands in is stored, then joins its thread or opens a case."""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _

from cases.conversation import File, add_customer_message, keep_files
from cases.intake.payloads import Handed
from cases.lifecycle import open_case
from cases.models import Case, InboundHook, InboundMessage, InboundState, Message
from cases.states import Channel
from customers.identity import contact_at, contact_behind, normal_form
from customers.models import AddressKind, Contact, ContactAddress
from workflow.history.actions import Action
from workflow.history.recording import record
from workflow.lengths import one_line
from workflow.people.actors import Actor, ActorKind, Source
from workflow.people.permissions import ROLE_PERMISSIONS, Permission, Role
from workflow.refusals import Refusal

HOOK_CHANNELS = (Channel.CHAT, Channel.SOCIAL, Channel.API, Channel.PHONE)
MOST_HOOKS = 40
NOTED_AFTER = timedelta(minutes=1)


class NoSuchHook(Refusal):
    """There is no such channel, or it is switched off."""

    code = "no_such_channel"
    status = 404


class BadHook(Refusal):
    """A channel cannot be kept like this."""

    code = "bad_channel"


def open_hook(key: str) -> InboundHook:
    """Return a channel that is switched on; one query.

    Raises:
        NoSuchHook: there is none.
    """
    found = InboundHook.objects.filter(key=key, is_active=True).first()
    if found is None:
        raise NoSuchHook(
            _("There is no channel at this address."),
            next_step=_("Check the address and whether the channel is switched on."),
        )
    return found


@transaction.atomic
def store_inbound(hook: InboundHook, handed: Handed, *, at: datetime) -> InboundMessage:
    """Keep what was handed in before anybody reads it; the same `external_id` once."""
    InboundMessage.objects.bulk_create(
        [
            InboundMessage(
                hook=hook,
                external_id=handed.external_id,
                thread=handed.thread,
                raw=handed.raw,
                received_at=at,
            )
        ],
        ignore_conflicts=True,
    )
    if hook.last_received_at is None or at - hook.last_received_at > NOTED_AFTER:
        InboundHook.objects.filter(pk=hook.pk).update(last_received_at=at)
    return InboundMessage.objects.get(hook=hook, external_id=handed.external_id)


@transaction.atomic
def take_in_inbound(inbound_id: int, handed: Handed, *, at: datetime) -> InboundMessage:
    """Let what was handed in join its thread's case or open one; a second time changes nothing.

    What the desk refuses is kept with the refusal as the reason.
    """
    kept = (
        InboundMessage.objects.select_for_update(of=("self",))
        .select_related("hook", "case")
        .get(pk=inbound_id)
    )
    if kept.state != InboundState.RECEIVED:
        return kept
    try:
        with transaction.atomic():
            join_or_open(kept, handed, at=at)
    except Refusal as refusal:
        kept.state, kept.reason = InboundState.REFUSED, refusal.sentence[:200]
    kept.save()
    return kept


def join_or_open(kept: InboundMessage, handed: Handed, *, at: datetime) -> None:
    """Find the person and the case, and add what was said."""
    contact, is_proven = person_behind(kept.hook, handed, at=at)
    channel = Channel(kept.hook.channel)
    case = case_to_join(kept, handed, contact=contact, is_proven=is_proven)
    actor = Actor(
        kind=ActorKind.CONTACT,
        id=contact.pk,
        label=contact.name,
        permissions=ROLE_PERMISSIONS[Role.CONTACT],
        source=Source.API,
    )
    if case is None:
        opened = open_case(
            contact=contact,
            subject=handed.subject,
            text=handed.text,
            channel=channel,
            is_unverified=not is_proven,
            first_contact_at=handed.said_at,
            actor=actor,
            at=at,
        )
        message: Message = opened.messages.get()
    else:
        message = add_customer_message(
            case_id=case.pk,
            contact=contact,
            text=handed.text or handed.subject,
            channel=channel,
            actor=actor,
            at=at,
        )
    keep_files(
        message,
        [File(one.name, one.content_type, one.content) for one in handed.attachments],
        at=at,
    )
    kept.contact, kept.message, kept.case = contact, message, message.case
    kept.opened_case = case is None or message.case_id != case.pk
    kept.state = InboundState.TAKEN


def case_to_join(
    kept: InboundMessage, handed: Handed, *, contact: Contact, is_proven: bool
) -> Case | None:
    """Return the case that it goes on with: the one it names, else its thread's; two queries.

    Only the contact's own: nobody gets into somebody else's case by a number or a thread, and
    nobody by a number who is only said to be that person.
    """
    if handed.case and is_proven:
        named = Case.objects.filter(number=handed.case, contact=contact).first()
        if named is not None:
            return named
    if not handed.thread:
        return None
    earlier = (
        InboundMessage.objects.filter(
            hook=kept.hook, thread=handed.thread, contact=contact, case__isnull=False
        )
        .select_related("case")
        .order_by("-id")
        .first()
    )
    return earlier.case if earlier is not None else None


def person_behind(hook: InboundHook, handed: Handed, *, at: datetime) -> tuple[Contact, bool]:
    """Return who speaks, and whether the channel proves it.

    A name of the channel itself is proof. A mail address or a number is, if the channel vouches
    for its senders; then the name is kept with that person, whose history goes on. Somebody
    unknown becomes a prospect.
    """
    actor = Actor.system(f"channel {hook.prefix}"[:40], source=Source.API)
    handle = f"{hook.prefix}:{handed.handle}" if handed.handle else ""
    kind = AddressKind.SOCIAL if hook.channel == Channel.SOCIAL else AddressKind.CHAT
    if handle:
        known = contact_at(handle, kind=kind)
        if known is not None:
            return known, True
    for claimed_kind, claimed in (
        (AddressKind.MAIL, handed.email),
        (AddressKind.PHONE, handed.phone),
    ):
        known = contact_at(claimed, kind=claimed_kind) if claimed else None
        if known is not None:
            if handle and hook.vouches:
                keep_address(known, kind=kind, value=handle)
            return known, hook.vouches
    return new_person(hook, handed, handle=handle, kind=kind, actor=actor, at=at), bool(
        handle or hook.vouches
    )


def new_person(
    hook: InboundHook,
    handed: Handed,
    *,
    handle: str,
    kind: AddressKind,
    actor: Actor,
    at: datetime,
) -> Contact:
    """Return a new contact with the addresses that were given.

    A claimed address is not kept beside a name of a channel that does not vouch for it.
    """
    name = handed.name or handed.handle or handed.phone
    claimed = [(AddressKind.MAIL, handed.email), (AddressKind.PHONE, handed.phone)]
    if handle:
        contact = contact_behind(handle, name=name, kind=kind, actor=actor, at=at, is_prospect=True)
        kept = claimed if hook.vouches else []
    else:
        first = next(pair for pair in claimed if pair[1])
        contact = contact_behind(
            first[1], name=name, kind=first[0], actor=actor, at=at, is_prospect=True
        )
        kept = [pair for pair in claimed if pair != first] if hook.vouches else []
    for claimed_kind, value in kept:
        if value:
            keep_address(contact, kind=claimed_kind, value=value)
    return contact


def keep_address(contact: Contact, *, kind: AddressKind, value: str) -> None:
    """Keep an address with a contact, unless somebody has it; one query."""
    ContactAddress.objects.bulk_create(
        [ContactAddress(contact=contact, kind=kind, value=normal_form(kind, value))],
        ignore_conflicts=True,
    )


def refused_lately(hook_ids: list[int]) -> QuerySet[InboundMessage]:
    """Return what channels handed in and the desk refused or did not finish, the newest first."""
    return (
        InboundMessage.objects.filter(hook_id__in=hook_ids)
        .exclude(state=InboundState.TAKEN)
        .order_by("-id")
    )


@transaction.atomic
def save_hook(
    *,
    hook_id: int | None,
    name: str,
    channel: str,
    vouches: bool,
    sealed_secret: str,
    actor: Actor,
    at: datetime,
) -> InboundHook:
    """Add a channel with a random address and a sealed secret, or change one, whose secret stays.

    Raises:
        BadHook: it has no name or no channel that fits.
        NoSuchHook: it is gone.
    """
    actor.require(Permission.CONFIGURE)
    name = one_line(name, longest=80)
    if not name or channel not in HOOK_CHANNELS:
        raise BadHook(_("A name and a channel are needed."), next_step=_("Write and choose them."))
    if hook_id is None:
        kept = InboundHook(
            key=secrets.token_urlsafe(18),
            prefix=free_prefix(name),
            sealed_secret=sealed_secret,
            created_at=at,
        )
    else:
        kept = locked_hook(hook_id)
    kept.name, kept.channel, kept.vouches = name, channel, vouches
    kept.save()
    remember(kept, actor=actor, at=at, changes={"is_new": hook_id is None, "vouches": vouches})
    return kept


@transaction.atomic
def rotate_secret(*, hook_id: int, sealed_secret: str, actor: Actor, at: datetime) -> InboundHook:
    """Give a channel a new secret; what is signed with the old one is refused from now on.

    Raises:
        NoSuchHook: it is gone.
    """
    actor.require(Permission.CONFIGURE)
    kept = locked_hook(hook_id)
    kept.sealed_secret = sealed_secret
    kept.save(update_fields=["sealed_secret"])
    remember(kept, actor=actor, at=at, changes={"is_rotated": True})
    return kept


@transaction.atomic
def set_hook_active(*, hook_id: int, is_active: bool, actor: Actor, at: datetime) -> None:
    """Open or close a channel.

    Raises:
        NoSuchHook: it is gone.
    """
    actor.require(Permission.CONFIGURE)
    kept = locked_hook(hook_id)
    kept.is_active = is_active
    kept.save(update_fields=["is_active"])
    remember(kept, actor=actor, at=at, changes={"is_active": is_active})


def remember(kept: InboundHook, *, actor: Actor, at: datetime, changes: dict[str, bool]) -> None:
    """Write down that a channel changed."""
    record(
        Action.CONFIGURATION_CHANGED,
        kept,
        actor=actor,
        at=at,
        changes={"what": "inbound_channel", **changes},
    )


def locked_hook(hook_id: int) -> InboundHook:
    """Return a channel, locked.

    Raises:
        NoSuchHook: it is gone.
    """
    found = InboundHook.objects.select_for_update().filter(pk=hook_id).first()
    if found is None:
        raise NoSuchHook(_("There is no such channel."), next_step=_("Load the page again."))
    return found


def free_prefix(name: str) -> str:
    """Return a short name that no channel has yet; one query.

    Raises:
        BadHook: there are too many channels.
    """
    taken = set(InboundHook.objects.values_list("prefix", flat=True))
    if len(taken) >= MOST_HOOKS:
        raise BadHook(_("There are enough channels."), next_step=_("Use one that nobody needs."))
    wanted = slugify(name)[:24] or "channel"
    prefix, number = wanted, 1
    while prefix in taken:
        number += 1
        prefix = f"{wanted}-{number}"
    return prefix
