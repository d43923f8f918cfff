"""What stands for a person without a picture: two letters, and a colour that stays the same."""

from functools import lru_cache
from zlib import crc32

from workflow.people.models import HUES


@lru_cache(maxsize=4096)
def initials_of(name: str) -> str:
    """Return the one or two letters of a person's avatar."""
    words = [word for word in name.replace("@", " ").split() if word[0].isalnum()]
    if not words:
        return "?"
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


@lru_cache(maxsize=4096)
def hue_of(name: str) -> str:
    """Return the hue that always belongs to this name."""
    return HUES[crc32(name.encode()) % len(HUES)]
