"""What a mail server reports is believed of a mail that we sent and of its recipient, else not."""

from typing import Any

import pytest

from cases.intake.filters import PROOF_HEADER
from cases.models import Case
from customers.contacting import NothingCameBack, write_again_to
from customers.identity import mail_address_of
from customers.models import Contact, ContactAddress
from problems.affected import affected_by, tell_once
from problems.ledger_marks import note_arrivals
from problems.models import Affected, Told
from servicedesk.mail.addresses import is_proof_of_sending, proof_of_sending
from servicedesk.mail.receiving import receive_mail
from servicedesk.mail.sending import Letter, compose
from servicedesk.notifications.asking import Asked, notify
from servicedesk.notifications.delivering import recipient_of
from servicedesk.notifications.models import Notification, NotificationKind
from tests.bounces.reports import FORWARDED, POSTFIX, report, true_report
from tests.make import AT, DAY, HOUR, make_actor, make_case, make_contact, make_problem
from workflow.history.actions import Action
from workflow.history.models import Entry
from workflow.outbox.effects import Drop

ADDRESS = "ingrid@example.org"
OCCASION = "workaround:20260302090000"


def sent_mail() -> tuple[Contact, Notification]:
    """Return a customer who was mailed what helps for now, and that mail."""
    contact = make_contact(ADDRESS)
    problem = make_problem(cases=[make_case(contact=contact)])
    tell_once(affected_by(problem.pk), message=OCCASION, channel="mail", at=AT)
    notify(
        [
            Asked(
                key=f"{OCCASION}:{problem.pk}:{contact.pk}",
                kind=NotificationKind.WORKAROUND,
                contact_id=contact.pk,
                problem_id=problem.pk,
                case_id=contact.cases.get().pk,
            )
        ],
        at=AT,
    )
    Case.objects.update(needs_attention=False)
    return contact, Notification.objects.get(kind="workaround")


def bounced() -> list[tuple[str, str]]:
    """Return the addresses that are not written to any more, with the code of the other server."""
    rows = ContactAddress.objects.filter(bounced_at__isnull=False).order_by("value")
    return list(rows.values_list("value", "bounced_status"))


@pytest.mark.parametrize(
    ("form", "status"),
    [(POSTFIX, "5.1.1"), (POSTFIX, "5.0.0"), (POSTFIX, "5.4.4"), (FORWARDED, "5.2.1")],
)
def test_what_came_back_for_good_is_not_written_to_any_more(
    tenant: Any, form: str, status: str
) -> None:
    contact, sent = sent_mail()

    stored = receive_mail(
        report(ours=sent.mail_id, to=ADDRESS.title(), status=status, form=form), at=AT + HOUR
    )

    assert stored.outcome == "bounce"
    assert bounced() == [(ADDRESS, status)]
    assert mail_address_of(contact) == ""
    assert Told.objects.get().bounced_at == AT + HOUR
    assert Case.objects.get().needs_attention
    assert Entry.objects.get(action=Action.ADDRESS_BOUNCED).changes["status"] == status


@pytest.mark.parametrize("status", ["5.2.2", "5.2.3", "5.3.4", "5.6.1", "5.7.1", "4.4.7", ""])
def test_a_good_address_that_refused_one_mail_is_written_to_again(tenant: Any, status: str) -> None:
    _contact, sent = sent_mail()

    receive_mail(report(ours=sent.mail_id, to=ADDRESS, status=status), at=AT + HOUR)

    assert bounced() == []
    assert Told.objects.get().bounced_at == AT + HOUR


def test_what_is_only_late_changes_nothing_and_what_arrived_is_noted(tenant: Any) -> None:
    _contact, sent = sent_mail()

    receive_mail(
        report(ours=sent.mail_id, to=ADDRESS, action="delayed", status="4.2.2"), at=AT + HOUR
    )

    assert (bounced(), Told.objects.get().bounced_at) == ([], None)
    assert not Case.objects.get().needs_attention

    receive_mail(
        report(ours=sent.mail_id, to=ADDRESS, action="delivered", status="2.0.0", number=2),
        at=AT + 2 * HOUR,
    )

    assert Told.objects.get().delivered_at == AT + 2 * HOUR
    assert Affected.objects.get().delivered_at == AT + 2 * HOUR


