"""Who outside hears our news: add, change, give a new secret, switch off and on, remove."""

from datetime import datetime, timedelta
from typing import ClassVar
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from servicedesk.outbound.addresses import Resolver
from servicedesk.outbound.targets import public_target
from servicedesk.sealing import seal
from servicedesk.webhooks.kinds import known_kinds
from servicedesk.webhooks.models import SwitchedOff, WebhookCall, WebhookSubscription
from servicedesk.webhooks.signing import new_secret
from workflow.history.actions import Action
from workflow.history.recording import ChangeValue, differences, record
from workflow.lengths import one_line
from workflow.people.actors import Actor
from workflow.people.models import User
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

LONGEST_NAME = 80
LONGEST_OVERLAP = timedelta(days=7)
MOST_WEBHOOKS = 50


class NoSuchWebhook(Refusal):
    """It was removed meanwhile."""

    code: ClassVar[str] = "no_such_webhook"
    status = 404


class WebhookNameTaken(Refusal):
    """There is one of this name already."""

    code: ClassVar[str] = "webhook_name_taken"


class BadWebhookName(Refusal):
    """A webhook needs a name."""

    code: ClassVar[str] = "bad_webhook_name"


class TooManyWebhooks(Refusal):
    """Every piece of news is looked at for each webhook: there is an end."""

    code: ClassVar[str] = "too_many_webhooks"


class BadOverlap(Refusal):
    """An old secret stays valid for a week at most."""

    code: ClassVar[str] = "bad_overlap"


@transaction.atomic
def add_webhook(
    *,
    name: str,
    url: str,
    kinds: set[str],
    actor: Actor,
    at: datetime,
    resolver: Resolver | None = None,
) -> tuple[WebhookSubscription, str]:
    """Let an address hear some news; returns the webhook and its secret, shown this once.

    Raises:
        NotPublic, BadTarget: the address may not be called.
        NoSuchKind, BadWebhookName, WebhookNameTaken, TooManyWebhooks: see there.
    """
    actor.require(Permission.MANAGE_TOKENS)
    stored_kinds = known_kinds(kinds)
    name = free_name(name)
    public_target(url, resolver=resolver)
    if WebhookSubscription.objects.count() >= MOST_WEBHOOKS:
        raise TooManyWebhooks(
            _("There are %(count)d webhooks already.") % {"count": MOST_WEBHOOKS},
            next_step=_("Remove one that nobody needs."),
        )
    secret = new_secret()
    webhook = WebhookSubscription.objects.create(
        name=name,
        url=url,
        kinds=stored_kinds,
        sealed_secret=seal(secret),
        created_by=User.objects.filter(pk=actor.user_id).first() if actor.user_id else None,
        created_at=at,
    )
    remember(
        webhook,
        actor=actor,
        at=at,
        changes={"is_new": True, **differences({}, facts_of(webhook))},
    )
    return webhook, secret


@transaction.atomic
def change_webhook(
    *,
    webhook_id: int,
    name: str,
    url: str,
    kinds: set[str],
    actor: Actor,
    at: datetime,
    resolver: Resolver | None = None,
) -> WebhookSubscription:
    """Change name, address or kinds; what waits to be sent goes to the new address.

    Raises:
        NotPublic, BadTarget: the address may not be called.
        NoSuchKind, BadWebhookName, WebhookNameTaken, NoSuchWebhook: see there.
    """
    actor.require(Permission.MANAGE_TOKENS)
    stored_kinds = known_kinds(kinds)
    webhook = lock_webhook(webhook_id)
    name = free_name(name, but=webhook_id)
    public_target(url, resolver=resolver)
    before = facts_of(webhook)
    changes: dict[str, ChangeValue] = {}
    if webhook.url != url:
        webhook.failures, webhook.failing_since, webhook.resting_until = 0, None, None
        changes["address"] = True
    if webhook.name != name:
        changes["name"] = True
    webhook.name, webhook.url, webhook.kinds = name, url, stored_kinds
    webhook.save()
    changes |= differences(before, facts_of(webhook))
    if changes:
        remember(webhook, actor=actor, at=at, changes=changes)
    return webhook


