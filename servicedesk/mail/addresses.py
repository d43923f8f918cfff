"""Our own mail addresses: where a tenant writes from, where an answer goes, how we know our mail."""

import hashlib

from django.conf import settings

from cases.intake.filters import OurMail
from servicedesk.mail.reply_tokens import ReplyKey, ReplyTo, read_reply_address, reply_address
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


def signed_claim(recipients: tuple[str, ...], *, tenant_id: int) -> ReplyTo | None:
    """Return what the first validly signed address of this tenant says, or None."""
    for recipient in recipients[:50]:
        found = read_reply_address(reply_keys(), recipient)
        if found is not None and found.tenant_id == tenant_id:
            return found
    return None


def sender_address(tenant: Tenant) -> str:
    """Return the address from which a tenant writes."""
    return f"support@{tenant.slug}.{settings.MAIL_DOMAIN}"


def our_mail(tenant: Tenant) -> OurMail:
    """Return how this tenant's own mail is known when it comes back."""
    return OurMail(
        message_id_domains=frozenset({message_id_domain(tenant)}),
        reply_domains=frozenset({settings.MAIL_DOMAIN.lower()}),
        addresses=frozenset({sender_address(tenant).lower()}),
        loop_tag=loop_tag(tenant),
    )


def message_id_domain(tenant: Tenant) -> str:
    """Return the domain of our Message-IDs."""
    return f"{tenant.slug}.{settings.MAIL_DOMAIN}".lower()


def loop_tag(tenant: Tenant) -> str:
    """Return the X-Loop value of our mails."""
    return f"throughline-{tenant.slug}.{settings.MAIL_DOMAIN}".lower()
