"""The first line of a colleague's answer decides; nobody else's does, and nothing is lost."""

import pytest
from django.utils.timezone import now

from problems.models import Note
from servicedesk.mail.models import RawMail
from servicedesk.mail.receiving import receive_mail
from servicedesk.mail.recipients import destination_of
from servicedesk.notifications.composing import letter_for
from tests.errands.deciding import SYSTEM, Waiting, make_waiting
from tests.hearing import told
from workflow.people.models import User
from workflow.staffing import deactivate_user
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

SERVER = "mx.desk.example"


@pytest.fixture
def waiting(tenant: Tenant) -> Waiting:
    """A problem that waits for Payments."""
    return make_waiting()


def answer(text: str, *, sender: str, to: str, number: int = 1, more: str = "") -> RawMail:
    """Let a mail come."""
    raw = (
        f"{more}From: {sender}\nTo: {to}\nSubject: Re: For Payments\n"
        f"Message-ID: <{number}@example.com>\n\n{text}\n"
    )
    return receive_mail(raw.encode(), at=now())


def notes(waiting: Waiting) -> list[str]:
    return list(Note.objects.filter(problem=waiting.problem).values_list("text", flat=True))


def last_letter(user: User) -> str:
    """Return what the person hears of an answer."""
    return letter_for(told("acted")[-1], recipient=user.email, at=now()).text


def test_a_first_line_accepts_and_what_follows_is_a_note(waiting: Waiting) -> None:
    mail = answer(
        "Accept.\n\nI look into it today.\n\nOn Mon, 16 Nov 2026 at 10:00, Desk <desk@x.example> wrote:\n> refuse: x",
        sender=waiting.member.email,
        to=waiting.address(),
    )

    assert (mail.outcome, mail.problem) == ("acted", waiting.problem)
    assert waiting.stands == ("root_cause", "Payments")
    assert notes(waiting) == ["I look into it today."]
    assert waiting.problem.legs.get(left_at=None).assignee == waiting.member
    assert "You accepted it: it is yours." in last_letter(waiting.member)


def test_a_refusal_names_the_better_owner(waiting: Waiting) -> None:
    mail = answer(
        "refuse to cards: They print them.", sender=waiting.member.email, to=waiting.address()
    )

    assert mail.outcome == "acted"
    assert waiting.stands == ("assess", "Cards")
    assert waiting.problem.legs.latest("position").reason == "They print them."


def test_an_answer_hands_over_what_was_accepted_and_says_what_is_done(waiting: Waiting) -> None:
    member = waiting.member.email
    answer("accept", sender=member, to=waiting.address(), number=1)
    answer("done: A job ran twice.", sender=member, to=waiting.address(), number=2)
    answer("hand over to Cards: Yours now.", sender=member, to=waiting.address(), number=3)

    assert waiting.stands == ("assess", "Cards")
    assert waiting.problem.root_cause == "A job ran twice."


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Who shall do that?", "decides nothing"),
        ("refuse:", "A reason is needed"),
        ("refuse to Nobody: x", "There is no department of the name"),
        ("done: x", "could not be done as you wrote it"),
        ("approve", "could not be done as you wrote it"),
    ],
)
def test_what_decides_nothing_becomes_a_note_and_the_person_hears_why(
    waiting: Waiting, text: str, says: str
) -> None:
    mail = answer(text, sender=waiting.member.email, to=waiting.address())

    assert mail.outcome == "noted"
    assert notes(waiting) == [text]
    assert waiting.stands == ("assess", "Payments")
    letter = last_letter(waiting.member)
    assert says in letter
    assert "What you wrote is kept as a note." in letter


def test_the_same_decision_twice_and_an_old_address_decide_nothing_more(waiting: Waiting) -> None:
    address, member = waiting.address(), waiting.member.email
    answer("refuse: Not ours.", sender=member, to=address)

    same = answer("refuse: Not ours.", sender=member, to=address, more="X-Again: 1\n")
    replayed = answer("accept", sender=member, to=address, number=2)

    assert (same.outcome, replayed.outcome) == ("duplicate", "noted")
    assert waiting.stands == ("new", "Customer service")
    assert notes(waiting) == ["accept"]
    assert "had moved on before your answer came" in last_letter(waiting.member)


@pytest.mark.parametrize("trick", ["colleague", "customer", "disowned", "two", "copied", "left"])
def test_nobody_but_the_person_decides_and_the_mail_waits_for_a_decision(
    waiting: Waiting, trick: str, settings: object
) -> None:
    settings.MAIL_AUTHSERV_ID = SERVER  # type: ignore[attr-defined]
    sender, more, to = waiting.member.email, "", waiting.address()
    if trick == "colleague":
        sender = waiting.stranger.email
    elif trick == "customer":
        sender = f'"{waiting.member.email}" <evil@example.org>'
    elif trick == "disowned":
        more = f"Authentication-Results: {SERVER}; dmarc=fail\n"
    elif trick == "two":
        sender = f"{waiting.member.email}, evil@example.org"
    elif trick == "copied":
        sender, to = waiting.stranger.email, f"support@x.example\nCc: {to}"
    else:
        deactivate_user(user_id=waiting.member.pk, actor=SYSTEM, at=now())

    mail = answer("accept", sender=sender, to=to, more=more)

    assert (mail.outcome, mail.problem, mail.case) == ("quarantined", None, None)
    assert mail.reason
    assert (waiting.stands, notes(waiting)) == (("assess", "Payments"), [])


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied", "Auto-Submitted: auto-generated", "X-Autoreply: yes",
        "Precedence: bulk", "List-Id: <all.example.com>",
    ],
)  # fmt: skip
def test_what_a_machine_sends_decides_nothing_and_is_not_answered(
    waiting: Waiting, header: str
) -> None:
    mail = answer("accept", sender=waiting.member.email, to=waiting.address(), more=f"{header}\n")

    assert mail.outcome in ("auto_reply", "noted")
    assert waiting.stands == ("assess", "Payments")
    assert told("acted") == []


def test_two_machines_that_answer_each_other_fall_silent(waiting: Waiting) -> None:
    for number in range(40):
        answer("Ok!", sender=waiting.member.email, to=waiting.address(), number=number)

    assert len(told("acted")) == 20
    assert waiting.stands == ("assess", "Payments")


def test_an_address_of_another_tenant_decides_nothing_here_or_there(
    waiting: Waiting, other_tenant: Tenant
) -> None:
    with tenant_scope(other_tenant.pk):
        theirs = make_waiting()
        address = theirs.address()

    mail = answer("accept", sender=waiting.member.email, to=address)

    assert mail.outcome != "acted"
    assert waiting.stands == ("assess", "Payments")
    with tenant_scope(other_tenant.pk):
        assert theirs.stands == ("assess", "Payments")


def test_the_listener_takes_a_signed_address_and_no_other(other_tenant: Tenant) -> None:
    with tenant_scope(other_tenant.pk):
        address = make_waiting().address()

    found, other = destination_of(address), destination_of(address.replace("@", "a@"))

    assert found is not None
    assert (found.tenant_id, found.is_answer, other) == (other_tenant.pk, True, None)