def test_each_recipient_has_an_own_fate_in_a_report(tenant: Any) -> None:
    """A failure of somebody else in the same report says nothing of our customer."""
    _contact, sent = sent_mail()
    others = POSTFIX.format(to="other@elsewhere.example", action="failed", status="5.1.1")

    receive_mail(
        report(ours=sent.mail_id, to=ADDRESS, action="delayed", status="4.0.0", others=others),
        at=AT + HOUR,
    )

    assert bounced() == []


@pytest.mark.parametrize(
    ("name", "was", "expected"),
    [
        ("report_530", ("edwin@zzzzzzz.com", "200712232303.lBNN3jDq002941@mail12.rrrr.com.au"),
         [(ADDRESS, "5.3.0")]),
        ("report_422", ("fraser@oooooooo.com.au",
                        "15655788.13.1200472642578.JavaMail.Administrator@mail.ttttt.com.au"), []),
        ("multi_address_bounce1", ("egyfefsdvsfvvhjsd@gmail.com",
                                   "118707422.15521266992174819.JavaMail.root@lvmail01"),
         [(ADDRESS, "5.1.1")]),
    ],
)  # fmt: skip
def test_reports_of_true_mail_servers_are_understood(
    tenant: Any, name: str, was: tuple[str, str], expected: list[tuple[str, str]]
) -> None:
    _contact, sent = sent_mail()
    address, message_id = was

    receive_mail(
        true_report(name, ours=sent.mail_id, to={address: ADDRESS, f"<{message_id}>": "<%OURS%>"}),
        at=AT + HOUR,
    )

    assert bounced() == expected


def test_a_forged_report_stops_nobodys_mail(tenant: Any) -> None:
    """Who is copied on the customer's answer knows the mail's id and the address."""
    _contact, sent = sent_mail()
    make_contact("mallory@evil.example")
    mallory = Contact.objects.get(addresses__value="mallory@evil.example")
    notify([Asked(key="own", kind=NotificationKind.WORKAROUND, contact_id=mallory.pk)], at=AT)
    own = Notification.objects.get(contact=mallory)
    forged = [
        report(ours="guessed@support.desk.example", to=ADDRESS, number=1),
        report(ours="", to=ADDRESS, number=2),
        # A mail that Mallory got, and somebody else's address.
        report(ours=own.mail_id, to=ADDRESS, number=3, proof=proof_to_mallory(own)),
        report(ours=sent.mail_id, to=ADDRESS, number=4, proof=""),
        report(ours=sent.mail_id, to=ADDRESS, number=5, proof=proof_to_mallory(own)),
        report(ours=sent.mail_id, to=ADDRESS, number=6, proof=proof_to_mallory(sent)),
        report(ours=sent.mail_id, to=ADDRESS, number=7, proof="", action="delivered"),
    ]

    for raw in forged:
        assert receive_mail(raw, at=AT + HOUR).outcome == "bounce"

    line = Told.objects.get()
    assert bounced() == []
    assert (line.bounced_at, line.delivered_at) == (None, None)
    assert not Case.objects.get().needs_attention

    # The same with the head of the mail: what is forged fails for want of it alone.
    receive_mail(report(ours=sent.mail_id, to=ADDRESS, number=8), at=AT + HOUR)

    assert [value for value, _status in bounced()] == [ADDRESS]


def proof_to_mallory(sent: Notification) -> str:
    """Return what would stand in a mail that went to somebody else."""
    return proof_of_sending(sent.mail_id, recipient="mallory@evil.example")


def test_a_report_is_believed_of_the_address_alone_that_the_mail_went_to(tenant: Any) -> None:
    contact, sent = sent_mail()
    other = "ingrid@elsewhere.example"
    ContactAddress.objects.create(contact=contact, kind="mail", value=other)
    proof = proof_of_sending(sent.mail_id, recipient=ADDRESS)

    receive_mail(report(ours=sent.mail_id, to=other, proof=proof), at=AT + HOUR)

    assert bounced() == []


