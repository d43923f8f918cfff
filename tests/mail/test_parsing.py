"""What is read from a mail: addresses, words, files, dates, and nothing that harms."""

from datetime import UTC, datetime

import pytest

from cases.intake.incoming import Address, IncomingMail, Oddity
from servicedesk.mail.bodies import LONGEST_FILE_NAME, safe_file_name
from servicedesk.mail.decoding import decode_text
from servicedesk.mail.parsing import parse_mail
from servicedesk.mail.prescan import Unreadable


def read(*headers: str, body: str = "Please help.") -> IncomingMail:
    """Return the mail with these headers; fails when it is refused."""
    names = {header.partition(":")[0].lower() for header in headers}
    sender = () if "from" in names else ("From: Ada <ada@home.example>",)
    raw = "\r\n".join((*sender, *headers, "", body)).encode("utf-8", "surrogateescape")
    mail = parse_mail(raw)
    assert isinstance(mail, IncomingMail)
    return mail


@pytest.mark.parametrize(
    ("written", "name", "email"),
    [
        ("Ada <ada@home.example>", "Ada", "ada@home.example"),
        ('"Lovelace, Ada" <ada@home.example>', "Lovelace, Ada", "ada@home.example"),
        ("ada@home.example (Ada)", "Ada", "ada@home.example"),
        ("<Ada@HOME.Example>", "", "Ada@home.example"),
        ("=?utf-8?q?Ad=C3=A4?= <ada@home.example>", "Adä", "ada@home.example"),
        ("Adä <ada@home.example>", "Adä", "ada@home.example"),
        ("Ada ada@home.example", "Ada", "ada@home.example"),
        ("Ada <ada@home.example", "Ada", "ada@home.example"),
        (f"<{'a' * 100}@{'b' * 153}>", "", f"{'a' * 100}@{'b' * 153}"),
        (f"<{'a' * 50}@{'b' * 300}>", "", ""),
        ("undisclosed-recipients:;", "", ""),
        ("Ada", "", ""),
        ("", "", ""),
    ],
)
def test_a_sender_is_read_however_it_is_written(written, name, email):
    sender = read(f"From: {written}").sender

    assert sender.email == email
    if email:
        assert sender.name == name


def test_a_name_that_shows_another_address_is_noticed():
    spoofed = read('From: "ceo@bank.example" <evil@x.example>')
    honest = read('From: "ada@home.example" <ada@home.example>')

    assert Oddity.NAME_SHOWS_OTHER_ADDRESS in spoofed.oddities
    assert honest.oddities == frozenset()


def test_several_authors_and_two_senders_are_different_things():
    authors = read("From: ada@home.example, bob@home.example")
    senders = read("From: ada@home.example", "From: evil@x.example")
    same = read("From: ada@home.example", "From: ADA@home.example")

    assert authors.oddities == {Oddity.SEVERAL_AUTHORS}
    assert senders.oddities == {Oddity.TWO_SENDERS}
    assert same.oddities == frozenset()


def test_recipients_are_named_once_envelope_first():
    mail = read(
        "To: Help <help@bank.example>, Bob <bob@x.example>",
        "Cc: HELP@bank.example",
        "Delivered-To: desk@bank.example",
    )

    enveloped = mail.with_envelope(sender="", recipients=("r+1@reply.example",))

    assert mail.recipients == ("desk@bank.example", "help@bank.example", "bob@x.example")
    assert enveloped.recipients[0] == "r+1@reply.example"
    assert enveloped.return_path == ""
    assert mail.with_envelope(sender=None, recipients=()) == mail


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("Tue, 03 Apr 2012 16:23:59 +0400", datetime(2012, 4, 3, 12, 23, 59, tzinfo=UTC)),
        ("3 Apr 2012 16:23:59 -0000", datetime(2012, 4, 3, 16, 23, 59, tzinfo=UTC)),
        ("Fri, 31 Feb 2012 10:00:00 +0000", None),
        ("Mon, 1 Jan 1000 00:00:00 +1400", None),
        ("Fri, 31 Dec 9999 23:59:59 -1200", None),
        ("Thu, 13 Feb 1969 23:32:54 -0330", None),
        ("yesterday", None),
    ],
)
def test_a_date_is_read_in_utc_or_left_out(written, moment):
    mail = read(f"Date: {written}")

    assert mail.sent_at == moment
    assert (Oddity.DATE_UNREADABLE in mail.oddities) == (moment is None)


def test_a_mail_without_a_date_is_not_odd():
    assert read().sent_at is None
    assert read().oddities == frozenset()


