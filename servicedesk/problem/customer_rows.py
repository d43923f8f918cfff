"""The rows of a ledger, on a page and in a file."""

import csv
from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _

from problems.ledger import Asked, whole_ledger
from servicedesk.pages.case_words import state_words
from servicedesk.pages.ledger_words import STANDS, TONES, found_words, moment_of, stands
from servicedesk.pages.spreadsheets import as_cell

TIMES = (
    "found_at",
    "told_at",
    "delivered_at",
    "seen_at",
    "workaround_at",
    "applied_at",
    "confirmed_at",
    "left_at",
)


class Line:
    """What a csv writer writes to: it hands each line back."""

    def write(self, line: str) -> str:
        """Return the line."""
        return line


def row(affected: Any, scopes: Mapping[int, str]) -> dict[str, Any]:
    """Return one affected customer; no query."""
    organisation = affected.contact.organisation
    code = stands(affected)
    excused_by = affected.excused_by
    return {
        "contact": affected.contact_id,
        "name": affected.contact.name,
        "href": reverse("agent:contact", args=[affected.contact_id]),
        "organisation": organisation.name if organisation else "",
        "found": found_words(affected, scopes),
        "found_at": affected.found_at,
        "stands": code,
        "stands_label": str(STANDS[code]),
        "stands_tone": TONES.get(code, ""),
        "stands_at": moment_of(affected, code),
        "times_told": affected.times_told,
        "last_told_at": affected.last_told_at,
        "bounced_at": affected.last_bounced_at,
        "is_excused": affected.excused_at is not None,
        "excuse": affected.excuse,
        "excused_by": excused_by.name if excused_by else "",
        "case": affected.case_number,
        "case_href": reverse("agent:case", args=[affected.case_number])
        if affected.case_number
        else "",
        "case_state": affected.case_state or "",
        "case_state_label": state_words(affected.case_state) if affected.case_state else "",
    }


def file_of(problem: Any, asked: Asked, scopes: Mapping[int, str]) -> HttpResponse:
    """Return the ledger as a CSV file that no spreadsheet takes for formulas.

    It is written at once: what is streamed is read when the tenant's scope is over.
    """
    answer = HttpResponse(lines_of(problem, asked, scopes), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{problem.name}-customers.csv"'
    return answer


def titles() -> list[str]:
    """Return the titles of the columns."""
    return [
        _("Customer"),
        _("Organisation"),
        _("Found"),
        _("How far"),
        _("Times told"),
        _("Last told at"),
        _("Found at"),
        _("First told at"),
        _("Delivered at"),
        _("Seen at"),
        _("On a workaround since"),
        _("Has the solution since"),
        _("Confirmed at"),
        _("Not affected any more since"),
        _("Exception because"),
        _("Named by"),
        _("Case"),
        _("State of the case"),
    ]


def lines_of(problem: Any, asked: Asked, scopes: Mapping[int, str]) -> Iterator[str]:
    """Return the lines of the file; a thousand customers a query, the times in the tenant's zone."""
    writer = csv.writer(Line())
    zone = get_current_timezone()

    def moment(at: Any) -> str:
        return at.astimezone(zone).isoformat(timespec="minutes") if at else ""

    yield writer.writerow(titles())
    one: Any
    for one in whole_ledger(problem, asked):
        shown = row(one, scopes)
        yield writer.writerow(
            [
                as_cell(shown["name"]),
                as_cell(shown["organisation"]),
                as_cell(shown["found"]),
                shown["stands_label"],
                shown["times_told"],
                moment(one.last_told_at),
                *(moment(getattr(one, name)) for name in TIMES),
                as_cell(shown["excuse"]),
                as_cell(shown["excused_by"]),
                shown["case"] or "",
                shown["case_state_label"],
            ]
        )
