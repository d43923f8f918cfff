"""What is wrong with a field, as people read it."""

from collections.abc import Iterable


def sentences(said: object) -> str:
    """Write what is wrong with a field: one sentence, or several as one text."""
    if not said:
        return ""
    if isinstance(said, str):
        return said
    return " ".join(str(one) for one in said) if isinstance(said, Iterable) else str(said)
