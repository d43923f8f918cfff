"""Everybody whom a problem affects, on one page and as a file."""

import csv
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from problems.access import problem_for
from problems.ledger import FILTERS, counts_of_ledger, page_of_ledger, whole_ledger
from servicedesk.pages.answers import page
from servicedesk.pages.case_words import state_words
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.paging import cursor_of, id_in
from servicedesk.pages.problem_words import state_words as problem_state_words
from workflow.people.permissions import Permission

FILTER_NAMES = {
    "all": gettext_lazy("All"),
    "told": gettext_lazy("Told"),
    "untold": gettext_lazy("Not told yet"),
    "confirmed": gettext_lazy("Say that it works"),
    "unconfirmed": gettext_lazy("Not confirmed"),
}
FOUND = {
    "case": gettext_lazy("by a case"),
    "me_too": gettext_lazy("said “me too”"),
    "product": gettext_lazy("has the product"),
    "segment": gettext_lazy("belongs to those affected"),
}
# A spreadsheet takes a cell that begins like this for a formula.
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class Line:
    """What a csv writer writes to: it hands each line back."""

    def write(self, line: str) -> str:
        """Return the line."""
        return line


@require_safe
@staff(Permission.VIEW_CUSTOMER)
def customers(request: StaffRequest, number: int) -> HttpResponse:
    """Show whom a problem affects; with `as=csv` as a file."""
    problem = problem_for(request.actor, number)
    asked = request.GET.get("show", "")
    code = asked if asked in FILTERS else "all"
    if request.GET.get("as") == "csv":
        return file_of(problem, code)
    found = page_of_ledger(problem, code, after=id_in(request.GET.get("after", "")))
    counts = counts_of_ledger(problem)
    address = reverse("problem:customers", args=[problem.name])
    next_url = ""
    if found.ends_at is not None:
        next_url = f"{address}?{urlencode({'show': code, 'after': cursor_of(found.ends_at)})}"
    return page(
        request,
        "problem/customers.html",
        {
            "problem": {
                "number": problem.name,
                "title": problem.title,
                "state": problem.state,
                "state_label": problem_state_words(problem.state),
                "live_of": f"problem:{problem.pk}",
            },
            "filters": [
                {
                    "label": label,
                    "href": f"{address}?{urlencode({'show': one})}",
                    "count": counts[one],
                    "is_current": one == code,
                }
                for one, label in FILTER_NAMES.items()
            ],
            "customers": [row(one) for one in found.rows],
            "csv_url": f"{address}?{urlencode({'show': code, 'as': 'csv'})}",
            "next_url": next_url,
        },
    )


def row(affected: Any) -> dict[str, Any]:
    """Return one affected customer; no query."""
    organisation = affected.contact.organisation
    return {
        "name": affected.contact.name,
        "href": reverse("agent:contact", args=[affected.contact_id]),
        "organisation": organisation.name if organisation else "",
        "found": str(FOUND[affected.found]),
        "found_at": affected.found_at,
        "times_told": affected.times_told,
        "last_told_at": affected.last_told_at,
        "confirmed_at": affected.confirmed_at,
        "case": affected.case_number,
        "case_href": reverse("agent:case", args=[affected.case_number])
        if affected.case_number
        else "",
        "case_state": affected.case_state or "",
        "case_state_label": state_words(affected.case_state) if affected.case_state else "",
    }


def file_of(problem: Any, code: str) -> HttpResponse:
    """Return the ledger as a CSV file that no spreadsheet takes for formulas.

    It is written at once: what is streamed is read when the tenant's scope is over.
    """
    answer = HttpResponse(lines_of(problem, code), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{problem.name}-customers.csv"'
    return answer


def lines_of(problem: Any, code: str) -> Iterator[str]:
    """Return the lines of the file; a thousand customers a query, the times in the tenant's zone."""
    writer = csv.writer(Line())
    zone = get_current_timezone()

    def moment(at: Any) -> str:
        return at.astimezone(zone).isoformat(timespec="minutes") if at else ""

    yield writer.writerow(
        [
            _("Customer"),
            _("Organisation"),
            _("Found"),
            _("Found at"),
            _("Times told"),
            _("Last told at"),
            _("Confirmed at"),
            _("Case"),
            _("State of the case"),
        ]
    )
    one: Any
    for one in whole_ledger(problem, code):
        shown = row(one)
        yield writer.writerow(
            [
                harmless(shown["name"]),
                harmless(shown["organisation"]),
                shown["found"],
                moment(one.found_at),
                shown["times_told"],
                moment(one.last_told_at),
                moment(one.confirmed_at),
                shown["case"] or "",
                shown["case_state_label"],
            ]
        )


def harmless(text: str) -> str:
    """Return a text as a spreadsheet shows it and never computes it."""
    return f"'{text}" if text.startswith(BEGINS_A_FORMULA) else text
