"""The process that reads mails may die, hang or starve: the mail is read or says why not."""

import os
import resource
import signal
import subprocess
import sys
import threading
import time

import pytest

from cases.intake.incoming import IncomingMail
from servicedesk.mail.guarding import PROJECT, MailReader, close_reader, read_mail
from servicedesk.mail.parsing import parse_mail
from servicedesk.mail.prescan import LARGEST_MAIL, Unreadable
from servicedesk.mail.wire import pack, unpack
from tests.mail.horrors import HEAD, ORDINARY


def test_a_mail_is_read_by_another_process():
    with MailReader() as reader:
        mail = reader.read(ORDINARY)

        assert isinstance(mail, IncomingMail)
        assert mail.text.startswith("Hallö")
        assert [attachment.content for attachment in mail.attachments] == [b"ABC"]
        assert reader.process_id not in (None, os.getpid())


def test_one_process_reads_many_mails():
    with MailReader() as reader:
        reader.read(ORDINARY)
        first = reader.process_id
        reader.read(HEAD)

        assert reader.process_id == first


def test_a_process_killed_between_two_mails_costs_no_mail():
    with MailReader() as reader:
        reader.read(ORDINARY)
        killed = reader.process_id
        assert killed is not None

        os.kill(killed, signal.SIGKILL)
        mail = reader.read(ORDINARY)

        assert isinstance(mail, IncomingMail)
        assert reader.process_id != killed


def test_a_process_that_hangs_is_given_up_in_time_and_replaced():
    with MailReader(wall_seconds=1.0) as reader:
        reader.read(ORDINARY)
        assert reader.process_id is not None
        os.kill(reader.process_id, signal.SIGSTOP)

        began = time.monotonic()
        refused = reader.read(ORDINARY)

        assert time.monotonic() - began < 3.0
        assert isinstance(refused, Unreadable)
        assert refused.code == "time"
        assert refused.may_retry
        assert isinstance(reader.read(ORDINARY), IncomingMail)


def test_a_process_that_hangs_while_the_mail_is_sent_to_it_is_given_up():
    with MailReader(wall_seconds=1.0) as reader:
        reader.read(ORDINARY)
        assert reader.process_id is not None
        os.kill(reader.process_id, signal.SIGSTOP)

        refused = reader.read(HEAD + b"\r\n" + b"x\r\n" * 900_000)

        assert isinstance(refused, Unreadable)
        assert refused.code == "time"


def test_a_process_without_memory_is_replaced():
    with MailReader() as reader:
        reader.read(ORDINARY)
        assert reader.process_id is not None
        starved = reader.process_id
        resource.prlimit(starved, resource.RLIMIT_AS, (1 << 20, 1 << 30))

        mail = reader.read(HEAD + b"\r\n" + b"x\r\n" * 900_000)

        assert isinstance(mail, IncomingMail)
        assert reader.process_id != starved


def test_each_mail_has_its_own_processor_time():
    with MailReader() as reader:
        reader.read(ORDINARY)
        assert reader.process_id is not None

        soft, _hard = resource.prlimit(reader.process_id, resource.RLIMIT_CPU)

        assert 4 <= soft <= 6


def test_a_reader_without_room_for_a_process_says_so():
    with MailReader() as reader:
        open_files = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, open_files[1]))
        try:
            refused = reader.read(ORDINARY)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, open_files)

        assert isinstance(refused, Unreadable)
        assert refused.code == "no_process"
        assert refused.may_retry
        assert isinstance(reader.read(ORDINARY), IncomingMail)


def test_a_mail_that_is_too_large_needs_no_process():
    with MailReader() as reader:
        refused = reader.read(b"x" * (LARGEST_MAIL + 1))

        assert isinstance(refused, Unreadable)
        assert refused.code == "too_large"
        assert reader.process_id is None


def test_threads_take_turns():
    mails = [HEAD + b"\r\nmail %d" % number for number in range(40)]
    texts: list[str] = []

    def read_some(reader: MailReader, some: list[bytes]) -> None:
        for raw in some:
            mail = reader.read(raw)
            assert isinstance(mail, IncomingMail)
            texts.append(mail.text)

    with MailReader() as reader:
        threads = [
            threading.Thread(target=read_some, args=(reader, mails[start::4])) for start in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert sorted(texts) == sorted(f"mail {number}" for number in range(40))


def test_after_a_fork_each_process_has_its_own_reader():
    with MailReader() as reader:
        reader.read(ORDINARY)
        before = reader.process_id

        child = os.fork()
        if child == 0:
            is_read = isinstance(reader.read(ORDINARY), IncomingMail)
            is_own = reader.process_id != before
            reader.close()
            os._exit(0 if is_read and is_own else 1)
        _pid, status = os.waitpid(child, 0)

        assert os.waitstatus_to_exitcode(status) == 0
        assert isinstance(reader.read(ORDINARY), IncomingMail)
        assert reader.process_id == before


def test_the_reader_of_the_process_can_be_used_and_closed():
    assert isinstance(read_mail(ORDINARY), IncomingMail)

    close_reader()

    assert isinstance(read_mail(ORDINARY), IncomingMail)
    close_reader()


def test_the_process_that_reads_loads_no_framework():
    script = (
        f"import sys; sys.path.insert(0, {str(PROJECT)!r}); import servicedesk.mail.parser_process;"
        "print(sorted({name.partition('.')[0] for name in sys.modules}"
        " & {'django', 'celery', 'rest_framework', 'nh3', 'pickle', 'psycopg2'}))"
    )

    loaded = subprocess.run(  # our own interpreter and script
        [sys.executable, "-I", "-S", "-c", script], capture_output=True, check=True, text=True
    )

    assert loaded.stdout.strip() == "[]"


def test_a_mail_crosses_between_processes_unchanged():
    mail = parse_mail(ORDINARY)
    refusal = parse_mail(b"")

    assert unpack(pack(mail)) == mail
    assert unpack(pack(refusal)) == refusal


@pytest.mark.parametrize(
    "answer", [b"", b"x" * 100, b"\x00" * 7 + b"\x02{}", b"\x00" * 7 + b"\x02[]"]
)
def test_an_answer_that_is_no_mail_is_refused(answer):
    with pytest.raises((ValueError, KeyError, TypeError)):
        unpack(answer)
