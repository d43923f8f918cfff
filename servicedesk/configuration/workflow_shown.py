"""What the page of a draft shows: table, findings, the form that is open, what is other than now."""

from collections import Counter
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from django.urls import reverse
from django.utils.translation import gettext as _

from servicedesk.configuration.workflow_form import Filled
from servicedesk.configuration.workflow_inspector import inspector_of
from workflow.conditions import AllOf
from workflow.stages.checking import Finding, World, check
from workflow.stages.definition import Definition, Owner, Stage, Step
from workflow.stages.differing import differences, span_words
from workflow.stages.files import from_data
from workflow.stages.models import WorkflowVersion
from workflow.stages.versions import definition_of
from workflow.stages.words import KINDS


def draft_shown(
    draft: WorkflowVersion, *, world: World, opens: str, filled: Filled | None
) -> dict[str, Any]:
    """Return the context of the page, `found` as the checks say it; asks nothing."""
    drawing = definition_of(draft)
    findings = check(drawing, world=world)
    workflow = draft.workflow
    published = workflow.version
    return {
        "workflow": {
            "id": workflow.pk,
            "name": drawing.name,
            "number": published.number if published else None,
        },
        "draft": {
            "number": draft.number,
            "edition": draft.edition,
            "note": draft.note,
            "href": reverse("settings:workflow_draft", args=[workflow.pk]),
        },
        "stages": stages_shown(drawing, world=world, workflow_id=workflow.pk, findings=findings),
        "found": findings,
        "findings": [
            finding_shown(one, drawing=drawing, workflow_id=workflow.pk) for one in findings
        ],
        "is_sound": not any(one.is_fault for one in findings),
        "changes": differences(from_data(published.definition), drawing, world=world)
        if published
        else [],
        "inspector": inspector_of(
            drawing, world=world, opened=opened(opens), filled=filled, workflow_id=workflow.pk
        ),
    }


def opened(query: str) -> dict[str, str]:
    """Return which form of the page is open: `stage`, `step`, or `add` and `from`."""
    return {name: values[0] for name, values in parse_qs(query).items()}


def stages_shown(
    drawing: Definition,
    *,
    world: World,
    workflow_id: int,
    findings: list[Finding] | None = None,
) -> list[dict[str, Any]]:
    """Return the rows of the table: each stage with the steps that lead out of it."""
    wrong = Counter(
        key for one in findings or () if one.is_fault for key in (*one.stages, *one.steps)
    )
    names = {stage.key: stage.name for stage in drawing.stages}
    return [
        {
            "key": stage.key,
            "name": stage.name,
            "is_start": stage.key == drawing.start,
            "state": stage.state,
            "state_name": world.state_name(stage.state),
            "owner": owner_shown(stage, world=world),
            "within": "" if stage.state in world.ends_in else span_words(stage.within),
            "needs": ", ".join(str(world.fields.get(one, one)) for one in stage.needs),
            "public": str(world.customer_stages.get(stage.public, stage.public)),
            "public_words": stage.public_words,
            "is_wrong": bool(wrong[stage.key]),
            "href": open_href(workflow_id, f"stage={stage.key}"),
            "action": reverse("settings:workflow_stage", args=[workflow_id, stage.key]),
            "add_step_href": open_href(workflow_id, f"add=step&from={stage.key}"),
            "ways": [
                step_shown(step, names=names, workflow_id=workflow_id, is_wrong=bool(wrong[step.key]))
                for step in drawing.ways_from(stage.key)
            ],
        }
        for stage in drawing.stages
    ]  # fmt: skip


def step_shown(
    step: Step, *, names: Mapping[str, str], workflow_id: int, is_wrong: bool
) -> dict[str, Any]:
    """Return a step as its line in the table shows it."""
    asks = [
        *([_("reason")] if step.needs_reason else []),
        *([_("condition")] if step.condition != AllOf(()) else []),
        *([_("approval")] if step.approval else []),
        *([_("fields")] if step.needs else []),
    ]
    return {
        "key": step.key,
        "name": step.name,
        "kind": step.kind.value,
        "kind_name": str(KINDS[step.kind]),
        "end": names.get(step.end, step.end),
        "asks": ", ".join(asks),
        "is_wrong": is_wrong,
        "href": open_href(workflow_id, f"step={step.key}"),
        "action": reverse("settings:workflow_step", args=[workflow_id, step.key]),
    }


def owner_shown(stage: Stage, *, world: World) -> str:
    """Return who has a problem in a stage, in a few words."""
    if stage.owner is Owner.DEPARTMENT:
        department = world.departments.get(stage.department)
        return department.name if department else stage.department
    if stage.owner is Owner.CHOSEN:
        return _("whoever is chosen")
    return _("whoever has it")


def finding_shown(finding: Finding, *, drawing: Definition, workflow_id: int) -> dict[str, Any]:
    """Return a finding with the place where it is mended."""
    steps = [one.key for one in drawing.steps]
    place = next((f"step={key}" for key in finding.steps if key in steps), "") or next(
        (f"stage={key}" for key in finding.stages if drawing.stage(key)), ""
    )
    return {
        "code": finding.code,
        "sentence": finding.sentence,
        "next_step": finding.next_step,
        "is_fault": finding.is_fault,
        "href": open_href(workflow_id, place) if place else "",
    }


def open_href(workflow_id: int, opens: str) -> str:
    """Return the address of the draft with a form open."""
    return f"{reverse('settings:workflow_draft', args=[workflow_id])}?{opens}#inspector"
