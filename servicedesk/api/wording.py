"""The desk's own words, for programs: list, read, try, save, back to ours."""

from typing import Any

from django.utils.translation import gettext as _

from servicedesk.api.base import TokenView
from servicedesk.api.naming import NotThere, case_in
from servicedesk.api.operations import operation, page_shape
from servicedesk.api.paging import one, shaped
from servicedesk.api.refusals import Unprocessable
from servicedesk.api.shapes import wording as shapes
from servicedesk.api.shapes.fields import Nothing
from servicedesk.notifications.models import NotificationKind
from servicedesk.notifications.previewing import preview
from servicedesk.notifications.rewording import (
    Words,
    back_to_ours,
    code_of,
    editions_of,
    newest,
    refuse_bad_words,
    save_mail,
    save_portal_words,
    words_of,
    words_of_portal,
)
from servicedesk.notifications.texts import MAILS, PORTAL_WORDS, VARIABLES
from workflow.people.permissions import Permission

Fields = dict[str, Any]
CONFIGURES = (Permission.CONFIGURE,)
PATH = ("kind",)
TAG = "Wording"


def kind_called(name: str) -> NotificationKind:
    """Return the mail of a name; no query.

    Raises:
        NotThere: customers get no mail of this name.
    """
    kind = next((kind for kind in MAILS if kind.value == name), None)
    if kind is None:
        raise NotThere(_("There is no such mail."), next_step=_("Look in the list."))
    return kind


def mail_shown(kind: NotificationKind, *, edition: Any) -> dict[str, Any]:
    """Return a mail with its newest edition, if there is one; no query."""
    return {
        "kind": kind.value,
        "label": MAILS[kind].label(),
        "when": MAILS[kind].when(),
        "is_own": edition is not None and bool(edition.text),
        "saved_at": edition.saved_at if edition is not None else None,
    }


def words_shown(kind: NotificationKind) -> dict[str, Any]:
    """Return the words in force for a mail, its variables and editions; two queries."""
    mail, words = MAILS[kind], words_of(kind)
    editions = editions_of(code_of(kind))
    return one(
        shapes.MailWordsShape,
        {
            **mail_shown(kind, edition=editions[0] if editions else None),
            "subject": words.subject,
            "text": words.text,
            "variables": [
                {"name": name, "says": VARIABLES[name](), "is_required": name in mail.required}
                for name in mail.variables
            ],
            "editions": editions,
        },
    )


class Wordings(TokenView):
    """Mails to customers."""

    @operation("list_wording", any_of=CONFIGURES, gives=page_shape(shapes.WordingShape), tag=TAG)
    def get(self) -> Any:
        """List the mails to customers, with whether they have own words; it is one page."""
        own = newest(code_of(kind) for kind in MAILS)
        rows = [mail_shown(kind, edition=own.get(code_of(kind))) for kind in MAILS]
        return {"results": shaped(shapes.WordingShape)(rows), "next": None}


class OneWording(TokenView):
    """What one mail says."""

    @operation("read_wording", any_of=CONFIGURES, gives=shapes.MailWordsShape, path=PATH, tag=TAG)
    def get(self, kind: str) -> Any:
        """Read what a mail says, with the variables it knows and its earlier editions."""
        return words_shown(kind_called(kind))

    @operation(
        "save_wording",
        any_of=CONFIGURES,
        takes=shapes.MailWordsWish,
        gives=shapes.MailWordsShape,
        path=PATH,
        tag=TAG,
    )
    def patch(self, fields: Fields, kind: str) -> Any:
        """Let a mail say this from now on; earlier editions are kept."""
        found = kind_called(kind)
        save_mail(
            found, subject=fields["subject"], text=fields["text"], actor=self.actor, at=self.at
        )
        return words_shown(found)


class DefaultWording(TokenView):
    """That a mail says what it says by default."""

    @operation(
        "restore_wording",
        any_of=CONFIGURES,
        takes=Nothing,
        gives=shapes.MailWordsShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, _fields: Fields, kind: str) -> Any:
        """Let a mail say again what it says by default."""
        found = kind_called(kind)
        back_to_ours(code_of(found), actor=self.actor, at=self.at)
        return words_shown(found)


class TryWording(TokenView):
    """How a mail would read."""

    @operation(
        "try_wording",
        any_of=CONFIGURES,
        takes=shapes.MailWordsTrial,
        gives=shapes.PreviewShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, fields: Fields, kind: str) -> Any:
        """Show how a mail would read for a case; nothing is kept or sent."""
        found = kind_called(kind)
        subject, text = fields["subject"], fields["text"]
        refuse_bad_words(MAILS[found], subject=subject, text=text)
        case = case_in(self.actor, fields["case"]) if fields["case"] else None
        return preview(found, Words(subject, text, is_own=True), case=case)


class PortalWords(TokenView):
    """What the portal calls stages and steps."""

    @operation("read_portal_words", any_of=CONFIGURES, gives=shapes.PortalWordsShape, tag=TAG)
    def get(self) -> Any:
        """Read what the portal calls stages and steps, by code."""
        return {"words": words_of_portal()}

    @operation(
        "save_portal_words",
        any_of=CONFIGURES,
        takes=shapes.PortalWordsWish,
        gives=shapes.PortalWordsShape,
        tag=TAG,
    )
    def post(self, fields: Fields) -> Any:
        """Let stages and steps be called this; what is left out, or empty, is called as by us."""
        unknown = sorted(set(fields["words"]) - set(PORTAL_WORDS))
        if unknown:
            raise Unprocessable(
                _("There is no word “%(code)s”.") % {"code": unknown[0][:40]},
                next_step=_("There are: %(known)s.") % {"known": ", ".join(PORTAL_WORDS)},
            )
        save_portal_words(fields["words"], actor=self.actor, at=self.at)
        return {"words": words_of_portal()}
