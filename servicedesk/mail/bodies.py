"""The body of a mail: its text, its HTML, its attachments, and a bounce's report. Pure."""

import re
from dataclasses import dataclass, field, replace
from email.errors import MessageError
from email.message import Message
from email.utils import collapse_rfc2231_value
from html import escape

from cases.intake.filters import PROOF_HEADER
from cases.intake.incoming import DeliveryReport, Fate, IncomingAttachment, Oddity
from servicedesk.mail.decoding import (
    DIRECTION_OVERRIDES,
    clean_line,
    clean_text,
    decode_raw,
    decode_text,
    decode_words,
)
from servicedesk.mail.headers import EMAIL, read_message_id
from servicedesk.mail.html_text import html_to_text
from servicedesk.mail.prescan import MOST_NESTED, MOST_PARTS, too_many_parts

LONGEST_TEXT = 1_000_000
MOST_ATTACHMENTS = 50
LONGEST_FILE_NAME = 150
LONGEST_PARAMETERS = 8_000

CONTENT_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+_-]{0,90}")
NOT_IN_FILE_NAMES = re.compile(r"[<>:\"|?*\x00-\x1f\x7f]")
EXTENSIONS = {
    "application/pdf": ".pdf", "application/pgp-signature": ".asc", "application/zip": ".zip",
    "image/gif": ".gif", "image/jpeg": ".jpg", "image/jpg": ".jpg", "image/png": ".png",
    "message/rfc822": ".eml", "text/calendar": ".ics", "text/csv": ".csv", "text/html": ".html",
    "text/plain": ".txt", "text/rfc822-headers": ".txt",
}  # fmt: skip
NAMING_HEADERS = ("content-disposition", "content-type", "content-location")
# Class, subject and detail (RFC 3463), whatever is written behind them.
STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
MOST_FATES = 100
REPORT_FIELD = re.compile(
    r"^(final-recipient|original-recipient|action|status):([^\n]*)", re.I | re.M
)
PROOF = re.compile(rf"^{PROOF_HEADER}:\s{{0,8}}([0-9a-f]{{32}})\b", re.I | re.M)


@dataclass(slots=True)
class Body:
    """What was found in a mail's body. `text` still holds quoted history and signature."""

    text: str = ""
    html: str = ""
    attachments: list[IncomingAttachment] = field(default_factory=list)
    report: DeliveryReport | None = None
    is_reading_receipt: bool = False
    oddities: set[Oddity] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Block:
    """A piece of the body as the sender wrote it: one text part, or alternatives of one."""

    plain: str = ""
    html: str = ""


def read_body(message: Message) -> Body:
    """Return the body of a parsed mail. Raises OverLimit for too many parts or levels."""
    reader = _BodyReader()
    blocks = reader.read(message, level=0)
    body = reader.body
    body.text = "\n\n".join(text for block in blocks if (text := _text_of(block)))
    if any(block.html.strip() for block in blocks):
        body.html = "\n".join(_html_of(block) for block in blocks)
    if not body.text.strip():
        # A mail that only carries texts or mails inside still has something to be read.
        body.text = reader.text_inside
    if max(len(body.text), len(body.html)) > LONGEST_TEXT:
        body.oddities.add(Oddity.TEXT_CUT)
        body.text, body.html = body.text[:LONGEST_TEXT], body.html[:LONGEST_TEXT]
    return body


def _text_of(block: _Block) -> str:
    return block.plain.strip("\n") if block.plain.strip() else html_to_text(block.html)


def _html_of(block: _Block) -> str:
    return block.html or (f"<pre>{escape(block.plain)}</pre>" if block.plain.strip() else "")


