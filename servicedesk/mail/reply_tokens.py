"""Reply addresses that say, signed, which case and contact an answer belongs to. Pure.

Form: `r+KEY.TENANT.CASE.CONTACT.SIGNATURE@domain`; ids in hexadecimal, 120 bits of HMAC.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass

# RFC 5321, section 4.5.3.1.1.
LONGEST_LOCAL_PART = 64
SIGNATURE_BYTES = 15

KEY_ID = re.compile(r"[0-9a-z]{1,4}")
REPLY = re.compile(
    r"r\+(?P<key>[0-9a-z]{1,4})\.(?P<tenant>[0-9a-f]{1,16})\.(?P<case>[0-9a-f]{1,16})"
    r"\.(?P<contact>[0-9a-f]{1,16})\.(?P<signature>[a-z2-7]{24})@[^@\s]{1,253}",
    re.ASCII,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplyKey:
    """A signing key and the short name by which addresses refer to it, for rotation."""

    key_id: str
    secret: bytes

    def __post_init__(self) -> None:
        """Raise ValueError for a name that cannot stand in an address or a weak secret."""
        if not KEY_ID.fullmatch(self.key_id) or len(self.secret) < 16:
            raise ValueError("A reply key needs a name of 1 to 4 letters or digits and 16 bytes.")


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplyTo:
    """What a valid reply address says. Whether the sender may answer there is checked elsewhere."""

    tenant_id: int
    case_id: int
    contact_id: int


def reply_address(
    key: ReplyKey, *, tenant_id: int, case_id: int, contact_id: int, domain: str
) -> str:
    """Return the address at which `contact_id` answers in `case_id`.

    Raises ValueError when the ids make a local part that mail servers need not accept.
    """
    claim = f"{key.key_id}.{tenant_id:x}.{case_id:x}.{contact_id:x}"
    local_part = f"r+{claim}.{_sign(key, claim)}"
    if min(tenant_id, case_id, contact_id) < 0 or len(local_part) > LONGEST_LOCAL_PART:
        raise ValueError("These ids do not fit into a reply address.")
    return f"{local_part}@{domain}"


def read_reply_address(keys: Iterable[ReplyKey], address: str) -> ReplyTo | None:
    """Return what `address` says if one of `keys` signed it, else None.

    Old keys stay in `keys` as long as mails signed with them may be answered.
    """
    # Some mail systems change the case of the local part.
    match = REPLY.fullmatch(address.strip().lower())
    if match is None:
        return None
    # Written anew from the numbers, so that one case has exactly one valid address per key.
    tenant_id, case_id, contact_id = (
        int(match[part], 16) for part in ("tenant", "case", "contact")
    )
    claim = f"{match['key']}.{tenant_id:x}.{case_id:x}.{contact_id:x}"
    is_signed = False
    for key in keys:
        if key.key_id == match["key"]:
            is_signed |= hmac.compare_digest(_sign(key, claim), match["signature"])
    canonical = match[0].startswith(f"r+{claim}.")
    if not (is_signed and canonical):
        return None
    return ReplyTo(tenant_id=tenant_id, case_id=case_id, contact_id=contact_id)


def _sign(key: ReplyKey, claim: str) -> str:
    digest = hmac.new(key.secret, b"reply|" + claim.encode("ascii"), hashlib.sha256).digest()
    return base64.b32encode(digest[:SIGNATURE_BYTES]).decode("ascii").lower()
