"""What is said in a case, its files, and what happened to it."""

from typing import Any

from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from rest_framework.parsers import BaseParser, JSONParser, MultiPartParser

from cases.access import case_for
from cases.conversation import (
    File,
    add_customer_message,
    answer_case,
    keep_files,
    note_case,
)
from cases.lifecycle import lock_case
from cases.queries import NoSuchMessage, file_in
from cases.states import Channel
from problems.case_links import links_of_cases
from problems.guarding import refuse_unwise
from servicedesk.api.base import TokenView
from servicedesk.api.cases import SEES, Fields
from servicedesk.api.naming import own_contact
from servicedesk.api.operations import operation, page_shape
from servicedesk.api.paging import one, page_of, shaped
from servicedesk.api.refusals import Unprocessable
from servicedesk.api.shapes import cases as shapes
from servicedesk.api.shapes.fields import Listing
from servicedesk.pages.history_words import sentence, who_did
from workflow.history.timeline import entries_of, lines_of
from workflow.people.permissions import Permission

PATH = ("number",)
TAG = "Cases"
MOST_BYTES = 20_000_000
MEDIA = ("application/json", "multipart/form-data")


class FilesTooBig(Unprocessable):
    """The files of a message are too big together."""

    code = "files_too_big"


def conversation(case: Any, *, sees_notes: bool) -> Any:
    """Return the messages of a case that may be read, by id."""
    messages = case.messages.select_related("case", "contact", "user").prefetch_related(
        "attachments"
    )
    return messages if sees_notes else messages.exclude(direction="note")


class Messages(TokenView):
    """What was said in a case; notes are for colleagues only."""

    takes_files = True
    parser_classes: tuple[type[BaseParser], ...] = (JSONParser, MultiPartParser)

    @operation(
        "list_messages",
        any_of=SEES,
        filters=Listing,
        gives=page_shape(shapes.MessageShape),
        path=PATH,
        tag=TAG,
    )
    def get(self, number: int) -> Any:
        """List messages, oldest first."""
        case = case_for(self.actor, number)
        return page_of(
            conversation(case, sees_notes=self.actor.may(Permission.VIEW_NOTE)),
            self,
            shape=shaped(self.shape),
            is_newest_first=False,
        )

    @operation(
        "write_message",
        any_of=SEES,
        takes=shapes.NewMessage,
        gives=shapes.MessageShape,
        status=201,
        path=PATH,
        tag=TAG,
        media=MEDIA,
    )
    def post(self, fields: Fields, number: int) -> Any:
        """Answer the customer, leave a note, or, with a customer's token, write as the customer."""
        case = case_for(self.actor, number)
        files = [file_of(sent) for sent in fields["files"]]
        if sum(len(file.content) for file in files) > MOST_BYTES:
            raise FilesTooBig(
                _("The files are larger than 20 MB together."),
                next_step=_("Send less, or a link."),
            )
        lock_case(case.pk, expected_version=self.version_in(fields))
        message = self.said(case, fields)
        if files:
            keep_files(message, files, at=self.at)
        stored = conversation(message.case, sees_notes=True).get(pk=message.pk)
        return one(self.shape, stored)

    @property
    def shape(self) -> type[shapes.MessageShape]:
        """How a message is shown to whoever asks."""
        return shapes.OwnMessageShape if self.is_customer else shapes.MessageShape

    def said(self, case: Any, fields: Fields) -> Any:
        """Say it and return the message."""
        common = {"text": fields["text"], "actor": self.actor, "at": self.at}
        if self.is_customer:
            return add_customer_message(
                case_id=case.pk, contact=own_contact(self.actor), channel=Channel.API, **common
            )
        if fields["kind"] == "note":
            return note_case(case_id=case.pk, **common)
        despite = refuse_unwise(
            fields["text"],
            case_id=case.pk,
            contact_id=case.contact_id,
            may_send_anyway=fields["send_anyway"],
            actor=self.actor,
            at=self.at,
        )
        return answer_case(case_id=case.pk, and_then=fields["and_then"], despite=despite, **common)


def file_of(sent: Any) -> File:
    """Return a file as it was sent; its name and kind are words of its sender, cleaned."""
    return File(
        name=printable(sent.name) or _("File"),
        content_type=printable(sent.content_type) or "application/octet-stream",
        content=sent.read(),
    )


def printable(text: str | None) -> str:
    """Return a text without what cannot be printed."""
    return "".join(letter for letter in text or "" if letter.isprintable()).strip()


class FileOfCase(TokenView):
    """The content of a file."""

    @operation("download_file", any_of=SEES, gives_file=True, path=("number", "file_id"), tag=TAG)
    def get(self, number: int, file_id: int) -> Any:
        """Download a file of a message; it is always given as a file to be saved."""
        case = case_for(self.actor, number)
        file = file_in(case, file_id)
        if file.message.direction == "note" and not self.actor.may(Permission.VIEW_NOTE):
            raise no_such_file()
        if not default_storage.exists(file.key):
            raise no_such_file()
        with default_storage.open(file.key) as stored:
            answer = HttpResponse(stored.read(), content_type="application/octet-stream")
        answer["Content-Disposition"] = content_disposition_header(True, file.name) or "attachment"
        answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
        answer["X-Content-Type-Options"] = "nosniff"
        return answer


def no_such_file() -> NoSuchMessage:
    """Return the refusal of a file that is not there for this token."""
    return NoSuchMessage(
        _("There is no such file in this case."), next_step=_("List the messages of the case.")
    )


class HistoryOfCase(TokenView):
    """What happened to a case."""

    @operation(
        "list_history_of_case",
        any_of=(Permission.VIEW_CASE,),
        filters=Listing,
        gives=page_shape(shapes.EntryShape),
        path=PATH,
        tag=TAG,
    )
    def get(self, number: int) -> Any:
        """List what happened to a case, oldest first: by whom, when, which codes and ids."""
        return history_page(self, case_for(self.actor, number))


def history_page(view: TokenView, subject: Any) -> dict[str, Any]:
    """Return a page of a record's history; three queries."""
    return page_of(entries_of(subject), view, shape=entries_shaped, is_newest_first=False)


def entries_shaped(entries: list[Any]) -> list[dict[str, Any]]:
    """Return lines of history as data; two queries for the names."""
    rows = [
        {
            "at": line.at,
            "action": line.action,
            "sentence": sentence(line, who=who_did(line)),
            "who": line.who,
            "by_customer": line.contact_id is not None,
            "changes": line.changes,
        }
        for line in lines_of(entries)
    ]
    return list(shaped(shapes.EntryShape)(rows))


class BlockersOfCase(TokenView):
    """What a case waits for."""

    @operation(
        "list_blockers",
        any_of=(Permission.VIEW_CASE,),
        filters=Listing,
        gives=page_shape(shapes.BlockerShape),
        path=PATH,
        tag=TAG,
    )
    def get(self, number: int) -> Any:
        """List what a case waits or waited for, newest first."""
        case = case_for(self.actor, number)
        return page_of(case.blockers.all(), self, shape=shaped(shapes.BlockerShape))


class SuggestionsOfCase(TokenView):
    """Which problems may be behind a case."""

    @operation(
        "list_suggestions",
        any_of=(Permission.VIEW_CASE,),
        gives=page_shape(shapes.SuggestionShape),
        path=PATH,
        tag=TAG,
    )
    def get(self, number: int) -> Any:
        """List the problems that a case is linked to or may belong to, the likeliest first."""
        case = case_for(self.actor, number)
        found = links_of_cases([case.pk]).get(case.pk, [])
        return {"results": shaped(shapes.SuggestionShape)(found), "next": None}
