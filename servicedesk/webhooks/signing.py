"""Sign a call, so that the receiver knows that it is ours, whole, and not an old one again.

The form is that of Standard Webhooks: libraries for it exist in many languages, the message's id
is signed too, and several signatures stand side by side while a secret is being changed.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime

PREFIX = "whsec_"
SECRET_BYTES = 32
VERSION = "v1"


def new_secret() -> str:
    """Return a secret that nobody had before, in the form that is shown."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode("ascii")


def key_of(secret: str) -> bytes:
    """Return the bytes that sign.

    Raises:
        ValueError: it is not a secret of ours.
    """
    try:
        return base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as problem:
        raise ValueError("This is not the secret of a webhook.") from problem


def signature(secret: str, *, message_key: str, at: datetime, body: bytes) -> str:
    """Return the signature of one secret: `v1,` and base64 of HMAC-SHA256."""
    signed = b".".join((message_key.encode(), str(seconds(at)).encode(), body))
    digest = hmac.digest(key_of(secret), signed, hashlib.sha256)
    return f"{VERSION},{base64.b64encode(digest).decode('ascii')}"


def seconds(at: datetime) -> int:
    """Return a time as whole seconds since 1970."""
    return int(at.timestamp())


def headers_of(
    secrets_in_force: Iterable[str], *, message_key: str, at: datetime, body: bytes
) -> dict[str, str]:
    """Return the three headers that a receiver checks; `at` is the time of this try."""
    return {
        "webhook-id": message_key,
        "webhook-timestamp": str(seconds(at)),
        "webhook-signature": " ".join(
            signature(secret, message_key=message_key, at=at, body=body)
            for secret in secrets_in_force
        ),
    }
