"""No mail breaks the reader, takes too long or too much memory, or gets lost."""

import os
import resource
import time

import pytest

from cases.intake.incoming import IncomingMail, Oddity
from servicedesk.mail.guarding import MailReader
from servicedesk.mail.html import sanitise
from servicedesk.mail.parser_process import MEMORY_BYTES
from servicedesk.mail.parsing import POLICY, ParsedMail, parse_mail
from servicedesk.mail.prescan import Unreadable
from tests.mail.horrors import HEAD, Mutations, horrors
from tests.mail.true_mails import TRUE_MAILS, raw_mail

HORRORS = horrors()
SECONDS = 6.0
# These must be read, however odd they are: an ordinary sender may cause them.
MUST_BE_READ = (
    "parts nested 20 deep", "200 attachments", "unknown charset", "half a surrogate", "broken base64",
    "bytes instead of letters", "year 99999", "message id <", "no headers", "charset utf-7", "two senders",
    "HTML nested 100,000 deep", "300,000 quoting lines", "report of 20,000 recipients",
)  # fmt: skip


@pytest.fixture(scope="module")
def reader():
    with MailReader() as reader:
        yield reader


def assert_harmless(parsed: ParsedMail) -> None:
    """Fail unless the outcome is a mail whose text can be stored, or a reason with a sentence."""
    if isinstance(parsed, Unreadable):
        assert parsed.sentence.endswith(".")
        assert not parsed.code.startswith(("fault", "died", "no_process")), parsed
        return
    texts = [parsed.subject, parsed.text, parsed.quoted, parsed.html, parsed.sender.name]
    texts += [attachment.name for attachment in parsed.attachments]
    texts += [address.email for address in (*parsed.to, *parsed.cc, parsed.sender)]
    for text in texts:
        assert "\x00" not in text
        text.encode("utf-8")
    assert "\n" not in parsed.subject
    assert not any("/" in attachment.name for attachment in parsed.attachments)


@pytest.mark.parametrize("name", HORRORS)
def test_a_horror_is_read_or_refused_in_time(reader, name):
    began = time.monotonic()
    parsed = reader.read(HORRORS[name])

    assert time.monotonic() - began <= SECONDS
    assert_harmless(parsed)


@pytest.mark.parametrize("name", MUST_BE_READ)
def test_an_odd_mail_of_an_ordinary_sender_is_read(reader, name):
    assert isinstance(reader.read(HORRORS[name]), IncomingMail)


def test_the_process_that_reads_never_gets_more_than_a_gigabyte(reader):
    reader.read(HEAD)

    limits = resource.prlimit(reader.process_id, resource.RLIMIT_AS)

    assert limits == (MEMORY_BYTES, MEMORY_BYTES)
    assert MEMORY_BYTES <= 1 << 30


def test_an_unguarded_modern_parser_breaks_on_a_horror():
    """The control: these horrors do harm what they are made to harm."""
    import email  # noqa: PLC0415
    import email.policy  # noqa: PLC0415

    assert email.policy.compat32 == POLICY
    with pytest.raises(IndexError):
        str(
            email.message_from_bytes(HORRORS["message id <"], policy=email.policy.default)[
                "Message-ID"
            ]
        )


def test_mutants_are_read_or_refused_and_none_is_lost(reader):
    outcomes = read_mutants(reader, seed=3, count=3_000)

    assert sum(outcomes.values()) == 3_000
    assert outcomes["read"] >= 2_850


@pytest.mark.full
def test_twenty_thousand_mutants_are_read_or_refused_and_none_is_lost(reader):
    outcomes = read_mutants(reader, seed=4, count=20_000)

    assert sum(outcomes.values()) == 20_000
    assert outcomes["read"] >= 19_000


def read_mutants(reader: MailReader, *, seed: int, count: int) -> dict[str, int]:
    """Read so many mutants of horrors and true mails; return how they ended."""
    true_mails = [raw_mail(folder, name) for folder, table in TRUE_MAILS.items() for name in table]
    mutations = Mutations(seed=seed, seeds=[*HORRORS.values(), *true_mails])
    outcomes = {"read": 0, "refused": 0}
    for _ in range(count):
        began = time.monotonic()
        parsed = reader.read(mutations.mutant())
        assert time.monotonic() - began <= SECONDS
        assert_harmless(parsed)
        outcomes["refused" if isinstance(parsed, Unreadable) else "read"] += 1
        if isinstance(parsed, IncomingMail) and parsed.html:
            sanitise(parsed.html)
    return outcomes


def test_two_senders_are_noticed():
    mail = parse_mail(HORRORS["two senders"])

    assert isinstance(mail, IncomingMail)
    assert Oddity.TWO_SENDERS in mail.oddities


def test_charset_utf_7_smuggles_no_markup():
    mail = parse_mail(HORRORS["charset utf-7"])

    assert isinstance(mail, IncomingMail)
    assert "<script" not in mail.html


def test_reading_leaves_no_process_behind():
    reader = MailReader()
    reader.read(HEAD)
    process_id = reader.process_id
    assert process_id is not None

    reader.close()

    with pytest.raises(ProcessLookupError):
        os.kill(process_id, 0)
