"""The form beside the map: one stage, one step, or a new one."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.urls import reverse

from servicedesk.configuration.condition_form import OPERATORS, STATEMENTS
from servicedesk.configuration.workflow_form import ACTS_IN_FORM, Filled, stage_data, step_data
from workflow.people.permissions import ROLE_NAMES, STAFF_ROLES
from workflow.stages.definition import ActionKind, Definition, Stage, Step
from workflow.stages.words import ACTS, KINDS, OWNERS, WHO_MAY
from workflow.stages.world import World

QUORUMS = ("0", "50", "100")


def inspector_of(
    drawing: Definition,
    *,
    world: World,
    opened: Mapping[str, str],
    filled: Filled | None,
    workflow_id: int,
) -> dict[str, Any]:
    """Return the form that is open, `kind` empty if none is; asks nothing."""
    if opened.get("add") == "stage":
        blank = Stage(key="", name="", state="")
        return stage_form(
            blank, drawing=drawing, world=world, filled=filled, workflow_id=workflow_id
        )
    if opened.get("add") == "step":
        way = Step(key="", name="", begin=opened.get("from", ""), end=opened.get("to", ""))
        return step_form(way, drawing=drawing, world=world, filled=filled, workflow_id=workflow_id)
    stage = drawing.stage(opened.get("stage", ""))
    if stage is not None:
        return stage_form(
            stage, drawing=drawing, world=world, filled=filled, workflow_id=workflow_id
        )
    step = next((one for one in drawing.steps if one.key == opened.get("step")), None)
    if step is not None:
        return step_form(step, drawing=drawing, world=world, filled=filled, workflow_id=workflow_id)
    return {"kind": ""}


def stage_form(
    stage: Stage, *, drawing: Definition, world: World, filled: Filled | None, workflow_id: int
) -> dict[str, Any]:
    """Return the form of a stage; of a new one without a key."""
    data = filled.data if filled else stage_data(stage)
    return {
        "kind": "stage",
        "is_new": not stage.key,
        "key": stage.key,
        "name": stage.name,
        "is_start": stage.key == drawing.start,
        "steps": sum(stage.key in (one.begin, one.end) for one in drawing.steps),
        "action": reverse("settings:workflow_stage", args=[workflow_id, stage.key])
        if stage.key
        else reverse("settings:workflow_stages", args=[workflow_id]),
        "data": data,
        "errors": filled.errors if filled else {},
        "states": choices(world.states),
        "owners": choices(OWNERS),
        "departments": departments_of(world, data["department"]),
        "needs": boxes(world.fields, data["needs"]),
        "publics": choices(world.customer_stages),
    }


def step_form(
    step: Step, *, drawing: Definition, world: World, filled: Filled | None, workflow_id: int
) -> dict[str, Any]:
    """Return the form of a step; of a new one without a key."""
    data = filled.data if filled else step_data(step)
    errors = filled.errors if filled else {}
    people = {email: email for email in world.people}
    roles = {role.value: ROLE_NAMES[role] for role in STAFF_ROLES}
    quorums = dict.fromkeys((*QUORUMS, *([data["quorum"]] if data["quorum"] else [])))
    return {
        "kind": "step",
        "is_new": not step.key,
        "key": step.key,
        "name": step.name,
        "action": reverse("settings:workflow_step", args=[workflow_id, step.key])
        if step.key
        else reverse("settings:workflow_steps", args=[workflow_id]),
        "data": data,
        "errors": errors,
        "stages": [{"value": one.key, "label": one.name} for one in drawing.stages],
        "kinds": choices(KINDS),
        "needs_chosen": bool(data["needs"]),
        "may_take": boxes(WHO_MAY, data["may_take"]),
        "needs": boxes(world.fields, data["needs"]),
        "quorums": [{"value": one, "label": f"{one} %"} for one in quorums],
        "roles": boxes(roles, data["roles"]),
        "people": boxes(people, data["people"]),
        "substitutes": boxes(people, data["substitutes"]),
        "statements": [
            {
                "place": place,
                "fact": data.get(f"fact_{place}", ""),
                "operator": data.get(f"operator_{place}", "is"),
                "value": data.get(f"value_{place}", ""),
            }
            for place in range(STATEMENTS)
        ],
        "facts": choices(world.facts),
        "operators": [{"value": code, "label": name()} for code, name in OPERATORS.items()],
        "acts": [act_row(place, data, errors=errors) for place in range(ACTS_IN_FORM)],
        "act_kinds": choices(ACTS),
        "abouts": abouts_of(world),
    }


def act_row(place: int, data: Mapping[str, Any], *, errors: Mapping[str, str]) -> dict[str, Any]:
    """Return the fields of something that happens by itself."""
    return {
        "place": place,
        "kind": data.get(f"act_{place}", ""),
        "about": data.get(f"about_{place}", ""),
        "says": data.get(f"says_{place}", ""),
        "error": errors.get(f"says_{place}", ""),
    }


def abouts_of(world: World) -> list[dict[str, Any]]:
    """Return what acts may be about, in groups by the kind of act."""
    departments = {slug: one.name for slug, one in world.departments.items() if one.is_active}
    return [
        {"label": str(ACTS[ActionKind.TASK]), "choices": choices(departments)},
        {"label": str(ACTS[ActionKind.NOTIFY]), "choices": choices(world.notified)},
        {"label": str(ACTS[ActionKind.SET_FIELD]), "choices": choices(world.settable)},
    ]


def departments_of(world: World, chosen: str) -> list[dict[str, str]]:
    """Return the open departments, and the chosen one even if it is gone."""
    found = [
        {"value": slug, "label": one.name} for slug, one in world.departments.items() if one.is_active
    ]  # fmt: skip
    if chosen and chosen not in {one["value"] for one in found}:
        found.append({"value": chosen, "label": chosen})
    return found


def choices(names: Mapping[Any, Any]) -> list[dict[str, str]]:
    """Return codes with their names as a select shows them."""
    return [{"value": str(code), "label": str(name)} for code, name in names.items()]


def boxes(names: Mapping[Any, Any], chosen: Iterable[str]) -> list[dict[str, Any]]:
    """Return codes with their names as boxes to tick; what is chosen and gone stands there too."""
    ticked = list(chosen)
    known = {str(code): str(name) for code, name in names.items()}
    known |= {code: code for code in ticked if code not in known}
    return [
        {"value": code, "label": name, "is_chosen": code in ticked}
        for code, name in known.items()
    ]  # fmt: skip
