"""The journey of a problem on a page of its own: picture, log, and what departments say about it."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from problems.queries import department_by_id, problem_with_counts
from problems.statements import (
    About,
    Decision,
    NothingSaid,
    Statement,
    change_statement,
    decide_statement,
    departments_headed,
    statements_of,
    write_statement,
)
from servicedesk.pages.answers import page
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.journey_data import (
    Told,
    delay_figure,
    detour_figure,
    log_of,
    waiting_figure,
    work_figure,
)
from servicedesk.pages.refusals import status_of
from servicedesk.pages.statements_shown import (
    DECISIONS,
    places_to_speak,
    statement_shown,
    with_statements,
)
from servicedesk.problem.journey_looks import looking_at, view_shown
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

LONGEST_NUMBER = 16


@dataclass(frozen=True)
class Tried:
    """What somebody wrote and was refused: kept, so that no text is lost."""

    status: int = 200
    refusal: Refusal | None = None
    place: str = ""
    text: str = ""


@require_safe
@staff(Permission.VIEW_PROBLEM)
def journey(request: StaffRequest, number: int) -> HttpResponse:
    """Show the journey of a problem."""
    return journey_page(request, number, tried=Tried(place=request.GET.get("beside", "")))


def journey_page(request: StaffRequest, number: int, *, tried: Tried) -> HttpResponse:
    """Return the page of a journey; seven queries, however many stays, one more for who is a head.

    Two more for what is usual, where that is asked for.
    """
    at = now()
    look = looking_at(request, number, at=at)
    problem, journey, tasks = look.problem, look.journey, look.tasks
    statements = statements_of(problem.pk)
    return page(
        request,
        "problem/journey_page.html",
        {
            "problem": {"number": problem.name, "title": problem.title},
            "figures": [
                work_figure(journey),
                waiting_figure(journey),
                delay_figure(journey),
                detour_figure(journey),
            ],
            "picture": look.picture,
            "view": view_shown(look, at=at),
            "tasks": [
                {
                    "title": one.title,
                    "href": reverse("problem:task", args=[one.number]),
                    "department": one.department.name,
                    "hue": one.department.hue,
                    "asked_at": one.asked_at,
                    "ended_at": one.ended_at,
                }
                for one in tasks
            ],
            "legs": with_statements(log_of(journey), statements),
            "say": say(request, journey, statements, tried=tried),
            "refusal": tried.refusal,
        },
        status=tried.status,
    )


def say(
    request: StaffRequest, journey: Told, statements: list[Statement], *, tried: Tried
) -> dict[str, Any]:
    """Return what this person may say: a new word, another one, a decision."""
    actor = request.actor
    headed = departments_headed(actor) if statements else frozenset()
    changing = chosen(statements, request.GET.get("change", ""))
    deciding = chosen(statements, request.GET.get("decide", ""))
    return {
        "places": places_to_speak(journey, statements, actor=actor),
        "place": tried.place,
        "text": tried.text,
        "changing": statement_shown(changing)
        if changing is not None and changing.department_id in headed
        else None,
        "deciding": statement_shown(deciding)
        if deciding is not None and actor.may(Permission.STEER_PROBLEM)
        else None,
        "may_decide": actor.may(Permission.STEER_PROBLEM),
        "may_change": [one.pk for one in statements if one.department_id in headed],
        "decisions": [
            {"value": code.value, "label": str(label)} for code, label in DECISIONS.items()
        ],
    }


def chosen(statements: list[Statement], written: str) -> Statement | None:
    """Return the statement that an address names, or None."""
    return next((one for one in statements if str(one.pk) == written), None)


@require_POST
@staff(Permission.VIEW_PROBLEM)
def statement(request: StaffRequest, number: int) -> HttpResponse:
    """Say a word, change it, or decide about it; then show the journey."""
    problem = problem_with_counts(request.actor, number)
    place, text = request.POST.get("beside", ""), request.POST.get("text", "")
    try:
        done = do(request, problem.pk)
    except Refusal as refusal:
        tried = Tried(status=status_of(refusal), refusal=refusal, place=place, text=text)
        return journey_page(request, number, tried=tried)
    here = reverse("problem:journey", args=[problem.name])
    return redirect(f"{here}#leg-{done.leg.position + 1}")


def do(request: StaffRequest, problem_id: int) -> Statement:
    """Do what the form asks for.

    Raises:
        Refusal: it is refused, or the form asks for nothing known.
    """
    actor, at, given = request.actor, now(), request.POST
    action, text = given.get("action", ""), given.get("text", "")
    if action == "write":
        return say_beside(problem_id, place=given.get("beside", ""), text=text, actor=actor, at=at)
    written = given.get("statement", "")
    statement = chosen(statements_of(problem_id), written)
    if statement is None or action not in ("change", "decide"):
        raise nothing_known()
    if action == "change":
        return change_statement(statement_id=statement.pk, text=text, actor=actor, at=at)
    decision = given.get("decision", "")
    if decision not in Decision.values:
        raise nothing_known()
    return decide_statement(
        statement_id=statement.pk,
        decision=Decision(decision),
        because=text,
        actor=actor,
        at=at,
    )


def say_beside(problem_id: int, *, place: str, text: str, actor: Actor, at: Any) -> Statement:
    """Say a word where the form says: `leg-3-12` is stay 3, for the department with the id 12.

    Raises:
        Refusal: the place is unknown, or it is refused.
    """
    about, _dash, rest = place.partition("-")
    number, _dash, key = rest.partition("-")
    is_known = about in About.values and all(
        one.isascii() and one.isdigit() and len(one) < LONGEST_NUMBER for one in (number, key)
    )
    department = department_by_id(int(key)) if is_known else None
    if department is None:
        raise nothing_known()
    return write_statement(
        problem_id=problem_id,
        position=int(number) - 1,
        about=About(about),
        department=department,
        text=text,
        actor=actor,
        at=at,
    )


def nothing_known() -> Refusal:
    """Return the refusal of a form that names nothing known."""
    return NothingSaid(
        _("The form does not say beside what the word should stand."),
        next_step=_("Choose a stay or a detour."),
    )
