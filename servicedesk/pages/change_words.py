"""What a change looks like on pages."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

STATES = {
    "planned": gettext_lazy("Planned"),
    "approved": gettext_lazy("Approved"),
    "in_progress": gettext_lazy("In progress"),
    "done": gettext_lazy("In place"),
    "backed_out": gettext_lazy("Backed out"),
    "cancelled": gettext_lazy("Cancelled"),
}
TONES = {
    "planned": "warning",
    "approved": "petrol",
    "in_progress": "violet",
    "done": "good",
    "backed_out": "danger",
    "cancelled": "line",
}
KINDS = {
    "standard": gettext_lazy("Standard: known and done before, needs no approval"),
    "normal": gettext_lazy("Normal: somebody approves it"),
    "emergency": gettext_lazy("Emergency: approved at once, explained afterwards"),
}
SHORT_KINDS = {
    "standard": gettext_lazy("Standard"),
    "normal": gettext_lazy("Normal"),
    "emergency": gettext_lazy("Emergency"),
}
RISKS = {
    "low": gettext_lazy("Low risk"),
    "medium": gettext_lazy("Medium risk"),
    "high": gettext_lazy("High risk"),
}
ROLES = {
    "fixes": gettext_lazy("Carries the fix"),
    "caused": gettext_lazy("Caused the problem"),
}


def choices(words: dict[str, Any]) -> list[dict[str, str]]:
    """Return codes and their words for a field."""
    return [{"value": code, "label": str(said)} for code, said in words.items()]


def change_shown(change: Any, *, at: datetime) -> dict[str, Any]:
    """Return a change as a row; no query if it was read by `problems.changes_told`."""
    return {
        "number": change.name,
        "plain_number": change.number,
        "href": reverse("problem:change", args=[change.number]),
        "title": change.title,
        "state": change.state,
        "state_label": str(STATES[change.state]),
        "tone": TONES[change.state],
        "kind_label": str(SHORT_KINDS[change.kind]),
        "risk": change.risk,
        "risk_label": str(RISKS[change.risk]),
        "department": change.department.name,
        "department_hue": change.department.hue,
        "product": change.product.name if change.product else "",
        "starts_at": change.starts_at,
        "ends_at": change.ends_at,
        "is_late": change.is_ahead and change.ends_at < at,
        "collides": bool(getattr(change, "collides", False)) and change.is_ahead,
    }


def link_shown(link: Any, *, at: datetime) -> dict[str, Any]:
    """Return what a change is to a problem, with the change; no query if it is loaded."""
    return {
        **change_shown(link.change, at=at),
        "role": link.role,
        "role_label": str(ROLES[link.role]),
        "carried_at": link.carried_at,
    }
