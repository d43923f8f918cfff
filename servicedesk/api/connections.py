"""What a desk is connected with, for programs: webhooks and their log, brands."""

from datetime import timedelta
from typing import Any

from servicedesk.api.base import TokenView
from servicedesk.api.naming import row_of
from servicedesk.api.operations import operation, page_shape
from servicedesk.api.paging import one, page_of, shaped
from servicedesk.api.shapes import doors as shapes
from servicedesk.api.shapes.fields import Listing, Nothing
from servicedesk.api.shapes.organising import Activity
from servicedesk.webhooks.calls import call_for_test, calls_of, replay_call, replay_failed
from servicedesk.webhooks.models import WebhookCall, WebhookSubscription
from servicedesk.webhooks.subscriptions import (
    add_webhook,
    change_webhook,
    remove_webhook,
    rotate_secret,
    set_webhook_active,
)
from workflow.branding import Brand, make_default, save_brand
from workflow.people.permissions import Permission

Fields = dict[str, Any]
HOLDS_KEYS = (Permission.MANAGE_TOKENS,)
CONFIGURES = (Permission.CONFIGURE,)
PATH = ("pk",)
TAG = "Connections"


def without_secret(answer: dict[str, Any]) -> dict[str, Any]:
    """Return what may be kept of a new webhook: everything but the secret."""
    return {**answer, "secret": None}


class WebhookView(TokenView):
    """An address of webhooks."""

    def webhook(self, pk: int) -> Any:
        """Return a webhook of the tenant."""
        return row_of(WebhookSubscription.objects, pk=pk)

    def shown(self, pk: int, *, secret: str = "") -> dict[str, Any]:
        """Return a webhook with a secret that was just made."""
        context = {"secret": secret}
        return dict(shapes.NewWebhookShape(self.webhook(pk), context=context).data)


class Webhooks(WebhookView):
    """Who outside hears our news."""

    @operation(
        "list_webhooks",
        any_of=HOLDS_KEYS,
        filters=Listing,
        gives=page_shape(shapes.WebhookShape),
        tag=TAG,
    )
    def get(self) -> Any:
        """List webhooks, newest first."""
        return page_of(WebhookSubscription.objects.all(), self, shape=shaped(shapes.WebhookShape))

    @operation(
        "add_webhook",
        any_of=HOLDS_KEYS,
        takes=shapes.WebhookWish,
        gives=shapes.NewWebhookShape,
        status=201,
        tag=TAG,
        keeps=without_secret,
    )
    def post(self, fields: Fields) -> Any:
        """Let a program outside hear some news; its secret is shown this once."""
        webhook, secret = add_webhook(
            name=fields["name"],
            url=fields["url"],
            kinds=set(fields["kinds"]),
            actor=self.actor,
            at=self.at,
        )
        return self.shown(webhook.pk, secret=secret)


class OneWebhook(WebhookView):
    """One webhook."""

    @operation(
        "change_webhook",
        any_of=HOLDS_KEYS,
        takes=shapes.WebhookWish,
        gives=shapes.WebhookShape,
        path=PATH,
        tag=TAG,
    )
    def patch(self, fields: Fields, pk: int) -> Any:
        """Change what a webhook hears, and where."""
        changed = change_webhook(
            webhook_id=self.webhook(pk).pk,
            name=fields["name"],
            url=fields["url"],
            kinds=set(fields["kinds"]),
            actor=self.actor,
            at=self.at,
        )
        return one(shapes.WebhookShape, changed)

    @operation("remove_webhook", any_of=HOLDS_KEYS, gives=shapes.WebhookShape, path=PATH, tag=TAG)
    def delete(self, _fields: Fields, pk: int) -> Any:
        """Remove a webhook with its log; the answer is what it was."""
        was = one(shapes.WebhookShape, self.webhook(pk))
        remove_webhook(webhook_id=pk, actor=self.actor, at=self.at)
        return was


class WebhookActivity(WebhookView):
    """Whether a webhook hears anything."""

    @operation(
        "set_webhook_active",
        any_of=HOLDS_KEYS,
        takes=Activity,
        gives=shapes.WebhookShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, fields: Fields, pk: int) -> Any:
        """Switch a webhook off, or on again."""
        changed = set_webhook_active(
            webhook_id=self.webhook(pk).pk,
            is_active=fields["is_active"],
            actor=self.actor,
            at=self.at,
        )
        return one(shapes.WebhookShape, changed)


