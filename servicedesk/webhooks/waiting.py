"""How long a receiver asks to be left alone: Retry-After (RFC 9110, section 10.2.3)."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from servicedesk.outbound.calling import Answer

# Only these speak of time: too many requests, and not available now.
SAYS_WHEN = frozenset({429, 503})
# Whoever asks for more is asked again after a day, so that a slip of theirs loses nothing.
LONGEST_WAIT = timedelta(days=1)
MOST_DIGITS = 9


def asked_to_wait(answer: Answer, *, at: datetime) -> timedelta:
    """Return how long from `at` a receiver wants no call, a day at most; nothing if it says nothing."""
    if answer.status not in SAYS_WHEN:
        return timedelta(0)
    return max(timedelta(0), min(span_of(answer.retry_after.strip(), at=at), LONGEST_WAIT))


def span_of(said: str, *, at: datetime) -> timedelta:
    """Return the span that the header says, as seconds or as a date; none where it says neither."""
    if said.isascii() and said.isdecimal():
        return timedelta(seconds=int(said)) if len(said) <= MOST_DIGITS else LONGEST_WAIT
    try:
        moment = parsedate_to_datetime(said)
    except (ValueError, TypeError, OverflowError):
        return timedelta(0)
    # A date without a zone is in UTC, as all dates of HTTP are.
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - at
