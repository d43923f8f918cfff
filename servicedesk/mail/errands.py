"""Signed words with which a colleague decides about one thing without signing in. Pure.

An errand says who is asked, about what, as of which version of it, and until which day. Written
as a link or as a mail address; one is never good as the other, since an address is seen by every
server on its way.

Form: `KEY.TENANT.SUBJECT.USER.VERSION.DAY.SIGNATURE`; numbers in base 36, 120 bits of HMAC.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from servicedesk.mail.reply_tokens import LONGEST_LOCAL_PART, SIGNATURE_BYTES, ReplyKey

LASTS = timedelta(days=7)
DAY = timedelta(days=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PREFIX = "d+"
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
MOST_DIGITS = 12

WORD = re.compile(
    r"(?P<claim>(?P<key>[0-9a-z]{1,4})\.(?P<tenant>[0-9a-z]{1,12})"
    r"\.(?P<about>[a-z])(?P<subject>[0-9a-z]{1,12})\.(?P<user>[0-9a-z]{1,12})"
    r"\.(?P<version>[0-9a-z]{1,12})\.(?P<day>[0-9a-z]{1,12}))\.(?P<signature>[a-z2-7]{24})",
    re.ASCII,
)


class About(StrEnum):
    """What an errand is about."""

    PROBLEM = "p"
    TASK = "t"
    APPROVAL = "a"


class Way(StrEnum):
    """By which way somebody answers."""

    LINK = "link"
    MAIL = "mail"


@dataclass(frozen=True, kw_only=True, slots=True)
class Errand:
    """What a valid word says. Whether the person may still do it is asked when it is done.

    `version` is that of the subject's state when it was written: once the state has changed, the
    errand is over. `last_day` counts days since 1970 in UTC.
    """

    tenant_id: int
    about: About
    subject_id: int
    user_id: int
    version: int
    last_day: int

    @property
    def ends_at(self) -> datetime:
        """The moment from which on the word is good for nothing, in UTC."""
        return EPOCH + (self.last_day + 1) * DAY


def last_day_from(at: datetime) -> int:
    """Return the last day of an errand that is given at a moment."""
    return (at + LASTS - EPOCH) // DAY


def word_of(key: ReplyKey, errand: Errand, *, way: Way) -> str:
    """Return the signed word of an errand.

    Raises ValueError when a number is negative or absurdly large.
    """
    numbers = (
        errand.tenant_id, errand.subject_id, errand.user_id, errand.version, errand.last_day,
    )  # fmt: skip
    if min(numbers) < 0 or max(numbers) >= 36**MOST_DIGITS:
        raise ValueError("These numbers do not fit into an errand.")
    claim = claim_of(key.key_id, errand)
    return f"{claim}.{sign(key, claim, way=way)}"


def address_of(key: ReplyKey, errand: Errand, *, domain: str) -> str:
    """Return the address at which the person answers, empty when mail servers need not take it."""
    local_part = f"{PREFIX}{word_of(key, errand, way=Way.MAIL)}"
    return f"{local_part}@{domain}" if len(local_part) <= LONGEST_LOCAL_PART else ""


def read_word(keys: Iterable[ReplyKey], word: str, *, way: Way) -> Errand | None:
    """Return what a word says if one of the keys signed it for this way, else None."""
    match = WORD.fullmatch(word.strip().lower())
    if match is None or match["about"] not in set(About):
        return None
    is_signed = False
    for key in keys:
        if key.key_id == match["key"]:
            is_signed |= hmac.compare_digest(sign(key, match["claim"], way=way), match["signature"])
    errand = Errand(
        tenant_id=int(match["tenant"], 36),
        about=About(match["about"]),
        subject_id=int(match["subject"], 36),
        user_id=int(match["user"], 36),
        version=int(match["version"], 36),
        last_day=int(match["day"], 36),
    )
    # One errand has exactly one word for each key and way.
    is_canonical = claim_of(match["key"], errand) == match["claim"]
    return errand if is_signed and is_canonical else None


def read_address(keys: Iterable[ReplyKey], address: str) -> Errand | None:
    """Return what an address says if it is one of ours, else None."""
    local_part, _at, domain = address.strip().lower().partition("@")
    if not domain or not local_part.startswith(PREFIX):
        return None
    return read_word(keys, local_part.removeprefix(PREFIX), way=Way.MAIL)


def claim_of(key_id: str, errand: Errand) -> str:
    """Return what is signed."""
    numbers = (errand.user_id, errand.version, errand.last_day)
    return ".".join(
        [
            key_id,
            in_base_36(errand.tenant_id),
            f"{errand.about.value}{in_base_36(errand.subject_id)}",
            *map(in_base_36, numbers),
        ]
    )


def in_base_36(number: int) -> str:
    """Write a number in digits and small letters."""
    digits = ""
    while number >= len(DIGITS):
        number, place = divmod(number, len(DIGITS))
        digits = DIGITS[place] + digits
    return DIGITS[number] + digits


def sign(key: ReplyKey, claim: str, *, way: Way) -> str:
    """Return the signature of a claim for one way."""
    said = f"errand|{way.value}|{claim}".encode("ascii")
    digest = hmac.new(key.secret, said, hashlib.sha256).digest()
    return base64.b32encode(digest[:SIGNATURE_BYTES]).decode("ascii").lower()
