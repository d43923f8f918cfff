"""How a fix was for a customer: what the page asks, and what a form sends."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from problems.public import PublicProblem

# The customer's own words for what colleagues read as upset to delighted.
TAPS = {
    1: gettext_lazy("Very bad"),
    2: gettext_lazy("Bad"),
    3: gettext_lazy("All right"),
    4: gettext_lazy("Good"),
    5: gettext_lazy("Very good"),
}


def rating_asked(problem: PublicProblem | None) -> dict[str, Any] | None:
    """Return what a page asks of a fix, with what was said of it; None where nothing is fixed."""
    if problem is None or problem.resolved_at is None:
        return None
    return {
        "taps": [
            {"value": feeling, "label": str(label), "is_said": feeling == problem.rated}
            for feeling, label in TAPS.items()
        ],
        "said": _("You said: %(words)s.") % {"words": str(TAPS[problem.rated]).lower()}
        if problem.rated is not None
        else "",
    }


def rating_sent(request: HttpRequest) -> tuple[int, str]:
    """Return feeling and comment of a form; 0 for a feeling that nobody could have pressed."""
    feeling = request.POST.get("feeling", "")
    return (int(feeling) if feeling in {str(one) for one in TAPS} else 0), request.POST.get(
        "comment", ""
    )