@transaction.atomic
def rotate_secret(*, webhook_id: int, overlap: timedelta, actor: Actor, at: datetime) -> str:
    """Give a webhook a new secret and return it, this once; both sign until `overlap` is over.

    An overlap of zero ends the old one at once: for a secret that got out.

    Raises:
        BadOverlap: more than a week, or less than nothing.
        NoSuchWebhook: see there.
    """
    actor.require(Permission.MANAGE_TOKENS)
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        raise BadOverlap(
            _("An old secret stays valid for a week at most."),
            next_step=_("Choose one of the spans of the list."),
        )
    webhook = lock_webhook(webhook_id)
    secret = new_secret()
    webhook.sealed_previous = webhook.sealed_secret if overlap else ""
    webhook.previous_until = at + overlap if overlap else None
    webhook.sealed_secret = seal(secret)
    webhook.save(update_fields=["sealed_previous", "previous_until", "sealed_secret"])
    remember(
        webhook,
        actor=actor,
        at=at,
        changes={"secret": True, "overlap_minutes": overlap // timedelta(minutes=1)},
    )
    return secret


@transaction.atomic
def set_webhook_active(
    *, webhook_id: int, is_active: bool, actor: Actor, at: datetime
) -> WebhookSubscription:
    """Switch a webhook off, or on again with a clean slate. What waited while off is dropped.

    Raises:
        NoSuchWebhook: it was removed meanwhile.
    """
    actor.require(Permission.MANAGE_TOKENS)
    webhook = lock_webhook(webhook_id)
    if webhook.is_active == is_active:
        return webhook
    webhook.is_active = is_active
    webhook.switched_off_because = "" if is_active else SwitchedOff.BY_PERSON
    webhook.switched_off_at = None if is_active else at
    webhook.failures, webhook.failing_since, webhook.resting_until = 0, None, None
    webhook.save()
    remember(
        webhook, actor=actor, at=at, changes={"active": is_active, "active_was": not is_active}
    )
    return webhook


@transaction.atomic
def remove_webhook(*, webhook_id: int, actor: Actor, at: datetime) -> None:
    """Remove a webhook with its log; calls that wait are dropped when their turn comes.

    Raises:
        NoSuchWebhook: it was removed meanwhile.
    """
    actor.require(Permission.MANAGE_TOKENS)
    webhook = lock_webhook(webhook_id)
    remember(webhook, actor=actor, at=at, changes={"removed": True})
    WebhookCall.objects.filter(subscription=webhook).delete()
    webhook.delete()


def lock_webhook(webhook_id: int) -> WebhookSubscription:
    """Return the webhook, locked.

    Raises:
        NoSuchWebhook: there is none.
    """
    webhook = (
        WebhookSubscription.objects.select_for_update(of=("self",)).filter(pk=webhook_id).first()
    )
    if webhook is None:
        raise NoSuchWebhook(
            _("This webhook was removed."), next_step=_("Load the list of webhooks again.")
        )
    return webhook


def free_name(name: str, *, but: int | None = None) -> str:
    """Return a name without blanks around it that no other webhook has.

    Raises:
        BadWebhookName, WebhookNameTaken: it is empty, or taken.
    """
    name = one_line(name, longest=LONGEST_NAME)
    if not name:
        raise BadWebhookName(
            _("A name is needed."), next_step=_("Write what the receiver is: “Warehouse”.")
        )
    if WebhookSubscription.objects.exclude(pk=but or 0).filter(name=name).exists():
        raise WebhookNameTaken(
            _("There is a webhook “%(name)s” already.") % {"name": name},
            next_step=_("Choose another name."),
        )
    return name


def facts_of(webhook: WebhookSubscription) -> dict[str, ChangeValue]:
    """Return what the history keeps: the host, and each kind heard; a path may hold a secret."""
    host = urlsplit(webhook.url).hostname or ""
    return {"host": host[:100], **dict.fromkeys(webhook.kind_set, True)}


def remember(
    webhook: WebhookSubscription, *, actor: Actor, at: datetime, changes: dict[str, ChangeValue]
) -> None:
    """Write down that a webhook changed."""
    record(
        Action.CONFIGURATION_CHANGED,
        webhook,
        actor=actor,
        at=at,
        changes={"what": "webhook", **changes},
    )
