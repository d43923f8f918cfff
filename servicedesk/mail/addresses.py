"""Our own mail addresses: where a tenant writes from, where an answer goes, how we know our mail."""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet

from cases.intake.filters import OurMail
from cases.models import Case
from servicedesk.mail.errands import Errand, Way, address_of, read_address, read_word, word_of
from servicedesk.mail.mailboxes import Mailbox, mailboxes_in_use
from servicedesk.mail.models import RawMail
from servicedesk.mail.reply_tokens import ReplyKey, ReplyTo, read_reply_address, reply_address
from workflow.branding import Brand, default_brand
from workflow.tenancy.kept_queries import kept
from workflow.tenancy.models import Tenant


def reply_keys() -> list[ReplyKey]:
    """Return the signing keys, the present one first; old secrets stay valid for answers."""
    return [
        ReplyKey(
            key_id=hashlib.sha256(secret.encode()).hexdigest()[:4],
            secret=hashlib.sha256(b"reply-address|" + secret.encode()).digest(),
        )
        for secret in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    ]


def answer_address(*, tenant_id: int, case_id: int, contact_id: int) -> str:
    """Return the signed address at which a contact answers in a case."""
    return reply_address(
        reply_keys()[0],
        tenant_id=tenant_id,
        case_id=case_id,
        contact_id=contact_id,
        domain=settings.MAIL_DOMAIN,
    )


def secret_of_mail_ids() -> str:
    """Return what makes the ids of our mails impossible to guess; 64 digits."""
    return hashlib.sha256(b"mail-id|" + settings.SECRET_KEY.encode()).hexdigest()


def mail_id_of(key: str, *, domain: str) -> str:
    """Return the Message-ID of a notification by its key; a repeat carries the same.

    Broadcasts make theirs within PostgreSQL (servicedesk/notifications/preparing.py), alike.
    """
    made = hashlib.sha256(f"{secret_of_mail_ids()}/{domain}/{key}".encode()).hexdigest()
    return f"{made[:32]}@{domain}"


def proof_of_sending(mail_id: str, *, recipient: str) -> str:
    """Return what stands in the head of a mail to one address; 128 bits, signed.

    The servers that carry the mail see it, and return it with what they report. An answer to the
    mail names its id to everybody who is copied, and never this.
    """
    return next(_proofs(mail_id, recipient=recipient))


def is_proof_of_sending(proof: str, *, mail_id: str, recipient: str) -> bool:
    """Whether a mail went to this very address; secrets that were replaced stay good."""
    return any(
        hmac.compare_digest(proof.encode(), ours.encode())
        for ours in _proofs(mail_id, recipient=recipient)
    )


def _proofs(mail_id: str, *, recipient: str) -> Iterator[str]:
    said = f"{mail_id}|{recipient.lower()}".encode()
    for secret in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]:
        yield hmac.new(b"sent-mail|" + secret.encode(), said, hashlib.sha256).hexdigest()[:32]


def signed_claim(recipients: tuple[str, ...], *, tenant_id: int) -> ReplyTo | None:
    """Return what the first validly signed address of this tenant says, or None."""
    for recipient in recipients[:50]:
        found = read_reply_address(reply_keys(), recipient)
        if found is not None and found.tenant_id == tenant_id:
            return found
    return None


def errand_address(errand: Errand) -> str:
    """Return the signed address at which a colleague decides, empty when it would be too long."""
    return address_of(reply_keys()[0], errand, domain=settings.MAIL_DOMAIN)


def errand_word(errand: Errand) -> str:
    """Return the signed word with which a colleague decides in a browser."""
    return word_of(reply_keys()[0], errand, way=Way.LINK)


def errand_of_word(word: str) -> Errand | None:
    """Return what the word of a link says, or None if we did not sign it."""
    return read_word(reply_keys(), word, way=Way.LINK)


def signed_errand(recipients: tuple[str, ...], *, tenant_id: int) -> Errand | None:
    """Return what the first validly signed address of this tenant asks a colleague, or None."""
    for recipient in recipients[:50]:
        found = read_address(reply_keys(), recipient)
        if found is not None and found.tenant_id == tenant_id:
            return found
    return None


def sender_address(tenant: Tenant) -> str:
    """Return the address from which a tenant writes."""
    return f"support@{tenant.slug}.{settings.MAIL_DOMAIN}"


@dataclass(frozen=True, kw_only=True)
class Letterhead:
    """Under which name and address a mail leaves, and what stands below it."""

    sender_name: str
    sender: str
    sign_off: str


def letterhead(tenant: Tenant, *, case: Case | None) -> Letterhead:
    """Return how the tenant writes, in a case under the case's brand; two to four queries.

    The address is that of the mailbox that brought the case, else of the brand's oldest one.
    """
    brand = (case.brand if case is not None else None) or default_brand()
    return Letterhead(
        sender_name=brand.sender_name,
        sender=mailbox_address(brand, case=case) or sender_address(tenant),
        sign_off=brand.sign_off or brand.sender_name,
    )


def mailbox_address(brand: Brand, *, case: Case | None) -> str:
    """Return the address under which a brand writes, empty when it has no mailbox."""
    addresses = dict(
        mailboxes_in_use().filter(brand=brand).order_by("id").values_list("id", "address")
    )
    if len(addresses) > 1 and case is not None:
        came_by = (
            RawMail.objects.filter(case=case, mailbox__in=addresses)
            .order_by("id")
            .values_list("mailbox", flat=True)
            .first()
        )
        if came_by is not None:
            return addresses[came_by]
    return next(iter(addresses.values()), "")


def mailbox_among(recipients: tuple[str, ...]) -> Mailbox | None:
    """Return the mailbox in use that a mail was sent to, the first named one; one query."""
    wanted = [recipient.lower() for recipient in recipients[:50]]
    found = {
        mailbox.address: mailbox
        for mailbox in mailboxes_in_use()
        .filter(address__in=wanted)
        .select_related("brand", "department")
    }
    return next((found[address] for address in wanted if address in found), None)


def our_mail(tenant: Tenant) -> OurMail:
    """Return how this tenant's own mail is known when it comes back; one query."""
    return OurMail(
        message_id_domains=frozenset({message_id_domain(tenant)}),
        reply_domains=frozenset({settings.MAIL_DOMAIN.lower()}),
        addresses=frozenset(
            {
                sender_address(tenant).lower(),
                *mailbox_addresses(),
            }
        ),
        loop_tag=loop_tag(tenant),
    )


@kept()
def mailbox_addresses() -> "QuerySet[Mailbox, str]":
    """Return the addresses of all mailboxes."""
    return Mailbox.objects.values_list("address", flat=True)


def message_id_domain(tenant: Tenant) -> str:
    """Return the domain of our Message-IDs."""
    return f"{tenant.slug}.{settings.MAIL_DOMAIN}".lower()


def loop_tag(tenant: Tenant) -> str:
    """Return the X-Loop value of our mails."""
    return f"throughline-{tenant.slug}.{settings.MAIL_DOMAIN}".lower()
