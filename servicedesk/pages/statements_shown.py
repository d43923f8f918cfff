"""What departments said about a journey, as its log shows it, and where somebody may say more."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from problems.models import Leg, Statement
from problems.models.statement import About, Decision
from problems.statements import concerned_by_detour, may_write
from servicedesk.pages.journey_data import Told
from servicedesk.pages.problem_words import leg_title
from workflow.people.actors import Actor

DECISIONS = {
    Decision.EXCUSED: gettext_lazy("Excused"),
    Decision.COUNTS: gettext_lazy("Counts"),
}
BESIDE = {
    About.LEG: gettext_lazy("about this stay"),
    About.DETOUR: gettext_lazy("about the detour that begins here"),
}


def statement_shown(one: Statement) -> dict[str, Any]:
    """Return what a department said; no query if its keys are loaded."""
    return {
        "id": one.pk,
        "department": one.department.name,
        "hue": one.department.hue,
        "text": one.text,
        "beside": str(BESIDE[About(one.about)]),
        "author": one.user.name if one.user else _("Automatic message"),
        "at": one.at,
        "is_changed": one.edited_at is not None,
        "decision": str(DECISIONS[Decision(one.decision)]) if one.decision else "",
        "is_excused": one.decision == Decision.EXCUSED,
        "decided_because": one.decided_because,
        "decided_by": one.decided_by.name if one.decided_by else "",
    }


def with_statements(
    lines: Sequence[dict[str, Any]], statements: Iterable[Statement]
) -> list[dict[str, Any]]:
    """Return the lines of a journey's log, each with what was said beside it."""
    beside: dict[int, list[dict[str, Any]]] = {}
    for one in statements:
        beside.setdefault(one.leg.position + 1, []).append(statement_shown(one))
    return [{**line, "statements": beside.get(line["number"], [])} for line in lines]


def places_to_speak(
    journey: Told, statements: Iterable[Statement], *, actor: Actor
) -> list[dict[str, str]]:
    """Return beside what somebody may still say a word, as choices; no query."""
    said = {(one.about, one.leg.position, one.department_id) for one in statements}
    names = {leg.department_id: leg.department.name for leg in journey.legs}
    places: list[tuple[str, Leg, int]] = [
        (About.LEG.value, leg, leg.department_id) for leg in journey.legs
    ]
    by_position = {leg.position: leg for leg in journey.legs}
    for detour in journey.journey.detours:
        leg = by_position[detour.first_position]
        places += [
            (About.DETOUR.value, leg, department_id)
            for department_id in sorted(concerned_by_detour(detour, journey.legs))
        ]
    return [
        {
            "value": f"{about}-{leg.position + 1}-{department_id}",
            "label": place_words(about, leg, journey, names[department_id]),
        }
        for about, leg, department_id in places
        if (about, leg.position, department_id) not in said and may_write(actor, department_id)
    ]


def place_words(about: str, leg: Leg, journey: Told, department: str) -> str:
    """Return where a word would stand: `3. Billing: Fix in progress`."""
    fact = journey.journey.legs[journey.legs.index(leg)].fact
    title = leg_title(leg.stage, name=fact.stage_name)
    if about == About.DETOUR:
        return _("Detour that begins with %(number)d. %(title)s, for %(department)s") % {
            "number": leg.position + 1,
            "title": title,
            "department": department,
        }
    return _("%(number)d. %(department)s: %(title)s") % {
        "number": leg.position + 1,
        "department": leg.department.name,
        "title": title,
    }
