"""How the time of problems was spent: every minute once, by department and kind; and how long fixes take."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import get_current_timezone, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from problems.attainment import Accounts, Durations, accounts_of
from problems.time_spent import Share, Spent
from servicedesk.pages.answers import page
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.reporting import (
    NOTHING,
    Names,
    Question,
    month_code,
    percent_words,
    published,
    question_in,
    split_in,
    version_words,
)
from servicedesk.pages.spans import hours_in_words, span_in_words
from servicedesk.pages.spreadsheets import as_cell, csv_answer
from workflow.clocks.models import PolicyVersion
from workflow.people.permissions import Permission

SECOND = timedelta(seconds=1)


@require_safe
@staff(Permission.STEER_PROBLEM)
def time_spent(request: StaffRequest) -> HttpResponse:
    """Show where the time of resolved problems went; five queries on any size beside the frame's."""
    question = question_in(request.GET.dict(), at=now(), zone=get_current_timezone())
    names = Names()
    split = split_in(names, request.GET.get("split", ""))
    accounts = accounts_asked(question, split=split)
    parts = {"since": month_code(question.asked.since), "until": month_code(question.last_month)}
    return page(
        request,
        "reports/time_spent.html",
        {
            "form": {
                **parts,
                "split": str(split.pk) if split else "",
                "versions": [
                    {"value": str(one.pk), "label": version_words(one)} for one in published(names)
                ],
            },
            "problems": accounts.problems,
            "left_out": accounts.left_out,
            "shares": [share_shown(share, accounts.total) for share in accounts.shares],
            "total": spent_shown(accounts.total),
            "durations": [durations_shown(one) for one in accounts.durations],
            "split_words": version_words(split) if split else "",
            "split_at": split.published_at if split else None,
            "csv_url": f"{reverse('reports:time_spent_file')}?{urlencode(parts)}",
        },
    )


def accounts_asked(question: Question, *, split: PolicyVersion | None) -> Accounts:
    """Return the accounts of the months that are asked for; three queries."""
    return accounts_of(
        since=question.asked.since,
        until=question.asked.until,
        split_at=split.published_at if split else None,
    )


def spent_shown(spent: Spent) -> dict[str, str]:
    """Return time by kind in words."""
    return {
        "working": hours_in_words(spent.working),
        "waiting": hours_in_words(spent.waiting),
        "paused": hours_in_words(spent.paused),
        "closed": span_in_words(spent.closed),
        "own": hours_in_words(spent.own),
        "late": hours_in_words(spent.late),
        "total": span_in_words(spent.total),
    }


def share_shown(share: Share, whole: Spent) -> dict[str, Any]:
    """Return what one department had, fairly: its own opening hours, without what others caused."""
    own = 100 * (share.spent.own / whole.own) if whole.own else None
    return {
        **spent_shown(share.spent),
        "name": share.name,
        "hue": share.hue,
        "problems": share.problems,
        "stays": share.stays,
        "late_stays": share.late_stays,
        "median_own": hours_in_words(share.median_own),
        "share": percent_words(own),
        "bar": bar_of(share.spent),
    }


def bar_of(spent: Spent) -> list[dict[str, Any]]:
    """Return the kinds of time as parts of a bar that is 100 wide; nothing for no time."""
    kinds = (
        ("work", spent.working),
        ("queue", spent.waiting),
        ("wait", spent.paused),
        ("closed", spent.closed),
    )
    parts: list[dict[str, Any]] = []
    x = 0.0
    for kind, span in kinds:
        width = 100 * (span / spent.total) if spent.total else 0.0
        if width > 0:
            parts.append({"kind": kind, "x": round(x, 2), "width": round(width, 2)})
        x += width
    return parts


def durations_shown(one: Durations) -> dict[str, Any]:
    """Return how long a department took to causes and fixes, before and after."""
    return {
        "name": one.name,
        "hue": one.hue,
        "found": one.found,
        "fixed": one.fixed,
        "cause_before": or_nothing(one.cause_before),
        "cause_after": or_nothing(one.cause_after),
        "fix_before": or_nothing(one.fix_before),
        "fix_after": or_nothing(one.fix_after),
    }


def or_nothing(span: timedelta | None) -> str:
    """Write a span; a dash where there is none."""
    return NOTHING if span is None else span_in_words(span)


@require_safe
@staff(Permission.STEER_PROBLEM)
def time_spent_file(request: StaffRequest) -> HttpResponse:
    """Answer the same figures as CSV, in seconds; three queries."""
    question = question_in(request.GET.dict(), at=now(), zone=get_current_timezone())
    accounts = accounts_asked(question, split=None)
    header = [
        _("Department"),
        _("Problems"),
        _("Working, in seconds"),
        _("Waiting for a yes, in seconds"),
        _("Paused by others, in seconds"),
        _("Closed, in seconds"),
        _("All, in seconds"),
        _("Over target, in seconds"),
    ]
    lines = [
        [as_cell(share.name), share.problems, *seconds_of(share.spent)] for share in accounts.shares
    ]
    total = [_("All departments"), accounts.problems, *seconds_of(accounts.total)]
    return csv_answer([header, *lines, total], name="time-spent.csv")


def seconds_of(spent: Spent) -> list[float]:
    """Return working, waiting, paused, closed, all and late in seconds."""
    kinds = (spent.working, spent.waiting, spent.paused, spent.closed, spent.total, spent.late)
    return [kind / SECOND for kind in kinds]
