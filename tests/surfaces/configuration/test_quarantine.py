"""Mails that became no case: looked at safely, decided about one by one or many at once."""

from typing import Any

import pytest
from django.test import Client
from django.utils.timezone import now

from cases.models import Case
from servicedesk.mail.deciding import header_in
from servicedesk.mail.models import RawMail
from servicedesk.mail.receiving import receive_mail, store_mail
from tests.make import MINUTE, make_user
from tests.surfaces.counting import counted, told
from tests.surfaces.signing_in import signed_in_staff
from workflow.history.models import Entry
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

NEWSLETTER = b"""From: Mailer <mailer-daemon@example.org>
To: support@bank.example
Subject: =?utf-8?q?Out_of_office?=
Message-ID: <1@example.org>
Auto-Submitted: auto-replied

I am on holiday. <script>alert(1)</script>
"""
NOBODY = b"""To: support@bank.example
Subject: Who am I?
Message-ID: <2@example.org>

Guess.
"""
HOSTILE = b"""From: no-reply@chat.example
To: support@bank.example
Subject: Verify your email address <script>alert(1)</script>
Message-ID: <3@example.org>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: text/html

<p onclick="steal()">Press <a href="javascript:steal()">here</a><script>steal()</script></p>
--b
Content-Type: application/x-msdownload
Content-Disposition: attachment; filename="../../invoice.exe"
Content-Transfer-Encoding: base64

TVo=
--b--
"""


@pytest.fixture
def client(tenant: Tenant) -> Client:
    """An administrator's browser."""
    return signed_in_staff(tenant, make_user(Role.ADMIN, name="Ada Admin"))


def decide(client: Client, *mails: RawMail, action: str, because: str = "") -> Any:
    """Choose mails and press a button."""
    form = {"id": [mail.pk for mail in mails], "action": action, "because": because}
    return client.post("/settings/mail/", form, follow=True)


def waiting(number: int, *, reason: str = "The mail is empty.") -> RawMail:
    """Return a mail in quarantine that nobody tried to read."""
    mail = store_mail(b"Subject: %d\n\n" % number, recipient="", at=now())
    RawMail.objects.filter(pk=mail.pk).update(outcome="quarantined", reason=reason)
    mail.refresh_from_db()
    return mail


# ---- look ------------------------------------------------------------------------------------


def test_a_mail_is_looked_at_as_text_with_its_header_and_files(client: Client) -> None:
    mail = receive_mail(HOSTILE, at=now())

    listed = client.get("/settings/mail/").content.decode()
    page = client.get(f"/settings/mail/{mail.pk}/").content.decode()

    assert "no-reply@chat.example" in listed
    assert "Verify your email address &lt;script&gt;" in listed
    for words in ("Press", "Message-ID: &lt;3@example.org&gt;", "invoice.exe", "2\xa0bytes"):
        assert words in page
    for page_of in (listed, page):
        assert "<script>alert" not in page_of
        assert "steal()</script>" not in page_of
    assert f'<iframe src="/settings/mail/{mail.pk}/body/"' in page
    assert 'sandbox=""' in page


def test_the_html_of_a_mail_stands_cleaned_in_a_frame_that_may_do_nothing(client: Client) -> None:
    mail = receive_mail(HOSTILE, at=now())

    answer = client.get(f"/settings/mail/{mail.pk}/body/")

    assert "steal" not in answer.content.decode()
    assert "Press" in answer.content.decode()
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "allow" not in policy


def test_the_whole_mail_is_saved_as_text_and_never_shown(client: Client) -> None:
    mail = receive_mail(HOSTILE, at=now())

    answer = client.get(f"/settings/mail/{mail.pk}/raw/")

    assert answer.content == HOSTILE
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_mail_that_cannot_be_read_is_shown_with_the_reason(client: Client) -> None:
    mail = receive_mail(b"", at=now())

    page = client.get(f"/settings/mail/{mail.pk}/").content.decode()

    assert mail.reason in page
    assert client.get(f"/settings/mail/{mail.pk}/body/").status_code == 200


