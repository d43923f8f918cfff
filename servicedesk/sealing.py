"""Seal secrets that must be read again, such as a mailbox's password: unreadable in the database.

Form: `KEY_ID.TOKEN`. The token is Fernet (AES-128-CBC with HMAC-SHA256); the keys come from
SECRET_KEY and SECRET_KEY_FALLBACKS, so that what an old key sealed opens while the key is kept.
"""

import base64
import hashlib
import hmac
from typing import ClassVar

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.utils.translation import gettext as _

from workflow.refusals import Refusal


class CannotUnseal(Refusal):
    """A secret was sealed with a key that is no longer known, or was changed since."""

    code: ClassVar[str] = "cannot_unseal"

    def __init__(self) -> None:
        super().__init__(
            _("A stored secret cannot be opened with this installation's keys."),
            next_step=_("Enter it again, or put the earlier key into SECRET_KEY_FALLBACKS."),
        )


def seal(text: str) -> str:
    """Return `text` sealed with the present key; the same text gives another answer each time."""
    key_id, fernet = keys()[0]
    return f"{key_id}.{fernet.encrypt(text.encode()).decode('ascii')}"


def unseal(sealed: str) -> str:
    """Return what was sealed.

    Raises:
        CannotUnseal: no key opens it, or it was changed.
    """
    named, _dot, token = sealed.partition(".")
    for key_id, fernet in keys():
        if hmac.compare_digest(key_id.encode(), named.encode()):
            try:
                return fernet.decrypt(token.encode()).decode()
            except (InvalidToken, UnicodeDecodeError) as fault:
                raise CannotUnseal from fault
    raise CannotUnseal


def is_of_the_present_key(sealed: str) -> bool:
    """Whether a sealed text was sealed with SECRET_KEY itself, not with a fallback."""
    return sealed.partition(".")[0] == keys()[0][0]


def keys() -> list[tuple[str, Fernet]]:
    """Return the keys with their names, the present one first."""
    return [
        key_of(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS) if secret
    ]


def key_of(secret: str) -> tuple[str, Fernet]:
    """Return a key's name and the key. Neither says anything of the secret or of other keys."""
    key = hmac.digest(secret.encode(), b"throughline|sealing", hashlib.sha256)
    name = hmac.digest(secret.encode(), b"throughline|sealing-name", hashlib.sha256).hex()[:8]
    return name, Fernet(base64.urlsafe_b64encode(key))
