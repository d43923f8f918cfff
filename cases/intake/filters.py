"""Which mails become a case, and which are kept apart first. Pure; ordered checks.

Source: RFC 3834 (automatic responses), RFC 3464 (delivery reports).
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from cases.intake.incoming import IncomingMail, Oddity, gettext_noop
from cases.intake.phrases import ENTRY_MAIL, RESPONDER_SUBJECTS

HOPS_HEADER = "X-Servicedesk-Hops"
"""Our automatic mails carry it: an installation like this one never acknowledges them."""

PROOF_HEADER = "X-Servicedesk-Proof"
"""Each mail of ours carries it; who did not get the mail itself does not know what it says."""

MOST_HOPS = 5
MOST_RECEIVED = 50
LOOKED_AT_FOR_ENTRY = 4_000

SIGNED = ("r+", "d+")
"""How the signed addresses begin at which customers answer and colleagues decide."""

UNCLEAR_SENDERS = frozenset({Oddity.TWO_SENDERS, Oddity.SEVERAL_AUTHORS, Oddity.SENDER_UNCLEAR})
"""Who wrote such a mail is not certain: it joins no case and gets no receipt."""

ROBOT_LOCAL_PARTS = frozenset({"mailer-daemon", "mailerdaemon", "mail-daemon", "mail_daemon"})
UNATTENDED_LOCAL_PARTS = ROBOT_LOCAL_PARTS | {
    "postmaster", "noreply", "no-reply", "no_reply", "donotreply", "do-not-reply", "bounce", "bounces",
}  # fmt: skip
ROBOT_NAMES = frozenset({
    "mail delivery subsystem", "mail delivery system", "internet mail delivery",
    "mailer-daemon", "mailer daemon",
})  # fmt: skip


class Verdict(StrEnum):
    """What is to be done with a mail.

    accepted: joins the case it answers or opens one.
    auto_reply, bounce: kept on the case they answer, or shown in quarantine; never open a case.
    loop, no_sender, suspicious: shown in quarantine; a person decides.
    """

    ACCEPTED = "accepted"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    LOOP = "loop"
    NO_SENDER = "no_sender"
    SUSPICIOUS = "suspicious"


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """A verdict and the sentence that tells an agent why."""

    verdict: Verdict
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OurMail:
    """How this tenant's own mail is known when it comes back.

    `message_id_domains` and `reply_domains` are in lower case, `addresses` too.
    `loop_tag` is the X-Loop value of this tenant's mails.
    """

    message_id_domains: frozenset[str] = frozenset()
    reply_domains: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    loop_tag: str = ""


def judge(mail: IncomingMail, *, ours: OurMail) -> Judgement:
    """Return the verdict of the first check that objects, or accept."""
    for check in CHECKS:
        judgement = check(mail, ours)
        if judgement is not None:
            return judgement
    return Judgement(verdict=Verdict.ACCEPTED, reason=gettext_noop("A sender wrote to this desk."))


def may_acknowledge(mail: IncomingMail) -> bool:
    """Say whether an automatic receipt may go to the sender of `mail` (RFC 3834, section 2).

    The caller still counts receipts per address and day, and judges the mail first.
    """
    marks = mail.marks
    return (
        bool(mail.sender.email)
        and mail.return_path != ""
        and mail.report is None
        and marks.auto_submitted in ("", "no")
        and not marks.precedence
        and not marks.is_list_mail
        and not marks.has_responder_header
        and not marks.asks_for_no_reply
        and not marks.is_reading_receipt
        and not marks.loop_tags
        and not marks.hops
        and not mail.oddities & UNCLEAR_SENDERS
        and not is_unattended(mail.sender.local_part)
        and mail.sender.name.lower() not in ROBOT_NAMES
        and not mail.subject.lower().startswith(RESPONDER_SUBJECTS)
    )


def is_unattended(local_part: str) -> bool:
    """Say whether the part before the @ is one that nobody reads, such as no-reply."""
    return (
        local_part in UNATTENDED_LOCAL_PARTS
        or local_part.startswith(("owner-", "noreply-", "no-reply-", "noreply+", "no-reply+"))
        or local_part.endswith(("-request", "-owner", "-bounces", "-noreply", "-no-reply"))
    )


def _came_back(mail: IncomingMail, ours: OurMail) -> Judgement | None:
    own_id = mail.message_id.lower().rpartition("@")[2] in ours.message_id_domains
    own_tag = bool(ours.loop_tag) and ours.loop_tag in mail.marks.loop_tags
    if (mail.message_id and own_id) or own_tag:
        return _loop(gettext_noop("This is a mail that this desk sent itself; it came back."))
    if mail.sender.key and mail.sender.key in ours.addresses:
        return _loop(gettext_noop("The sender is this desk's own address."))
    return None


def _went_round(mail: IncomingMail, ours: OurMail) -> Judgement | None:  # noqa: ARG001
    if mail.marks.hops >= MOST_HOPS or mail.marks.received_count > MOST_RECEIVED:
        return _loop(gettext_noop("This mail has passed too many systems; two of them may loop."))
    return None


def _loop(reason: str) -> Judgement:
    return Judgement(verdict=Verdict.LOOP, reason=reason)


def _is_bounce(mail: IncomingMail, ours: OurMail) -> Judgement | None:  # noqa: ARG001
    by_null_sender = mail.return_path == "" and mail.marks.auto_submitted != "auto-replied"
    by_robot = (
        mail.sender.local_part in ROBOT_LOCAL_PARTS or mail.sender.name.lower() in ROBOT_NAMES
    )
    if (
        mail.report is None
        and not by_robot
        and (mail.marks.is_reading_receipt or not by_null_sender)
    ):
        return None
    return Judgement(
        verdict=Verdict.BOUNCE,
        reason=gettext_noop("A mail server reports on a mail that this desk sent."),
    )


def _is_auto_reply(mail: IncomingMail, ours: OurMail) -> Judgement | None:
    marks = mail.marks
    answers_us = bool(mail.in_reply_to) or any(
        email.rpartition("@")[2] in ours.reply_domains for email in mail.recipients
    )
    is_auto_reply = (
        marks.auto_submitted == "auto-replied"
        or (marks.auto_submitted not in ("", "no") and answers_us)
        or marks.has_responder_header
        or marks.is_reading_receipt
        or marks.precedence == "auto_reply"
        or mail.subject.lower().startswith(RESPONDER_SUBJECTS)
    )
    if not is_auto_reply:
        return None
    return Judgement(
        verdict=Verdict.AUTO_REPLY,
        reason=gettext_noop("A machine answered for its owner, such as a holiday notice."),
    )


def _has_no_sender(mail: IncomingMail, ours: OurMail) -> Judgement | None:  # noqa: ARG001
    if mail.sender.email:
        return None
    return Judgement(
        verdict=Verdict.NO_SENDER,
        reason=gettext_noop("The mail names no sender that could be answered."),
    )


def _is_suspicious(mail: IncomingMail, ours: OurMail) -> Judgement | None:  # noqa: ARG001
    if Oddity.TWO_SENDERS not in mail.oddities:
        return None
    return Judgement(
        verdict=Verdict.SUSPICIOUS,
        reason=gettext_noop("The mail names two different senders, a known trick to deceive."),
    )


def _opens_doors(mail: IncomingMail, ours: OurMail) -> Judgement | None:
    """Hold back what lets its reader into another service, sent to us by that service's machine.

    Whoever registers there with an address of ours wants to read it in a case.
    """
    by_machine = is_unattended(mail.sender.local_part) or mail.marks.auto_submitted not in (
        "",
        "no",
    )
    if not by_machine:
        return None
    to_a_case = any(
        email.startswith(SIGNED) and email.rpartition("@")[2] in ours.reply_domains
        for email in mail.recipients
    )
    if to_a_case or ENTRY_MAIL.search(f"{mail.subject}\n{mail.text[:LOOKED_AT_FOR_ENTRY]}"):
        return Judgement(
            verdict=Verdict.SUSPICIOUS,
            reason=gettext_noop(
                "A machine sends a way into another service. Somebody may have registered there"
                " with an address of this desk."
            ),
        )
    return None


CHECKS: tuple[Callable[[IncomingMail, OurMail], Judgement | None], ...] = (
    _came_back,
    _went_round,
    _is_bounce,
    _is_auto_reply,
    _has_no_sender,
    _is_suspicious,
    _opens_doors,
)
