"""What a program hands in as JSON: read, checked, card numbers hidden. Without a database."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from cases.card_numbers import masked
from workflow.refusals import Refusal

LONGEST_NAME = 160
LONGEST_SUBJECT = 250
LONGEST_TEXT = 100_000
LONGEST_KEY = 120
MOST_FILES = 5
MOST_BYTES = 1_000_000


class NotJson(Refusal):
    """The body is no JSON object."""

    code = "not_json"
    status = 400


class BadPayload(Refusal):
    """A field is missing or does not fit."""

    code = "bad_payload"
    status = 422


@dataclass(frozen=True, kw_only=True)
class HandedFile:
    """A file that was handed in."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Handed:
    """One thing that somebody said on another channel; `raw` is the JSON, card numbers hidden."""

    external_id: str
    thread: str
    handle: str
    email: str
    phone: str
    name: str
    subject: str
    text: str
    case: int
    said_at: datetime | None
    attachments: tuple[HandedFile, ...]
    raw: str


def read_payload(body: bytes) -> Handed:
    """Return what a body holds.

    Raises:
        NotJson: it is no JSON object.
        BadPayload: a field is missing or does not fit; the sentence names it.
    """
    given = json_object(body)
    hide_cards(given)
    sender = given.get("from")
    if not isinstance(sender, dict):
        raise bad("from", _("an object with handle, email or phone"))
    handle = line(sender, "handle", longest=LONGEST_KEY, where="from.")
    email = line(sender, "email", longest=254, where="from.").lower()
    phone = line(sender, "phone", longest=40, where="from.")
    refuse_bad_mail(email)
    if not (handle or email or phone):
        raise bad("from", _("an object with handle, email or phone"))
    external_id = line(given, "external_id", longest=LONGEST_KEY)
    if not external_id:
        raise bad("external_id", _("the message's own id on its channel"))
    subject = line(given, "subject", longest=LONGEST_SUBJECT)
    text = words(given, "text", longest=LONGEST_TEXT).strip()
    attachments = files_in(given.get("attachments", []))
    if not text and not subject and not attachments:
        raise bad("text", _("what was said"))
    case = given.get("case", 0)
    if isinstance(case, bool) or not isinstance(case, int) or not 0 <= case < 10**18:
        raise bad("case", _("the number of a case"))
    return Handed(
        external_id=external_id,
        thread=line(given, "thread", longest=LONGEST_KEY),
        handle=handle,
        email=email,
        phone=phone,
        name=line(sender, "name", longest=LONGEST_NAME, where="from."),
        subject=subject,
        text=text or subject or _("(Files only.)"),
        case=case,
        said_at=moment(given),
        attachments=attachments,
        raw=json.dumps(given, ensure_ascii=True),
    )


def refuse_bad_mail(email: str) -> None:
    """Refuse what is no mail address.

    Raises:
        BadPayload: it is none, and not empty.
    """
    try:
        if email:
            validate_email(email)
    except ValidationError:
        raise bad("from.email", _("an e-mail address")) from None


def json_object(body: bytes) -> dict[str, Any]:
    """Return the object of a body.

    Raises:
        NotJson: it is none.
    """
    try:
        given = json.loads(body.decode())
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise NotJson(
            _("The body is not a JSON object."),
            next_step=_("Send an object with external_id, from and text, encoded as UTF-8."),
        )
    return given


def hide_cards(given: dict[str, Any]) -> None:
    """Hide card numbers in everything that people read: subject, text, the sender's name.

    What is too long is not looked through: it is refused.
    """
    sender = given.get("from")
    for holder, name in ((given, "subject"), (given, "text"), (sender, "name")):
        if not isinstance(holder, dict):
            continue
        said = holder.get(name)
        if isinstance(said, str) and len(said) <= LONGEST_TEXT:
            holder[name] = masked(said).text


def words(given: dict[str, Any], name: str, *, longest: int, where: str = "") -> str:
    """Return a text of an object, empty if it is not there.

    Raises:
        BadPayload: it is no text, too long, or holds what no text can hold.
    """
    found = given.get(name)
    if found is None:
        return ""
    if not isinstance(found, str) or "\x00" in found or not is_encodable(found):
        raise bad(where + name, _("a text"))
    if len(found) > longest:
        raise bad(where + name, _("a text of at most %(most)d characters") % {"most": longest})
    return found


def is_encodable(text: str) -> bool:
    """Whether a text holds no half of a character, which JSON can name and UTF-8 cannot."""
    return not any("\ud800" <= each <= "\udfff" for each in text)


def line(given: dict[str, Any], name: str, *, longest: int, where: str = "") -> str:
    """Return a text of an object in one line."""
    return " ".join(words(given, name, longest=longest, where=where).split())


def moment(given: dict[str, Any]) -> datetime | None:
    """Return when it was said, in UTC, or None.

    Raises:
        BadPayload: it is no moment with a zone.
    """
    written = line(given, "at", longest=40)
    if not written:
        return None
    try:
        found = parse_datetime(written)
        if found is not None and found.tzinfo is not None:
            return found.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise bad("at", _("a moment with its zone, such as 2026-03-02T09:00:00Z"))


def files_in(given: object) -> tuple[HandedFile, ...]:
    """Return the files of a payload.

    Raises:
        BadPayload: they are no files, too many, or too large.
    """
    if given is None:
        return ()
    if not isinstance(given, list) or len(given) > MOST_FILES:
        raise bad("attachments", _("a list of at most %(most)d files") % {"most": MOST_FILES})
    files = []
    for one in given:
        if not isinstance(one, dict):
            raise bad("attachments", _("objects with name, content_type and content"))
        try:
            content = base64.b64decode(words(one, "content", longest=MOST_BYTES * 2), validate=True)
        except (binascii.Error, ValueError):
            raise bad("attachments.content", _("the file's bytes in Base64")) from None
        files.append(
            HandedFile(
                name=line(one, "name", longest=150, where="attachments.") or _("file"),
                content_type=line(one, "content_type", longest=100, where="attachments.")
                or "application/octet-stream",
                content=content,
            )
        )
    if sum(len(file.content) for file in files) > MOST_BYTES:
        raise bad("attachments", _("files of at most 1 MB together"))
    return tuple(files)


def bad(name: str, wanted: str) -> BadPayload:
    """Return the refusal of a field."""
    return BadPayload(
        _("The field %(name)s does not fit.") % {"name": name},
        next_step=_("It has to be %(wanted)s.") % {"wanted": wanted},
    )
