"""Ways to look at a journey: the whole or a part, with what is usual, and as a file to keep."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.timezone import get_current_timezone, now
from django.views.decorators.http import require_safe

from problems.ledger import moments_of_messages
from problems.queries import estimates_of, legs_of, new_cases_per_day, problem_with_counts
from problems.tasks_told import tasks_on_the_way
from problems.usual_way import UsualWay, usual_way
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.journey_data import (
    Told,
    delay_figure,
    detour_figure,
    picture_of,
    strip_of,
    told,
    waiting_figure,
    work_figure,
)
from servicedesk.pages.journey_file import FILE_POLICY, MARGIN, STYLE
from servicedesk.pages.journey_part import WORTH_PARTS, Part, part_asked
from servicedesk.pages.journey_picture import Picture
from servicedesk.pages.spans import span_in_words
from workflow.people.permissions import Permission

MOST_DIGITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A journey as an address asks for it: which part, and with what is usual or without."""

    problem: Any
    journey: Told
    tasks: list[Any]
    part: Part
    usual: UsualWay | None
    picture: Picture


def looking_at(request: StaffRequest, number: int, *, at: datetime) -> Look:
    """Return what an address asks for; six queries, two more for what is usual."""
    problem = problem_with_counts(request.actor, number)
    journey = told(problem, legs_of([problem.pk])[problem.pk], at=at)
    tasks = tasks_on_the_way(problem.pk)
    part = part_asked(
        stay_in(request.GET.get("from", "")),
        stay_in(request.GET.get("to", "")),
        count=len(journey.legs),
    )
    usual = usual_way(problem, at=at) if request.GET.get("usual") == "1" else None
    return Look(
        problem=problem,
        journey=journey,
        tasks=tasks,
        part=part,
        usual=usual,
        picture=picture_of(
            journey,
            at=at,
            cases_per_day=new_cases_per_day(problem, zone=get_current_timezone()),
            told_at=moments_of_messages(problem),
            estimates=[one for one in estimates_of(problem) if problem.stands(one)],
            tasks=tasks,
            usual=usual.departments if usual is not None else (),
            part=part,
        ),
    )


def stay_in(written: str) -> int | None:
    """Return the stay that an address names, counted from 1; None where it names none."""
    is_number = written.isascii() and written.isdigit() and len(written) <= MOST_DIGITS
    return int(written) if is_number else None


def view_shown(look: Look, *, at: datetime) -> dict[str, Any]:
    """Return what the page offers to look nearer, with what is usual, and to keep; no query."""
    part, usual = look.part, look.usual
    here = reverse("problem:journey", args=[look.problem.name])
    file = reverse("problem:journey_file", args=[look.problem.name])
    asked = asked_of(part, has_usual=usual is not None)
    ways = {
        "earlier": part.earlier(),
        "nearer": part.nearer(),
        "further": part.further(),
        "later": part.later(),
    }
    return {
        "part": part,
        "is_long": part.count > WORTH_PARTS,
        "strip": strip_of(look.journey, at=at) if part.count > WORTH_PARTS else None,
        "ways": {
            name: f"{here}?{urlencode(asked_of(way, has_usual=usual is not None))}" if way else ""
            for name, way in ways.items()
        },
        "whole_href": f"{here}?usual=1" if usual is not None else here,
        "has_usual": usual is not None,
        "usual_href": f"{here}?{urlencode(asked_of(part, has_usual=usual is None))}",
        "usual_problems": usual.problems if usual is not None else 0,
        "usual": [
            {
                "department": one.department.name,
                "hue": one.department.hue,
                "span": span_in_words(one.median),
                "problems": one.problems,
            }
            for one in (usual.departments if usual is not None else ())
        ],
        "file_href": f"{file}?{urlencode(asked)}" if asked else file,
        "file_name": f"{look.problem.name}-journey",
    }


def asked_of(part: Part, *, has_usual: bool) -> dict[str, str]:
    """Return what an address says of a part."""
    asked = {} if part.is_whole else {"from": str(part.first), "to": str(part.last)}
    return asked | ({"usual": "1"} if has_usual else {})


@require_safe
@staff(Permission.VIEW_PROBLEM)
def journey_file(request: StaffRequest, number: int) -> HttpResponse:
    """Answer the picture as an SVG file that needs nothing else; six queries, two for the usual."""
    at = now()
    look = looking_at(request, number, at=at)
    figures = [
        work_figure(look.journey),
        waiting_figure(look.journey),
        delay_figure(look.journey),
        detour_figure(look.journey),
    ]
    drawn = render_to_string(
        "problem/journey_file.svg",
        {
            "problem": {"number": look.problem.name, "title": look.problem.title},
            "picture": look.picture,
            "figures": figures,
            "at": at,
            "style": STYLE,
            "margin": MARGIN,
            "width": look.picture.width + 2 * MARGIN,
            "height": look.picture.height + 2 * MARGIN + 96,
        },
    )
    response = HttpResponse(drawn, content_type="image/svg+xml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{look.problem.name}-journey.svg"'
    response["Content-Security-Policy"] = FILE_POLICY
    return response
