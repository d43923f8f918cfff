"""Add, change and switch off mailboxes. A password is sealed at once and never shown again."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from servicedesk.mail.mailboxes import Afterwards, FetchFault, Incoming, Mailbox, Security
from servicedesk.mail.recipients import tenant_of_domain
from servicedesk.sealing import seal
from workflow.branding import Brand
from workflow.history.actions import Action
from workflow.history.recording import differences, facts_of, record
from workflow.people.actors import Actor
from workflow.people.models import Department
from workflow.people.permissions import Permission
from workflow.refusals import Refusal
from workflow.tenancy.scope import tenant_of_the_scope

MOST_MAILBOXES = 100
MAILBOX_FACTS = ("incoming", "brand", "department")


class BadMailbox(Refusal):
    """A mailbox cannot be kept like this; `field` names what to look at."""

    code: ClassVar[str] = "bad_mailbox"

    def __init__(self, sentence: str, *, next_step: str = "", field: str = "address") -> None:
        super().__init__(sentence, next_step=next_step)
        self.field = field


class NoSuchMailbox(Refusal):
    """There is no mailbox of this id."""

    code: ClassVar[str] = "no_such_mailbox"
    status: ClassVar[int] = 404


@dataclass(frozen=True, kw_only=True)
class ImapAccess:
    """How a server is entered; an empty password keeps the one that is stored."""

    host: str = ""
    port: int = 993
    security: Security = Security.TLS
    username: str = ""
    password: str = ""
    folder: str = "INBOX"
    afterwards: Afterwards = Afterwards.SEEN
    move_to: str = ""


@transaction.atomic
def save_mailbox(
    *,
    mailbox_id: int | None,
    address: str,
    brand: Brand,
    department: Department,
    incoming: Incoming,
    access: ImapAccess,
    actor: Actor,
    at: datetime,
) -> Mailbox:
    """Add a mailbox, or change one; a changed server is fetched at once.

    Raises:
        BadMailbox: the address or the access cannot be used; its `field` names which part.
        NoSuchMailbox: there is none to be changed.
    """
    actor.require(Permission.CONFIGURE)
    mailbox = lock_mailbox(mailbox_id) if mailbox_id is not None else Mailbox()
    address = address.strip().lower()
    refuse_bad_address(address, incoming=incoming, besides=mailbox_id)
    before = facts_of(mailbox, *MAILBOX_FACTS)
    has_new_address = mailbox_id is not None and mailbox.address != address
    mailbox.address = address
    mailbox.brand, mailbox.department, mailbox.incoming = brand, department, incoming
    has_new_password = incoming == Incoming.IMAP and bool(access.password)
    if incoming == Incoming.IMAP:
        keep_access(mailbox, access)
    begin_anew(mailbox, at=at)
    mailbox.save()
    record(
        Action.CONFIGURATION_CHANGED,
        mailbox,
        actor=actor,
        at=at,
        changes={
            "what": "mailbox",
            "is_new": mailbox_id is None,
            "address": has_new_address,
            "password": has_new_password,
            **differences(before, facts_of(mailbox, *MAILBOX_FACTS)),
        },
    )
    return mailbox


@transaction.atomic
def set_mailbox_active(*, mailbox_id: int, is_active: bool, actor: Actor, at: datetime) -> Mailbox:
    """Switch a mailbox off or on again; a second time changes nothing.

    Raises:
        NoSuchMailbox: there is none of this id.
    """
    actor.require(Permission.CONFIGURE)
    mailbox = lock_mailbox(mailbox_id)
    if mailbox.is_active == is_active:
        return mailbox
    mailbox.is_active = is_active
    begin_anew(mailbox, at=at)
    mailbox.save()
    record(
        Action.CONFIGURATION_CHANGED,
        mailbox,
        actor=actor,
        at=at,
        changes={"what": "mailbox", "active": is_active, "active_was": not is_active},
    )
    return mailbox


def begin_anew(mailbox: Mailbox, *, at: datetime) -> None:
    """Forget earlier faults, and let tick look now if there is anything to fetch."""
    is_fetched = mailbox.is_active and mailbox.incoming == Incoming.IMAP
    mailbox.next_fetch_at = at if is_fetched else None
    mailbox.last_error = FetchFault.NOTHING
    mailbox.failures = 0


def lock_mailbox(mailbox_id: int) -> Mailbox:
    """Return a mailbox, locked, or refuse."""
    mailbox = Mailbox.objects.select_for_update(of=("self",)).filter(pk=mailbox_id).first()
    if mailbox is None:
        raise NoSuchMailbox(_("There is no such mailbox."), next_step=_("Load the page again."))
    return mailbox


def refuse_bad_address(address: str, *, incoming: Incoming, besides: int | None) -> None:
    """Refuse what is no address, is taken, or belongs to somebody else; three queries."""
    try:
        validate_email(address)
    except ValidationError as fault:
        raise BadMailbox(
            _("This is not a mail address."), next_step=_("Write it like help@company.example.")
        ) from fault
    others = Mailbox.objects.exclude(pk=besides) if besides is not None else Mailbox.objects
    if others.filter(address=address).exists():
        raise BadMailbox(
            _("There is a mailbox of this address already."),
            next_step=_("Change that one, or take another address."),
        )
    if others.count() >= MOST_MAILBOXES:
        raise BadMailbox(
            _("There are %(count)s mailboxes already.") % {"count": MOST_MAILBOXES},
            next_step=_("Change one that is no longer used."),
        )
    refuse_foreign_domain(address.rpartition("@")[2], incoming=incoming)


def refuse_foreign_domain(domain: str, *, incoming: Incoming) -> None:
    """Refuse a domain of another tenant; one that nobody has can be fetched, not listened for.

    The operator says which domain is whose: a tenant that could take any would get the mail of
    others, and write in their name.
    """
    owner = tenant_of_domain(domain)
    is_ours = owner is not None and owner.pk == tenant_of_the_scope()
    is_theirs = owner is not None and not is_ours
    own_domain = settings.MAIL_DOMAIN.lower()
    is_reserved = domain == own_domain or (domain.endswith(f".{own_domain}") and not is_ours)
    if is_theirs or is_reserved or (incoming == Incoming.LISTENER and not is_ours):
        raise BadMailbox(
            _("Mail to %(domain)s does not come to this desk.") % {"domain": domain},
            next_step=_(
                "Ask whoever runs this installation to give you the domain, or have the mail"
                " fetched by IMAP."
            ),
        )


def keep_access(mailbox: Mailbox, access: ImapAccess) -> None:
    """Take over how the server is entered.

    A stored password goes to the server for which it was given and to no other one: whoever
    changes the server gives the password again.
    """
    refuse_bad_access(access)
    place = (access.host, access.port, access.security, access.username)
    before = (mailbox.host, mailbox.port, mailbox.security, mailbox.username)
    if place != before or access.folder != mailbox.folder:
        mailbox.uid_validity = mailbox.last_uid = 0
    if access.password:
        mailbox.sealed_password = seal(access.password)
    elif not mailbox.sealed_password or place != before:
        raise BadMailbox(
            _("The password is needed."),
            next_step=_("Give it whenever server or user name change."),
            field="password",
        )
    mailbox.host, mailbox.port, mailbox.security, mailbox.username = place
    mailbox.folder = access.folder
    mailbox.afterwards = access.afterwards
    mailbox.move_to = access.move_to if access.afterwards == Afterwards.MOVE else ""


def refuse_bad_access(access: ImapAccess) -> None:
    """Refuse what no server can be entered with; whether one is there is tried, not judged here."""
    lines = (access.host, access.username, access.password, access.folder, access.move_to)
    if any(ord(sign) < 32 or ord(sign) == 127 for sign in "".join(lines)):
        raise BadMailbox(
            _("There is a line break in it."), next_step=_("Write it anew."), field="host"
        )
    for value, longest, field, sentence in (
        (access.host, 253, "host", _("The server is needed.")),
        (access.username, 254, "username", _("The user name is needed.")),
        (access.folder, 200, "folder", _("The folder is needed.")),
    ):
        if not value or len(value) > longest:
            raise BadMailbox(
                sentence, next_step=_("Look into your mail program's settings."), field=field
            )
    if not 1 <= access.port <= 65535:
        raise BadMailbox(
            _("This is not a port."), next_step=_("Take 993, or 143 for STARTTLS."), field="port"
        )
    refuse_bad_move(access)


def refuse_bad_move(access: ImapAccess) -> None:
    """Refuse to move mails to nowhere, or to where they came from."""
    if access.afterwards != Afterwards.MOVE:
        return
    if not access.move_to or len(access.move_to) > 200 or access.move_to == access.folder:
        raise BadMailbox(
            _("Fetched mails are to be moved to another folder."),
            next_step=_("Write its name, such as Archive."),
            field="move_to",
        )