class _BodyReader:
    """Walks the parts of one mail, not into the mails it carries."""

    def __init__(self) -> None:
        self.body = Body()
        self.text_inside = ""
        self._parts = 0

    def read(self, part: Message, *, level: int) -> list[_Block]:
        """Return the text blocks of `part`; attachments and report go to the body."""
        self._parts += 1
        if self._parts > MOST_PARTS or level > MOST_NESTED:
            raise too_many_parts()
        kind = part.get_content_type()
        children = _children(part)
        if children is not None and kind.startswith("message/"):
            return self._read_message(part, children, kind)
        if children is not None:
            return self._read_children(part, children, kind, level=level)
        if part.get_content_maintype() == "multipart":
            # The sender announced parts but wrote none: what stands there is the text.
            return [_Block(plain=_text(part))]
        return self._read_leaf(part, kind)

    def _read_children(
        self, part: Message, children: list[Message], kind: str, *, level: int
    ) -> list[_Block]:
        if kind == "multipart/report":
            self._note_kind_of_report(part)
        blocks: list[_Block] = []
        for child in children:
            blocks.extend(self.read(child, level=level + 1))
        if kind != "multipart/alternative":
            return blocks
        plain = "\n".join(block.plain for block in blocks if block.plain)
        html = [block.html for block in blocks if block.html]
        return [_Block(plain=plain, html=html[-1] if html else "")]

    def _note_kind_of_report(self, part: Message) -> None:
        kind = _parameter(part, "report-type").lower()
        if kind == "disposition-notification":
            self.body.is_reading_receipt = True
        elif kind in ("delivery-status", ""):
            self.body.report = self.body.report or DeliveryReport()

    def _read_message(self, part: Message, children: list[Message], kind: str) -> list[_Block]:
        if kind == "message/delivery-status":
            self._read_report(children)
        elif children:
            self._note_original(children[0])
            self._attach(part, kind, content=_bytes_of(children[0]))
            self.text_inside = self.text_inside or _first_text(children[0])
        return []

    def _read_leaf(self, part: Message, kind: str) -> list[_Block]:
        _decode_headers(part)
        name = _file_name(part)
        disposition = str(part.get("Content-Disposition") or "").strip().lower()
        if kind == "text/rfc822-headers":
            self._note_original_head(_text(part))
        if kind in ("text/plain", "text/html") and not disposition.startswith("attachment"):
            text = _text(part)
            if not name:
                return [_Block(plain=text) if kind == "text/plain" else _Block(html=text)]
            if kind == "text/plain" and disposition.startswith("inline"):
                self.text_inside = self.text_inside or text
        elif kind in ("text/enriched", "text/richtext", "text/x-amp-html") and not name:
            return []
        self._attach(part, kind, content=_content(part), name=name)
        return []

    def _attach(self, part: Message, kind: str, *, content: bytes, name: str = "") -> None:
        if len(self.body.attachments) >= MOST_ATTACHMENTS:
            self.body.oddities.add(Oddity.ATTACHMENTS_LEFT_OUT)
            return
        kind = kind if CONTENT_TYPE.fullmatch(kind) else "application/octet-stream"
        number = len(self.body.attachments) + 1
        name = name or _file_name(part) or f"attachment-{number}{EXTENSIONS.get(kind, '')}"
        content_id = clean_line(decode_raw(str(part.get("Content-ID") or "")[:500]))
        self.body.attachments.append(
            IncomingAttachment(
                name=name,
                content_type=kind,
                content=content,
                content_id=content_id.strip("<> ")[:250],
            )
        )

    def _read_report(self, groups: list[Message]) -> None:
        """Read what became of the mail at each recipient; the first group is about the mail."""
        fates = [fate for group in groups[:MOST_PARTS] if (fate := _fate_in(group)).recipients]
        report = self.body.report or DeliveryReport()
        self.body.report = replace(report, fates=tuple(fates[:MOST_FATES]))

    def _note_original(self, message: Message) -> None:
        names = (PROOF_HEADER, "Message-ID")
        self._note_original_head("\n".join(f"{name}: {message.get(name) or ''}" for name in names))

    def _note_original_head(self, head: str) -> None:
        report = self.body.report
        match = re.search(r"(?im)^message-id:\s*(.{1,300})", head)
        if report is None or report.original_message_id or match is None:
            return
        proof = PROOF.search(head)
        self.body.report = replace(
            report,
            original_message_id=read_message_id(match[1]),
            proof=proof[1].lower() if proof else "",
        )