def test_a_report_with_an_envelope_sender_or_a_disowned_one_is_not_believed(
    tenant: Any, settings: Any
) -> None:
    """Both hold even where somebody got hold of the head of the mail."""
    _contact, sent = sent_mail()
    settings.MAIL_AUTHSERV_ID = "mx.desk.example"
    disowned = b"Authentication-Results: mx.desk.example; dmarc=fail header.from=mx.example\n"
    true = report(ours=sent.mail_id, to=ADDRESS)

    receive_mail(b"X-Try: 1\n" + true, envelope_sender="mallory@evil.example", at=AT + HOUR)
    receive_mail(disowned + true, envelope_sender="", at=AT + HOUR)

    assert bounced() == []

    receive_mail(true, envelope_sender="", at=AT + HOUR)

    assert [value for value, _status in bounced()] == [ADDRESS]


def test_our_mails_carry_the_proof_for_their_recipient() -> None:
    letter = Letter(
        mail_id="1@desk.example", sender_name="Desk", sender="support@desk.example",
        recipient_name="Ingrid", recipient=ADDRESS.title(), reply_to="", subject="Hello", text="…",
    )  # fmt: skip

    assert is_proof_of_sending(
        compose(letter)[PROOF_HEADER], mail_id="1@desk.example", recipient=ADDRESS
    )


def test_a_way_in_that_was_asked_for_goes_even_where_mail_came_back(tenant: Any) -> None:
    contact, _sent = sent_mail()
    ContactAddress.objects.update(bounced_at=AT)

    assert mail_address_of(contact) == ""
    assert mail_address_of(contact, is_asked_for=True) == ADDRESS

    ContactAddress.objects.create(contact=contact, kind="mail", value="works@example.org")

    assert mail_address_of(contact, is_asked_for=True) == "works@example.org"


def test_of_all_mails_only_the_way_in_goes_where_mail_came_back(tenant: Any) -> None:
    contact, sent = sent_mail()
    ContactAddress.objects.update(bounced_at=AT)
    notify([Asked(key="in", kind=NotificationKind.PORTAL_LINK, contact_id=contact.pk)], at=AT)

    assert recipient_of(Notification.objects.get(kind="portal_link"))[0] == ADDRESS
    with pytest.raises(Drop):
        recipient_of(sent)


def test_the_ids_of_our_mails_cannot_be_computed_from_what_others_know(
    tenant: Any, settings: Any
) -> None:
    contact = make_contact(ADDRESS)
    asked = Asked(key="answer:7", kind=NotificationKind.ANSWER, contact_id=contact.pk)
    notify([asked], at=AT)
    first = Notification.objects.get().mail_id
    Notification.objects.all().delete()

    notify([asked], at=AT)
    again = Notification.objects.get().mail_id
    Notification.objects.all().delete()
    settings.SECRET_KEY = "another secret of another installation, long enough"
    notify([asked], at=AT)

    assert first == again
    assert Notification.objects.get().mail_id != first


def test_a_report_that_comes_too_late_is_not_believed(tenant: Any) -> None:
    _contact, sent = sent_mail()

    receive_mail(report(ours=sent.mail_id, to=ADDRESS), at=AT + 31 * DAY)

    assert bounced() == []


def test_what_left_a_day_ago_and_did_not_come_back_counts_as_delivered(tenant: Any) -> None:
    sent_mail()
    other = make_contact()
    row = Affected.objects.create(
        problem=Affected.objects.get().problem, contact=other, found="case", found_at=AT
    )
    Told.objects.create(affected=row, message=OCCASION, channel="mail", at=AT, bounced_at=AT)
    Told.objects.update(sent_at=AT)

    early, late = note_arrivals(at=AT + 23 * HOUR), note_arrivals(at=AT + 25 * HOUR)

    assert (early, late) == (0, 1)
    assert [line.delivered_at for line in Told.objects.order_by("id")] == [AT + 25 * HOUR, None]
    assert note_arrivals(at=AT + 26 * HOUR) == 0


def test_a_person_lets_mail_go_there_again(tenant: Any) -> None:
    contact, sent = sent_mail()
    receive_mail(report(ours=sent.mail_id, to=ADDRESS), at=AT + HOUR)
    address = ContactAddress.objects.get(contact=contact)
    agent = make_actor()

    write_again_to(contact.pk, address_id=address.pk, actor=agent, at=AT + DAY)

    assert mail_address_of(contact) == ADDRESS
    with pytest.raises(NothingCameBack):
        write_again_to(contact.pk, address_id=address.pk, actor=agent, at=AT + DAY)
