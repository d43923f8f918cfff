"""Who reads what a customer quoted does not get in as the customer."""

import time
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from cases.conversation import add_customer_message
from cases.mailed_links import without_secrets
from cases.models import Message
from cases.passes import make_pass
from cases.states import Channel
from customers.models import Contact
from servicedesk.mail.receiving import receive_mail
from servicedesk.pages.session import contact_actor
from tests.make import AT, HOUR, make_case, make_contact

SECRET = "gZ3_a-PqL0vXw5TnYk7RbE2sHdUj9MfC"
HALF, REST = SECRET[:9], SECRET[9:]


@pytest.mark.parametrize(
    ("quoted", "kept"),
    [
        (f"http://bank.example:8000/help/open/{SECRET}/ x", "http://bank.example:8000/help/open/…/ x"),
        (f"<https://bank.example/help/enter/{SECRET}/>", "<https://bank.example/help/enter/…/>"),
        (f"/help/stop/1.2b.progress.{SECRET}/", "/help/stop/…/"),
        (f'<a href="//b.example/help/open/{SECRET}/">', '<a href="//b.example/help/open/…/">'),
        (f"https://b.example/help/enter/{SECRET}", "https://b.example/help/enter/…"),
        (f"?url=https%3A%2F%2Fb.example%2Fhelp%2Fopen%2F{SECRET}%2F&data=1",
         "?url=https%3A%2F%2Fb.example%2Fhelp%2Fopen%2F…%2F&data=1"),
        (f"b.example%252fhelp%252fopen%252f{SECRET}%252f", "b.example%252fhelp%252fopen%252f…%252f"),
        (f"u=https-3A__b.example_help_open_{SECRET}_&d=1", "u=https-3A__b.example_help_open_…&d=1"),
        (f"> b.example/help/open/\n> {SECRET}/ x", "> b.example/help/open/…/ x"),
        (f"> b.example/help/open/{HALF}=\r\n> > {REST}/ x", "> b.example/help/open/…/ x"),
        (f"b.example/help/open/{HALF}<br>&gt; {REST}/", "b.example/help/open/…/"),
    ],
)  # fmt: skip
def test_the_secret_of_a_quoted_link_is_not_kept(quoted: str, kept: str) -> None:
    assert without_secrets(quoted) == kept
    assert without_secrets(kept) == kept


@pytest.mark.parametrize(
    "harmless",
    [
        "https://bank.example/help/known/12/ and /help/preferences/",
        "Can you help/open/ the door and/or the gate?",
        "help/open/\nthe door and so on",
        "help_open_source projects",
        "",
    ],
)
def test_other_words_stay_as_they_are(harmless: str) -> None:
    assert without_secrets(harmless) == harmless


@pytest.mark.parametrize(
    "hostile",
    [
        "help/open/" * 50_000,
        "help/open/" + "a" * 500_000,
        "help/open/" + " " * 500_000,
        "help/open/\n" + "<br>" * 125_000,
        "help/open/a\n>" * 40_000,
        "help%25252" * 50_000,
    ],
    ids=range(6),
)
def test_no_text_takes_long(hostile: str) -> None:
    began = time.process_time()

    without_secrets(hostile)

    assert time.process_time() - began < 2


def written() -> str:
    """Return everything that is kept of what customers wrote."""
    return "".join(
        f"{one.case.subject} {one.text} {one.quoted} {one.html}" for one in Message.objects.all()
    )


def test_a_mail_that_quotes_its_link_is_kept_without_the_secret(tenant: Any) -> None:
    contact = make_contact("ingrid@example.org")
    secret = make_pass(case_id=make_case(contact=contact).pk, contact_id=contact.pk, at=AT)
    link = f"http://bank.example/help/open/{secret}/"
    mail = (
        "From: ingrid@example.org\nTo: support@desk.example\nMessage-ID: <1@example.org>\n"
        f"Subject: {link}\nMIME-Version: 1.0\n"
        'Content-Type: multipart/alternative; boundary="b"\n\n'
        f"--b\nContent-Type: text/plain\n\nSee {link}\n\n"
        f"On Monday Desk wrote:\n> Your issue: {link}\n\n"
        f'--b\nContent-Type: text/html\n\n<p>See <a href="{link}">{link}</a></p>\n\n--b--\n'
    )

    stored = receive_mail(mail.encode(), at=AT + HOUR)

    kept = Message.objects.get(case=stored.case)
    assert all("/help/open/…/" in part for part in (kept.text, kept.quoted, kept.html))
    assert secret not in written()
    assert secret.encode() in bytes(stored.raw)


def test_what_is_pasted_into_a_message_is_kept_without_the_secret(tenant: Any) -> None:
    case = make_case()
    assert isinstance(case.contact, Contact)

    add_customer_message(
        case_id=case.pk, contact=case.contact, text=f"I got /help/enter/{SECRET}/",
        channel=Channel.PORTAL, actor=contact_actor(case.contact), at=AT + HOUR,
    )  # fmt: skip

    assert SECRET not in written()
    assert "/help/enter/…/" in written()


def strip(*options: str) -> str:
    """Run the command, a message at a time, and return its last line."""
    said = StringIO()
    call_command("strip_mailed_links", "--slice", "1", *options, stdout=said)
    return said.getvalue().splitlines()[-1]


def test_what_was_kept_before_is_stripped_once_and_messages_stay_unchangeable(
    committed_tenant: Any,
) -> None:
    case = make_case()
    link = f"https://b.example/help/open/{SECRET}/"
    old = Message(
        case=case, direction="in", channel="mail", contact=case.contact, at=AT,
        text=f"See {link}", quoted=f"> {link}", html=f'<a href="{link}">here</a>',
    )  # fmt: skip
    old.save()
    type(case).objects.filter(pk=case.pk).update(subject=f"Re: {link}")
    others = Message.objects.exclude(pk=old.pk).values()
    before = list(others)

    # Somebody else writes for longer than others should wait.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE cases_message IN ROW EXCLUSIVE MODE")
        with pytest.raises(CommandError, match="Nothing is lost"):
            strip("--tries", "1")
    first, second = strip(), strip()

    assert first.endswith("stripped 2 · left with a secret 0")
    assert second.endswith("stripped 0 · left with a secret 0")
    assert SECRET not in written()
    old.refresh_from_db()
    assert (old.text, old.quoted) == (
        "See https://b.example/help/open/…/",
        "> https://b.example/help/open/…/",
    )
    assert list(others) == before
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Message.objects.filter(pk=old.pk).update(text="other")
