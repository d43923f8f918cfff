"""What the map of a draft shows: the drawing, how it may be placed, what undo brings back."""

import json
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from servicedesk.configuration.workflow_inspector import choices
from servicedesk.pages.workflow_drawing import Arrangement
from servicedesk.pages.workflow_map import arrangement_named, draft_map
from workflow.stages.checking import Finding
from workflow.stages.models import WorkflowVersion
from workflow.stages.versions import definition_of
from workflow.stages.world import World

ARRANGEMENTS = {
    Arrangement.DRAWN: gettext_lazy("As drawn"),
    Arrangement.STATES: gettext_lazy("By state"),
    Arrangement.DEPARTMENTS: gettext_lazy("By department"),
}


def designer_shown(
    request: HttpRequest,
    draft: WorkflowVersion,
    *,
    world: World,
    findings: Sequence[Finding],
    opens: str,
) -> dict[str, Any]:
    """Return the context of the map; asks nothing.

    How stages are placed is asked for as `arrange`, by a link or beside a change; what is open in
    the form is chosen on the map.
    """
    asked = arrangement_named(request.POST.get("arrange") or request.GET.get("arrange", ""))
    place = reverse("settings:workflow_draft", args=[draft.workflow_id])
    kept = "" if asked is Arrangement.DRAWN else f"&arrange={asked}"
    return {
        "map": draft_map(
            definition_of(draft),
            world=world,
            findings=findings,
            selected=chosen_in(opens),
            arrangement=asked,
            stage_href=f"{place}?stage={{}}{kept}#inspector",
        ),
        "arrangements": [
            {
                "code": one.value,
                "label": str(label),
                "href": place if one is Arrangement.DRAWN else f"{place}?arrange={one}",
                "is_current": one is asked,
            }
            for one, label in ARRANGEMENTS.items()
        ],
        "drawing_text": json.dumps(draft.definition, ensure_ascii=False),
        "checks_said": checks_said(findings),
        "states": choices(world.states),
    }


def chosen_in(opens: str) -> str:
    """Return the stage or step that a query opens, as stage=KEY or step=KEY; empty if none."""
    return next((one for one in opens.split("&") if one.startswith(("stage=", "step="))), "")


def checks_said(findings: Sequence[Finding]) -> str:
    """Return how much the checks found, in a sentence."""
    faults = sum(one.is_fault for one in findings)
    notes = len(findings) - faults
    said = [
        *(
            [ngettext("%(count)d fault", "%(count)d faults", faults) % {"count": faults}]
            * bool(faults)
        ),
        *([ngettext("%(count)d note", "%(count)d notes", notes) % {"count": notes}] * bool(notes)),
    ]
    return ", ".join(said) or _("Nothing is wrong")
