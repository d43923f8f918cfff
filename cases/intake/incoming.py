"""What a mail door hands in: one incoming mail as plain values. Pure."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum


def gettext_noop(text: str) -> str:
    """Mark a sentence for translation; the page that shows it translates it."""
    return text


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """A mail address with its display name. `email` is empty when none could be read."""

    name: str = ""
    email: str = ""

    @property
    def key(self) -> str:
        """The address as it is compared: lower case."""
        return self.email.lower()

    @property
    def domain(self) -> str:
        """The part after the @, in lower case."""
        return self.key.rpartition("@")[2]

    @property
    def local_part(self) -> str:
        """The part before the @, in lower case."""
        return self.key.rpartition("@")[0]


@dataclass(frozen=True, kw_only=True, slots=True)
class IncomingAttachment:
    """A file that came with a mail. `name` is safe to show and to store under.

    `content_type` is what the sender says; whoever serves the file looks at its bytes.
    `content_id` is empty unless the mail's HTML may refer to the file as `cid:…`.
    """

    name: str
    content_type: str
    content: bytes
    content_id: str = ""

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.content)


@dataclass(frozen=True, kw_only=True, slots=True)
class Fate:
    """What became of a mail at one recipient, by the addresses under which the report names it.

    `action` is `failed`, `delayed`, `delivered`, `relayed`, `expanded` or empty; `status` is a code
    of RFC 3463 such as 5.1.1, or empty.
    """

    recipients: tuple[str, ...] = ()
    action: str = ""
    status: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliveryReport:
    """What a mail server tells about a mail of ours, recipient by recipient.

    `original_message_id` has no angle brackets and is empty when the report does not name it.
    `proof` is what we wrote into the head of that mail, empty when the report does not return it.
    """

    fates: tuple[Fate, ...] = ()
    original_message_id: str = ""
    proof: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class MachineMarks:
    """The headers by which software says that no person wrote a mail (RFC 3834)."""

    auto_submitted: str = ""
    """First word of Auto-Submitted in lower case: `no`, `auto-replied`, `auto-generated`."""
    precedence: str = ""
    is_list_mail: bool = False
    has_responder_header: bool = False
    asks_for_no_reply: bool = False
    is_reading_receipt: bool = False
    loop_tags: tuple[str, ...] = ()
    hops: int = 0
    """How many automatic mails of installations like this one came before it."""
    received_count: int = 0


class Oddity(StrEnum):
    """What was strange about a mail, for the agent who reads it."""

    TWO_SENDERS = "two_senders"
    SEVERAL_AUTHORS = "several_authors"
    SENDER_UNCLEAR = "sender_unclear"
    NAME_SHOWS_OTHER_ADDRESS = "name_shows_other_address"
    TEXT_CUT = "text_cut"
    ATTACHMENTS_LEFT_OUT = "attachments_left_out"
    RECIPIENTS_LEFT_OUT = "recipients_left_out"
    DATE_UNREADABLE = "date_unreadable"


@dataclass(frozen=True, kw_only=True, slots=True)
class IncomingMail:
    """One mail as `cases` wants it from a door. All text is free of NUL and surrogates.

    Message ids have no angle brackets. `text` is what the sender wrote now, `quoted` the
    history and signature below or above it. `html` is the sender's own, not yet sanitised.
    `return_path` is None when nobody said it, empty for the null sender of bounces.
    `sent_at` is the sender's claim, in UTC. `language` is a tag such as `de` or `nb-NO`.
    """

    sender: Address
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    delivered_to: tuple[str, ...] = ()
    return_path: str | None = None
    subject: str = ""
    text: str = ""
    quoted: str = ""
    html: str = ""
    attachments: tuple[IncomingAttachment, ...] = ()
    sent_at: datetime | None = None
    language: str | None = None
    marks: MachineMarks = field(default_factory=MachineMarks)
    report: DeliveryReport | None = None
    authentication_results: tuple[str, ...] = ()
    """Each Authentication-Results header, newest first; only our own mail server's counts."""
    oddities: frozenset[Oddity] = frozenset()

    @property
    def recipients(self) -> tuple[str, ...]:
        """Every address the mail went to, in lower case, each once, envelope first."""
        named = (address.key for address in (*self.to, *self.cc))
        everyone = (*(email.lower() for email in self.delivered_to), *named)
        return tuple(dict.fromkeys(email for email in everyone if email))

    @property
    def answers(self) -> tuple[str, ...]:
        """Message ids this mail may answer, the nearest first, each once."""
        nearest_first = (self.in_reply_to, *reversed(self.references))
        return tuple(dict.fromkeys(message_id for message_id in nearest_first if message_id))

    def with_envelope(self, *, sender: str | None, recipients: tuple[str, ...]) -> "IncomingMail":
        """Return the mail with what the mail server said, which wins over the headers."""
        return replace(
            self,
            return_path=self.return_path if sender is None else sender,
            delivered_to=tuple(dict.fromkeys((*recipients, *self.delivered_to))),
        )