def test_a_mail_that_became_a_case_is_not_shown_here(client: Client) -> None:
    raw = NEWSLETTER.replace(b"mailer-daemon", b"ann").replace(
        b"Auto-Submitted: auto-replied\n", b""
    )
    mail = receive_mail(raw.replace(b"Out_of_office", b"My_card"), at=now())
    assert mail.outcome == "case"

    for part in ("", "body/", "raw/"):
        assert client.get(f"/settings/mail/{mail.pk}/{part}").status_code == 404


# ---- decide ----------------------------------------------------------------------------------


def test_a_mail_is_taken_as_a_case_despite_the_filters(client: Client) -> None:
    mail = receive_mail(NEWSLETTER, at=now())
    assert Case.objects.count() == 0

    page = decide(client, mail, action="release").content.decode()

    assert "It became a case." in page
    mail.refresh_from_db()
    assert mail.case is not None
    assert mail.message is not None
    assert mail.message.text.startswith("I am on holiday.")
    assert Entry.objects.get(action="mail.released").changes["despite_filters"] is True


def test_a_mail_that_is_read_again_meets_the_filters_again(client: Client) -> None:
    mail = receive_mail(NEWSLETTER, at=now())
    before = mail.outcome

    decide(client, mail, action="retry")

    mail.refresh_from_db()
    assert (mail.outcome, mail.decided_at) == (before, None)
    assert Case.objects.count() == 0


def test_a_mail_that_a_changed_rule_lets_through_is_taken_when_read_again(client: Client) -> None:
    raw = NEWSLETTER.replace(b"mailer-daemon", b"ann").replace(
        b"Auto-Submitted: auto-replied\n", b""
    )
    mail = store_mail(raw.replace(b"Out_of_office", b"My_card"), recipient="", at=now())
    RawMail.objects.filter(pk=mail.pk).update(outcome="quarantined", reason="A rule of last week.")

    decide(client, mail, action="retry")

    mail.refresh_from_db()
    assert mail.outcome == "case"
    assert mail.decided_by is not None
    assert mail.decided_by.name == "Ada Admin"


def test_a_mail_is_rejected_with_a_reason_for_good_and_only_once(client: Client) -> None:
    mail = receive_mail(NEWSLETTER, at=now())

    assert decide(client, mail, action="reject").status_code == 409
    decide(client, mail, action="reject", because="An advertisement.")

    mail.refresh_from_db()
    assert (mail.outcome, mail.decided_because) == ("rejected", "An advertisement.")
    assert bytes(mail.raw) == NEWSLETTER
    for action in ("reject", "release", "retry"):
        assert decide(client, mail, action=action, because="Again.").status_code == 409


def test_who_decided_when_and_why_is_shown(client: Client) -> None:
    mail = receive_mail(NEWSLETTER, at=now())
    decide(client, mail, action="reject", because="An advertisement.")

    listed = client.get("/settings/mail/?show=decided").content.decode()
    page = client.get(f"/settings/mail/{mail.pk}/").content.decode()

    for shown in (listed, page):
        assert "Decided by Ada Admin" in shown
        assert "An advertisement." in shown
    assert "advertisement" not in str(Entry.objects.get(action="mail.rejected").changes)


def test_a_mail_without_a_sender_cannot_be_taken(client: Client) -> None:
    mail = receive_mail(NOBODY, at=now())

    answer = decide(client, mail, action="release")

    assert answer.status_code == 409
    assert "names no sender" in answer.content.decode()
    mail.refresh_from_db()
    assert mail.outcome == "quarantined"


def test_many_are_decided_at_once_and_one_that_is_refused_stops_nobody(client: Client) -> None:
    mails = [receive_mail(NEWSLETTER.replace(b"<1@", b"<%d@" % n), at=now()) for n in range(3)]
    nobody = receive_mail(NOBODY, at=now())

    page = decide(client, nobody, *mails, action="release").content.decode()

    assert "3 mails decided." in page
    assert "names no sender" in page
    assert Case.objects.count() == 3
    nobody.refresh_from_db()
    assert nobody.outcome == "quarantined"


