"""What other mail servers report of mails that we sent: came back, arrived, or is late (RFC 3464).

A report counts only if it returns the head of a mail of ours, which holds a proof for the one
address that the mail went to, and speaks of that address. Those who are copied on an answer learn
the mail's Message-ID and the address, not the proof: who writes a false report stops nobody's mail.
"""

from datetime import datetime, timedelta

from cases.intake.incoming import Fate, IncomingMail
from cases.models import Case
from customers.contacting import mail_addresses_among, stop_writing_to
from problems.ledger_marks import note_delivered
from servicedesk.mail.addresses import is_proof_of_sending
from servicedesk.notifications.ledger_lines import told_by
from servicedesk.notifications.models import Notification
from workflow.people.actors import Actor

# Later than this no mail server reports: it gave up long before.
REPORTS_COME_WITHIN = timedelta(days=30)
FAILED = "failed"
ARRIVED = ("delivered", "relayed", "expanded")
# Refused for what the mail is, or for now: too large, full, against a policy. The address is good.
NOT_THE_ADDRESS = ("5.2.2", "5.2.3", "5.3.4", "5.6.", "5.7.")
SYSTEM = Actor.system("mail")


def is_for_good(fate: Fate) -> bool:
    """Whether nothing will ever arrive at the address, as far as the other server knows."""
    return (
        fate.action == FAILED
        and fate.status.startswith("5.")
        and not fate.status.startswith(NOT_THE_ADDRESS)
    )


def note_report(mail: IncomingMail, *, at: datetime) -> Notification | None:
    """Take what a mail server reports of a mail of ours; return the mail that it is about.

    An address at which nothing ever arrives is not written to any more, until a person says so.
    None where the report names no mail that we sent, or not the address that it went to.
    """
    report = mail.report
    if report is None or not report.original_message_id:
        return None
    sent = Notification.objects.filter(
        mail_id=report.original_message_id,
        contact__isnull=False,
        created_at__gt=at - REPORTS_COME_WITHIN,
    ).first()
    if sent is None or sent.contact_id is None:
        return None
    named = {value for fate in report.fates for value in fate.recipients}
    own = {
        one.value: one
        for one in mail_addresses_among(sent.contact_id, sorted(named))
        if is_proof_of_sending(report.proof, mail_id=sent.mail_id, recipient=one.value)
    }
    fates = [
        (own[value], fate) for fate in report.fates for value in fate.recipients if value in own
    ]
    for address, fate in fates:
        if is_for_good(fate):
            stop_writing_to(address, status=fate.status, actor=SYSTEM, at=at)
    actions = {fate.action for _address, fate in fates}
    if FAILED in actions:
        note_failure(sent, at=at)
    elif actions & set(ARRIVED):
        note_delivered(list(told_by(sent).values_list("pk", flat=True)), at=at)
    return sent if fates else None


def note_failure(sent: Notification, *, at: datetime) -> None:
    """Note in the ledger that a message came back, and let somebody look at its case."""
    told_by(sent).filter(bounced_at__isnull=True).update(bounced_at=at, delivered_at=None)
    if sent.case_id is not None:
        Case.objects.filter(pk=sent.case_id).update(needs_attention=True)
