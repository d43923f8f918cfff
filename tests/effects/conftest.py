"""An outbox of a test's own: its news, its subscribers, its senders."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_hex
from typing import ClassVar

import pytest
from django.db import transaction

from servicedesk.walk import install_walk
from workflow.outbox.effects import Claimed, Sender, install_senders
from workflow.outbox.event import Event
from workflow.outbox.models import Delivery, Effect
from workflow.outbox.publishing import publish, request_effects
from workflow.outbox.relay import due_lines, relay_line
from workflow.outbox.routes import Subscriber, install
from workflow.tenancy.models import Tenant


@dataclass(frozen=True, kw_only=True)
class Happened(Event):
    """Something of which only tests hear."""

    kind: ClassVar[str] = "tests.thing.happened"
    thing: int
    word: str

    @property
    def subject(self) -> str:
        """The thing."""
        return f"thing:{self.thing}"


@dataclass
class OwnOutbox:
    """What a test's news and effects came to."""

    tenant: Tenant
    woken: list[str] = field(default_factory=list)
    # A queue of its own, so that nothing that other tests left is claimed.
    queue: str = field(default_factory=lambda: f"q{token_hex(4)}")

    def heard_by(self, *subscribers: Subscriber) -> None:
        """Say who hears."""
        install({Happened: list(subscribers)}, wake_up=self.woken.append)

    def sent_by(self, sender: Sender) -> None:
        """Say who carries out effects."""
        install_senders({"probe": sender})

    def tell(self, thing: int, *words: str, at: datetime) -> None:
        """Publish news of a thing, one after the other."""
        for word in words:
            with transaction.atomic():
                publish(Happened(thing=thing, word=word), at=at)

    def ask(self, *keys: str, at: datetime) -> None:
        """Ask for effects."""
        with transaction.atomic():
            request_effects(
                kind="probe", effects=[(key, {}) for key in keys], at=at, queue=self.queue
            )

    def relay(self, *, at: datetime) -> int:
        """Deliver what is due in this tenant; return how many deliveries were made."""
        lines = [line for line in due_lines(at=at, limit=10**6) if line.tenant_id == self.tenant.pk]
        return sum(relay_line(line, at=at) for line in lines)

    def effect(self, key: str) -> Effect:
        """Return an effect as it stands now."""
        return Effect.objects.get(key=key)

    def delivery(self, word: str) -> Delivery:
        """Return the delivery of a word as it stands now."""
        return next(
            delivery
            for delivery in Delivery.objects.select_related("event")
            if delivery.event.payload["word"] == word
        )


class WorldIsDown(OSError):
    """The world outside does not answer."""


@dataclass
class World:
    """What is reached outside: it notes each effect, and fails while it is down."""

    reached: list[str] = field(default_factory=list)
    is_down: bool = False

    def reach(self, effect: Claimed) -> None:
        """Carry one effect out.

        Raises:
            WorldIsDown: as long as it is down.
        """
        self.reached.append(effect.key)
        if self.is_down:
            raise WorldIsDown("The address holds a name, which is kept nowhere.")


@pytest.fixture
def outbox(committed_tenant: Tenant) -> Iterator[OwnOutbox]:
    """News and effects of a new tenant; the product's own wiring comes back afterwards."""
    own = OwnOutbox(committed_tenant)
    own.heard_by()
    yield own
    install_walk()


@pytest.fixture
def world(outbox: OwnOutbox) -> World:
    """A world that takes the effects of the tenant."""
    found = World()
    outbox.sent_by(found.reach)
    return found