@pytest.mark.parametrize(
    ("written", "subject"),
    [
        ("=?utf-8?b?S2FydGU=?= verloren", "Karte verloren"),
        ("=?iso-8859-1?q?Geb=FChr?= =?iso-8859-1?q?en?=", "Gebühren"),
        ("=?klingon?q?abc?=", "abc"),
        ("=?utf-8?b?%%%?=", "=?utf-8?b?%%%?="),
        ("Gebühren", "Gebühren"),
        ("a\r\n\tb", "a b"),
        ("a\x00b\x07c\x1b[31m", "a b c [31m"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("x" * 5_000, "x" * 998),
    ],
)
def test_a_subject_is_one_clean_line(written, subject):
    assert read(f"Subject: {written}").subject == subject


@pytest.mark.parametrize(
    ("content", "charset", "text"),
    [
        ("Gebühr".encode(), "utf-8", "Gebühr"),
        ("Gebühr".encode("latin-1"), "iso-8859-1", "Gebühr"),
        ("Gebühr".encode(), "iso-8859-1", "Gebühr"),
        ("Gebühr".encode("latin-1"), "utf-8", "Gebühr"),
        ("Gebühr".encode("latin-1"), "us-ascii", "Gebühr"),
        ("„Gebühr“".encode("cp1252"), "iso-8859-1", "„Gebühr“"),
        ("плата".encode("koi8-r"), "koi8-r", "плата"),
        ("料金".encode("shift_jis"), "Shift_JIS", "料金"),
        ("料金".encode("iso-2022-jp"), "iso-2022-jp", "料金"),
        ("요금".encode("euc-kr"), "ks_c_5601-1987", "¿ä±Ý"),
        ("요금".encode("euc-kr"), "euc-kr", "요금"),
        ("x".encode("utf-16"), "utf-16", "x"),
        (b"a\x00b\x0b\x1fc\r\nd\re", "utf-8", "abc\nd\ne"),
        (b"\xed\xa0\x80", "utf-8", "í\xa0€"),
        (b"a.b", "idna", "a.b"),
        (b"a\\x41", "unicode_escape", "a\\x41"),
        (b"+ADw-", "utf-7", "+ADw-"),
        (b"x", "../../etc/passwd", "x"),
        (b"x", "\x00", "x"),
    ],
)
def test_bytes_become_text_that_can_be_stored(content, charset, text):
    assert decode_text(content, charset=charset) == text


@pytest.mark.parametrize(
    ("written", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ada\\bill.pdf", "bill.pdf"),
        ("a/", "a"),
        ("..", ""),
        (".htaccess", "htaccess"),
        ("bill\u202efdp.exe", "billfdp.exe"),
        ("a\x00b\r\nc.txt", "abc.txt"),
        ('<"a|b?*">.txt', "ab.txt"),
        ("x" * 300 + ".pdf", "x" * (LONGEST_FILE_NAME - 4) + ".pdf"),
        ("x" * 300, "x" * LONGEST_FILE_NAME),
        ("bill.pdf.exe", "bill.pdf.exe"),
        ("Gebühren 2024.pdf", "Gebühren 2024.pdf"),
    ],
)
def test_a_file_name_is_safe_to_store_and_to_show(written, safe):
    assert safe_file_name(written) == safe


def test_a_file_without_a_name_gets_one():
    mail = read("Content-Type: image/png", "Content-Transfer-Encoding: base64", body="QUJD")

    (attachment,) = mail.attachments
    assert (attachment.name, attachment.content_type) == ("attachment-1.png", "image/png")
    assert (attachment.content, attachment.size) == (b"ABC", 3)


def test_a_broken_content_type_is_called_unknown_data():
    mail = read("Content-Type: image/<script>", "Content-Disposition: attachment; filename=x")

    assert [attachment.content_type for attachment in mail.attachments] in (
        ["application/octet-stream"],
        ["text/plain"],
    )


def test_alternatives_are_one_message():
    body = (
        "--b\r\nContent-Type: text/plain\r\n\r\nplain\r\n--b\r\nContent-Type: text/html\r\n\r\n"
        "<p>rich</p>\r\n--b\r\nContent-Type: text/calendar; name=invite.ics\r\n\r\nBEGIN:VCALENDAR\r\n--b--"
    )

    mail = read("Content-Type: multipart/alternative; boundary=b", body=body)

    assert mail.text == "plain"
    assert mail.html.strip() == "<p>rich</p>"
    assert [attachment.name for attachment in mail.attachments] == ["invite.ics"]


def test_html_alone_gives_the_text():
    mail = read("Content-Type: text/html; charset=utf-8", body="<p>My card<br>is l&ouml;st</p>")

    assert mail.text == "My card\nis löst"


def test_a_long_text_is_cut_and_says_so():
    mail = read(body="word \r\n" * 200_000)

    assert len(mail.text) <= 1_000_000
    assert Oddity.TEXT_CUT in mail.oddities


def test_only_fifty_files_are_taken_and_the_mail_says_so():
    part = "--b\r\nContent-Type: image/png\r\n\r\nx\r\n"

    mail = read("Content-Type: multipart/mixed; boundary=b", body=part * 60 + "--b--")

    assert len(mail.attachments) == 50
    assert Oddity.ATTACHMENTS_LEFT_OUT in mail.oddities


def test_a_reading_receipt_is_no_bounce():
    body = (
        "--b\r\nContent-Type: text/plain\r\n\r\nwas read\r\n--b\r\n"
        "Content-Type: message/disposition-notification\r\n\r\nDisposition: displayed\r\n--b--"
    )

    mail = read(
        "Content-Type: multipart/report; report-type=disposition-notification; boundary=b",
        body=body,
    )

    assert mail.marks.is_reading_receipt
    assert mail.report is None


@pytest.mark.parametrize(
    ("written", "language"),
    [("de-AT", "de-AT"), ("nb-NO, en;q=0.5", "nb-NO"), ("<script>", None), ("", None)],
)
def test_the_language_of_the_sender_is_a_tag(written, language):
    assert read(f"Content-Language: {written}").language == language


def test_an_empty_mail_is_refused_with_a_sentence():
    assert parse_mail(b"\r\n \r\n") == Unreadable(code="empty", sentence="The mail is empty.")


def test_addresses_are_compared_in_lower_case():
    address = Address(name="Ada", email="Ada@home.example")

    assert (address.key, address.local_part, address.domain) == (
        "ada@home.example",
        "ada",
        "home.example",
    )
