"""From the stored legs of a problem to what is drawn and told of its journey."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any

from django.urls import reverse
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from problems.drawn import drawn_stay
from problems.journey import Journey as ToldJourney
from problems.models import Estimate, Leg, Problem, Task
from problems.models.leg import Because
from problems.queries import calendars_of, journey_told
from problems.usual_way import Usual
from servicedesk.pages.journey_part import Part, part_of
from servicedesk.pages.journey_picture import (
    Journey,
    Picture,
    PictureEstimate,
    PictureLeg,
    PictureTask,
    PictureUsual,
    Strip,
    Window,
    draw,
    strip,
)
from servicedesk.pages.journey_wording import journey_wording
from servicedesk.pages.problem_words import because_words, leg_title
from servicedesk.pages.spans import hours_in_words, span_in_words
from workflow.clocks.working_time import SegmentKind

BEFORE = timedelta(days=3)
AFTER = timedelta(days=3)
# Days of a fix are promised, not hours: the flag stands where a working day ends.
END_OF_DAY = time(17)
ZERO = timedelta()


@dataclass(frozen=True)
class Told:
    """A problem's journey, ready to be shown: `worked` and `waited` in opening hours, by leg."""

    problem: Problem
    legs: list[Leg]
    journey: ToldJourney
    worked: list[timedelta]
    waited: list[timedelta]

    @property
    def last(self) -> Leg:
        """The stay that goes on, or the last one."""
        return self.legs[-1]


def told(problem: Problem, legs: list[Leg], *, at: datetime) -> Told:
    """Return the journey of a problem with what each stay cost; no query.

    Raises:
        BrokenJourney: the legs contradict one another.
    """
    return costed(problem, legs, journey_told(problem, legs, at=at))


def costed(problem: Problem, legs: list[Leg], journey: ToldJourney) -> Told:
    """Return a journey that was counted with what each of its stays cost; no query."""
    calendars = calendars_of(legs)
    worked, waited = [], []
    for leg, counted in zip(legs, journey.legs, strict=True):
        hours = calendars[leg.department.calendar_id]
        taken_up_at = leg.entered_at + counted.waiting_for
        waited.append(hours.between(leg.entered_at, taken_up_at))
        worked.append(hours.between(taken_up_at, counted.ended_at))
    return Told(problem=problem, legs=legs, journey=journey, worked=worked, waited=waited)


def picture_of(
    journey: Told,
    *,
    at: datetime,
    cases_per_day: dict[date, int],
    told_at: Sequence[datetime],
    estimates: Sequence[Estimate],
    tasks: Sequence[Task] = (),
    usual: Sequence[Usual] = (),
    part: Part | None = None,
) -> Picture:
    """Return the drawing of a journey; `estimates` are newest first; no query.

    `tasks` are what other departments did at the same time, with their departments; `usual` is how
    long departments have such problems. Only a `part` of its stays is drawn where one is given.
    """
    zone = get_current_timezone()
    newest = estimates[0] if estimates else None
    ends = [at, *([end_of(newest.latest_on, zone)] if newest else [])]
    drawn = to_draw(journey, at=at, until=max(ends))
    whole = replace(
        drawn,
        cause_found_at=journey.problem.root_cause_found_at,
        cases_per_day=cases_per_day,
        told_at=told_at,
        estimate=PictureEstimate(
            expected_at=end_of(newest.expected_on, zone),
            latest_at=end_of(newest.latest_on, zone),
        )
        if newest
        else None,
        old_estimates=[end_of(one.expected_on, zone) for one in estimates[1:4]],
        tasks=[task_to_draw(task) for task in tasks],
        usual=[
            PictureUsual(str(one.department.pk), one.median, span_in_words(one.median))
            for one in usual
        ],
    )
    return draw(part_of(whole, part) if part else whole, wording=journey_wording())


def task_to_draw(task: Task) -> PictureTask:
    """Return a task as the drawing wants it; no query."""
    return PictureTask(
        department=str(task.department_id),
        department_name=task.department.name,
        hue=task.department.hue,
        title=task.title,
        asked_at=task.asked_at,
        ended_at=task.ended_at,
        href=reverse("problem:task", args=[task.number]),
    )


def strip_of(journey: Told, *, at: datetime) -> Strip:
    """Return a journey in one row; no query."""
    return strip(to_draw(journey, at=at, until=at), wording=journey_wording())


def to_draw(journey: Told, *, at: datetime, until: datetime) -> Journey:
    """Return the legs of a journey and the open hours around them, as the drawing wants them."""
    facts = journey.journey.legs
    back = came_back(journey)
    legs = []
    for place, (leg, counted) in enumerate(zip(journey.legs, facts, strict=True)):
        legs.append(
            PictureLeg(
                number=leg.position + 1,
                department=str(leg.department_id),
                department_name=leg.department.name,
                hue=leg.department.hue,
                entered_at=leg.entered_at,
                acknowledged_at=leg.acknowledged_at,
                # Nobody is late with the discovery: its target runs from the opening only.
                due_at=leg.due_at if leg.position else None,
                left_at=leg.left_at,
                title=leg_title(leg.stage, name=counted.fact.stage_name),
                because=why_there(journey, place),
                is_detour=counted.in_detour,
                # Only what costs a detour is called so: the picture and the figure agree.
                is_sent_back=back[place] and counted.in_detour,
                worked=journey.worked[place],
                waited=journey.waited[place],
                over=counted.delay,
            )
        )
    return Journey(
        legs=legs,
        at=at,
        zone=get_current_timezone(),
        windows=open_windows(journey, until=until),
        resolved_at=journey.problem.resolved_at,
    )


