"""What fixes did for customers: what came back, what was avoided, repeats and satisfaction."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import get_current_timezone, localtime, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from problems.fix_report import FixReport, FixTold, Repeats, Satisfaction, fix_report
from servicedesk.pages.answers import page
from servicedesk.pages.fix_words import ENDINGS, TONES, avoided_words, interval_words
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.reporting import NOTHING, month_code, percent_words, period_in
from servicedesk.pages.spreadsheets import as_cell, csv_answer
from workflow.clocks.attainment import month_before
from workflow.people.permissions import Permission


def asked_of(request: StaffRequest) -> tuple[FixReport, dict[str, str]]:
    """Return the report of the months that an address names, and their codes; four queries."""
    at, zone = now(), get_current_timezone()
    since, until = period_in(request.GET.dict(), at=at, zone=zone)
    months = {"since": month_code(since), "until": month_code(month_before(until, by=1))}
    return fix_report(since=since, until=until, at=at), months


@require_safe
@staff(Permission.STEER_PROBLEM)
def after_fixes(request: StaffRequest) -> HttpResponse:
    """Show what the fixes of some months did; four queries on any size beside the frame's."""
    found, months = asked_of(request)
    return page(
        request,
        "reports/after_fix.html",
        {
            "form": months,
            "fixes": [fix_shown(one) for one in found.fixes],
            "has_more": found.has_more,
            "whole": {
                "fixes": len(found.fixes),
                "again": sum(one.recurrence.again for one in found.fixes),
                "customers": sum(one.recurrence.customers for one in found.fixes),
                "avoided": interval_words(found.avoided) if found.avoided else NOTHING,
                "repeats_before": repeats_words(found.repeats_before),
                "repeats_after": repeats_words(found.repeats_after),
                "felt_before": felt_words(found.felt_before),
                "felt_after": felt_words(found.felt_after),
            },
            "csv_url": f"{reverse('reports:after_fix_file')}?{urlencode(months)}",
        },
    )


def fix_shown(one: FixTold) -> dict[str, Any]:
    """Return one fix as a row; no query."""
    came, problem = one.recurrence, one.watch.problem
    return {
        "number": problem.name,
        "title": problem.title,
        "href": reverse("problem:after", args=[problem.name]),
        "fixed_at": one.watch.began_at,
        "state_label": str(ENDINGS[one.watch.ending]),
        "tone": TONES[one.watch.ending],
        "contacts_before": came.contacts_before,
        "in_30": came.in_30,
        "is_30_over": came.is_30_over or not one.watch.is_going,
        "in_90": came.in_90,
        "is_90_over": came.is_90_over or not one.watch.is_going,
        "customers": came.customers,
        "avoided": avoided_words(came.avoided) or NOTHING,
        "repeats_before": repeats_words(one.repeats_before),
        "repeats_after": repeats_words(one.repeats_after),
        "felt_before": felt_words(one.felt_before),
        "felt_after": felt_words(one.felt_after),
    }


def repeats_words(repeats: Repeats) -> str:
    """Write how often customers wrote again: `34 of 12 customers (2.8 each)`."""
    if repeats.each is None:
        return NOTHING
    return _("%(contacts)d by %(customers)d customers (%(each).1f each)") % {
        "contacts": repeats.contacts,
        "customers": repeats.customers,
        "each": repeats.each,
    }


def felt_words(felt: Satisfaction) -> str:
    """Write how customers felt: `3.4 of 5 (12 customers, 42 % content)`."""
    if felt.mean is None:
        return NOTHING
    return _("%(mean).1f of 5 (%(customers)d customers, %(content)s content)") % {
        "mean": felt.mean,
        "customers": felt.customers,
        "content": percent_words(100 * felt.content / felt.customers),
    }


@require_safe
@staff(Permission.STEER_PROBLEM)
def after_fixes_file(request: StaffRequest) -> HttpResponse:
    """Answer the same figures as CSV; four queries."""
    found, _months = asked_of(request)
    header = [
        _("Problem"),
        _("Title"),
        _("Fixed on"),
        _("State"),
        _("Contacts before"),
        _("Again within 30 days"),
        _("Again within 90 days"),
        _("Customers who have it again"),
        _("Contacts avoided"),
        _("At least"),
        _("At most"),
        _("Repeats before"),
        _("Customers before"),
        _("Repeats after"),
        _("Customers after"),
        _("Satisfaction before"),
        _("Of how many"),
        _("Satisfaction after"),
        _("Of how many"),
    ]
    return csv_answer([header, *(line_of(one) for one in found.fixes)], name="after-fixes.csv")


def line_of(one: FixTold) -> list[str | int | float]:
    """Return one fix as a line of the file; empty where nothing is known."""
    came, avoided = one.recurrence, one.recurrence.avoided
    limits: list[str | int | float] = ["", "", ""]
    if avoided is not None:
        spared = avoided.contacts
        limits = [round(spared.likely, 1), round(spared.low, 1), round(spared.high, 1)]
    return [
        one.watch.problem.name,
        as_cell(one.watch.problem.title),
        localtime(one.watch.began_at).date().isoformat(),
        one.watch.ending or "watched",
        came.contacts_before,
        came.in_30,
        came.in_90,
        came.customers,
        *limits,
        one.repeats_before.contacts,
        one.repeats_before.customers,
        one.repeats_after.contacts,
        one.repeats_after.customers,
        *(mean_and_count(one.felt_before)),
        *(mean_and_count(one.felt_after)),
    ]


def mean_and_count(felt: Satisfaction) -> tuple[str | float, int]:
    """Return the mean from 1 to 5, empty where nobody's is known, and of how many."""
    return ("" if felt.mean is None else round(felt.mean, 2), felt.customers)
