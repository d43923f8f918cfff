"""Machines that answer machines: two desks and three responders, wired together for a day.

The desks are real: mails are parsed, judged and taken in, receipts are asked for by the news and
composed as they would leave. Only the wires and the clock are the test's own.
"""

import heapq
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import SMTP
from itertools import count
from typing import Any, Protocol

from servicedesk.mail.addresses import sender_address
from servicedesk.mail.parsing import parse_mail
from servicedesk.mail.prescan import Unreadable
from servicedesk.mail.receiving import store_mail, take
from servicedesk.mail.sending import compose
from servicedesk.notifications.composing import letter_for
from servicedesk.notifications.delivering import recipient_of
from servicedesk.notifications.models import Notification
from tests.hearing import hear_everything
from tests.make import AT, DAY, MINUTE
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

MOST_MAILS_OF_A_PAIR = 3
Wire = tuple[str, bytes]


class Station(Protocol):
    """Somebody at the end of a wire: gets a mail, may send others."""

    name: str

    def serves(self, address: str) -> bool:
        """Say whether mail to an address comes here."""

    def get(self, raw: bytes, *, to: str, at: datetime) -> list[Wire]:
        """Take a mail; return what it sends at once, each with its recipient."""


@dataclass
class Desk:
    """An installation of ours, with one tenant."""

    name: str
    tenant: Tenant
    told: set[int] = field(default_factory=set)

    def serves(self, address: str) -> bool:
        own = sender_address(self.tenant)
        return address == own or address.startswith(f"r+{address[2:6]}.{self.tenant.pk:x}.")

    def get(self, raw: bytes, *, to: str, at: datetime) -> list[Wire]:
        with tenant_scope(self.tenant.pk):
            stored = store_mail(raw, recipient=to, at=at)
            mail = parse_mail(raw)
            assert not isinstance(mail, Unreadable)
            take(stored.pk, mail, at=at)
            hear_everything()
            return list(self.mails_leaving(at=at))

    def mails_leaving(self, *, at: datetime) -> Iterator[Wire]:
        for notification in Notification.objects.filter(contact__isnull=False).order_by("id"):
            if notification.pk not in self.told:
                self.told.add(notification.pk)
                recipient, _language = recipient_of(notification)
                yield (
                    recipient,
                    compose(letter_for(notification, recipient=recipient, at=at)).as_bytes(),
                )


@dataclass
class NaiveDesk:
    """The control: a desk that tells every sender that the mail arrived."""

    name: str
    address: str
    numbers: Iterator[int] = field(default_factory=count)

    def serves(self, address: str) -> bool:
        return address == self.address

    def get(self, raw: bytes, *, to: str, at: datetime) -> list[Wire]:
        sender = bare(message_from_bytes(raw)["From"])
        number = next(self.numbers)
        return [(sender, written(self.address, to=sender, subject=f"Got it {number}"))]


@dataclass
class Responder:
    """A mailbox whose owner is away. How well it behaves is what its kinds differ in."""

    name: str
    address: str
    is_polite: bool = False
    changes_everything: bool = False
    numbers: Iterator[int] = field(default_factory=count)

    def serves(self, address: str) -> bool:
        return address == self.address

    def get(self, raw: bytes, *, to: str, at: datetime) -> list[Wire]:
        mail = message_from_bytes(raw)
        if self.is_polite and str(mail.get("Auto-Submitted", "no")) != "no":
            return []
        number = next(self.numbers)
        if self.changes_everything:
            return self.answered(bare(mail["From"]), subject=f"I am away, notice {number}", of=None)
        return self.answered(
            bare(mail["Reply-To"] or mail["From"]), subject=f"Re: {mail['Subject']}", of=mail
        )

    def answered(self, to: str, *, subject: str, of: Message | None) -> list[Wire]:
        more = {"Auto-Submitted": "auto-replied"} if self.is_polite else {}
        if of is not None:
            more["In-Reply-To"] = str(of["Message-ID"])
        return [(to, written(self.address, to=to, subject=subject, **more))]


