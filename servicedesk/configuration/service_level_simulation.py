"""Settings: last month by the rules of a draft, beside what holds today."""

from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from servicedesk.configuration.frame import NotFound, settings_page
from servicedesk.configuration.service_level import level_of
from servicedesk.configuration.service_level_draft import draft_of
from servicedesk.pages.clock_explained import moment_in
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.spans import span_in_words
from servicedesk.simulating.pieces import MOST_CASES, ask_simulation, simulation_of
from servicedesk.simulating.results import Cell, cells_of, people_woken, steps_of_sides
from workflow.clocks.models import PolicyVersion, StepAction
from workflow.clocks.policy_content import Policy, policy_of
from workflow.clocks.policy_words import metric_name, priority_name, within_in_words
from workflow.clocks.simulations import PolicySimulation, SimulationState
from workflow.people.permissions import Permission

LOOK_AGAIN_SECONDS = 2
STEP_NAMES = {
    StepAction.NOTIFY: lambda: _("Tell who has it"),
    StepAction.ESCALATE_HEAD: lambda: _("Tell the department head"),
    StepAction.ESCALATE_LEAD: lambda: _("Tell the service lead"),
    StepAction.RAISE_PRIORITY: lambda: _("Raise the priority"),
    StepAction.REASSIGN: lambda: _("Give it to another department"),
}


@staff(Permission.CONFIGURE)
def service_level_simulation(request: StaffRequest, level_id: int) -> HttpResponse:
    """Show the newest simulation of the draft, or ask for one."""
    level = level_of(level_id)
    draft = draft_of(level)
    if draft is None:
        return redirect("settings:service_level", level.pk)
    if request.method == "POST":
        if request.POST.get("action") != "simulate":
            raise NotFound(_("This is not there."), next_step=_("Load the page again."))
        ask_simulation(version=draft, actor=request.actor, at=now())
        return redirect("settings:service_level_simulation", level.pk)
    return simulation_page(request, draft, simulation_of(draft))


def simulation_page(
    request: StaffRequest, draft: PolicyVersion, simulation: PolicySimulation | None
) -> HttpResponse:
    """Return the page; about ten queries. While it goes on the page loads itself again."""
    policy = policy_of(draft)
    published = draft.service_level.version if draft.service_level.version_id else None
    is_going = simulation is not None and simulation.state in (
        SimulationState.WAITING,
        SimulationState.RUNNING,
    )
    answer = settings_page(
        request,
        "service_level_simulation",
        {
            "settings_page": "service_levels",
            "level": {"id": draft.service_level_id, "name": draft.service_level.name},
            "draft": {"number": draft.number},
            "simulation": simulation_shown(simulation, policy=policy) if simulation else None,
            "is_going": is_going,
            "most_cases": MOST_CASES,
            **(
                result_shown(
                    simulation,
                    policy=policy,
                    today=policy_of(published) if published else None,
                    zone=draft.calendar.working_time().zone,
                )
                if simulation is not None and simulation.state == SimulationState.DONE
                else {}
            ),
        },
    )
    if is_going:
        answer["Refresh"] = str(LOOK_AGAIN_SECONDS)
    return answer


def simulation_shown(simulation: PolicySimulation, *, policy: Policy) -> dict[str, Any]:
    """Return how far a simulation is."""
    return {
        "state": simulation.state,
        "asked_at": simulation.asked_at,
        "found": simulation.found,
        "planned": simulation.planned,
        "done": simulation.done,
        "is_cut": simulation.found > simulation.planned,
        "is_stale": simulation.fingerprint != policy.fingerprint,
        "refused": simulation.result.get("refused", ""),
        "changed": simulation.result.get("changed", 0),
        "served": simulation.result.get("served", {}),
        "problems": simulation.result.get("problems", 0),
    }


def result_shown(
    simulation: PolicySimulation, *, policy: Policy, today: Policy | None, zone: tzinfo
) -> dict[str, Any]:
    """Return the result for the template; one query for the names of people."""
    cells = cells_of(simulation.result)
    before = sum(cell.today.missed for cell in cells)
    after = sum(cell.then.missed for cell in cells)
    return {
        "cells": [cell_shown(cell, policy=policy, today=today) for cell in cells],
        "missed": {"today": before, "then": after, "more": after - before},
        "steps": [
            {
                "label": STEP_NAMES[StepAction(action)](),
                "today": sides["today"],
                "then": sides["then"],
            }
            for action, sides in steps_of_sides(simulation.result).items()
        ],
        "people": people_woken(simulation.result),
        "worst": [worst_shown(one, zone=zone) for one in simulation.result.get("worst", [])],
    }


def cell_shown(cell: Cell, *, policy: Policy, today: Policy | None) -> dict[str, Any]:
    """Return one metric and priority side by side."""
    return {
        "metric": metric_name(cell.metric),
        "priority": priority_name(cell.priority),
        "target_today": within_in_words(
            today.promise(cell.metric, cell.priority) if today else None
        ),
        "target_then": within_in_words(policy.promise(cell.metric, cell.priority)),
        "today": cell.today,
        "then": cell.then,
        "tone": "danger"
        if cell.then.missed > cell.today.missed
        else "good"
        if cell.then.missed < cell.today.missed
        else "",
    }


def worst_shown(one: Mapping[str, Any], *, zone: tzinfo) -> dict[str, Any]:
    """Return one case or problem that would be missed by much."""
    problem = one.get("problem")
    return {
        "name": problem or f"#{one['case']}",
        "href": reverse("problem:problem", args=[problem])
        if problem
        else reverse("agent:case", args=[one["case"]]),
        "metric": metric_name(one["metric"]),
        "due_today": moment_of(one["due_today"], zone=zone),
        "due_then": moment_of(one["due_then"], zone=zone),
        "over": span_in_words(timedelta(seconds=one["over"])),
        "is_new": not one["was_missed"],
    }


def moment_of(written: str | None, *, zone: tzinfo) -> str:
    """Return a stored moment in the zone of the opening hours; empty where there is none."""
    return moment_in(datetime.fromisoformat(written), zone=zone) if written else ""
