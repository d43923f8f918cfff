"""A colleague answers a mail that asked for a decision: it is carried out, or kept as a note."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.intake.email import text_of
from cases.intake.filters import UNCLEAR_SENDERS, may_acknowledge
from cases.intake.incoming import IncomingMail
from problems.department_tasks import note_task
from problems.fixing import note_problem
from problems.legs import open_leg
from problems.models import Problem, StepRequest, Task
from problems.task_rights import may_decide
from servicedesk.mail.acting import carry_out, owner_named, problem_of, subject_of
from servicedesk.mail.commands import Command, command_in
from servicedesk.mail.errands import Errand, Way
from servicedesk.mail.models import MailOutcome, RawMail
from servicedesk.notifications.asking import Asked, notify
from servicedesk.notifications.models import Notification, NotificationKind
from workflow.people.actors import Actor, Source
from workflow.people.authentication import user_at_work
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

# A machine that answers our answers stays without them after these.
ANSWERS_AT_MOST = 20
IN = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Decided:
    """What became of a colleague's answer; the reason says why it went to quarantine."""

    outcome: MailOutcome
    problem: Problem | None = None
    reason: str = ""


def take_decision(
    stored: RawMail, mail: IncomingMail, *, errand: Errand, is_disowned: bool, at: datetime
) -> Decided:
    """Carry out what a colleague's answer decides, in the caller's transaction.

    It counts when it came to the signed address and from the address of the person to whom that
    was given, whom the sender's domain does not disown: as the answers of customers do. What
    decides nothing, or is refused, becomes a note, and the person hears what came of it. Anything
    else waits in quarantine, and what a machine sends decides nothing.
    """
    if is_known(mail):
        return Decided(outcome=MailOutcome.DUPLICATE)
    found = user_at_work(errand.user_id, source=Source.MAIL)
    subject = subject_of(errand)
    reason = doubt_about(
        mail, email=found[0].email if found is not None else "", is_disowned=is_disowned
    )
    if reason or found is None or subject is None:
        gone = _("What it is about is not there any more.")
        return Decided(outcome=MailOutcome.QUARANTINED, reason=reason or gone)
    _user, actor = found
    problem = problem_of(subject)
    if not (actor.may(Permission.VIEW_PROBLEM) and actor.may(Permission.VIEW_NOTE)):
        return Decided(outcome=MailOutcome.QUARANTINED, reason=_("The sender may not write here."))
    is_by_hand = may_acknowledge(mail)
    command = command_in(mail.text) if is_by_hand else None
    code = "noted" if command is None else decide(errand, command, at=at)
    is_done = command is not None and code == command.deed.value
    if not is_done:
        keep_as_note(subject, text=words_of(mail), actor=actor, at=at)
    if is_by_hand:
        tell(stored, problem, errand=errand, code=code, at=at)
    return Decided(outcome=MailOutcome.ACTED if is_done else MailOutcome.NOTED, problem=problem)


def keep_as_note(
    subject: Problem | Task | StepRequest, *, text: str, actor: Actor, at: datetime
) -> None:
    """Keep what decided nothing beside what it was about: the task, else the problem.

    Who has nothing to do with the task any more writes beside its problem.
    """
    if isinstance(subject, Task) and may_note(actor, subject):
        note_task(task_id=subject.pk, text=text, actor=actor, at=at)
    else:
        note_problem(problem_id=problem_of(subject).pk, text=text, actor=actor, at=at)


def may_note(actor: Actor, task: Task) -> bool:
    """Whether somebody may write beside a task: its department, and who answers for the problem."""
    problem = task.problem
    leg = open_leg(problem) if problem.is_open else None
    return actor.works_in(task.department_id) or may_decide(actor, problem, leg)


def decide(errand: Errand, command: Command, *, at: datetime) -> str:
    """Carry out a command; returns the code of what was done, or of the refusal."""
    try:
        with transaction.atomic():
            carry_out(
                errand,
                deed=command.deed,
                way=Way.MAIL,
                text=command.text,
                owner=owner_named(command.department),
                at=at,
            )
    except Refusal as refusal:
        return refusal.code
    return command.deed.value


def is_known(mail: IncomingMail) -> bool:
    """Whether an answer was taken already; its Message-ID says so. One query."""
    return bool(mail.message_id) and (
        RawMail.objects.filter(
            mail_id=mail.message_id[:250], outcome__in=[MailOutcome.ACTED, MailOutcome.NOTED]
        ).exists()
    )


def doubt_about(mail: IncomingMail, *, email: str, is_disowned: bool) -> str:
    """Return why a mail is not taken for the person's own, empty if it is."""
    if not email:
        return _("It answers a colleague's mail, and that colleague is not here any more.")
    if mail.sender.key != email.lower():
        return _("It came to an address that was given to somebody else.")
    if is_disowned:
        return _("The sender's domain says that this mail is not from there (DMARC failed).")
    if mail.oddities & UNCLEAR_SENDERS:
        return _("It names more than one sender.")
    return ""


def words_of(mail: IncomingMail) -> str:
    """Return what is kept of an answer as a note."""
    said = text_of(mail)
    if not mail.attachments:
        return said
    count = len(mail.attachments)
    files = ngettext(
        "(%(count)d file came with this mail; it is kept with the mail alone.)",
        "(%(count)d files came with this mail; they are kept with the mail alone.)",
        count,
    )
    return f"{said}\n\n{files % {'count': count}}"


def tell(stored: RawMail, problem: Problem, *, errand: Errand, code: str, at: datetime) -> None:
    """Let the person know what came of the answer, unless they heard it very often lately."""
    lately = Notification.objects.filter(
        user_id=errand.user_id, kind=NotificationKind.ACTED, created_at__gt=at - IN
    )
    if lately.count() >= ANSWERS_AT_MOST:
        return
    notify(
        [
            Asked(
                key=f"acted:{errand.about.value}{errand.subject_id}:{stored.pk}:{code}",
                kind=NotificationKind.ACTED,
                user_id=errand.user_id,
                problem_id=problem.pk,
            )
        ],
        at=at,
        queue="urgent",
    )
