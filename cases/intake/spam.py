"""What speaks against a filled-in form: points by sign, nothing decided alone. Pure."""

import re
from dataclasses import dataclass
from datetime import timedelta

HELD_FROM = 6
"""A form with so many points waits for a person."""

FASTEST_PERSON = timedelta(seconds=3)
FEW_LINKS, MANY_LINKS = 2, 5
LINK = re.compile(r"https?://|\bwww\.", re.IGNORECASE)
MARKUP = re.compile(r"<a\s|\[url[=\]]|\[link[=\]]", re.IGNORECASE)
PHRASES = (
    "backlink", "casino", "click here to claim", "crypto investment", "cheap viagra", "cialis",
    "domain authority", "earn money online", "guest post", "increase your ranking", "seo service",
    "rank on google", "sexy girls", "payday loan", "porn", "viagra", "whatsapp number database",
)  # fmt: skip
POINTS_A_PHRASE = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Filled:
    """What is judged: the words, how long somebody took, and what is known of other forms.

    `trap` is what stands in the field that people do not see.
    """

    name: str
    subject: str
    text: str
    took: timedelta
    trap: str = ""
    was_said_before: bool = False


def points_against(filled: Filled) -> dict[str, int]:
    """Return the points of each sign that is there, by its code; no sign, no entry."""
    words = f"{filled.subject}\n{filled.text}"
    links = len(LINK.findall(words))
    phrases = sum(phrase in words.lower() for phrase in PHRASES)
    points = {
        "trap": 10 if filled.trap else 0,
        "too_fast": 3 if filled.took < FASTEST_PERSON else 0,
        "links": 6 if links >= MANY_LINKS else 3 if links >= FEW_LINKS else 0,
        "markup": 6 if MARKUP.search(words) else 0,
        "name_is_link": 6 if LINK.search(filled.name) else 0,
        "said_before": 6 if filled.was_said_before else 0,
        "phrases": POINTS_A_PHRASE * min(phrases, 3),
    }
    return {code: count for code, count in points.items() if count}
