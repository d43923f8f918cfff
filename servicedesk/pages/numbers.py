"""Numbers of cases and problems as people write them, in addresses and in fields."""

import re

MOST_DIGITS = 15
PROBLEM = re.compile(rf"\s*(?:[Pp]\s*-?\s*)?([0-9]{{1,{MOST_DIGITS}}})\s*\Z")


def problem_number_in(text: str) -> int | None:
    """Return the number in `P-204`, `p204` or `204`; None if it is no number of a problem."""
    found = PROBLEM.match(text)
    return int(found[1]) if found else None


class CaseNumber:
    """A case's number in an address: 48213."""

    regex = rf"[0-9]{{1,{MOST_DIGITS}}}"

    def to_python(self, value: str) -> int:
        """Return the number."""
        return int(value)

    def to_url(self, value: int | str) -> str:
        """Return the number as it stands in an address."""
        return str(value)


class ProblemNumber:
    """A problem's number in an address: 204, also written P-204."""

    regex = rf"(?:[Pp]-)?[0-9]{{1,{MOST_DIGITS}}}"

    def to_python(self, value: str) -> int:
        """Return the number without its letter."""
        return int(value.removeprefix("P-").removeprefix("p-"))

    def to_url(self, value: int | str) -> str:
        """Return the number as it stands in an address, without its letter."""
        return str(value).removeprefix("P-")
