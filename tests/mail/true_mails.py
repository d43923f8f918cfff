"""What must come of each of the 102 true mails; written by hand from reading the mails."""

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "data" / "mail"
UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Expected:
    """One mail: who wrote, the whole subject, how the new text begins, how many files came.

    `folded` says what is folded away beneath the text: "signature", "history", "both" or "".
    `files` is None where the mail's own boundaries contradict each other, so that it is a
    matter of luck what a reader finds.
    """

    name: str
    sender: str
    subject: str
    start: str
    files: int | None = 0
    verdict: str = "accepted"
    folded: str = ""


CPYTHON = (
    Expected("msg_01.txt", "bbb@ddd.com", "This is a test message", "Hi,\n\nDo you like this message?\n\n-Me"),
    Expected("msg_03.txt", "bbb@ddd.com", "This is a test message", "Hi,\n\nDo you like this message?\n\n-Me"),
    # Two text files and no text: the first one is read out.
    Expected("msg_04.txt", "barry@python.org", "a simple multipart", "a simple kind of mirror\nto reflect", 2),
    Expected("msg_09.txt", "barry@python.org", "Lyrics", ""),
    Expected("msg_10.txt", "barry@python.org", "Lyrics", "This is a 7bit encoded message.\n\n\u00a1This is a Quoted"),
    Expected("msg_11.txt", "", "The enclosing message", "Here is the body of the message.", 1, "no_sender"),
    Expected("msg_12.txt", "barry@python.org", "Lyrics", ""),
    Expected("msg_15.txt", "xx@xx.dk", "XX", "Some removed test.", None),
    Expected(
        "msg_16.txt", "postmaster@ucla.edu", "Delivery Notification: Delivery has failed",
        "This report relates to a message you sent", 1, "bounce",
    ),
    Expected("msg_20.txt", "bbb@ddd.com", "This is a test message", "Hi,\n\nDo you like this message?\n\n-Me"),
    Expected("msg_21.txt", "aperson@dom.ain", "Test", "One\n\nTwo"),
    Expected("msg_22.txt", "b@example.com", "", "Text text text.\n\nText text text.", 2),
    Expected("msg_23.txt", "aperson@dom.ain", "", "A message part"),
    Expected("msg_24.txt", "bperson@dom.ain", "A subject", ""),
    Expected("msg_26.txt", "father.time@xcar.wooster.local", "IMAP file test", "Simple email with attachment.", 1),
    # A digest: the mails inside are files, the first is read out.
    Expected("msg_30.txt", "aperson@dom.ain", "", "message 1", 2),
    # Announces parts with a boundary that never occurs.
    Expected("msg_31.txt", "aperson@dom.ain", "", "--BOUNDARY\nContent-Type: text/plain\n\nmessage 1"),
    Expected("msg_32.txt", "aperson@example.com", "Re: Limiting Perl CPU Utilization...", "Some message."),
    Expected("msg_33.txt", "aperson@example.com", "Re: Limiting Perl CPU Utilization...", "part 1\n\npart 2"),
    Expected("msg_35.txt", "aperson@dom.ain", "here's something interesting", "counter to RFC 2822, there's no"),
    Expected("msg_36.txt", "Internet-Drafts@ietf.org", "I-D ACTION:draft-ietf-mboned-mix-00.txt", "Blah blah blah", 2),
    Expected("msg_37.txt", "", "", "", 3, "no_sender"),
    Expected("msg_38.txt", "", "", "Unlike the test test_nested-multiples", None, "no_sender", folded="signature"),
    Expected("msg_39.txt", "", "", "--\nIt's never too late to have a happy", None, "no_sender"),
    Expected("msg_40.txt", "", "", "----961284236552522269 Content-Type: text/html;", 0, "no_sender"),
    Expected("msg_41.txt", "xxx@example.com", "64423", "Blah blah blah"),
    Expected("msg_42.txt", "xxx@example.com", "", "Stuff", 1, "bounce"),
    Expected(
        "msg_43.txt", "", "Banned file: auto__mail.python.bat in mail from you",
        "BANNED FILENAME ALERT\n\nYour message to: xxxxxxx@dot.ca.gov,", 1, "bounce",
    ),
    Expected("msg_45.txt", "foo@bar.baz", "test", "This is the signed contents.", 1),
    Expected("msg_46.txt", "sender@example.net", "GroupwiseForwardingTest", "Testing email forwarding with", 1),
    Expected("msg_47.txt", "arthur@example.example", "", "bar\n\nbaz"),
)  # fmt: skip

