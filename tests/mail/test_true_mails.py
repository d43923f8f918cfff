"""The 102 true mails come out as written by hand."""

import pytest

from cases.intake.filters import OurMail, judge
from cases.intake.incoming import IncomingMail
from cases.intake.quoting import parts_of_folded
from servicedesk.mail.guarding import MailReader
from servicedesk.mail.models import RawMail
from servicedesk.mail.parsing import parse_mail
from servicedesk.mail.prescan import Unreadable
from servicedesk.mail.receiving import receive_mail
from tests.mail.true_mails import FOLDER, TRUE_MAILS, UNREADABLE, raw_mail
from tests.make import AT

MAILS = [(folder, name) for folder, table in TRUE_MAILS.items() for name in table]
SET_ASIDE = {UNREADABLE, "no_sender", "suspicious", "loop"}


def test_every_true_mail_has_an_expectation():
    assert len(MAILS) == 102
    for folder, table in TRUE_MAILS.items():
        mails = {
            path.name
            for path in (FOLDER / folder).iterdir()
            if path.suffix == ".eml" or path.name.startswith(("msg_", "sample_output"))
        }
        assert mails == set(table)


def test_at_most_ten_true_mails_are_set_aside():
    verdicts = [expected.verdict for table in TRUE_MAILS.values() for expected in table.values()]

    assert sum(verdict in SET_ASIDE for verdict in verdicts) <= 10


@pytest.mark.parametrize(("folder", "name"), MAILS)
def test_a_true_mail_is_read_as_expected(folder, name):
    expected = TRUE_MAILS[folder][name]

    mail = parse_mail(raw_mail(folder, name))

    if isinstance(mail, Unreadable):
        assert expected.verdict == UNREADABLE
        return
    assert judge(mail, ours=OurMail()).verdict == expected.verdict
    assert mail.sender.email == expected.sender
    assert mail.subject == expected.subject
    assert mail.text.startswith(expected.start)
    assert bool(mail.text) == bool(expected.start)
    assert folded_in(mail) == expected.folded
    if expected.files is not None:
        assert len(mail.attachments) == expected.files


def folded_in(mail: IncomingMail) -> str:
    """Return what is folded away beneath the text of a mail."""
    parts = parts_of_folded(mail.quoted)
    if parts.signature and parts.history:
        return "both"
    return "signature" if parts.signature else "history" if parts.history else ""


OUTCOMES = {
    "accepted": "case",
    "bounce": "bounce",
    "auto_reply": "auto_reply",
    "no_sender": "quarantined",
    "suspicious": "quarantined",
    UNREADABLE: "quarantined",
}
# The archives vary some mails: one sender, one Message-ID, so that the first one is taken.
VARIED = (
    ("cpython", "msg_", ("03.txt", "20.txt")),
    (
        "mikel",
        "attachment_emails__attachment_",
        (
            "content_location.eml", "message_rfc822.eml", "nonascii_filename.eml",
            "with_unquoted_name.eml", "pdf_lf.eml", "pdf_non_ascii.eml", "pdf_non_ascii_lf.eml",
        ),
    ),
    ("mikel", "mime_emails__", ("raw_email12.eml", "raw_email7.eml")),
    ("mikel", "rfc2822__example", ("02.eml", "05.eml", "09.eml", "12.eml")),
    (
        "mikel",
        "plain_emails__",
        (
            "raw_email5.eml", "raw_email6.eml", "raw_email8.eml", "basic_email_lf.eml",
            "raw_email_with_at_display_name.eml",
        ),
    ),
)  # fmt: skip
SEEN_BEFORE = {begin + end for _folder, begin, ends in VARIED for end in ends}


def test_every_true_mail_ends_where_it_should_and_none_is_lost(tenant):
    ended = {}
    for folder, name in MAILS:
        ended[name] = receive_mail(raw_mail(folder, name), at=AT).outcome

    expected = {
        one.name: "duplicate" if one.name in SEEN_BEFORE else OUTCOMES[one.verdict]
        for table in TRUE_MAILS.values()
        for one in table.values()
    }
    assert ended == expected
    assert sum(outcome == "quarantined" for outcome in ended.values()) <= 10
    assert RawMail.objects.count() == 102


def test_replies_of_real_programs_are_cut_to_the_new_words():
    for name in TRUE_MAILS["talon"]:
        mail = parse_mail(raw_mail("talon", name))

        assert not isinstance(mail, Unreadable)
        assert mail.text == "Hello", name
        assert "Hi" in mail.quoted, name


def test_the_guarded_process_reads_true_mails_like_the_parser_itself():
    with MailReader() as reader:
        for folder, name in MAILS:
            raw = raw_mail(folder, name)

            assert reader.read(raw) == parse_mail(raw), name


def test_file_names_survive_every_way_of_writing_them():
    written = {
        "attachment_emails__attachment_nonascii_filename.eml": "ciële.txt",
        "attachment_emails__attachment_with_unquoted_name.eml": "This is a test.txt",
        "attachment_emails__attachment_content_location.eml": "Photo25.jpg",
        "attachment_emails__attachment_message_rfc822.eml": "ForwardedMessage.eml",
        "multi_charset__japanese_attachment_long_name.eml": "かきくけこ" * 5 + ".txt",
    }
    for mail_name, file_name in written.items():
        mail = parse_mail(raw_mail("mikel", mail_name))

        assert not isinstance(mail, Unreadable)
        assert [attachment.name for attachment in mail.attachments] == [file_name]


def test_a_bounce_tells_which_mail_could_not_be_delivered_to_whom():
    mail = parse_mail(raw_mail("mikel", "multipart_report_emails__report_530.eml"))

    assert not isinstance(mail, Unreadable)
    assert mail.report is not None
    (fate,) = mail.report.fates
    assert "edwin@zzzzzzz.com" in fate.recipients
    assert (fate.action, fate.status) == ("failed", "5.3.0")
    assert mail.report.original_message_id == "200712232303.lBNN3jDq002941@mail12.rrrr.com.au"


def test_threads_are_found_by_references():
    reply = parse_mail(raw_mail("mikel", "rfc2822__example07.eml"))
    broken = parse_mail(raw_mail("mikel", "error_emails__multiple_references_with_one_invalid.eml"))

    assert not isinstance(reply, Unreadable)
    assert not isinstance(broken, Unreadable)
    assert reply.answers == ("3456@example.net", "1234@local.machine.example")
    assert broken.references == ("foo@bar.net", "baz@bar.net")
