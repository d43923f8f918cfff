"""Which mail addresses a text names. Pure."""

import re

# Rather one too many than one too few: what is found is looked up.
ADDRESS = re.compile(r"[\w.+%-]{1,64}@[\w-]+(?:\.[\w-]+)+", re.ASCII)
MOST = 50
READ_AT_MOST = 50_000


def mail_addresses_in(text: str) -> list[str]:
    """Return the addresses in a text, in small letters, each once, at most 50."""
    if "@" not in text:
        return []
    found = (match[0].lower().rstrip(".") for match in ADDRESS.finditer(text[:READ_AT_MOST]))
    return list(dict.fromkeys(found))[:MOST]
