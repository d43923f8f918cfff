"""Messages, history and earlier cases as markup, rows of stencils: long conversations have hundreds of them."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.html import linebreaks
from django.utils.safestring import SafeString, mark_safe

from servicedesk.pages.moments import day, moment
from servicedesk.pages.signs import hue_of, initials_of
from servicedesk.pages.stencils import Row, written

MESSAGE, FILE, HISTORY = "components/message.html", "components/file.html", "components/entry.html"
EARLIER = "agent/earlier_case.html"
OPTIONAL = ("href", "channel", "delivery", "signature", "quoted", "body_url", "files")


def messages_markup(messages: Iterable[Mapping[str, Any]]) -> SafeString:
    """Return the messages and events of a conversation (see agent/case.html) as markup."""
    return written(MESSAGE, [message_row(message) for message in messages])


def message_row(message: Mapping[str, Any]) -> Row:
    """Return the shape of a message or event and its values."""
    values = {**message, "moment": moment(message["at"])}
    is_event = message["kind"] == "event"
    if not is_event:
        values["hue"] = hue_of(message["author"])
        values["initials"] = initials_of(message["author"])
        values["prose"] = prose_of(message)
        values["files"] = files_markup(message.get("files") or ())
    shape = (
        ("kind", message["kind"]),
        ("symbol", message.get("symbol") or "circle-dot" if is_event else ""),
        *[(name, bool(message.get(name))) for name in OPTIONAL],
    )
    return Row(shape, values)


def prose_of(message: Mapping[str, Any]) -> SafeString:
    """Return what was written: HTML that is clean already, else plain text in paragraphs."""
    html: SafeString | None = message.get("html")
    # linebreaks escapes the text before it adds its own tags.
    return html or mark_safe(linebreaks(message["text"], autoescape=True))  # noqa: S308


def files_markup(files: Iterable[Mapping[str, Any]]) -> SafeString:
    """Return the files of a message as markup."""
    return written(FILE, [Row((), {**one, "size": filesizeformat(one["size"])}) for one in files])


def history_markup(entries: Iterable[Mapping[str, Any]]) -> SafeString:
    """Return the entries of a history (see components/timeline.html) as markup."""
    return written(HISTORY, [history_row(entry) for entry in entries])


def history_row(entry: Mapping[str, Any]) -> Row:
    """Return the shape of an entry and its values."""
    shape = (
        ("symbol", entry.get("symbol") or "circle-dot"),
        ("href", bool(entry.get("href"))),
        ("person", bool(entry.get("person"))),
    )
    return Row(shape, {**entry, "moment": moment(entry["at"])})


def earlier_markup(cases: Iterable[Mapping[str, Any]]) -> SafeString:
    """Return other cases of a customer (see agent/case.html) as markup."""
    return written(
        EARLIER,
        [
            Row(
                (("is_same_problem", bool(one["is_same_problem"])),), {**one, "day": day(one["at"])}
            )
            for one in cases
        ],
    )
