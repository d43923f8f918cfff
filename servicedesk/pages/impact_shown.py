"""What problems do to customers, in figures and words, for departments and leads."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from problems.impact import Impact
from servicedesk.pages.bars import bars_of
from servicedesk.pages.case_words import feeling_words

TONES = {1: "danger", 2: "danger", 3: "warning", 4: "good", 5: "good"}


def impact_shown(impact: Impact) -> dict[str, Any]:
    """Return an impact as pages show it; no query."""
    return {
        "customers": impact.customers,
        "feelings": feelings_shown(impact.feelings),
        "no_feeling": max(impact.cases - sum(impact.feelings.values()), 0),
        "contacts": bars_of(impact.contacts, title=_("What customers wrote")),
        "at_risk": impact.at_risk,
        "broken": impact.broken,
        "promises": promises_words(impact),
    }


def feelings_shown(feelings: dict[int, int]) -> list[dict[str, Any]]:
    """Return how many feel how, the worst first."""
    return [
        {"label": feeling_words(feeling), "count": count, "tone": TONES[feeling]}
        for feeling, count in sorted(feelings.items())
    ]


def promises_words(impact: Impact) -> str:
    """Return in a sentence which promises to these customers are in danger."""
    if not impact.broken and not impact.at_risk:
        return _("No promise to these customers is due within a day.")
    parts = []
    if impact.broken:
        said = ngettext("%(count)d promise missed", "%(count)d promises missed", impact.broken)
        parts.append(said % {"count": impact.broken})
    if impact.at_risk:
        said = ngettext("%(count)d due within a day", "%(count)d due within a day", impact.at_risk)
        parts.append(said % {"count": impact.at_risk})
    return ", ".join(parts)
