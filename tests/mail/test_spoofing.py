"""Nobody gets into somebody else's case by mail; those whom we let in do."""

from typing import Any

import pytest

from cases.intake.email import answered_case
from cases.intake.filters import Verdict, judge
from cases.models import Case, Message, Participant
from cases.participants import Copied, ask_in, let_in, remove_participant
from customers.identity import contact_at, contact_behind
from servicedesk.mail.addresses import answer_address, our_mail
from servicedesk.mail.models import RawMail
from servicedesk.mail.parsing import parse_mail
from servicedesk.mail.prescan import Unreadable
from servicedesk.mail.receiving import circumstances_of, receive_mail, store_mail, take
from servicedesk.notifications.models import Notification
from tests.hearing import hear_everything
from tests.mail.hijacks import Target, attempts
from tests.make import AT, HOUR, make_actor, make_case, make_contact
from workflow.people.actors import Actor
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

SERVER = "mx.desk.example"
SYSTEM = Actor.system("test")


def address_for(case: Case, contact_id: int | None = None) -> str:
    return answer_address(
        tenant_id=case.tenant_id, case_id=case.pk, contact_id=contact_id or case.contact_id
    )


def mail(*, sender: str, to: str, number: int = 1, more: str = "", text: str = "Hello.") -> bytes:
    return (
        f"{more}From: {sender}\nTo: {to}\nSubject: Re: My card\n"
        f"Message-ID: <{number}@example.org>\n\n{text}\n"
    ).encode()


def targets_among(other_tenant: Tenant, *, count: int) -> list[Target]:
    """Make cases worth getting into: answered, with people copied, one of them taken out."""
    with tenant_scope(other_tenant.pk):
        foreign = make_case()
    targets = []
    for number in range(count):
        contact = make_contact(f"ingrid{number}@customer.example", name=f"Ingrid {number}")
        raw = mail(
            sender=f"ingrid{number}@customer.example", to="support@desk.example", number=number
        )
        case = receive_mail(raw, at=AT).case
        assert case is not None
        people = [Copied(address=f"{who}{number}@friend.example") for who in ("copied", "removed")]
        ask_in(case, copied=people, message=case.messages.get(), actor=SYSTEM, at=AT)
        make_contact(f"copied{number}@friend.example")
        removed = Participant.objects.get(address=f"removed{number}@friend.example")
        agent = make_actor()
        let_in(case_id=case.pk, participant_id=removed.pk, actor=agent, at=AT)
        remove_participant(case_id=case.pk, participant_id=removed.pk, actor=agent, at=AT)
        removed.refresh_from_db()
        hear_everything()
        receipt = Notification.objects.get(kind="receipt", case=case)
        targets.append(
            Target(
                number=case.number,
                address=f"ingrid{number}@customer.example",
                name=contact.name,
                message_ids=(f"{number}@example.org", receipt.mail_id),
                reply_address=address_for(case),
                others_reply_address=address_for(case, contact_id=make_contact().pk),
                foreign_reply_address=answer_address(
                    tenant_id=other_tenant.pk, case_id=foreign.pk, contact_id=foreign.contact_id
                ),
                copied_address=f"copied{number}@friend.example",
                removed_address=f"removed{number}@friend.example",
                removed_reply_address=address_for(case, contact_id=removed.contact_id),
            )
        )
    return targets


def joins(raw: bytes, *, tenant: Tenant) -> bool:
    """Say whether a mail would join a case: everything up to the decision, nothing after it."""
    parsed = parse_mail(raw)
    if isinstance(parsed, Unreadable):
        return False
    if judge(parsed, ours=our_mail(tenant)).verdict is not Verdict.ACCEPTED:
        return False
    sender = contact_behind(parsed.sender.email, name=parsed.sender.name, actor=SYSTEM, at=AT)
    case, doubt = answered_case(
        parsed,
        sender=sender,
        known=circumstances_of(parsed, ours=our_mail(tenant), stored=RawMail(tenant=tenant)),
    )
    return case is not None and doubt is None


def taken_in(raw: bytes) -> Any:
    """Take in a mail the whole way, without a process for its parser."""
    stored = store_mail(raw, recipient="", at=AT + HOUR)
    parsed = parse_mail(raw)
    assert not isinstance(parsed, Unreadable)
    return take(stored.pk, parsed, at=AT + HOUR)


def said_in(targets: list[Target]) -> int:
    return Message.objects.filter(case__number__in=[target.number for target in targets]).count()


