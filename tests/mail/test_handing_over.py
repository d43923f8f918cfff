"""A mail is handed over in one breath where the server can do that, and as ever where it cannot."""

import smtplib
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from servicedesk.mail.handing_over import hand_over
from tests.processes import MailSink

DOTTED = ".\r\n..two\r\n.hidden\r\nend\r\n"


class Sink(MailSink):
    """A mail server that refuses some, and may or may not take orders in advance."""

    def __init__(self, *, is_quick: bool) -> None:
        super().__init__()
        self.is_quick = is_quick
        self.recipients: list[str] = []

    async def handle_EHLO(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, hostname: str, answers: list[str]
    ) -> list[str]:
        """Say what it can do."""
        said = await super().handle_EHLO(server, session, envelope, hostname, answers)
        return said if self.is_quick else answers

    async def handle_MAIL(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Take what is no stranger's."""
        if address.startswith("stranger"):
            return "553 not from you"
        envelope.mail_from = address
        return "250 fine"

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        """Take what is for somebody."""
        if address.startswith("nobody"):
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        self.recipients.append(address)
        return "250 fine"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Take what is not unwanted."""
        if b"unwanted" in envelope.content:
            return "554 not this"
        return await super().handle_DATA(server, session, envelope)


@pytest.fixture(params=[True, False], ids=["in one breath", "order by order"])
def sink(request: pytest.FixtureRequest) -> Iterator[Sink]:
    """A mail server that listens."""
    found = Sink(is_quick=request.param)
    controller = Controller(found, hostname="127.0.0.1", port=found.port)
    controller.start()
    yield found
    controller.stop()


@pytest.fixture
def server(sink: Sink) -> Iterator[smtplib.SMTP]:
    """A talk with the mail server."""
    talk = smtplib.SMTP("127.0.0.1", sink.port, timeout=10)
    yield talk
    talk.close()


def mail_saying(text: str) -> EmailMessage:
    """Return a mail."""
    mail = EmailMessage()
    mail["Subject"] = "Hello"
    mail.set_content(text)
    return mail


def given(server: smtplib.SMTP, text: str, *, who: str = "desk", to: str = "ingrid") -> None:
    """Hand a mail over."""
    hand_over(
        server,
        mail_saying(text),
        envelope_from=f"{who}@desk.example",
        recipient=f"{to}@example.org",
    )


def test_mails_arrive_whole_in_one_talk(server: smtplib.SMTP, sink: Sink) -> None:
    given(server, DOTTED)
    given(server, "Second")

    first, second = sink.mails()
    assert first.get_content().replace("\r\n", "\n") == DOTTED.replace("\r\n", "\n")
    assert second.get_content().strip() == "Second"
    assert sink.recipients == ["ingrid@example.org"] * 2


@pytest.mark.parametrize(
    ("mail", "refusal"),
    [
        ({"who": "stranger"}, smtplib.SMTPSenderRefused),
        ({"to": "nobody"}, smtplib.SMTPRecipientsRefused),
        ({"text": "unwanted"}, smtplib.SMTPDataError),
    ],
)
def test_what_the_server_refuses_is_said_and_does_not_arrive(
    mail: dict[str, str], refusal: type[smtplib.SMTPException], server: smtplib.SMTP, sink: Sink
) -> None:
    with pytest.raises(refusal):
        given(server, **{"text": "Hello", **mail})

    server.close()
    assert sink.count() == 0


def test_an_address_gives_no_orders(server: smtplib.SMTP, sink: Sink) -> None:
    with pytest.raises(ValueError, match="line break"):
        given(server, "Hello", to="ingrid@example.org>\r\nRCPT TO:<everybody")

    assert (sink.count(), sink.recipients) == (0, [])
