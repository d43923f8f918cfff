"""Command words: what a colleague decides in the first line of an answer. Pure.

The words are English in every language, like the subject of a mailing list's control mails: they
stand in the mail that is answered.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

LONGEST_TEXT = 4_000


class Deed(StrEnum):
    """What can be decided without signing in."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    HAND_OVER = "hand_over"
    DONE = "done"
    APPROVE = "approve"
    DECLINE = "decline"


@dataclass(frozen=True, slots=True)
class Command:
    """A decision, the department that it names if any, and the words that go with it."""

    deed: Deed
    department: str = ""
    text: str = ""


# A word that needs nothing more stands alone in its line: "accept that we are late" decides nothing.
ALONE = re.compile(r"(?P<word>accept|approve|done)[ \t]*[.!]?", re.IGNORECASE | re.ASCII)
WITH_WORDS = re.compile(
    r"(?P<word>accept|approve|done|decline|refuse|hand[ \t]?over)"
    r"(?:[ \t]+to[ \t]+(?P<department>[^:]{1,80}?))?[ \t]*:[ \t]*(?P<rest>.*)",
    re.IGNORECASE,
)
WITH_DEPARTMENT = frozenset({Deed.REFUSE, Deed.HAND_OVER})


def command_in(text: str) -> Command | None:
    """Return what the first line that is not empty decides, or None if it decides nothing."""
    first, _newline, below = text.strip().partition("\n")
    first = first.strip()
    alone = ALONE.fullmatch(first)
    if alone is not None:
        return Command(deed=Deed(alone["word"].lower()), text=below.strip()[:LONGEST_TEXT])
    match = WITH_WORDS.fullmatch(first)
    if match is None:
        return None
    deed = Deed("_".join(match["word"].lower().replace("handover", "hand over").split()))
    department = (match["department"] or "").strip()
    if department and deed not in WITH_DEPARTMENT:
        return None
    said = f"{match['rest']}\n{below}".strip()
    return Command(deed=deed, department=department, text=said[:LONGEST_TEXT])
