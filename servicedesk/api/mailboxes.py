"""Mailboxes for programs: list, save, switch off, test."""

from typing import Any

from servicedesk.api.base import TokenView
from servicedesk.api.naming import brand_of_id, department_called, row_of
from servicedesk.api.operations import operation, page_shape
from servicedesk.api.paging import one, page_of, shaped
from servicedesk.api.shapes import mailboxes as shapes
from servicedesk.api.shapes.fields import Listing, Nothing
from servicedesk.api.shapes.organising import Activity
from servicedesk.mail.keeping_mailboxes import ImapAccess, save_mailbox, set_mailbox_active
from servicedesk.mail.mailboxes import Afterwards, Incoming, Mailbox, Security
from servicedesk.mail.trying import sentence_of, try_mailbox
from workflow.people.permissions import Permission

Fields = dict[str, Any]
CONFIGURES = (Permission.CONFIGURE,)
PATH = ("pk",)
TAG = "Connections"


class MailboxView(TokenView):
    """An address of mailboxes."""

    def mailbox(self, pk: int) -> Mailbox:
        """Return a mailbox of the tenant; one query."""
        return row_of(Mailbox.objects.select_related("department"), pk=pk)

    def saved(self, fields: Fields, *, mailbox_id: int | None) -> dict[str, Any]:
        """Save a mailbox and return it."""
        kept = save_mailbox(
            mailbox_id=mailbox_id,
            address=fields["address"],
            brand=brand_of_id(fields["brand"]),
            department=department_called(fields["department"]),
            incoming=Incoming(fields["incoming"]),
            access=ImapAccess(
                host=fields["host"],
                port=fields["port"],
                security=Security(fields["security"]),
                username=fields["username"],
                password=fields["password"],
                folder=fields["folder"] or "INBOX",
                afterwards=Afterwards(fields["afterwards"]),
                move_to=fields["move_to"],
            ),
            actor=self.actor,
            at=self.at,
        )
        return one(shapes.MailboxShape, kept)


class Mailboxes(MailboxView):
    """The mail addresses of the desk."""

    @operation(
        "list_mailboxes",
        any_of=CONFIGURES,
        filters=Listing,
        gives=page_shape(shapes.MailboxShape),
        tag=TAG,
    )
    def get(self) -> Any:
        """List mailboxes, oldest first; passwords are never shown."""
        return page_of(
            Mailbox.objects.select_related("department"),
            self,
            shape=shaped(shapes.MailboxShape),
            is_newest_first=False,
        )

    @operation(
        "add_mailbox",
        any_of=CONFIGURES,
        takes=shapes.MailboxWish,
        gives=shapes.MailboxShape,
        status=201,
        tag=TAG,
    )
    def post(self, fields: Fields) -> Any:
        """Add a mailbox; its password is sealed at once."""
        return self.saved(fields, mailbox_id=None)


class OneMailbox(MailboxView):
    """One mailbox."""

    @operation(
        "change_mailbox",
        any_of=CONFIGURES,
        takes=shapes.MailboxWish,
        gives=shapes.MailboxShape,
        path=PATH,
        tag=TAG,
    )
    def patch(self, fields: Fields, pk: int) -> Any:
        """Change a mailbox; another server or user name needs the password again."""
        return self.saved(fields, mailbox_id=self.mailbox(pk).pk)


class MailboxActivity(MailboxView):
    """Whether a mailbox is used."""

    @operation(
        "set_mailbox_active",
        any_of=CONFIGURES,
        takes=Activity,
        gives=shapes.MailboxShape,
        path=PATH,
        tag=TAG,
    )
    def post(self, fields: Fields, pk: int) -> Any:
        """Switch a mailbox off, or on again."""
        kept = set_mailbox_active(
            mailbox_id=self.mailbox(pk).pk,
            is_active=fields["is_active"],
            actor=self.actor,
            at=self.at,
        )
        return one(shapes.MailboxShape, kept)


class MailboxTest(MailboxView):
    """Whether the server of a mailbox lets us in."""

    @operation(
        "test_mailbox",
        any_of=CONFIGURES,
        takes=Nothing,
        gives=shapes.TriedShape,
        path=PATH,
        tag=TAG,
        says="It takes up to six seconds; six tests in ten minutes.",
    )
    def post(self, _fields: Fields, pk: int) -> Any:
        """Connect, sign in and open the folder of a mailbox that is fetched."""
        fault = try_mailbox(self.mailbox(pk), actor=self.actor, at=self.at)
        return {
            "id": pk,
            "works": not fault,
            "fault": fault.value,
            "says": sentence_of(fault),
        }
