"""How promises were kept: met, missed, running and how much of the time was used, group by group."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import get_current_timezone, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases.attainment import with_cases
from problems.attainment import with_problems
from servicedesk.pages.answers import page
from servicedesk.pages.clock_chip import chip_of, promise_words
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.paging import cursor_of, moment_and_id_in
from servicedesk.pages.reporting import (
    DIMENSIONS,
    OF_CASES,
    OF_PROBLEMS,
    VERDICT_WORDS,
    Names,
    Question,
    month_code,
    percent_words,
    question_in,
    use_words,
)
from servicedesk.pages.spreadsheets import as_cell, csv_answer
from workflow.clocks.attainment import Attained, Verdict, attained, page_behind, total_of
from workflow.people.permissions import Permission

ROWS = 50


@require_safe
@staff(Permission.STEER_PROBLEM)
def service_levels(request: StaffRequest) -> HttpResponse:
    """Show how promises were kept; three queries on any size beside the frame's."""
    question = question_in(request.GET.dict(), at=now(), zone=get_current_timezone())
    names = Names()
    rows = attained(question.clocks, question.asked, by=question.by)
    return page(
        request,
        "reports/service_levels.html",
        {
            "sides": sides_of(question),
            "form": {
                "of": question.of,
                "since": month_code(question.asked.since),
                "until": month_code(question.last_month),
                "by": str(question.by),
                "dimensions": [
                    {"value": str(code), "label": str(label)} for code, label in DIMENSIONS.items()
                ],
                "filters": names.choices(question),
            },
            "by_label": str(DIMENSIONS[question.by]),
            "total": counts_shown(total_of(rows), question, value=None, is_total=True),
            "rows": [
                {
                    "label": names.label(question, row.key),
                    **counts_shown(row, question, value=row.key),
                }
                for row in rows
            ],
            "csv_url": f"{reverse('reports:service_levels_file')}?{urlencode(question.address())}",
        },
    )


def sides_of(question: Question) -> list[dict[str, Any]]:
    """Return the choice between promises to customers and targets of departments."""
    return [
        {
            "label": label,
            "href": f"{reverse('reports:service_levels')}?{urlencode(question.address(of=side))}",
            "is_current": question.of == side,
        }
        for side, label in (
            (OF_CASES, _("Promises to customers")),
            (OF_PROBLEMS, _("Targets of departments")),
        )
    ]


def counts_shown(
    row: Attained, question: Question, *, value: Any, is_total: bool = False
) -> dict[str, Any]:
    """Return the figures of a row, each with the list behind it; no query."""
    counts = {Verdict.MET: row.met, Verdict.MISSED: row.missed, Verdict.RUNNING: row.running}
    return {
        "counts": [
            {
                "label": str(VERDICT_WORDS[verdict]),
                "value": count,
                "href": list_address(question, value=value, verdict=verdict, is_total=is_total),
                "tone": "bad" if verdict is Verdict.MISSED and count else "",
            }
            for verdict, count in counts.items()
        ],
        "percent": percent_words(row.percent),
        "median": use_words(row.median_use),
        "high": use_words(row.high_use),
        "high_is_over": row.high_use is not None and row.high_use > 1,
    }


def list_address(question: Question, *, value: Any, verdict: Verdict, is_total: bool) -> str:
    """Return the address of the list behind a figure."""
    behind = question if is_total else question.narrowed(value, verdict=verdict)
    parts = behind.address(verdict=verdict)
    return f"{reverse('reports:service_levels_list')}?{urlencode(parts)}"


@require_safe
@staff(Permission.STEER_PROBLEM)
def service_levels_list(request: StaffRequest) -> HttpResponse:
    """Show the clocks behind a figure, the newest first; three queries beside the frame's."""
    at = now()
    question = question_in(request.GET.dict(), at=at, zone=get_current_timezone())
    clocks, ends_at = clocks_behind(question, after=request.GET.get("after", ""))
    names = Names()
    next_url = ""
    if ends_at is not None:
        parts = question.address(after=cursor_of(*ends_at), **verdict_of(question))
        next_url = f"{reverse('reports:service_levels_list')}?{urlencode(parts)}"
    return page(
        request,
        "reports/clocks.html",
        {
            "report_url": f"{reverse('reports:service_levels')}?{urlencode(question.address())}",
            "says": what_is_listed(question, names),
            "clocks": [clock_in_list(clock, question, names, at=at) for clock in clocks],
            "next_url": next_url,
        },
    )


def clocks_behind(question: Question, *, after: str) -> tuple[list[Any], Any]:
    """Return a page of clocks with their records, and after which the next one begins; one query."""
    clocks: Any = (
        with_cases(question.clocks) if question.of == OF_CASES else with_problems(question.clocks)
    )
    return page_behind(clocks, question.asked, after=moment_and_id_in(after), at_most=ROWS)


def verdict_of(question: Question) -> dict[str, str]:
    """Return the verdict that is asked for, as a part of an address."""
    return {"verdict": str(question.asked.verdict)} if question.asked.verdict else {}


def what_is_listed(question: Question, names: Names) -> list[str]:
    """Return in words which clocks a list shows."""
    said = []
    if question.asked.verdict is not None:
        said.append(str(VERDICT_WORDS[question.asked.verdict]))
    for dimension, value in question.asked.fits.items():
        told = names.label(Question(question.of, dimension, question.asked), value)
        said.append(f"{DIMENSIONS[dimension]}: {told}")
    return said


def clock_in_list(clock: Any, question: Question, names: Names, *, at: Any) -> dict[str, Any]:
    """Return one clock with the record that it belongs to; no query."""
    if question.of == OF_CASES:
        record, title = f"#{clock.case.number}", clock.case.subject
        href = reverse("agent:clock", args=[clock.case.number, clock.pk])
        department_id = clock.department
    else:
        record, title = clock.problem.name, clock.problem.title
        href = reverse("problem:clock", args=[clock.problem.name, clock.pk])
        department_id = clock.department_id
    return {
        "record": record,
        "title": title,
        "href": href,
        "promise": promise_words(clock.metric),
        "department": names.departments.get(department_id, ""),
        "chip": chip_of(clock, at=at),
        "started_at": clock.started_at,
        "due_at": clock.due_at,
        "stopped_at": clock.stopped_at,
    }


@require_safe
@staff(Permission.STEER_PROBLEM)
def service_levels_file(request: StaffRequest) -> HttpResponse:
    """Answer the same figures as CSV; three queries."""
    question = question_in(request.GET.dict(), at=now(), zone=get_current_timezone())
    names = Names()
    rows = attained(question.clocks, question.asked, by=question.by)
    header = [
        str(DIMENSIONS[question.by]),
        *(str(words) for words in VERDICT_WORDS.values()),
        _("Kept, in percent"),
        _("Median use, in percent"),
        _("90th percentile of use, in percent"),
    ]
    lines = [
        [
            as_cell(names.label(question, row.key)),
            row.met,
            row.missed,
            row.running,
            rounded(row.percent),
            rounded(None if row.median_use is None else 100 * row.median_use),
            rounded(None if row.high_use is None else 100 * row.high_use),
        ]
        for row in rows
    ]
    return csv_answer([header, *lines], name="service-levels.csv")


def rounded(value: float | None) -> str:
    """Write a figure with one place; nothing where there is none."""
    return "" if value is None else f"{value:.1f}"
