"""Time to the permanent fix: by department, stage and workflow version, before and after."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import get_current_timezone, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from problems.fix_times import (
    TOO_FEW,
    Compared,
    Comparison,
    FixTimes,
    Quartiles,
    fix_times,
    versions_followed,
)
from problems.key_workflows import KeyScore, key_scores
from servicedesk.pages.answers import page
from servicedesk.pages.fix_time_question import choices_of, fix_question_in, side_words
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.reporting import NOTHING, percent_words
from servicedesk.pages.spans import hours_in_words, span_in_words
from servicedesk.pages.spreadsheets import as_cell, csv_answer
from workflow.people.permissions import Permission

SECOND = timedelta(seconds=1)
# A step that keeps less than four of five targets asks to be looked at.
FAIR = 0.8


def key_scores_asked(asked: Comparison) -> list[KeyScore]:
    """Return how key workflows did in the period that is asked for; two queries."""
    return key_scores(since=asked.since, until=asked.until)


def key_shown(score: KeyScore) -> dict[str, Any]:
    """Return a key workflow with its steps; no query."""
    return {
        "name": score.workflow.name,
        "score": score_words(score.in_time, score.stays),
        "steps": [
            {
                "name": step.name,
                "limit": hours_in_words(step.within) if step.within else "",
                "stays": step.stays,
                "score": score_words(step.in_time, step.stays),
                "is_bad": step.stays > 0 and step.in_time < step.stays * FAIR,
            }
            for step in score.steps
        ],
    }


def score_words(in_time: int, stays: int) -> str:
    """Return the share that was in time, or a dash where nothing ended."""
    return percent_words(100 * in_time / stays) if stays else NOTHING


@require_safe
@staff(Permission.STEER_PROBLEM)
def fix_times_report(request: StaffRequest) -> HttpResponse:
    """Show how long fixes took on both sides; ten queries on any size beside the frame's."""
    zone, versions = get_current_timezone(), versions_followed()
    question = fix_question_in(request.GET.dict(), versions=versions, at=now(), zone=zone)
    found = fix_times(question.comparison)
    return page(
        request,
        "reports/fix_times.html",
        {
            "form": {
                "since": question.since,
                "until": question.until,
                "before": question.before,
                "after": question.after,
                "versions": choices_of(versions),
            },
            "sides": side_words(question, versions, zone=zone),
            "whole": compared_shown(found.whole),
            "says": finding(found.whole),
            "tables": tables_of(found),
            "has_any": bool(found.whole.before.count or found.whole.after.count),
            "too_few": TOO_FEW,
            "key": [key_shown(one) for one in key_scores_asked(question.comparison)],
            "csv_url": f"{reverse('reports:fix_times_file')}?{urlencode(question.address())}",
        },
    )


def tables_of(found: FixTimes) -> list[dict[str, Any]]:
    """Return the tables of the report with what they say; no query."""
    tables = (
        ("had", _("By department: how long it had a problem"), _("Department"), found.departments),
        ("fixers", _("By the department that put the fix in place"), _("Department"), found.fixers),
        ("stages", _("By stage: how long a problem stayed in it"), _("Stage"), found.stages),
        ("versions", _("By workflow version"), _("Workflow"), found.versions),
    )
    return [
        {"code": code, "title": title, "of": of, "rows": [compared_shown(row) for row in rows]}
        for code, title, of, rows in tables
        if rows
    ]


def compared_shown(row: Compared) -> dict[str, Any]:
    """Return both sides of a row in words."""
    change = row.change
    return {
        "name": row.name,
        "hue": row.hue,
        "before": quartiles_shown(row.before),
        "after": quartiles_shown(row.after),
        "change": change_words(change),
        "is_better": change is not None and change < 0,
        "is_worse": change is not None and change > 0,
        "is_too_few": row.is_too_few,
    }


def quartiles_shown(one: Quartiles) -> dict[str, Any]:
    """Return count, median and the middle half in words."""
    if one.median is None or one.low is None or one.high is None:
        return {"count": 0, "median": NOTHING, "middle": ""}
    return {
        "count": one.count,
        "median": span_in_words(one.median),
        "middle": _("%(low)s to %(high)s")
        % {"low": span_in_words(one.low), "high": span_in_words(one.high)},
    }


def change_words(change: float | None) -> str:
    """Write by how much a median changed: `31 % shorter`."""
    if change is None:
        return _("too few")
    share = percent_words(abs(100 * change))
    if abs(change) < 0.005:
        return _("the same")
    return (
        _("%(share)s shorter") % {"share": share}
        if change < 0
        else _("%(share)s longer") % {"share": share}
    )


def finding(whole: Compared) -> str:
    """Say in a sentence what the comparison shows."""
    if whole.is_too_few:
        return _(
            "Too few problems to compare: %(before)d before, %(after)d after; each side needs "
            "%(least)d."
        ) % {"before": whole.before.count, "after": whole.after.count, "least": TOO_FEW}
    return _("The median time to a permanent fix went from %(before)s to %(after)s.") % {
        "before": span_in_words(whole.before.median or timedelta()),
        "after": span_in_words(whole.after.median or timedelta()),
    }


@require_safe
@staff(Permission.STEER_PROBLEM)
def fix_times_file(request: StaffRequest) -> HttpResponse:
    """Answer the same figures as CSV, times in seconds; eight queries."""
    versions = versions_followed()
    question = fix_question_in(
        request.GET.dict(), versions=versions, at=now(), zone=get_current_timezone()
    )
    found = fix_times(question.comparison)
    header = [
        _("Of what"),
        _("Name"),
        *(
            f"{figure}, {side}"
            for side in (_("before"), _("after"))
            for figure in (
                _("Problems"),
                _("First quartile, in seconds"),
                _("Median, in seconds"),
                _("Third quartile, in seconds"),
            )
        ),
    ]
    parts = (
        (_("All"), [found.whole]),
        (_("Department"), found.departments),
        (_("Fixing department"), found.fixers),
        (_("Stage"), found.stages),
        (_("Workflow"), found.versions),
    )
    lines = [
        [what, as_cell(row.name), *in_seconds(row.before), *in_seconds(row.after)]
        for what, rows in parts
        for row in rows
    ]
    return csv_answer([header, *lines], name="fix-times.csv")


def in_seconds(one: Quartiles) -> list[float | str]:
    """Return count and quartiles in seconds; nothing where there is none."""
    spans = (one.low, one.median, one.high)
    return [one.count, *("" if span is None else round(span / SECOND, 3) for span in spans)]