def _fate_in(group: Message) -> Fate:
    """Return what a group of a report says of one recipient; without recipients if it is none."""
    written = "\n".join(f"{name}: {decode_raw(str(value))}" for name, value in group.raw_items())
    found: dict[str, list[str]] = {}
    for name, value in REPORT_FIELD.findall(written[:LONGEST_TEXT]):
        found.setdefault(name.lower(), []).append(clean_line(value)[:250])
    named = [*found.get("final-recipient", ()), *found.get("original-recipient", ())]
    addresses = (match[0].lower() for value in named if (match := EMAIL.search(value)))
    status = STATUS.match(found.get("status", [""])[0])
    return Fate(
        recipients=tuple(dict.fromkeys(addresses))[:4],
        action=_first_word(found.get("action", [""])[0]),
        status=status[0] if status else "",
    )


def _first_word(value: str) -> str:
    """Return the first word of a field, in small letters, without the comment behind it."""
    return next(iter(value.lower().replace("(", " ").split()), "")[:40]


def _children(part: Message) -> list[Message] | None:
    payload = part.get_payload() if part.is_multipart() else None
    if not isinstance(payload, list):
        return None
    return [child for child in payload if isinstance(child, Message)]


def _text(part: Message) -> str:
    charset = _parameter(part, "charset")
    content = _content(part)[: 4 * LONGEST_TEXT]
    return decode_text(content, charset=charset).strip("\ufeff")


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    if isinstance(content, bytes):
        return content
    return b""


def _bytes_of(message: Message) -> bytes:
    try:
        return message.as_bytes()
    except (MessageError, LookupError, ValueError, TypeError, AttributeError):
        return b""


def _first_text(message: Message) -> str:
    for index, part in enumerate(message.walk()):
        if index > MOST_PARTS:
            break
        if part.get_content_type() == "text/plain" and not part.is_multipart():
            return _text(part)
    return ""


def _decode_headers(part: Message) -> None:
    """Turn undecoded bytes in the headers that name a part into text; the parser drops them."""
    for name, value in list(part.raw_items()):
        if name.lower() in NAMING_HEADERS and not str(value).isascii():
            part.replace_header(name, decode_raw(str(value)))


def _parameter(part: Message, name: str) -> str:
    """Return a parameter of Content-Type, empty if it is missing or the header is monstrous."""
    if len(str(part.get("Content-Type") or "")) > LONGEST_PARAMETERS:
        return ""
    try:
        value = collapse_rfc2231_value(part.get_param(name) or "")
    except (LookupError, ValueError, TypeError):
        return ""
    return clean_line(decode_raw(value))


def _file_name(part: Message) -> str:
    """Return a file name that is safe to show and to store under, empty if there is none."""
    if any(len(str(part.get(header) or "")) > LONGEST_PARAMETERS for header in NAMING_HEADERS):
        return ""
    try:
        name = part.get_filename() or ""
    except (LookupError, ValueError, TypeError):
        name = ""
    if not name and part.get_content_maintype() not in ("text", "multipart"):
        name = str(part.get("Content-Location") or "")
    return safe_file_name(decode_words(name, longest=1_000))


def safe_file_name(name: str) -> str:
    """Return the last component of `name` without what file systems or eyes stumble over."""
    name = DIRECTION_OVERRIDES.sub("", clean_text(name)).replace("\\", "/")
    name = NOT_IN_FILE_NAMES.sub("", name.rstrip("/").rpartition("/")[2]).strip(". \t\n")
    if len(name) <= LONGEST_FILE_NAME:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 20:
        return name[:LONGEST_FILE_NAME]
    return f"{stem[: LONGEST_FILE_NAME - len(extension) - 1]}.{extension}"
