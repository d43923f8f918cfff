"""The scorecards of departments: only their own time, refusals that were right, and their word."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import get_current_timezone, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from problems.scorecards import DoneTask, Scorecard, Scorecards, Stay, scorecards
from problems.time_spent import NOTHING
from servicedesk.pages.answers import page
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.problem_words import leg_title
from servicedesk.pages.reporting import Question, month_code, question_in
from servicedesk.pages.spans import hours_in_words
from servicedesk.pages.spreadsheets import as_cell, csv_answer
from servicedesk.pages.statements_shown import statement_shown
from servicedesk.reports.time_spent import bar_of
from workflow.people.actors import Actor
from workflow.people.permissions import Permission

SECOND = timedelta(seconds=1)
LATE_SHOWN, SAID_SHOWN = 12, 12


@require_safe
@staff(Permission.STEER_PROBLEM, Permission.WORK_PROBLEM)
def departments(request: StaffRequest) -> HttpResponse:
    """Show the scorecards: leads see all, a department its own; seven queries beside the frame's."""
    question = question_in(request.GET.dict(), at=now(), zone=get_current_timezone())
    found = cards_for(request.actor, question)
    chosen = card_in(found.cards, request.GET.get("department", ""))
    parts = period_of(question)
    return page(
        request,
        "reports/departments.html",
        {
            "form": parts,
            "cards": [card_shown(card, parts=parts, chosen=chosen) for card in found.cards],
            "chosen": chosen_shown(chosen) if chosen else None,
            "left_out": found.left_out,
            "sees_all": request.actor.may(Permission.STEER_PROBLEM),
            "csv_url": f"{reverse('reports:departments_file')}?{urlencode(parts)}",
        },
    )


def cards_for(actor: Actor, question: Question) -> Scorecards:
    """Return the scorecards that somebody may see; six queries."""
    return scorecards(
        since=question.asked.since,
        until=question.asked.until,
        departments=None if actor.may(Permission.STEER_PROBLEM) else actor.departments,
    )


def period_of(question: Question) -> dict[str, str]:
    """Return the months that are asked for, as an address says them."""
    return {"since": month_code(question.asked.since), "until": month_code(question.last_month)}


def card_in(cards: list[Scorecard], slug: str) -> Scorecard | None:
    """Return the card that an address names, the only one, or None."""
    if len(cards) == 1:
        return cards[0]
    return next((card for card in cards if card.department.slug == slug), None)


def card_shown(
    card: Scorecard, *, parts: dict[str, str], chosen: Scorecard | None
) -> dict[str, Any]:
    """Return one row of figures; no query."""
    spent = card.spent
    return {
        "name": card.department.name,
        "hue": card.department.hue,
        "href": f"?{urlencode({**parts, 'department': card.department.slug})}#chosen",
        "is_chosen": card is chosen,
        "problems": card.problems,
        "stays": len(card.stays),
        "own": hours_in_words(spent.own),
        "working": hours_in_words(spent.working),
        "waiting": hours_in_words(spent.waiting),
        "late": hours_in_words(card.late) if card.late else "",
        "late_stays": len(card.late_stays),
        "excused": card.excused_stays,
        "refused": card.refused,
        "refused_rightly": card.refused_rightly,
        "refused_wrongly": card.refused_wrongly,
        "handed_over": card.handed_over,
        "handed_back": card.handed_back,
        "tasks": len(card.tasks),
        "tasks_done": card.tasks_done,
        "tasks_refused": card.tasks_refused,
        "task_time": hours_in_words(card.task_time),
        "late_tasks": len(card.late_tasks),
        "bar": bar_of(spent),
    }


def chosen_shown(card: Scorecard) -> dict[str, Any]:
    """Return what stands behind a card: its late stays, and its word; no query."""
    return {
        "name": card.department.name,
        "hue": card.department.hue,
        "late": [late_shown(stay) for stay in card.late_stays[:LATE_SHOWN]],
        "late_tasks": [late_task_shown(done) for done in card.late_tasks[:LATE_SHOWN]],
        "excused": [
            late_shown(stay) for stay in card.stays if stay.is_excused and stay.spent.late > NOTHING
        ][:LATE_SHOWN],
        "said": [
            {**statement_shown(one), "href": place_of(one.problem.name, one.leg.position)}
            | {"problem": one.problem.name}
            for one in card.said[:SAID_SHOWN]
        ],
    }


def late_shown(stay: Stay) -> dict[str, Any]:
    """Return a stay that was late; no query."""
    leg = stay.leg
    return {
        "problem": stay.problem.name,
        "title": stay.problem.title,
        "stage": leg_title(leg.stage),
        "number": leg.position + 1,
        "href": place_of(stay.problem.name, leg.position),
        "say_href": f"{say_place(stay.problem.name)}?beside=leg-{leg.position + 1}-{leg.department_id}#say",
        "over": hours_in_words(stay.spent.late),
        "own": hours_in_words(stay.spent.own),
        "left_at": leg.left_at,
        "has_word": stay.statement is not None,
    }


def late_task_shown(done: DoneTask) -> dict[str, Any]:
    """Return a task that took too long; no query."""
    return {
        "number": done.task.name,
        "title": done.task.title,
        "problem": done.task.problem.name,
        "href": reverse("problem:task", args=[done.task.number]),
        "over": hours_in_words(done.late),
    }


def say_place(problem_name: str) -> str:
    """Return where departments say their word about a problem."""
    return reverse("problem:journey", args=[problem_name])


def place_of(problem_name: str, position: int) -> str:
    """Return where a stay stands in the journey of a problem."""
    return f"{say_place(problem_name)}#leg-{position + 1}"


@require_safe
@staff(Permission.STEER_PROBLEM, Permission.WORK_PROBLEM)
def departments_file(request: StaffRequest) -> HttpResponse:
    """Answer the scorecards as CSV, times in seconds; six queries."""
    question = question_in(request.GET.dict(), at=now(), zone=get_current_timezone())
    header = [
        _("Department"),
        _("Problems"),
        _("Stays"),
        _("Own time, in seconds"),
        _("Working, in seconds"),
        _("Waiting for a yes, in seconds"),
        _("Paused by others, in seconds"),
        _("Over target, in seconds"),
        _("Stays over target"),
        _("Stays excused"),
        _("Refused"),
        _("Refused rightly"),
        _("Refused wrongly"),
        _("Handed over"),
        _("Came back"),
        _("Tasks done"),
        _("Tasks refused"),
        _("Tasks over time"),
        _("Time for tasks, in seconds"),
    ]
    lines = [
        [
            as_cell(card.department.name),
            card.problems,
            len(card.stays),
            card.spent.own / SECOND,
            card.spent.working / SECOND,
            card.spent.waiting / SECOND,
            card.spent.paused / SECOND,
            card.late / SECOND,
            len(card.late_stays),
            card.excused_stays,
            card.refused,
            card.refused_rightly,
            card.refused_wrongly,
            card.handed_over,
            card.handed_back,
            card.tasks_done,
            card.tasks_refused,
            len(card.late_tasks),
            card.task_time / SECOND,
        ]
        for card in cards_for(request.actor, question).cards
    ]
    return csv_answer([header, *lines], name="departments.csv")
