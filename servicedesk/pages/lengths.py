"""What is typed and longer than there is room for: said at its field, and never cut."""

from collections.abc import Mapping

from workflow.lengths import TooManyCharacters, fitting


def too_long(typed: Mapping[str, str], *, limits: Mapping[str, int]) -> dict[str, str]:
    """Return what to write shorter, by field; `limits` are in characters."""
    errors = {}
    for name, longest in limits.items():
        try:
            fitting(typed.get(name, ""), longest=longest)
        except TooManyCharacters as refusal:
            errors[name] = str(refusal)
    return errors
