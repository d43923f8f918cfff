"""Samples of maps of workflows: what counts, a problem on its way, a problem taken through a draft."""

from datetime import datetime, timedelta
from typing import Any

from servicedesk.pages.journey_picture import draw as drawn_journey
from servicedesk.pages.workflow_drawing import Looks, Standing, draw
from servicedesk.pages.workflow_shapes import Map
from tests.pages.journeys import double_debit
from tests.pages.workflows import DEPARTMENTS, HUES, product_defect

Context = dict[str, Any]


def on_its_way() -> Map:
    """Return the map of a problem that was sent back once and is in release."""
    standing = Standing(
        here="release",
        been={"new": 1, "triage": 2, "analyse": 1, "fix": 1},
        taken={("new", "triage"), ("triage", "analyse"), ("analyse", "fix"), ("fix", "release")},
    )
    return draw(
        product_defect(),
        looks=Looks(departments=DEPARTMENTS, hues=HUES, standing=standing, stage_href="#wf-words"),
    )


def published() -> Map:
    """Return the map of what counts."""
    return draw(product_defect(), looks=Looks(departments=DEPARTMENTS, hues=HUES))


def tried(*, now: datetime) -> Context:
    """Return what is shown of a problem that went through a draft."""
    was = {
        "number": 3, "department": "Payments Platform", "hue": "blue", "title": "Analysing",
        "because": "", "entered_at": now - timedelta(days=8), "left_at": now, "worked": "5 h",
        "waited": "23 h", "over": "5 h", "is_detour": False, "is_open": False, "person": "",
    }  # fmt: skip
    would = {**was, "department": "Billing Operations", "title": "Assess", "over": ""}
    return {
        "number": "P-204",
        "href": "/p/204/",
        "title": "Direct debit taken twice after a tariff change",
        "figures": [
            {"label": "Waiting", "was": "44 h", "would": "44 h", "more": "in 3 queues",
             "is_other": False, "tone": ""},
            {"label": "Over target", "was": "6 h", "would": "never", "more": "",
             "is_other": True, "tone": ""},
        ],
        "was": drawn_journey(double_debit()),
        "would": drawn_journey(double_debit(resolved=True)),
        "remarks": 1,
        "stays": [
            {"was": was, "would": would, "step": "Accept", "limit": "8 h", "is_elsewhere": True,
             "remark": "The draft gives this to Billing Operations."},
            {"was": {**was, "number": 4, "is_detour": True},
             "would": {**was, "number": 4, "is_detour": True}, "step": "", "limit": "",
             "is_elsewhere": False, "remark": ""},
        ],
    }  # fmt: skip


def trial_pages(frame: Context, *, now: datetime) -> dict[str, tuple[str, Context]]:
    """Return the page of a trial: with a problem, before one is named, and with none of its number."""
    page = {
        **frame,
        "workflow": {"id": 1, "name": "Product defect"},
        "draft": {"number": 2, "href": "/settings/workflows/1/draft/"},
        "written": "",
        "offered": [{"value": "17", "label": "P-17 Card payments are charged twice"}],
        "taken": None,
        "error": "",
        "next_step": "",
    }
    return {
        "workflow_try": (
            "settings/workflow_try.html",
            {**page, "written": "204", "taken": tried(now=now)},
        ),
        "workflow_try_none": (
            "settings/workflow_try.html",
            {
                **page,
                "written": "9999",
                "error": "There is no problem P-9999 here.",
                "next_step": "Check the number, or look for it in the list of problems.",
            },
        ),
    }
