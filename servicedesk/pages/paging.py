"""Where a page of a list ends, as an opaque word in an address, and back."""

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime

from django.utils.translation import gettext as _

from workflow.refusals import Refusal

LONGEST_CURSOR = 200


class BadCursor(Refusal):
    """The address of a further page was altered or cut."""

    code = "bad_cursor"
    status = 400


def cursor_of(*parts: str | int | datetime) -> str:
    """Return places in a list as one word for an address."""
    plain = [part.isoformat() if isinstance(part, datetime) else part for part in parts]
    return urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def id_in(cursor: str) -> int | None:
    """Return the id that a cursor holds; None for the first page.

    Raises:
        BadCursor: the word is none of ours.
    """
    if not cursor:
        return None
    match read(cursor):
        case [int(found)]:
            return found
    raise bad_cursor()


def moment_and_id_in(cursor: str) -> tuple[datetime, int] | None:
    """Return the moment and the id that a cursor holds; None for the first page.

    Raises:
        BadCursor: the word is none of ours.
    """
    if not cursor:
        return None
    match read(cursor):
        case [str(written), int(found)]:
            try:
                at = datetime.fromisoformat(written)
            except ValueError:
                raise bad_cursor() from None
            if at.tzinfo is not None and abs(found) < 2**63:
                return at, found
    raise bad_cursor()


def read(cursor: str) -> object:
    """Return what a cursor holds."""
    if len(cursor) > LONGEST_CURSOR:
        raise bad_cursor()
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        found: object = json.loads(urlsafe_b64decode(padded.encode()))
    except (binascii.Error, ValueError):
        raise bad_cursor() from None
    return found


def bad_cursor() -> BadCursor:
    """Return the refusal of a cursor that is none of ours."""
    return BadCursor(
        _("This address does not lead to a page of the list."),
        next_step=_("Start again at the beginning of the list."),
    )
