"""Use of knowledge: what was shown, opened and used; cases that hang on a problem; asked again."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import get_current_timezone, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from knowledge.use import Use, UseOfOne, shown_and_not_used, use_by_place
from problems.asked_again import asked_again
from problems.linked_share import linked_by_month, unlinked_by_problem
from servicedesk.pages.answers import page
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.offers_shown import DOORS
from servicedesk.pages.reporting import month_code, percent_words, question_in
from servicedesk.pages.spreadsheets import as_cell, csv_answer
from workflow.people.permissions import Permission

KINDS = {
    "problem": gettext_lazy("Problems"),
    "case": gettext_lazy("Cases like it"),
    "article": gettext_lazy("Articles"),
}


@require_safe
@staff(Permission.STEER_PROBLEM)
def knowledge(request: StaffRequest) -> HttpResponse:
    """Show the use of what we know; twelve queries on any size."""
    zone = get_current_timezone()
    question = question_in(request.GET.dict(), at=now(), zone=zone)
    since, until = question.asked.since, question.asked.until
    period = {"since": month_code(since), "until": month_code(question.last_month)}
    again = asked_again(since=since, until=until)
    return page(
        request,
        "reports/knowledge.html",
        {
            "form": period,
            "places": [place(one) for one in use_by_place(since=since, until=until)],
            "unused": [unused(one) for one in shown_and_not_used(since=since, until=until)],
            "months": [
                {
                    "name": date_format(one.begins_at, "F Y"),
                    "opened": one.opened,
                    "linked": one.linked,
                    "percent": percent_words(one.percent),
                    "again": one.again,
                }
                for one in linked_by_month(since=since, until=until, zone=zone)
            ],
            "unlinked": [
                {
                    "problem": one.problem.name,
                    "title": one.problem.title,
                    "cases": one.cases,
                    "href": f"{reverse('agent:triage')}?{urlencode({'problem': one.problem.name})}",
                }
                for one in unlinked_by_problem()
            ],
            "may_link": request.actor.may(Permission.LINK_CASE),
            "asked": {
                "questions": again.questions,
                "again": len(again.again),
                "percent": percent_words(again.percent),
                "examples": [
                    {
                        "case": one.case,
                        "before": one.before,
                        "department": one.department,
                        "asked_at": one.asked_at,
                    }
                    for one in again.again[:10]
                ],
            },
            "csv_url": f"{reverse('reports:knowledge_file')}?{urlencode(period)}",
        },
    )


def place(one: Use) -> dict[str, Any]:
    """Return what became of what was shown at one place; no query."""
    return {
        "door": str(DOORS[one.door]),
        "kind": str(KINDS[one.kind]),
        "shown": one.shown,
        "opened": one.opened,
        "opened_percent": percent_words(100 * one.opened / one.shown),
        "used": one.used,
        "used_percent": percent_words(100 * one.used / one.shown),
        "helped": one.helped,
        "not_helped": one.not_helped,
    }


def unused(one: UseOfOne) -> dict[str, Any]:
    """Return something that was shown and used by nobody; no query."""
    is_problem = one.kind == "problem"
    return {
        "name": one.name if is_problem else _("Article %(number)s") % {"number": one.number},
        "title": one.title,
        "href": reverse("problem:problem", args=[one.name])
        if is_problem
        else reverse("knowledge:article", args=[one.number]),
        "shown": one.shown,
        "opened": one.opened,
    }


@require_safe
@staff(Permission.STEER_PROBLEM)
def knowledge_file(request: StaffRequest) -> HttpResponse:
    """Answer what was shown, opened and used as CSV; one query."""
    question = question_in(request.GET.dict(), at=now(), zone=get_current_timezone())
    header = [_("Where"), _("What"), _("Shown"), _("Opened"), _("Used"), _("Helps"), _("Does not")]
    lines = [
        [
            as_cell(str(DOORS[one.door])),
            as_cell(str(KINDS[one.kind])),
            one.shown,
            one.opened,
            one.used,
            one.helped,
            one.not_helped,
        ]
        for one in use_by_place(since=question.asked.since, until=question.asked.until)
    ]
    return csv_answer([header, *lines], name="knowledge.csv")
