"""Samples of the pages of drawn workflows, handed over by the very functions that the views use."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.test import RequestFactory
from django.urls import set_urlconf

from servicedesk.configuration.workflow_designer import designer_shown
from servicedesk.configuration.workflow_form import Filled, step_data
from servicedesk.configuration.workflow_shown import draft_shown, stages_shown
from tests.pages.map_samples import published, trial_pages
from tests.workflow.stages.drawing import WORLD, stage, with_stages
from workflow.stages.definition import Definition, Owner
from workflow.stages.files import as_data
from workflow.stages.models import Workflow, WorkflowVersion
from workflow.stages.starters import starter_with

Context = dict[str, Any]
STATEMENTS = [
    {"place": place, "fact": "severity", "operator": "is", "value": "1"} for place in (0, 1, 2)
]
CHOICES = [{"value": "1", "label": "Version 1"}, {"value": "2", "label": "Version 2"}]


def drawn() -> Definition:
    """Return a starter with something wrong in it."""
    drawing = starter_with("product_defect").definition
    return with_stages(
        drawing,
        replace(drawing.stages[4], owner=Owner.DEPARTMENT, department="nowhere"),
        stage("lost", "root_cause", public_words=""),
    )


def version(drawing: Definition, *, now: datetime) -> WorkflowVersion:
    """Return a draft of a workflow of which something counts."""
    workflow = Workflow(pk=1, name="Product defect")
    workflow.version = WorkflowVersion(
        pk=1, workflow=workflow, number=1, definition=as_data(starter_with("plain").definition)
    )
    return WorkflowVersion(
        pk=2,
        workflow=workflow,
        number=2,
        edition=7,
        note="Since spring",
        definition=as_data(drawing),
        created_at=now,
    )


def draft(
    drawing: Definition, *, now: datetime, opens: str, filled: Filled | None = None
) -> Context:
    """Return the context of the page of a draft."""
    one = version(drawing, now=now)
    shown = draft_shown(one, world=WORLD, opens=opens, filled=filled)
    found = shown.pop("found")
    request = RequestFactory().get("/")
    return {
        **shown,
        **designer_shown(request, one, world=WORLD, findings=found, opens=opens),
        "refused": "",
    }


def workflow_pages(settings: Context, *, now: datetime) -> dict[str, tuple[str, Context]]:
    """Return the pages by name: their template and what their view hands over.

    Addresses are those that pages are rendered with, whose views are never asked.
    """
    set_urlconf("tests.pages.names")
    try:
        return pages_of(settings, now=now)
    finally:
        set_urlconf(None)


def pages_of(settings: Context, *, now: datetime) -> dict[str, tuple[str, Context]]:
    """Return the pages by name; addresses are looked up meanwhile."""
    frame = {**settings, "settings_page": "workflows"}
    plain = starter_with("plain").definition
    card = {
        "id": 1, "place": 1, "name": "Product defect", "is_default": False, "is_active": True,
        "is_live": True, "number": 2, "draft": 3, "applies": "Product is “Card”",
        "versions": [{"number": 1, "problems": 4}, {"number": 2, "problems": 1}],
        "href": "/settings/workflows/1/", "draft_href": "/settings/workflows/1/draft/",
    }  # fmt: skip
    rest = {
        **card, "id": 2, "place": 2, "name": "Plain way", "is_default": True, "draft": None,
        "applies": "", "versions": [],
    }  # fmt: skip
    off = {
        **card, "id": 3, "place": 3, "name": "Old way", "is_active": False, "applies": "",
        "versions": [],
    }  # fmt: skip
    bare = {**off, "id": 4, "place": 4, "name": "New way", "is_live": False, "number": None}
    starters = [
        {"value": "plain", "label": "Plain way", "says": "One stage for each state."},
        {"value": "logistics", "label": "Logistics", "says": "Find where deliveries stop."},
    ]
    row = {
        "number": 3, "state": "draft", "note": "Since spring", "by": "Ola Nordmann", "at": now,
        "problems": 0, "can_move": False, "is_first": False, "file_href": "?version=3",
        "move_href": "?from=3", "lines": ["Repair: limit 40 h → 30 h"],
    }  # fmt: skip
    versions = [
        row,
        {**row, "number": 2, "state": "published", "problems": 1, "lines": []},
        {**row, "number": 1, "state": "retired", "problems": 4, "can_move": True, "note": "",
         "lines": [f"Change {number}" for number in range(8)]},
        {**row, "number": 0, "state": "retired", "is_first": True, "by": ""},
    ]  # fmt: skip
    page = {
        "workflow": {
            "id": 1, "name": "Product defect", "is_default": False, "is_active": True,
            "number": 2, "has_draft": True, "was_published": True, "applies": "Product is “Card”",
        },
        "map": published(),
        "stages": stages_shown(plain, world=WORLD, workflow_id=1),
        "versions": versions,
        "standard": {"problems": 3, "move_href": "?from=standard"},
        "form": {
            "statements": STATEMENTS, "facts": [{"value": "severity", "label": "Severity"}],
            "operators": [{"value": "is", "label": "is"}], "joined": "all",
            "joins": [{"value": "all", "label": "all of these are so"}],
            "condition": '{"fact": 3}', "error": "a fact has a name.",
        },
        "compared": {"choices": CHOICES, "from": 1, "to": 2, "is_asked": True, "lines": []},
        **frame,
    }  # fmt: skip
    bad = Filled(
        data={**step_data(drawn().steps[11]), "name": ""},
        errors={"name": "A name is needed.", "approval_within": "“soon” is not a length of time."},
    )
    target = {"value": "waiting", "label": "Waiting (Assess)"}
    moving = {
        "key": "assess", "field": "stage_assess", "name": "Assess", "state": "Assess",
        "problems": 3, "target": "", "targets": [target],
        "error": "3 problems are in “Assess”, and nothing says where they go.",
    }  # fmt: skip
    flight = {
        "workflow": {"id": 1, "name": "Product defect"},
        "before": {"number": 1, "value": 1},
        "after": {"number": 2},
        **frame,
    }
    return {
        "workflows": (
            "settings/workflows.html",
            {**frame, "workflows": [card, rest, off, bare], "standard": 12, "has_default": True,
             "starters": starters, "form": {"data": {"starter": "logistics"},
             "errors": {"name": "There is a workflow “Plain way” already.", "file": "No YAML."}}},
        ),
        "workflows_none": (
            "settings/workflows.html",
            {**frame, "workflows": [], "standard": 0, "has_default": False, "starters": starters,
             "form": {"data": {}, "errors": {}}},
        ),
        "workflow": ("settings/workflow.html", page),
        "workflow_new": (
            "settings/workflow.html",
            {**page, "map": None, "stages": [], "versions": versions[:1], "compared": None,
             "workflow": {**page["workflow"], "number": None, "was_published": False,
                          "has_draft": False, "applies": ""}},
        ),
        "workflow_draft": (
            "settings/workflow_draft.html",
            {**frame, **draft(drawn(), now=now, opens="stage=repair")},
        ),
        "workflow_draft_step": (
            "settings/workflow_draft.html",
            {**frame, **draft(drawn(), now=now, opens="step=release", filled=bad),
             "refused": "Somebody changed this draft while you had it open."},
        ),
        "workflow_draft_new": (
            "settings/workflow_draft.html",
            {**frame, **draft(plain, now=now, opens="add=step&from=assess")},
        ),
        "workflow_draft_empty": (
            "settings/workflow_draft.html",
            {**frame, **draft(Definition(name="Empty", start="", stages=(), steps=()), now=now,
             opens="")},
        ),
        **trial_pages(frame, now=now),
        "workflow_in_flight": (
            "settings/workflow_in_flight.html",
            {**flight, "rows": [moving, {**moving, "field": "stage_new", "error": "",
             "target": "waiting", "problems": 1}], "has_faults": True},
        ),
        "workflow_in_flight_none": (
            "settings/workflow_in_flight.html", {**flight, "rows": [], "has_faults": False}
        ),
    }  # fmt: skip
