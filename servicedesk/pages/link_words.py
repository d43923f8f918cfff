"""Why a problem is not behind a case, in words."""

from typing import Any

from django.utils.translation import gettext_lazy

from problems.linking import LinkReason

REJECTED_BECAUSE = {
    LinkReason.NOT_SAID: gettext_lazy("Not said"),
    LinkReason.OTHER_PROBLEM: gettext_lazy("Another problem is behind it"),
    LinkReason.OTHER_PRODUCT: gettext_lazy("Another product or version"),
    LinkReason.NO_FAULT: gettext_lazy("A question or a wish, nothing is broken"),
    LinkReason.BEFORE_OR_AFTER: gettext_lazy("Before it began, or after its fix"),
    LinkReason.ONLY_WORDS: gettext_lazy("Only words in common"),
    LinkReason.OTHER: gettext_lazy("Something else"),
}


def reason_choices() -> list[dict[str, Any]]:
    """Return the reasons to choose from."""
    return [{"value": code.value, "label": str(label)} for code, label in REJECTED_BECAUSE.items()]