class WebhookSecret(WebhookView):
    """With what calls are signed."""

    @operation(
        "rotate_webhook_secret",
        any_of=HOLDS_KEYS,
        takes=shapes.Overlap,
        gives=shapes.NewWebhookShape,
        path=PATH,
        tag=TAG,
        keeps=without_secret,
    )
    def post(self, fields: Fields, pk: int) -> Any:
        """Make a new secret and show it, this once; the old one stays valid for a while."""
        secret = rotate_secret(
            webhook_id=self.webhook(pk).pk,
            overlap=timedelta(hours=fields["hours"]),
            actor=self.actor,
            at=self.at,
        )
        return self.shown(pk, secret=secret)


class WebhookTest(WebhookView):
    """Whether a webhook answers."""

    @operation(
        "test_webhook",
        any_of=HOLDS_KEYS,
        takes=Nothing,
        gives=shapes.WebhookCallShape,
        status=201,
        path=PATH,
        tag=TAG,
    )
    def post(self, _fields: Fields, pk: int) -> Any:
        """Send a test; the log says what was answered."""
        call = call_for_test(webhook_id=self.webhook(pk).pk, actor=self.actor, at=self.at)
        return one(shapes.WebhookCallShape, call)


class WebhookCalls(WebhookView):
    """What a webhook was told."""

    @operation(
        "list_webhook_calls",
        any_of=HOLDS_KEYS,
        filters=shapes.CallLogFilters,
        gives=page_shape(shapes.WebhookCallShape),
        path=PATH,
        tag=TAG,
    )
    def get(self, pk: int) -> Any:
        """List the calls of a webhook, newest first."""
        calls = calls_of(self.webhook(pk), state=self.asked["state"])
        return page_of(calls, self, shape=shaped(shapes.WebhookCallShape))


class ReplayFailed(WebhookView):
    """That what failed is sent again."""

    @operation(
        "replay_failed_calls",
        any_of=HOLDS_KEYS,
        takes=Nothing,
        gives=shapes.ReplayedShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, _fields: Fields, pk: int) -> Any:
        """Send everything again that failed for good."""
        count = replay_failed(webhook_id=self.webhook(pk).pk, actor=self.actor, at=self.at)
        return {"sent_again": count}


class ReplayCall(WebhookView):
    """That one call is sent again."""

    @operation(
        "replay_call",
        any_of=HOLDS_KEYS,
        takes=Nothing,
        gives=shapes.WebhookCallShape,
        path=("pk", "call_id"),
        tag=TAG,
    )
    def post(self, _fields: Fields, pk: int, call_id: int) -> Any:
        """Send one call again."""
        known = row_of(WebhookCall.objects, pk=call_id, subscription_id=pk)
        call = replay_call(call_id=known.pk, actor=self.actor, at=self.at)
        return one(shapes.WebhookCallShape, call)


class Brands(TokenView):
    """Under which names customers hear from us."""

    @operation(
        "list_brands",
        any_of=CONFIGURES,
        filters=Listing,
        gives=page_shape(shapes.BrandShape),
        tag=TAG,
    )
    def get(self) -> Any:
        """List brands, oldest first."""
        return page_of(
            Brand.objects.all(), self, shape=shaped(shapes.BrandShape), is_newest_first=False
        )

    @operation(
        "create_brand",
        any_of=CONFIGURES,
        takes=shapes.BrandWish,
        gives=shapes.BrandShape,
        status=201,
        tag=TAG,
    )
    def post(self, fields: Fields) -> Any:
        """Add a brand."""
        made = save_brand(brand_id=None, **fields, actor=self.actor, at=self.at)
        return one(shapes.BrandShape, made)


class OneBrand(TokenView):
    """One brand."""

    @operation(
        "change_brand",
        any_of=CONFIGURES,
        takes=shapes.BrandWish,
        gives=shapes.BrandShape,
        path=PATH,
        tag=TAG,
    )
    def patch(self, fields: Fields, pk: int) -> Any:
        """Change a brand."""
        brand = row_of(Brand.objects, pk=pk)
        changed = save_brand(brand_id=brand.pk, **fields, actor=self.actor, at=self.at)
        return one(shapes.BrandShape, changed)


class DefaultBrand(TokenView):
    """The brand of whatever has no other."""

    @operation(
        "make_brand_default",
        any_of=CONFIGURES,
        takes=Nothing,
        gives=shapes.BrandShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, _fields: Fields, pk: int) -> Any:
        """Let a brand be the one of whatever has no other."""
        brand = row_of(Brand.objects, pk=pk)
        return one(shapes.BrandShape, make_default(brand_id=brand.pk, actor=self.actor, at=self.at))