def test_five_thousand_hijacks_join_nothing_and_the_customers_own_answers_do(
    tenant: Tenant, other_tenant: Tenant, settings: Any
) -> None:
    settings.MAIL_AUTHSERV_ID = SERVER
    targets = targets_among(other_tenant, count=5)

    joined = [
        tried
        for tried, raw in attempts(targets, seed=1, total=5_000, server=SERVER)
        if joins(raw, tenant=tenant)
    ]

    assert joined == []
    for number, target in enumerate(targets, start=100):
        own = mail(sender=target.address, to=target.reply_address, number=number)
        assert joins(own, tenant=tenant)


def test_hijacks_taken_in_the_whole_way_change_no_case(
    tenant: Tenant, other_tenant: Tenant, settings: Any
) -> None:
    settings.MAIL_AUTHSERV_ID = SERVER
    targets = targets_among(other_tenant, count=3)
    before = said_in(targets)

    for tried, raw in attempts(targets, seed=2, total=150, server=SERVER):
        taken_in(raw)
        assert said_in(targets) == before, tried

    taken_in(mail(sender=targets[0].address, to=targets[0].reply_address, number=999))
    assert said_in(targets) == before + 1


@pytest.mark.full
@pytest.mark.timeout(1800)
def test_five_thousand_hijacks_taken_in_the_whole_way_change_no_case(
    tenant: Tenant, other_tenant: Tenant, settings: Any
) -> None:
    settings.MAIL_AUTHSERV_ID = SERVER
    targets = targets_among(other_tenant, count=10)
    before = said_in(targets)

    for _tried, raw in attempts(targets, seed=3, total=5_000, server=SERVER):
        taken_in(raw)

    assert said_in(targets) == before


# ---- those who were let in -------------------------------------------------------------------


def test_who_is_copied_in_a_mail_is_asked_for_and_told_nothing(tenant: Tenant) -> None:
    raw = mail(
        sender="ingrid@example.org",
        to="support@desk.example",
        more="Cc: Eva Lind <eva@example.net>, no-reply@shop.example\n",
    )

    case = receive_mail(raw, recipient="support@desk.example", at=AT).case
    hear_everything()

    eva = Participant.objects.get()
    assert (eva.case, eva.address, eva.name, eva.state) == (
        case,
        "eva@example.net",
        "Eva Lind",
        "asked",
    )
    assert contact_at("eva@example.net") is None
    assert [told.contact_id for told in Notification.objects.all()] == [case.contact_id]  # type: ignore[union-attr]


def test_an_address_of_ours_that_we_do_not_know_is_no_participant(tenant: Tenant) -> None:
    receive_mail(mail(sender="ingrid@example.org", to="help@bank.example"), at=AT)

    assert not Participant.objects.exists()


def test_who_was_let_in_answers_by_the_own_address_and_by_no_other(tenant: Tenant) -> None:
    raw = mail(sender="ingrid@example.org", to="support@desk.example", more="Cc: eva@example.net\n")
    case = receive_mail(raw, at=AT).case
    assert case is not None
    eva = Participant.objects.get()
    from_eva = {"sender": "Eva <eva@example.net>", "text": "Me too."}
    let_in(case_id=case.pk, participant_id=eva.pk, actor=make_actor(), at=AT)
    eva.refresh_from_db()
    own_address = address_for(case, contact_id=eva.contact_id)

    by_own = receive_mail(mail(to=own_address, number=2, **from_eva), at=AT + HOUR)
    by_ingrids = receive_mail(mail(to=address_for(case), number=3, **from_eva), at=AT + HOUR)
    remove_participant(case_id=case.pk, participant_id=eva.pk, actor=make_actor(), at=AT + HOUR)
    afterwards = receive_mail(mail(to=own_address, number=4, **from_eva), at=AT + 2 * HOUR)

    assert (by_own.outcome, by_own.case_id) == ("message", case.pk)
    assert by_ingrids.case_id != case.pk
    assert afterwards.case_id != case.pk
    assert afterwards.message.is_unverified  # type: ignore[union-attr]


def test_before_they_are_let_in_their_answer_is_a_case_of_its_own_with_a_note(
    tenant: Tenant,
) -> None:
    raw = mail(sender="ingrid@example.org", to="support@desk.example", more="Cc: eva@example.net\n")
    case = receive_mail(raw, at=AT).case
    assert case is not None

    answer = mail(
        sender="eva@example.net",
        to="support@desk.example",
        number=2,
        more="In-Reply-To: <1@example.org>\n",
    )
    own = receive_mail(answer, at=AT + HOUR).case

    assert own is not None
    assert own.pk != case.pk
    assert f"#{case.number}" in own.messages.get(direction="note").text


