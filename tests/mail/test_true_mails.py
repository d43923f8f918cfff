"""The 102 true mails come out as written by hand."""

import pytest

from cases.intake.filters import OurMail, judge
from servicedesk.mail.guarding import MailReader
from servicedesk.mail.parsing import parse_mail
from servicedesk.mail.prescan import Unreadable
from tests.mail.true_mails import FOLDER, TRUE_MAILS, UNREADABLE, raw_mail

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
    if expected.files is not None:
        assert len(mail.attachments) == expected.files


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
    assert mail.report.recipients == ("edwin@zzzzzzz.com",)
    assert (mail.report.action, mail.report.status) == ("failed", "5.3.0")
    assert mail.report.original_message_id == "200712232303.lBNN3jDq002941@mail12.rrrr.com.au"


def test_threads_are_found_by_references():
    reply = parse_mail(raw_mail("mikel", "rfc2822__example07.eml"))
    broken = parse_mail(raw_mail("mikel", "error_emails__multiple_references_with_one_invalid.eml"))

    assert not isinstance(reply, Unreadable)
    assert not isinstance(broken, Unreadable)
    assert reply.answers == ("3456@example.net", "1234@local.machine.example")
    assert broken.references == ("foo@bar.net", "baz@bar.net")
