"""What our own mail server found out about a sender: Authentication-Results (RFC 8601). Pure.

Anybody can write such a header into a mail. Only those count that carry the name of our own mail
server, which has to remove foreign ones of that name (RFC 8601, section 5). A pass is never used
as a proof, so that a forged one gains nothing; a fail is believed.
"""

import re
from collections.abc import Iterable

COMMENT = re.compile(r"\([^()]*\)")
QUOTED = re.compile(r'"[^"]*"')
DMARC = re.compile(r"(?:^|[;\s])dmarc\s*=\s*([a-z]+)", re.IGNORECASE)
FAILED = "fail"


def is_disowned(results: Iterable[str], *, authserv_id: str) -> bool:
    """Say whether our mail server found that the sender's domain disowns the mail (dmarc=fail).

    `results` are the values of the headers, `authserv_id` the name that our server signs with;
    with an empty one nothing counts.
    """
    return any(
        FAILED in dmarc_results(value)
        for value in results
        if authserv_id and server_of(value) == authserv_id.lower()
    )


def server_of(value: str) -> str:
    """Return the name of the server that wrote a header, in lower case."""
    words = bare(value).partition(";")[0].split()
    return words[0].lower() if words else ""


def dmarc_results(value: str) -> list[str]:
    """Return each result of DMARC in a header; what stands in comments or quotes is none."""
    return [result.lower() for result in DMARC.findall(bare(value).partition(";")[2])]


def bare(value: str) -> str:
    """Return a header without quoted strings and comments, which may be nested five deep."""
    value = QUOTED.sub("", value)
    for _ in range(5):
        value = COMMENT.sub(" ", value)
    return value