# ---- what our mail server found out ----------------------------------------------------------


def result(server: str, dmarc: str) -> str:
    return f"Authentication-Results: {server}; spf=pass; dmarc={dmarc} header.from=example.org\n"


def test_a_mail_that_the_senders_domain_disowns_joins_nothing_and_says_so(
    tenant: Tenant, settings: Any
) -> None:
    settings.MAIL_AUTHSERV_ID = SERVER
    case = receive_mail(mail(sender="ingrid@example.org", to="support@desk.example"), at=AT).case
    assert case is not None

    forged = mail(
        sender="ingrid@example.org", to=address_for(case), number=2, more=result(SERVER, "fail")
    )
    genuine = mail(
        sender="ingrid@example.org", to=address_for(case), number=3, more=result(SERVER, "pass")
    )
    other = receive_mail(forged, at=AT + HOUR).case
    same = receive_mail(genuine, at=AT + HOUR).case

    assert same == case
    assert other is not None
    assert other != case
    assert other.messages.get(direction="in").is_unverified
    assert "DMARC failed" in other.messages.get(direction="note").text
    assert f"#{case.number}" in other.messages.get(direction="note").text


def test_only_our_own_mail_server_is_believed(tenant: Tenant, settings: Any) -> None:
    settings.MAIL_AUTHSERV_ID = SERVER
    case = receive_mail(mail(sender="ingrid@example.org", to="support@desk.example"), at=AT).case
    assert case is not None

    foreign = mail(
        sender="ingrid@example.org",
        to=address_for(case),
        number=2,
        more=result("mx.elsewhere.example", "fail"),
    )

    assert receive_mail(foreign, at=AT + HOUR).case == case


def test_a_forged_sender_gets_no_receipt(tenant: Tenant, settings: Any) -> None:
    settings.MAIL_AUTHSERV_ID = SERVER
    to = "support@desk.example"
    receive_mail(
        mail(sender="victim@example.org", to=to, number=1, more=result(SERVER, "fail")), at=AT
    )
    receive_mail(
        mail(sender="honest@example.org", to=to, number=2, more=result(SERVER, "pass")), at=AT
    )
    hear_everything()

    honest = contact_at("honest@example.org")
    assert honest is not None
    assert [one.contact_id for one in Notification.objects.filter(kind="receipt")] == [honest.pk]


# ---- receipts --------------------------------------------------------------------------------


def test_a_tenant_sends_only_so_many_receipts_an_hour(tenant: Tenant, settings: Any) -> None:
    settings.RECEIPTS_AN_HOUR = 3
    for number in range(5):
        raw = mail(sender=f"victim{number}@example.org", to="support@desk.example", number=number)
        receive_mail(raw, at=AT)
    hear_everything()
    sent = Notification.objects.filter(kind="receipt").count()
    late = mail(sender="later@example.org", to="support@desk.example", number=9)
    receive_mail(late, at=AT + HOUR)
    hear_everything()

    assert (sent, Notification.objects.filter(kind="receipt").count()) == (3, 4)


# ---- the ticket trick ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sender", "subject", "is_held"),
    [
        ("no-reply@chat.example", "Verify your email address", True),
        ("noreply@shop.example", "Your verification code is 194022", True),
        ("no-reply@chat.example", "Bestätigen Sie Ihre E-Mail-Adresse", True),
        ("no-reply@chat.example", "Your invoice of March", False),
        ("ingrid@example.org", "I cannot verify your email address", False),
    ],
)
def test_what_opens_doors_elsewhere_is_held_back_from_machines_only(
    tenant: Tenant, sender: str, subject: str, is_held: bool
) -> None:
    raw = mail(sender=sender, to="support@desk.example").replace(b"Re: My card", subject.encode())

    received = receive_mail(raw, at=AT)

    assert (received.outcome == "quarantined") is is_held


def test_a_machine_that_writes_to_a_reply_address_is_held_back(tenant: Tenant) -> None:
    case = make_case(contact=make_contact("ingrid@example.org"))

    received = receive_mail(
        mail(sender="no-reply@chat.example", to=address_for(case), text="Welcome."), at=AT
    )

    assert received.outcome == "quarantined"
    assert "registered" in received.reason