ATTACHED = (
    ("attachment_emails__attachment_content_disposition.eml", "testing", 1),
    ("attachment_emails__attachment_content_location.eml", "testing", 1),
    ("attachment_emails__attachment_message_rfc822.eml", "testing", 1),
    ("attachment_emails__attachment_nonascii_filename.eml", "testing", 1),
    ("attachment_emails__attachment_with_unquoted_name.eml", "testing", 1),
    ("mime_emails__raw_email12.eml", "testing", 1),
    ("mime_emails__raw_email7.eml", "testing", 3),
)
PDF = (
    "attachment_emails__attachment_pdf.eml",
    "attachment_emails__attachment_pdf_lf.eml",
    "attachment_emails__attachment_pdf_non_ascii.eml",
    "attachment_emails__attachment_pdf_non_ascii_lf.eml",
)
HELLO = ("01", "02", "05", "09", "12")
WAVING = ("10", "5", "6")
KOREAN = ("plain_emails__raw_email.eml", "plain_emails__raw_email_double_at_in_header.eml")
BASIC = (
    "plain_emails__basic_email.eml",
    "plain_emails__basic_email_lf.eml",
    "plain_emails__raw_email_with_at_display_name.eml",
)

MIKEL = (
    *(Expected(name, "foo@example.com", subject, "This is the first part.", files) for name, subject, files in ATTACHED),
    *(
        Expected(name, "xxxx@xxxx.com", "Another PDF with \U0001f389 Unicode chars in it \U0001f37f", "Just attaching another PDF, here,", 1)
        for name in PDF
    ),
    *(
        Expected(f"rfc2822__example{number}.eml", "jdoe@machine.example", "Saying Hello", "This is a message just to say hello.\nSo, \"Hello\".")
        for number in HELLO
    ),
    # The advertisement of the phone company below the text is folded away.
    *(Expected(f"plain_emails__raw_email{number}.eml", "xxx@xxxx.xxx", "", "Test test. Hi. Waving. m", folded="signature") for number in WAVING),
    *(Expected(name, "jamis@37signals.com", "NOTE: 한국말로 하는 것", "대부분의 마찬가지로, 우리는") for name in KOREAN),
    *(Expected(name, "test@lindsaar.net", "Testing 123", "Plain email.\n\nHope it works well!\n\nMikel") for name in BASIC),
    Expected("attachment_emails__attachment_message_rfc822_inline_image.eml", "test@example.com", "test", "", 2),
    Expected("attachment_emails__attachment_only_email.eml", "rfinnie@domain.dom", "this message JUST contains an attachment", "", 1),
    Expected("error_emails__bad_date_header2.eml", "enews@free-quilting.com", "40% OFF holiday patterns and fabric!", ""),
    Expected("error_emails__bad_subject.eml", "carol@mysurvey.com", "MySurvey.com: You have a survey waiting! 91123105", "You have a survey waiting!"),
    Expected("error_emails__cant_parse_from.eml", "News@insideapple.apple.com", "Meet the new MacBook Pro family. Now includes 13-inch.", "From one solid piece of aluminum comes a MacBook Pro that's thin and light, beautifully"),
    Expected("error_emails__content_transfer_encoding_7-bit.eml", "discovercard_newsflash@discover.qrs1.net", "Discover(R) Card News Online - January 2002", "DISCOVERÆ CARD <http://discover.qrs1.net/"),
    Expected("error_emails__content_transfer_encoding_plain.eml", "baocqccyw@hq.lindsayelec.com", "bookkeeping Get in on IGTS asap.", "acidness\n\n          Exciting Easter Investor Alert"),
    # The header name itself was mangled by the sender's program.
    Expected("error_emails__content_transfer_encoding_spam.eml", "shechem@poetrix.com", "", "middagh  oldusercompare\nothermachine"),
    Expected("error_emails__content_transfer_encoding_with_8bits.eml", "announcements@provantage.com", "The Original Advantage #e13011", "--------------------\nDecember 04, 2001"),
    Expected("error_emails__content_transfer_encoding_with_semi_colon.eml", "nsukijamq@morozstudio.tk", "Attention", "Dear Homeowner,"),
    # Nothing but a signature: it stays, an empty message would be worse.
    Expected("error_emails__header_fields_with_empty_values.eml", "jorn@prikkprikkprikk.no", "Testmail", "--\nJørn Støylen -- http://www.prikkprikkprikk.no"),
    Expected("error_emails__missing_body.eml", "redacted@attglobal.net", "REDACTED", ""),
    Expected("error_emails__missing_content_disposition.eml", "redacted@example.com", "Redacted", "", 1),
    Expected("error_emails__multiple_references_with_one_invalid.eml", "redacted@flashmail.net", "Redacted", "foo"),
    Expected("error_emails__must_supply_encoding.eml", "info@here2there-travelers-msgs.net", "Impress your clients with a business phone\ufffd\ufffd\ufffd", ""),
    Expected("error_emails__new_line_in_to_header.eml", "l@gcn-example.com", "[Online Lead] Online Lead #1111111", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<?ADF"),
    Expected("mime_emails__email_with_similar_boundaries.eml", "xxxxxx@xxxxxxxx.xxx", "Xxxxxx", "Test", 1),
    Expected("mime_emails__raw_email11.eml", "xxxxx@xxxxx", "worse when you use them.", "XXXXX Xxxxx"),
    Expected("mime_emails__raw_email2.eml", "xxxxxxxxx.xxxxxxx@gmail.com", "Fwd: Signed email causes file attachments", "We should not include these files or vcards as attachments.\n\n---------- Forwarded message", 1),
    Expected("mime_emails__raw_email4.eml", "xxx@xxxx.xxx", "Filth", "Some text", folded="signature"),
    Expected("mime_emails__raw_email_encoded_stack_level_too_deep.eml", "gmail-noreply@google.com", "Nicolas Fouché has accepted your invitation to Gmail", "Nicolas Fouché has accepted your invitation to Gmail and has chosen the"),
    Expected("mime_emails__raw_email_with_mimepart_without_content_type.eml", "MAILER-DAEMON@antivirus.uqam.ca", "Warning: could not send message for past 1 day", "**********************************************\n", 1, "bounce"),
    # Two subjects: the first counts.
    Expected("mime_emails__raw_email_with_multipart_mixed_quoted_boundary.eml", "email_test@me.nowhere", "Testing outlook", "Just attaching another PDF, here,", 1),
    Expected("mime_emails__sig_only_email.eml", "test@test.lindsaar.net", "Re: Testing multipart/signed", "This is random text, not what has been signed below", 1),
    Expected("multi_charset__japanese_attachment_long_name.eml", "mikel@test.lindsaar.net", "まみむめも" * 10, "", 1),
    Expected("multi_charset__japanese_shift_jis.eml", "xxxxxxx@docomo.ne.jp", "test", "あいうえお\n\nこのメールはテスト用のメールです。"),
    Expected("multipart_report_emails__multi_address_bounce1.eml", "MAILER-DAEMON@lvmail01.ll.com", "Undelivered Mail Returned to Sender", "This is the mail system at host lvmail01.LL.com.", 1, "bounce"),
    Expected("multipart_report_emails__report_422.eml", "MAILER-DAEMON@tppppp.com.au", "Warning: could not send message for past 8 hours", "**********************************************\n", 1, "bounce"),
    Expected("multipart_report_emails__report_530.eml", "MAILER-DAEMON@tttttt.com.au", "Returned mail: see transcript for details", "The original message was received at Mon, 24 Dec 2007", 1, "bounce"),
    # No angle brackets around the address.
    Expected("plain_emails__mix_caps_content_type.eml", "bb@bug.com", "undef method parameter bug", "foo bar"),
    Expected("plain_emails__raw_email8.eml", "xxxxxxxxx.xxxxxxx@gmail.com", "Fwd: Signed email causes file attachments", "We should not include these files or vcards as attachments.\n\n---------- Forwarded message", 1),
    Expected("plain_emails__raw_email_simple.eml", "mikel@nowhere.com", "Testing outlook", "Hello Mikel"),
    Expected("plain_emails__raw_email_with_bad_date.eml", "subventive@vodtravel.com", "Microsoft Vlsta & Office2007, Just released for 79$ Save 1599.95$ 0ff Retai|", "hotnewsoft . com"),
    Expected("rfc2822__example03.eml", "john.q.public@example.com", "", "Hi everyone."),
    Expected("rfc2822__example04.eml", "pete@silly.example", "", "Testing."),
    Expected("rfc2822__example06.eml", "mary@example.net", "Re: Saying Hello", "This is a reply to your hello."),
    Expected("rfc2822__example07.eml", "jdoe@machine.example", "Re: Saying Hello", "This is a reply to your reply."),
    Expected("rfc2822__example14.eml", "atsushi@example.com", "Re: TEST テストテスト", "Hello"),
    Expected("sample_output_multipart", "", "", "", 0, UNREADABLE),
)  # fmt: skip

TALON = (
    Expected(
        "standard_replies__android.eml", "bob@example.com", "Re: Test", "Hello", folded="history"
    ),
    Expected("standard_replies__aol.eml", "xxx@aol.com", "Re: Test", "Hello", folded="history"),
    Expected(
        "standard_replies__apple_mail.eml", "xxx@gmail.com", "Re: Test", "Hello", folded="history"
    ),
    Expected(
        "standard_replies__comcast.eml", "xxx@comcast.net", "Re: Test", "Hello", folded="history"
    ),
    Expected(
        "standard_replies__hotmail.eml", "xxx@hotmail.com", "RE: Test", "Hello", folded="history"
    ),
    Expected("standard_replies__iphone.eml", "xxx@gmail.com", "Re: Test", "Hello", folded="both"),
    Expected("standard_replies__sparrow.eml", "xxx@gmail.com", "Re: Test", "Hello", folded="both"),
    Expected("standard_replies__yahoo.eml", "xxx@yahoo.com", "Re: Test", "Hello", folded="history"),
)

TRUE_MAILS = {
    folder: {expected.name: expected for expected in table}
    for folder, table in (("cpython", CPYTHON), ("mikel", MIKEL), ("talon", TALON))
}


def raw_mail(folder: str, name: str) -> bytes:
    """Return the bytes of one true mail."""
    return (FOLDER / folder / name).read_bytes()