def came_back(journey: Told) -> list[bool]:
    """Return for each stay whether the problem was refused or given to who had it before."""
    been: set[int] = set()
    back = []
    for leg in journey.legs:
        is_return = leg.entered_because == Because.HANDED_OVER and leg.department_id in been
        been.add(leg.department_id)
        back.append(is_return or leg.entered_because == Because.REFUSED)
    return back


def why_there(journey: Told, place: int) -> str:
    """Return why the stay at a place of the list began: who sent it, and the reason given."""
    leg = journey.legs[place]
    before = leg.position - 1
    sender = journey.legs[before].department.name if before >= 0 else ""
    drawn = drawn_stay(leg).step_name
    return because_words(leg.entered_because, leg.reason, sender=sender, drawn=drawn)


def open_windows(journey: Told, *, until: datetime) -> list[Window]:
    """Return the open hours of customer service around a journey, in order."""
    service = journey.legs[0].department
    hours = calendars_of(journey.legs)[service.calendar_id]
    begin = journey.legs[0].entered_at - BEFORE
    return [
        (segment.began_at, segment.ended_at)
        for segment in hours.segments(begin, until + AFTER)
        if segment.kind is SegmentKind.COUNTED
    ]


def end_of(on: date, zone: tzinfo) -> datetime:
    """Return when a promised day ends for customers."""
    return datetime.combine(on, END_OF_DAY, zone)


def log_of(journey: Told) -> list[dict[str, Any]]:
    """Return the journey in words, one line for each stay; no query."""
    lines = []
    stays = zip(journey.legs, journey.journey.legs, journey.worked, journey.waited, strict=True)
    for place, (leg, counted, worked, waited) in enumerate(stays):
        is_late = counted.delay > ZERO and leg.position > 0
        lines.append(
            {
                "number": leg.position + 1,
                "department": leg.department.name,
                "hue": leg.department.hue,
                "title": leg_title(leg.stage, name=counted.fact.stage_name),
                "because": why_there(journey, place),
                "entered_at": leg.entered_at,
                "left_at": leg.left_at,
                "worked": hours_in_words(worked),
                "waited": hours_in_words(waited),
                "over": hours_in_words(counted.delay) if is_late else "",
                "is_detour": counted.in_detour,
                "is_open": leg.left_at is None,
                "person": leg.assignee.name if leg.assignee else "",
            }
        )
    return lines


def work_figure(journey: Told) -> dict[str, str]:
    """Return how long departments worked on it, in their opening hours, as the lanes count it."""
    worked = sum(journey.worked, ZERO)
    departments = len({leg.department_id for leg in journey.legs})
    more = ngettext("%(count)d department", "%(count)d departments", departments)
    return {
        "label": _("Work"),
        "value": hours_in_words(worked),
        "more": more % {"count": departments} if departments else "",
        "tone": "",
    }


def waiting_figure(journey: Told) -> dict[str, str]:
    """Return how long it lay in queues, in opening hours of those who had it."""
    waits = sum(1 for waited in journey.waited if waited > ZERO)
    more = ngettext("in %(count)d queue", "in %(count)d queues", waits)
    return {
        "label": _("Waiting"),
        "value": hours_in_words(sum(journey.waited, ZERO)),
        "more": more % {"count": waits} if waits else "",
        "tone": "",
    }


def delay_figure(journey: Told) -> dict[str, str]:
    """Return how long departments had it beyond their targets, without the discovery."""
    delays = [leg.delay for leg in journey.journey.legs[1:] if leg.delay > ZERO]
    more = ngettext("in %(count)d stay", "in %(count)d stays", len(delays))
    return {
        "label": _("Over target"),
        "value": hours_in_words(sum(delays, ZERO)) if delays else _("never"),
        "more": more % {"count": len(delays)} if delays else "",
        "tone": "warn" if delays else "",
    }


def detour_figure(journey: Told) -> dict[str, str]:
    """Return what ways around cost, in plain time."""
    detours = journey.journey.detours
    if detours:
        more = ngettext("%(count)d way around", "%(count)d ways around", len(detours))
        count = len(detours)
    else:
        # Handed to and fro, or refused with a better owner: no stage was lost by it.
        count = sum(came_back(journey))
        more = ngettext(
            "passed back once, no stage lost", "passed back %(count)d times, no stage lost", count
        )
    return {
        "label": _("Detours"),
        "value": span_in_words(journey.journey.detoured_for) if detours else _("none"),
        "more": more % {"count": count} if count else "",
        "tone": "warn" if detours else "",
    }
