"""How a receiver checks a call: written from the page that tells receivers, not from our code."""

import base64
import hashlib
import hmac

TOLERANCE_SECONDS = 300


def is_ours(*, secret: str, headers: dict[str, str], body: bytes, now: float) -> bool:
    """Whether a call carries a signature of the secret and is not old."""
    named = {name.lower(): value for name, value in headers.items()}
    key = base64.b64decode(secret.removeprefix("whsec_"))
    if abs(now - int(named["webhook-timestamp"])) > TOLERANCE_SECONDS:
        return False
    signed = f"{named['webhook-id']}.{named['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return any(
        hmac.compare_digest(f"v1,{expected}", one) for one in named["webhook-signature"].split()
    )
