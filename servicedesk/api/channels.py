"""Inbound channels for programs: where other programs hand in what customers say."""

from typing import Any

from cases.intake.hooks import rotate_secret, save_hook, set_hook_active
from cases.intake.kept import kept_hooks
from servicedesk.api.base import TokenView
from servicedesk.api.naming import row_of
from servicedesk.api.operations import operation, page_shape
from servicedesk.api.paging import page_of, shaped
from servicedesk.api.shapes import intake as shapes
from servicedesk.api.shapes.fields import Listing, Nothing
from servicedesk.api.shapes.organising import Activity
from servicedesk.sealing import seal
from servicedesk.webhooks.signing import new_secret
from workflow.people.permissions import Permission

Fields = dict[str, Any]
CONFIGURES = (Permission.CONFIGURE,)
PATH = ("pk",)
TAG = "Intake"


def without_secret(answer: dict[str, Any]) -> dict[str, Any]:
    """Return what may be kept of a new channel: everything but the secret."""
    return {**answer, "secret": None}


class ChannelView(TokenView):
    """An address of inbound channels."""

    def shaped(self, shape: Any, *, secret: str = "") -> Any:
        """Return how channels become data, with a secret that was just made."""
        return shaped(shape, context={"request": self.request, "secret": secret})

    def hook(self, pk: int) -> Any:
        """Return a channel of the tenant."""
        return row_of(kept_hooks(), pk=pk)

    def saved(self, fields: Fields, *, hook_id: int | None, secret: str) -> Any:
        """Save a channel and return its row; one that is there keeps its secret."""
        return save_hook(
            hook_id=hook_id,
            name=fields["name"],
            channel=fields["channel"],
            vouches=fields["vouches"],
            sealed_secret=seal(secret),
            actor=self.actor,
            at=self.at,
        )


class Channels(ChannelView):
    """Where other programs hand in what customers say."""

    @operation(
        "list_inbound_channels",
        any_of=CONFIGURES,
        filters=Listing,
        gives=page_shape(shapes.ChannelShape),
        tag=TAG,
    )
    def get(self) -> Any:
        """List inbound channels with their addresses, oldest first."""
        rows = self.shaped(shapes.ChannelShape)
        return page_of(kept_hooks(), self, shape=rows, is_newest_first=False)

    @operation(
        "add_inbound_channel",
        any_of=CONFIGURES,
        takes=shapes.ChannelWish,
        gives=shapes.NewChannelShape,
        status=201,
        tag=TAG,
        keeps=without_secret,
    )
    def post(self, fields: Fields) -> Any:
        """Add an inbound channel; the secret that signs its messages is shown this once."""
        secret = new_secret()
        kept = self.saved(fields, hook_id=None, secret=secret)
        return self.shaped(shapes.NewChannelShape, secret=secret)([kept])[0]


class OneChannel(ChannelView):
    """One inbound channel."""

    @operation(
        "change_inbound_channel",
        any_of=CONFIGURES,
        takes=shapes.ChannelWish,
        gives=shapes.ChannelShape,
        path=PATH,
        tag=TAG,
    )
    def patch(self, fields: Fields, pk: int) -> Any:
        """Change an inbound channel; its address and its secret stay."""
        kept = self.saved(fields, hook_id=self.hook(pk).pk, secret=new_secret())
        return self.shaped(shapes.ChannelShape)([kept])[0]


class ChannelActivity(ChannelView):
    """Whether an inbound channel takes anything."""

    @operation(
        "set_inbound_channel_active",
        any_of=CONFIGURES,
        takes=Activity,
        gives=shapes.ChannelShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, fields: Fields, pk: int) -> Any:
        """Close an inbound channel, or open it again."""
        set_hook_active(
            hook_id=self.hook(pk).pk, is_active=fields["is_active"], actor=self.actor, at=self.at
        )
        return self.shaped(shapes.ChannelShape)([self.hook(pk)])[0]


class ChannelSecret(ChannelView):
    """With what messages of a channel are signed."""

    @operation(
        "rotate_channel_secret",
        any_of=CONFIGURES,
        takes=Nothing,
        gives=shapes.NewChannelShape,
        path=PATH,
        tag=TAG,
        keeps=without_secret,
    )
    def post(self, _fields: Fields, pk: int) -> Any:
        """Make a new secret and show it, this once; the old one is refused from now on."""
        secret = new_secret()
        kept = rotate_secret(
            hook_id=self.hook(pk).pk, sealed_secret=seal(secret), actor=self.actor, at=self.at
        )
        return self.shaped(shapes.NewChannelShape, secret=secret)([kept])[0]
