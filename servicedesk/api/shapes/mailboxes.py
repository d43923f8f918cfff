"""Shapes of mailboxes; a password goes in and never comes out."""

from typing import Any

from rest_framework import serializers

from servicedesk.api.shapes.fields import (
    Shown,
    Taken,
    choice,
    number,
    number_shown,
    shown,
    text_shown,
    time_shown,
    words,
    yes_shown,
)
from servicedesk.mail.mailboxes import Afterwards, Incoming, Security


class MailboxWish(Taken):
    """A mailbox; what concerns the server counts where `incoming` is `imap`."""

    address = words(longest=254, is_needed=True)
    brand = number(says="Id of the brand in whose name it writes.")
    department = words(longest=80, is_needed=True, says="Short name of the queue of its cases.")
    incoming = choice(*Incoming.values, default=Incoming.LISTENER.value)
    host = words(longest=253)
    port = serializers.IntegerField(min_value=1, max_value=65535, default=993)
    security = choice(*Security.values, default=Security.TLS.value)
    username = words(longest=254)
    password = serializers.CharField(
        write_only=True,
        required=False,
        allow_blank=True,
        default="",
        max_length=1000,
        trim_whitespace=False,
        help_text="An empty one keeps what is stored, while server and user name stay.",
    )
    folder = words(longest=200, says="INBOX without one.")
    afterwards = choice(*Afterwards.values, default=Afterwards.SEEN.value)
    move_to = words(longest=200, says="The folder, for `move`.")


class MailboxShape(Shown):
    """A mail address of the desk, and what brings its mail."""

    id = number_shown()
    address = text_shown()
    brand = serializers.IntegerField(source="brand_id", read_only=True)
    department = shown("department.slug")
    incoming = text_shown()
    host = text_shown()
    port = number_shown()
    security = text_shown()
    username = text_shown()
    has_password = serializers.SerializerMethodField()
    folder = text_shown()
    afterwards = text_shown()
    move_to = text_shown()
    is_active = yes_shown()
    last_fetched_at = time_shown(is_nullable=True)
    last_error = text_shown()

    def get_has_password(self, mailbox: Any) -> bool:
        """Return whether a password is stored."""
        return bool(mailbox.sealed_password)


class TriedShape(Shown):
    """What came of a test; `fault` is empty where all is well."""

    id = number_shown()
    works = yes_shown()
    fault = text_shown()
    says = text_shown()
