"""Files for programs for tables: CSV that shows every text and computes none."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Any

from django.http import HttpResponse

# A program for tables takes a cell that begins like this for a formula and runs it.
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_cell(value: str) -> str:
    """Return a text that no program for tables takes for a formula."""
    return f"'{value}" if value.startswith(BEGINS_A_FORMULA) else value


def csv_answer(lines: Iterable[Sequence[Any]], *, name: str) -> HttpResponse:
    """Answer lines as a file of this name."""
    text = StringIO()
    csv.writer(text).writerows(lines)
    return HttpResponse(
        # The mark at the beginning lets programs for tables read letters of every script.
        "\ufeff" + text.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
