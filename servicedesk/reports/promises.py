"""What people promised to customers: kept, broken, still running, by person and one by one."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import get_current_timezone, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases.attainment import page_of_promises, promises_of_people
from servicedesk.pages.answers import page
from servicedesk.pages.clock_chip import chip_of
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.paging import cursor_of, id_in
from servicedesk.pages.reporting import LONGEST_NUMBER, month_code, percent_words, question_in
from servicedesk.pages.spreadsheets import as_cell, csv_answer
from workflow.people.permissions import Permission

ROWS = 50


@require_safe
@staff(Permission.STEER_PROBLEM)
def promises(request: StaffRequest) -> HttpResponse:
    """Show how people's promises went; two queries on any size beside the frame's."""
    at = now()
    question = question_in(request.GET.dict(), at=at, zone=get_current_timezone())
    period = {"since": month_code(question.asked.since), "until": month_code(question.last_month)}
    person = person_in(request.GET.get("person", ""))
    made, ends_at = page_of_promises(
        since=question.asked.since,
        until=question.asked.until,
        user_id=person,
        after=id_in(request.GET.get("after", "")),
        at_most=ROWS,
    )
    more = {**period, **({"person": str(person)} if person is not None else {})}
    people = promises_of_people(question.asked)
    return page(
        request,
        "reports/promises.html",
        {
            "form": period,
            "people": [
                {
                    "name": one.name or _("Automatic"),
                    "kept": one.kept,
                    "broken": one.broken,
                    "running": one.running,
                    "percent": percent_words(share_kept(one)),
                    "href": f"?{urlencode({**period, 'person': one.user_id or ''})}",
                    "is_chosen": person is not None and one.user_id == person,
                }
                for one in people
            ],
            "promises": [
                {
                    "case": f"#{one.case.number}",
                    "href": reverse("agent:clock", args=[one.case.number, one.clock_id]),
                    "text": one.text,
                    "person": one.made_by.name if one.made_by else _("Automatic"),
                    "made_at": one.made_at,
                    "due_at": one.clock.due_at,
                    "chip": chip_of(one.clock, at=at),
                }
                for one in made
            ],
            "next_url": f"?{urlencode({**more, 'after': cursor_of(ends_at)})}" if ends_at else "",
            "csv_url": f"{reverse('reports:promises_file')}?{urlencode(period)}",
        },
    )


def person_in(written: str) -> int | None:
    """Return the id of the person that an address names, or None."""
    is_number = written.isascii() and written.isdigit() and len(written) < LONGEST_NUMBER
    return int(written) if is_number else None


def share_kept(one: Any) -> float | None:
    """Return which share of somebody's promises was kept, in percent; None while none is decided."""
    decided = one.kept + one.broken
    return 100 * one.kept / decided if decided else None


@require_safe
@staff(Permission.STEER_PROBLEM)
def promises_file(request: StaffRequest) -> HttpResponse:
    """Answer how people's promises went as CSV; one query."""
    question = question_in(request.GET.dict(), at=now(), zone=get_current_timezone())
    header = [_("Person"), _("Kept"), _("Broken"), _("Running")]
    lines = [
        [as_cell(one.name or _("Automatic")), one.kept, one.broken, one.running]
        for one in promises_of_people(question.asked)
    ]
    return csv_answer([header, *lines], name="promises.csv")
