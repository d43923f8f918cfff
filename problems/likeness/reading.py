"""What of a mail is read: its subject and what its sender wrote now, without the wrapping."""

import re

from cases.intake.quoting import split_quoted

MOST_CHARACTERS = 4_000
"""Of a text; the model reads about the first hundred words."""

_ANSWERED = re.compile(r"^\s*((re|aw|fwd?|wg|sv|antw|odp|tr|rv|vs)\s?(\[\d+\])?\s?:\s*)+", re.I)


def readable(subject: str, *, text: str) -> str:
    """Return what the model reads of a subject and a text."""
    body = split_quoted(text, subject=subject).new
    title = _ANSWERED.sub("", subject).strip().rstrip("…")
    if body.startswith(title):
        return body[:MOST_CHARACTERS]
    return f"{title}\n{body}"[:MOST_CHARACTERS]
