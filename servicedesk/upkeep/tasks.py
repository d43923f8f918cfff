"""Celery entry of the upkeep: sweep clocks, read forgotten mails, close and raise cases."""

from celery import shared_task
from django.utils.timezone import now

from servicedesk.mail.fetching import due_mailboxes, fetch_mailbox
from servicedesk.mail.receiving import read_stored_mail, read_unread_mails
from servicedesk.matcher.sparing import give_memory_back
from servicedesk.upkeep.approvals import ask_on_everywhere
from servicedesk.upkeep.arrivals import note_arrivals_everywhere
from servicedesk.upkeep.broadcasts import tell_everywhere
from servicedesk.upkeep.closing import close_quiet_cases_everywhere
from servicedesk.upkeep.fixes import look_after_fixes_everywhere
from servicedesk.upkeep.forgetting import (
    forget_old_digests_everywhere,
    forget_old_imports_everywhere,
    forget_old_links_everywhere,
    forget_old_offers_everywhere,
)
from servicedesk.upkeep.impact import follow_impact_everywhere
from servicedesk.upkeep.looking import due_radars, look_at_tenant
from servicedesk.upkeep.reaching import reach_for_tenant, tenants_with_due_scopes
from servicedesk.upkeep.renewing import renew_public_holidays_everywhere
from servicedesk.upkeep.repairing import repair_everywhere
from servicedesk.upkeep.sweeping import sweep_for
from servicedesk.upkeep.watching import raise_attention_everywhere
from servicedesk.webhooks.calls import forget_old_calls_everywhere
from workflow.outbox.turns import TURN_SECONDS
from workflow.tenancy.scope import tenant_scope


@shared_task(name="servicedesk.sweep_clocks", ignore_result=True)
def sweep_due_clocks() -> int:
    """Let due clocks speak until none is left or the turn is over; tick wakes the next."""
    return sweep_for(TURN_SECONDS, clock=now)


@shared_task(name="servicedesk.ask_on", ignore_result=True)
def ask_on_about_steps() -> int:
    """Ask the next ones about steps that nobody decided in time."""
    return ask_on_everywhere(at=now())


@shared_task(name="servicedesk.look_for_patterns", ignore_result=True)
def look_for_patterns() -> int:
    """Hand each tenant whose radar is due to a worker; returns how many."""
    due = due_radars(at=now())
    for tenant_id in due:
        look_at_one_tenant.apply_async((tenant_id,), queue="bulk")
    return len(due)


@shared_task(name="servicedesk.reach_customers", ignore_result=True)
def reach_customers() -> int:
    """Hand each tenant whose problems look for customers to a worker; returns how many."""
    due = tenants_with_due_scopes(at=now())
    for tenant_id in due:
        reach_customers_of_tenant.apply_async((tenant_id,), queue="bulk")
    return len(due)


@shared_task(name="servicedesk.reach_for_tenant", ignore_result=True)
def reach_customers_of_tenant(tenant_id: int) -> int:
    """Find whom a tenant's problems affect anew; who was faster leaves nothing to do."""
    return reach_for_tenant(tenant_id, at=now())


@shared_task(name="servicedesk.tell", ignore_result=True)
def tell_of_decisions() -> int:
    """Carry on the broadcasts that are due until the turn is over; tick wakes the next."""
    return tell_everywhere(at=now())


@shared_task(name="servicedesk.look_at_tenant", ignore_result=True)
def look_at_one_tenant(tenant_id: int) -> int:
    """Look for patterns in the cases of a tenant; who was faster leaves nothing to do."""
    try:
        return look_at_tenant(tenant_id, at=now())
    finally:
        # The vectors of a large tenant take 50 MB, which no other task of this worker needs.
        give_memory_back()


@shared_task(name="servicedesk.read_mail", ignore_result=True)
def read_fresh_mail(tenant_id: int, mail_id: int) -> str:
    """Read a mail that was stored just now; parsing runs outside any transaction."""
    with tenant_scope(tenant_id):
        return read_stored_mail(mail_id, at=now()).outcome


@shared_task(name="servicedesk.fetch_mailboxes", ignore_result=True)
def fetch_mailboxes() -> int:
    """Hand each mailbox that is due to a worker; returns how many.

    Not one that reads and sends mail: a mail server that is slow to answer must not hold it up.
    """
    due = due_mailboxes(at=now())
    for tenant_id, mailbox_id in due:
        fetch_one_mailbox.apply_async((tenant_id, mailbox_id), queue="bulk")
    return len(due)


@shared_task(name="servicedesk.fetch_mailbox", ignore_result=True)
def fetch_one_mailbox(tenant_id: int, mailbox_id: int) -> int:
    """Fetch what is new in a mailbox; who was faster leaves nothing to do."""
    with tenant_scope(tenant_id):
        return fetch_mailbox(mailbox_id, at=now())


@shared_task(name="servicedesk.read_mails", ignore_result=True)
def read_forgotten_mails() -> int:
    """Read stored mails that nobody read."""
    return read_unread_mails(at=now())


@shared_task(name="servicedesk.close_quiet_cases", ignore_result=True)
def close_quiet_cases() -> int:
    """Close resolved cases that stayed quiet."""
    return close_quiet_cases_everywhere(at=now())


@shared_task(name="servicedesk.raise_attention", ignore_result=True)
def raise_attention() -> int:
    """Let cases whose next look has come ask for attention."""
    return raise_attention_everywhere(at=now())


@shared_task(name="servicedesk.follow_impact", ignore_result=True)
def follow_impact() -> int:
    """Let priorities follow what problems do to customers."""
    return follow_impact_everywhere(at=now())


@shared_task(name="servicedesk.repair", ignore_result=True)
def repair() -> int:
    """Give to somebody what changes left with nobody."""
    return repair_everywhere(at=now())


@shared_task(name="servicedesk.note_arrivals", ignore_result=True)
def note_arrivals() -> int:
    """Note which mails arrived as far as anybody can tell."""
    return note_arrivals_everywhere(at=now())


@shared_task(name="servicedesk.forget_offers", ignore_result=True)
def forget_offers() -> int:
    """Forget what was put before people long ago."""
    return forget_old_offers_everywhere(at=now())


@shared_task(name="servicedesk.forget_links", ignore_result=True)
def forget_links() -> int:
    """Forget mailed links that were over long ago."""
    return forget_old_links_everywhere(at=now())


@shared_task(name="servicedesk.forget_imports", ignore_result=True)
def forget_imports() -> int:
    """Forget the lines of files that were handed in long ago."""
    return forget_old_imports_everywhere(at=now())


@shared_task(name="servicedesk.forget_digests", ignore_result=True)
def forget_digests() -> int:
    """Forget what people were told of clocks long ago."""
    return forget_old_digests_everywhere(at=now())


@shared_task(name="servicedesk.forget_webhook_calls", ignore_result=True)
def forget_webhook_calls() -> int:
    """Forget calls of webhooks that nobody will ask for any more."""
    return forget_old_calls_everywhere(at=now())


@shared_task(name="servicedesk.renew_public_holidays", ignore_result=True)
def renew_public_holidays() -> int:
    """Fill in public holidays before a calendar runs out of them."""
    return renew_public_holidays_everywhere(at=now())


@shared_task(name="servicedesk.look_after_fixes", ignore_result=True)
def look_after_fixes() -> int:
    """See whether watched fixes held, and remind of what has to be done after them."""
    return look_after_fixes_everywhere(at=now())
