"""Calls by telephone: written down with what came of them, and found again."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cases.access import case_for
from cases.card_numbers import masked
from cases.conversation import add_customer_message, note_case
from cases.lifecycle import assign_case
from cases.models import CallDirection, CallOutcome, Case, Message, PhoneCall, RequestType
from cases.request_types import Given, open_request
from cases.states import Channel, Priority
from customers.identity import phone_number
from customers.models import AddressKind, Contact, ContactAddress, Product
from workflow.history.actions import Action
from workflow.history.recording import record
from workflow.people.actors import Actor, NotPermitted
from workflow.people.models import User
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

ROWS = 50


class NobodyCalled(Refusal):
    """A case needs a customer."""

    code = "nobody_called"


class CaseOfSomebodyElse(Refusal):
    """A call continues a case of the caller only."""

    code = "case_of_somebody_else"


class HasACase(Refusal):
    """The call belongs to a case already."""

    code = "has_a_case"


class NoSuchCall(Refusal):
    """There is no such call, or not for this person."""

    code = "no_such_call"
    status = 404


@dataclass(frozen=True, kw_only=True)
class Told:
    """What was told in a call and what is known of the request."""

    subject: str = ""
    text: str = ""
    note: str = ""
    product: Product | None = None
    category: str = ""
    wanted_outcome: str = ""
    priority: int = Priority.NORMAL
    request_type: RequestType | None = None
    answers: tuple[Given, ...] = field(default_factory=tuple)
    finishes: bool = False


@transaction.atomic
def log_call(
    *,
    contact: Contact | None,
    number: str,
    direction: CallDirection,
    outcome: CallOutcome,
    told: Told,
    agent: User,
    actor: Actor,
    began_at: datetime,
    at: datetime,
    continues: int | None = None,
) -> PhoneCall:
    """Write down a call that ends now; open or continue the case that its outcome names.

    `continues` is the number of the caller's case. What the caller said becomes words of the
    case, with the telephone as its channel; a note is for colleagues. Card numbers are hidden
    before anything is stored. A new number of a known caller is kept with the caller.

    Raises:
        NobodyCalled: a case is to be opened or continued for nobody.
        CaseOfSomebodyElse: the case to continue is another customer's.
        EmptyText, NotPermitted, NoSuchCase, CannotFinishAtOnce: see the actions of cases.
    """
    actor.require(Permission.OPEN_CASE)
    found = phone_number(number)
    case, message = case_of_call(
        contact=contact,
        outcome=outcome,
        told=told,
        agent=agent,
        actor=actor,
        at=at,
        number=continues,
    )
    if contact is not None and found:
        remember_number(contact, number=found)
    if case is not None and told.note.strip():
        note_case(case_id=case.pk, text=masked(told.note).text, actor=actor, at=at)
    words = "\n\n".join(part for part in (told.text.strip(), told.note.strip()) if part)
    call = PhoneCall.objects.create(
        contact=contact,
        number=found,
        direction=direction,
        outcome=outcome,
        agent=agent,
        product=told.product,
        case=case,
        message=message,
        subject=masked(" ".join(told.subject.split())).text[:250],
        text="" if message is not None else masked(words).text,
        began_at=min(began_at, at),
        ended_at=at,
    )
    record(
        Action.CALL_LOGGED,
        call,
        actor=actor,
        at=at,
        changes={"outcome": outcome.value, "case": case.pk if case else None},
    )
    return call


def case_of_call(
    *,
    contact: Contact | None,
    outcome: CallOutcome,
    told: Told,
    agent: User,
    actor: Actor,
    at: datetime,
    number: int | None,
) -> tuple[Case | None, Message | None]:
    """Open or continue the case of a call; return it with the words that the call added."""
    if outcome not in (CallOutcome.OPENED, CallOutcome.CONTINUED):
        return None, None
    if contact is None:
        raise NobodyCalled(
            _("A case needs a customer."),
            next_step=_("Choose the caller, or write a name and a number or mail address."),
        )
    if outcome is CallOutcome.OPENED:
        case = opened_by_call(contact=contact, told=told, agent=agent, actor=actor, at=at)
        return case, case.messages.order_by("id").first()
    actor.require(Permission.WORK_CASE)
    case = case_for(actor, number or 0)
    if case.contact_id != contact.pk:
        raise CaseOfSomebodyElse(
            _("Case #%(number)s belongs to another customer.") % {"number": case.number},
            next_step=_("Choose a case of the caller, or open a new one."),
        )
    message = add_customer_message(
        case_id=case.pk,
        contact=contact,
        text=masked(told.text).text,
        channel=Channel.PHONE,
        actor=actor,
        at=at,
    )
    return message.case, message


def opened_by_call(
    *, contact: Contact, told: Told, agent: User, actor: Actor, at: datetime
) -> Case:
    """Open a case for the caller and give it to the one who took the call."""
    case = open_request(
        request_type=told.request_type,
        answers=told.answers,
        contact=contact,
        subject=told.subject,
        text=told.text,
        channel=Channel.PHONE,
        product=told.product,
        category=told.category,
        wanted_outcome=told.wanted_outcome,
        priority=told.priority,
        finishes=told.finishes,
        actor=actor,
        at=at,
    )
    if not told.finishes and actor.may(Permission.ASSIGN_CASE):
        assign_case(case_id=case.pk, owner=agent, queue=case.queue, actor=actor, at=at)
    return case


@transaction.atomic
def open_case_of_call(
    *, call_id: int, contact: Contact | None, actor: Actor, agent: User, at: datetime
) -> PhoneCall:
    """Make a case of a call that had none: what was said then, said when it was said.

    Raises:
        NoSuchCall: it is gone.
        HasACase: somebody was faster.
        NobodyCalled: nobody is known to have called.
    """
    actor.require(Permission.OPEN_CASE)
    call = (
        PhoneCall.objects.select_for_update(of=("self",))
        .select_related("contact", "product")
        .filter(pk=call_id)
        .first()
    )
    if call is None:
        raise no_such_call()
    if call.case_id is not None:
        raise HasACase(
            _("This call belongs to a case already."), next_step=_("Open the case instead.")
        )
    case, message = case_of_call(
        contact=contact or call.contact,
        outcome=CallOutcome.OPENED,
        told=Told(subject=call.subject, text=call.text, product=call.product),
        agent=agent,
        actor=actor,
        at=at,
        number=None,
    )
    call.contact = contact or call.contact
    call.case, call.message, call.text = case, message, ""
    call.outcome = CallOutcome.OPENED
    call.save(update_fields=["contact", "case", "message", "text", "outcome"])
    record(
        Action.CALL_LOGGED,
        call,
        actor=actor,
        at=at,
        changes={"outcome": call.outcome, "case": call.case_id},
    )
    return call


def remember_number(contact: Contact, *, number: str) -> None:
    """Keep a number with the one who called from it, unless somebody has it; one query."""
    ContactAddress.objects.bulk_create(
        [ContactAddress(contact=contact, kind=AddressKind.PHONE, value=number)],
        ignore_conflicts=True,
    )


def calls_page(
    actor: Actor,
    *,
    mine: bool = False,
    outcome: str = "",
    before: int | None = None,
    at_most: int = ROWS + 1,
) -> list[PhoneCall]:
    """Return calls, the newest first, before an id; one query.

    Raises:
        NotPermitted: the actor may not see customers.
    """
    actor.require(Permission.VIEW_CUSTOMER)
    calls: QuerySet[PhoneCall] = PhoneCall.objects.select_related(
        "contact", "agent", "case", "product"
    )
    if mine:
        calls = calls.filter(agent_id=actor.user_id or 0)
    if outcome:
        calls = calls.filter(outcome=outcome)
    if before is not None:
        calls = calls.filter(pk__lt=before)
    return list(calls.order_by("-id")[:at_most])


def call_for(actor: Actor, call_id: int) -> PhoneCall:
    """Return a call; one query.

    Raises:
        NoSuchCall: it is not there, or not for this actor.
    """
    try:
        actor.require(Permission.VIEW_CUSTOMER)
    except NotPermitted:
        raise no_such_call() from None
    call = PhoneCall.objects.select_related("contact", "case").filter(pk=call_id).first()
    if call is None:
        raise no_such_call()
    return call


def no_such_call() -> NoSuchCall:
    """Return the refusal of a call that is not there."""
    return NoSuchCall(_("There is no such call here."), next_step=_("Look in the list of calls."))


def direction_named(code: str) -> CallDirection:
    """Return who called whom, by its code."""
    return CallDirection(code)


def outcome_named(code: str) -> CallOutcome:
    """Return what came of a call, by its code."""
    return CallOutcome(code)
