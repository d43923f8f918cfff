"""The bank of the outbreak: its people, two hundred customers with one kind of card, and their mail."""

import smtplib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import make_msgid

from django.conf import settings
from django.contrib.auth.hashers import make_password

from customers.models import (
    AddressKind,
    Contact,
    ContactAddress,
    InstalledProduct,
    Product,
    ProductVersion,
)
from tests.make import make_department, make_product, make_rule, make_tenant, make_user
from tests.processes import free_port, manage, process, wait_for
from workflow.people.actors import Actor, Source
from workflow.people.authentication import actor_for_user
from workflow.people.models import User
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

AFFECTED, WRITERS = 200, 40
REGION, SERIES = "North", "Chip 2026"
ELSEWHERE = 5
MAIL_DOMAIN = "customer.example"
SAID = (
    "The machine keeps saying that my card is declined, and there is money on my account.",
    "I cannot withdraw cash. Two machines have declined my new card today.",
    "My withdrawal was declined again. Is something wrong with the new cards?",
    "Cash machine says declined. It worked with the old card.",
)


@dataclass(frozen=True)
class Bank:
    """The tenant, who works there, and what its customers have."""

    tenant: Tenant
    agent: User
    member: User
    lead: User
    product: Product
    version: ProductVersion

    def actor(self, user: User) -> Actor:
        """Return a colleague as an actor."""
        return actor_for_user(user, source=Source.AGENT)


def found_bank(*, at: datetime) -> Bank:
    """Return a new bank where two hundred customers of the North have a card of one series.

    A few more have an older one, or live elsewhere: the outbreak does not reach them.
    """
    tenant = make_tenant(at=at)
    with tenant_scope(tenant.pk):
        cards = make_department("Cards", at=at)
        make_rule(cards, condition={"fact": "category", "is": "cards"})
        product = make_product("Card")
        version = ProductVersion.objects.create(product=product, name=SERIES)
        older = ProductVersion.objects.create(product=product, name="Classic 2023")
        give_cards(version, region=REGION, numbers=range(AFFECTED), at=at)
        numbers = range(AFFECTED, AFFECTED + ELSEWHERE)
        give_cards(older, region=REGION, numbers=numbers, at=at)
        numbers = range(AFFECTED + ELSEWHERE, AFFECTED + 2 * ELSEWHERE)
        give_cards(version, region="South", numbers=numbers, at=at)
        bank = Bank(
            tenant=tenant,
            agent=make_user(Role.AGENT, name="Olav Haugen"),
            member=make_user(Role.MEMBER, department=cards, name="Maya Lind"),
            lead=make_user(Role.LEAD, name="Henrik Dahl"),
            product=product,
            version=version,
        )
        # The pages run with the product's own settings, where the quick hash does not count.
        hashed = make_password("password", hasher="pbkdf2_sha256")
        User.objects.filter(pk__in=[bank.agent.pk, bank.member.pk, bank.lead.pk]).update(
            password=hashed
        )
    return bank


def address_of(number: int) -> str:
    """Return the mail address of a customer."""
    return f"customer{number}@{MAIL_DOMAIN}"


def give_cards(
    version: ProductVersion, *, region: str, numbers: Sequence[int], at: datetime
) -> None:
    """Make customers who have a card of a series."""
    contacts = Contact.objects.bulk_create(
        [Contact(name=f"Customer {number}", created_at=at) for number in numbers]
    )
    ContactAddress.objects.bulk_create(
        [
            ContactAddress(
                contact=contact,
                kind=AddressKind.MAIL,
                value=address_of(number),
                is_primary=True,
                verified_at=at,
            )
            for contact, number in zip(contacts, numbers, strict=True)
        ]
    )
    InstalledProduct.objects.bulk_create(
        [
            InstalledProduct(
                contact=contact,
                product=version.product,
                version=version,
                region=region,
                since=(at - timedelta(days=30)).date(),
                changed_at=at,
            )
            for contact in contacts
        ]
    )


@contextmanager
def mail_door() -> Iterator[int]:
    """Run the process that takes mail from mail servers; yield its port."""
    port = free_port()
    with process(*manage("listen_for_mail", f"--port={port}", "--lmtp-port=0")):
        wait_for(lambda: is_greeted(port), why="the door for mail")
        yield port


def is_greeted(port: int) -> bool:
    """Whether the door answers."""
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=20):
            return True
    except OSError:
        return False


def write_mails(door: int, tenant: Tenant, *, texts: Mapping[int, str]) -> None:
    """Let customers write to the bank, each a mail: their words by their number."""
    with smtplib.SMTP("127.0.0.1", door, timeout=20) as server:
        for number, text in texts.items():
            server.send_message(mail_from(number, tenant, text=text))


def mail_from(number: int, tenant: Tenant, *, text: str) -> EmailMessage:
    """Return what a customer writes."""
    mail = EmailMessage()
    mail["From"] = f"Customer {number} <{address_of(number)}>"
    mail["To"] = f"support@{tenant.slug}.{settings.MAIL_DOMAIN}"
    mail["Subject"] = "My card is declined"
    mail["Message-ID"] = make_msgid(domain=MAIL_DOMAIN)
    mail.set_content(text)
    return mail
