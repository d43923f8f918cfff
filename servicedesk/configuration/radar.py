"""Settings: how the radar looks for patterns, and what each sensitivity would have told."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from problems.models import Radar, RadarTrial
from problems.models.radar import LEAST_CUSTOMERS, Sensitivity
from problems.patterns.limits import LEAST_PAST, PRESENT
from problems.radar import BadRadar, Setting, ask_trial, newest_trials, radar_of_tenant, set_radar
from servicedesk.configuration.frame import NotFound, settings_page, whole_number
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.pattern_words import SENSITIVITIES, ago_words
from servicedesk.pages.refusals import status_of
from workflow.history.since import ChangedSince
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

MINUTE = timedelta(minutes=1)
NO_MINUTES = timedelta()


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.CONFIGURE)
def radar(request: StaffRequest) -> HttpResponse:
    """Show how the radar is set and what trials told, set it, or try settings on the past."""
    if request.method != "POST":
        return radar_page(request, data=data_of(radar_of_tenant()))
    action, at = request.POST.get("action", ""), now()
    if action not in ("save", "try"):
        raise NotFound(_("This is not there."), next_step=_("Load the page again."))
    least = whole_number(request.POST.get("least_customers")) or 0
    try:
        if action == "try":
            ask_trial(least_customers=least, actor=request.actor, at=at)
            messages.success(request, _("The last 30 days are tried; load the page in a minute."))
        else:
            set_radar(
                setting=setting_in(request),
                actor=request.actor,
                at=at,
                expected_version=whole_number(request.POST.get("version")),
            )
            messages.success(request, _("Saved. The radar looks again at once."))
    except (BadRadar, ChangedSince) as refusal:
        posted = {name: request.POST.get(name, "") for name in data_of(Radar())}
        return radar_page(request, data=posted, refusal=refusal, status=status_of(refusal))
    return redirect("settings:radar")


def setting_in(request: StaffRequest) -> Setting:
    """Return what the form asks for; what is no number is refused by the action."""
    minutes = whole_number(request.POST.get("work_minutes"))
    return Setting(
        is_on=bool(request.POST.get("is_on")),
        sensitivity=request.POST.get("sensitivity", ""),
        least_customers=whole_number(request.POST.get("least_customers")) or 0,
        work_per_case=min(minutes, 10_000) * MINUTE if minutes is not None else NO_MINUTES,
        tells_leads=bool(request.POST.get("tells_leads")),
    )


def data_of(own: Radar) -> dict[str, Any]:
    """Return the fields as they are."""
    return {
        "is_on": own.is_on,
        "sensitivity": own.sensitivity,
        "least_customers": own.least_customers,
        "work_minutes": own.work_per_case // MINUTE,
        "tells_leads": own.tells_leads,
    }


def radar_page(
    request: StaffRequest,
    *,
    data: dict[str, Any],
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return the page; two queries beside the frame's."""
    own, at = radar_of_tenant(), now()
    done, waiting = newest_trials()
    return settings_page(
        request,
        "radar",
        {
            "form": {"data": data, "version": own.version},
            "refusal": refusal,
            "sensitivities": [
                {"value": code, "label": str(words)} for code, words in SENSITIVITIES.items()
            ],
            "least": LEAST_CUSTOMERS[0],
            "most": LEAST_CUSTOMERS[1],
            "looked": ago_words(own.looked_at, at=at) if own.looked_at is not None else "",
            "trial": trial_shown(done) if done is not None else None,
            "is_waiting": waiting is not None,
        },
        status=status,
    )


def trial_shown(trial: RadarTrial) -> dict[str, Any]:
    """Return what a trial told, a line for each sensitivity; none where nothing could be told."""
    judged = judged_in(trial)
    return {
        "asked_at": trial.asked_at,
        "least_customers": trial.least_customers,
        "days": trial.days,
        "cases": trial.cases,
        "too_early": too_early_words(judged, cases=trial.cases),
        "lines": [line_shown(line) for line in trial.results] if judged else [],
    }


def judged_in(trial: RadarTrial) -> int:
    """Return before how many cases enough had come to call anything unusual.

    An older trial, in which that was not counted, is taken to have judged all.
    """
    return min((line.get("judged", trial.cases) for line in trial.results), default=0)


def too_early_words(judged: int, *, cases: int) -> str:
    """Return how much of a trial came before enough was known to compare with; "" if nothing did."""
    if judged >= cases:
        return ""
    numbers = {"count": judged, "needed": LEAST_PAST, "latest": PRESENT}
    if not judged:
        words = _(
            "Nothing can be said yet: the latest %(latest)d cases are compared with those before "
            "them, and %(needed)d of these are needed. Try again when there are more."
        )
        return words % numbers
    words = ngettext(
        "Only %(count)d of them could be judged: for the others there were fewer than %(needed)d "
        "earlier cases to compare with.",
        "Only %(count)d of them could be judged: for the others there were fewer than %(needed)d "
        "earlier cases to compare with.",
        judged,
    )
    return words % numbers


def line_shown(line: dict[str, Any]) -> dict[str, Any]:
    """Return a line of a trial and the sentence that says it."""
    code = Sensitivity(line["sensitivity"])
    says = ngettext(
        "With this setting: %(alerts)d alert, %(true)d of them true",
        "With this setting: %(alerts)d alerts, %(true)d of them true",
        line["alerts"],
    ) % {"alerts": line["alerts"], "true": line["true"]}
    if line["after_cases"] is not None:
        says = ngettext(
            "%(says)s, the middle one after %(count)d case",
            "%(says)s, the middle one after %(count)d cases",
            line["after_cases"],
        ) % {"says": says, "count": line["after_cases"]}
    return {
        "label": str(SENSITIVITIES[code]),
        "says": says,
        "found": line["found"],
        "problems": line["problems"],
    }