def test_nothing_chosen_is_said(client: Client) -> None:
    answer = client.post("/settings/mail/", {"action": "release"})

    assert answer.status_code == 404
    assert "No mail is chosen." in answer.content.decode()


# ---- find ------------------------------------------------------------------------------------


def test_mails_are_found_by_the_reason_for_which_they_wait(client: Client) -> None:
    for number in range(3):
        waiting(number)
    waiting(7, reason="The mail names no sender.")

    page = client.get("/settings/mail/").content.decode()
    chosen = client.get("/settings/mail/", {"reason": "The mail names no sender."}).content.decode()

    assert "(3)" in page
    assert "(1)" in page
    assert chosen.count('name="id"') == 1


def test_every_box_is_ticked_by_a_link(client: Client) -> None:
    waiting(1)
    waiting(2)

    assert client.get("/settings/mail/?all=1").content.decode().count("checked") == 2
    assert client.get("/settings/mail/").content.decode().count("checked") == 0


@pytest.mark.parametrize("show", ["quarantined", "decided"])
def test_pages_follow_one_another_without_gap_or_repeat(client: Client, show: str) -> None:
    mails = [waiting(number) for number in range(60)]
    if show == "decided":
        for place, mail in enumerate(mails):
            # Some were decided in the same moment.
            at = now() - place // 7 * MINUTE
            RawMail.objects.filter(pk=mail.pk).update(outcome="rejected", decided_at=at)

    first = client.get(f"/settings/mail/?show={show}").content.decode()
    after = first.split("before=")[1].split('"')[0]
    second = client.get(f"/settings/mail/?show={show}&before={after}").content.decode()

    seen = [mail.pk for page in (first, second) for mail in mails if f"/mail/{mail.pk}/" in page]
    assert sorted(seen) == [mail.pk for mail in mails]


@pytest.mark.parametrize(
    "before", ["x", "-", "99999999999999999999-1", "1-x", "9999999999999999-1"]
)
def test_nonsense_about_where_a_page_begins_is_left_alone(client: Client, before: str) -> None:
    waiting(1)

    for show in ("quarantined", "decided"):
        assert client.get(f"/settings/mail/?show={show}&before={before}").status_code == 200


def test_two_and_twenty_mails_cost_the_same_and_ten_queries_at_most(client: Client) -> None:
    waiting(1)
    waiting(2)
    client.get("/settings/mail/")

    with counted() as few:
        client.get("/settings/mail/")
    for number in range(3, 21):
        waiting(number)
    with counted() as many:
        client.get("/settings/mail/")

    assert len(few) == len(many), told(many)
    # Session, person and roles; what waits beside three pages of the menu; counts, reasons, mails.
    assert len(many) <= 10, told(many)


def test_only_admins_look(tenant: Tenant) -> None:
    mail = waiting(1)

    for role in (Role.AGENT, Role.LEAD, Role.HEAD, Role.READER):
        client = signed_in_staff(tenant, make_user(role))
        for part in ("", f"{mail.pk}/", f"{mail.pk}/body/", f"{mail.pk}/raw/"):
            assert client.get(f"/settings/mail/{part}").status_code == 403, (role, part)


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (b"Subject: plain\n\nSubject: body", "plain"),
        (b"X: 1\r\nsubject:\r\n folded\r\n\tonce\r\n\r\n", "folded once"),
        (b"Subject: \xff\x00\x1b[31m\n\n", "\ufffd[31m"),
        (b"", ""),
        (b"\n\nSubject: body", ""),
    ],
)
def test_a_header_is_read_without_trusting_it(head: bytes, said: str) -> None:
    assert header_in(head, "Subject").replace(" ", "") == said.replace(" ", "")