_numbers = count()


def written(sender: str, *, to: str, subject: str, **more: str) -> bytes:
    """Return a mail with a new Message-ID."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = subject
    mail["Message-ID"] = f"<{next(_numbers)}@wires.example>"
    for name, value in more.items():
        mail[name] = value
    mail.set_content("I am not here. Nobody reads this.\n")
    return mail.as_bytes()


def bare(header: Any) -> str:
    """Return the address of a header without its name."""
    return str(header).rpartition("<")[2].strip("<> ")


def live_for_a_day(stations: list[Station], *, first: list[tuple[str, str]]) -> Counter[str]:
    """Let mails travel a minute each until the day is over; return how many each pair exchanged.

    `first` are pairs of addresses: a mail from the first to the second starts everything.
    """
    serial = count()
    wires: list[tuple[datetime, int, str, bytes]] = []
    for sender, to in first:
        raw = written(sender, to=to, subject="Hello")
        heapq.heappush(wires, (AT, next(serial), to, raw))
    exchanged: Counter[str] = Counter()
    while wires:
        at, _place, to, raw = heapq.heappop(wires)
        if at >= AT + DAY:
            break
        receiver = next(one for one in stations if one.serves(to))
        sender_is = next(
            one for one in stations if one.serves(bare(message_from_bytes(raw)["From"]))
        )
        exchanged[" and ".join(sorted((receiver.name, sender_is.name)))] += 1
        for recipient, sent in receiver.get(raw, to=to, at=at):
            heapq.heappush(wires, (at + timedelta(minutes=1), next(serial), recipient, sent))
    return exchanged


def responders() -> list[Responder]:
    return [
        Responder("polite", "polite@away.example", is_polite=True),
        Responder("rude", "rude@away.example"),
        Responder("changing", "changing@away.example", changes_everything=True),
    ]


def test_two_desks_and_three_responders_fall_silent_within_three_mails_a_pair(
    tenant: Tenant, other_tenant: Tenant
) -> None:
    desks = [Desk("desk A", tenant), Desk("desk B", other_tenant)]
    away = responders()
    addresses = [sender_address(desk.tenant) for desk in desks]
    first = [(one.address, address) for one in away for address in addresses]
    first.append((addresses[0], addresses[1]))

    exchanged = live_for_a_day([*desks, *away], first=first)

    assert len(exchanged) == 7
    assert exchanged["desk A and rude"] == MOST_MAILS_OF_A_PAIR
    assert exchanged["changing and desk A"] == MOST_MAILS_OF_A_PAIR
    assert max(exchanged.values()) <= MOST_MAILS_OF_A_PAIR


def test_a_lie_told_to_one_desk_about_the_other_ends_within_three_mails(
    tenant: Tenant, other_tenant: Tenant
) -> None:
    desks = [Desk("desk A", tenant), Desk("desk B", other_tenant)]
    lie = (sender_address(other_tenant), sender_address(tenant))

    exchanged = live_for_a_day([*desks], first=[lie])

    assert 2 <= exchanged.total() <= MOST_MAILS_OF_A_PAIR


def test_a_responder_that_writes_every_minute_gets_one_receipt_a_day(tenant: Tenant) -> None:
    desk = Desk("desk", tenant)
    sent = []

    for minute in range(30):
        raw = written("rude@away.example", to=sender_address(tenant), subject=f"Away {minute}")
        sent += desk.get(raw, to=sender_address(tenant), at=AT + minute * MINUTE)
    later = desk.get(
        written("rude@away.example", to=sender_address(tenant), subject="Still away"),
        to=sender_address(tenant),
        at=AT + DAY + MINUTE,
    )

    assert (len(sent), len(later)) == (1, 1)


def test_the_control_a_naive_desk_and_a_rude_responder_never_stop() -> None:
    desk = NaiveDesk("naive", "support@naive.example")
    for responder in responders()[1:]:
        exchanged = live_for_a_day([desk, responder], first=[(responder.address, desk.address)])

        assert exchanged.total() >= 1_000, responder.name
