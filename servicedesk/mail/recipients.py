"""Whose is a mail? From the address that the mail server names to the tenant that it belongs to."""

from dataclasses import dataclass

from django.conf import settings

from servicedesk.mail.addresses import reply_keys, sender_address
from servicedesk.mail.errands import read_address
from servicedesk.mail.mailboxes import Incoming, Mailbox
from servicedesk.mail.reply_tokens import read_reply_address
from workflow.tenancy.models import Tenant, TenantMailDomain
from workflow.tenancy.scope import across_tenants, tenant_scope


@dataclass(frozen=True, kw_only=True)
class Destination:
    """Where a mail goes: the tenant, the address, and its mailbox if there is one."""

    tenant_id: int
    address: str
    mailbox_id: int | None = None
    is_answer: bool = False


def destination_of(address: str) -> Destination | None:
    """Return where a mail to `address` goes, None if nobody here takes it; at most two queries.

    Known are signed addresses of customers and colleagues, the address that every tenant has, and mailboxes whose mail
    the listener takes. Call it outside every tenant.
    """
    address = address.strip().lower()
    domain = address.rpartition("@")[2]
    with across_tenants("the tenant is looked up by the domain of an address"):
        if domain == settings.MAIL_DOMAIN.lower():
            return answer_destination(address)
        tenant = tenant_of_domain(domain)
    if tenant is None:
        return None
    with tenant_scope(tenant.pk):
        mailbox = Mailbox.objects.filter(address=address).first()
    if mailbox is None:
        # What every tenant has needs no setting up.
        is_known = address == sender_address(tenant).lower()
        return Destination(tenant_id=tenant.pk, address=address) if is_known else None
    if not mailbox.is_active or mailbox.incoming != Incoming.LISTENER:
        return None
    return Destination(tenant_id=tenant.pk, address=address, mailbox_id=mailbox.pk)


def answer_destination(address: str) -> Destination | None:
    """Return where an answer to a signed address goes; the tenant must still be there."""
    reply = read_reply_address(reply_keys(), address) or read_address(reply_keys(), address)
    if reply is None or not Tenant.objects.filter(pk=reply.tenant_id).exists():
        return None
    return Destination(tenant_id=reply.tenant_id, address=address, is_answer=True)


def tenant_of_domain(domain: str) -> Tenant | None:
    """Return the tenant whose mail comes to a domain: its own, or SLUG.MAIL_DOMAIN; one query."""
    slug, dot, rest = domain.partition(".")
    if dot and rest == settings.MAIL_DOMAIN.lower():
        return Tenant.objects.filter(slug=slug).first()
    found = TenantMailDomain.objects.select_related("tenant").filter(domain=domain).first()
    return found.tenant if found is not None else None


def one_for_each_tenant(destinations: list[Destination]) -> list[Destination]:
    """Return one destination for each tenant: the signed address before the first named one."""
    chosen: dict[int, Destination] = {}
    for destination in sorted(destinations, key=lambda one: not one.is_answer):
        chosen.setdefault(destination.tenant_id, destination)
    return list(chosen.values())
