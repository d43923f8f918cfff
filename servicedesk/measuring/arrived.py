"""A stream of labelled cases to measure patterns with, as one JSON object a line.

`{"at", "text", "customer", "label", "new"}`: rows whose `new` is false belong to a problem that is
known already, the others to one that nobody has seen.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from servicedesk.measuring.labelled import BadTexts


@dataclass(frozen=True, slots=True)
class Row:
    """A case of the stream; `at` is aware. A label of None says that it is about nothing known."""

    at: datetime
    text: str
    customer: str
    label: str | None
    is_new: bool


def read_rows(lines: Iterable[str]) -> list[Row]:
    """Read the stream, in order of time; a time without a zone is UTC.

    Raises:
        BadTexts: a line is no such object, or there is none.
    """
    rows: list[Row] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            rows.append(row_in(json.loads(line)))
        except (KeyError, TypeError, ValueError) as fault:
            raise BadTexts(f"line {number} is no case of a stream ({fault!r})") from fault
    if not rows:
        raise BadTexts("there must be cases")
    return sorted(rows, key=lambda row: row.at)


def row_in(found: dict[str, Any]) -> Row:
    """Return the case of one line."""
    at = datetime.fromisoformat(str(found["at"]))
    label = found["label"]
    return Row(
        at=at if at.tzinfo else at.replace(tzinfo=UTC),
        text=str(found["text"]),
        customer=str(found["customer"]),
        label=None if label is None else str(label),
        is_new=bool(found["new"]),
    )
