"""Settings: the rules tested on the last 500 problems, compared with who fixed them in the end."""

from collections import Counter
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from problems.route_trials import Judged, Trial, fixed_problems, try_ways
from servicedesk.configuration.frame import settings_page
from servicedesk.configuration.routing import problem_shown
from servicedesk.pages.guards import StaffRequest, staff
from workflow.people.permissions import Permission
from workflow.routing.deciding import Way, ways_in_force


@require_safe
@staff(Permission.CONFIGURE, Permission.STEER_PROBLEM)
def routing_trial(request: StaffRequest) -> HttpResponse:
    """Show where the last 500 fixed problems would go by the rules as they stand.

    About a dozen queries, however many problems.
    """
    ways = ways_in_force()
    trial = try_ways(fixed_problems(), ways=ways)
    return settings_page(
        request,
        "routing_trial",
        {
            "settings_page": "routing",
            "looked_at": len(trial.judged),
            "right": trial.right,
            "unrouted": trial.unrouted,
            "wrong": len(trial.judged) - trial.right - trial.unrouted,
            "percent": f"{trial.right / len(trial.judged):.0%}" if trial.judged else "",
            "rules": rules_shown(trial, ways),
            "confused": confused(trial),
            "differences": [difference(one, trial) for one in trial.differences],
            "back": reverse("settings:routing"),
        },
    )


def rules_shown(trial: Trial, ways: list[Way]) -> list[dict[str, Any]]:
    """Return what each rule would have caught, and how much of it rightly; no query."""
    return [
        {
            "name": way.name,
            "department": way.department.name,
            "hue": way.department.hue,
            "href": reverse("settings:routing_rule", args=[way.id]),
            "caught": caught,
            "right": right,
            "percent": f"{right / caught:.0%}" if caught else "",
        }
        for way in ways
        for caught, right in (trial.by_rule.get(way.id, (0, 0)),)
    ]


def confused(trial: Trial) -> list[dict[str, Any]]:
    """Return which departments get what belongs to others, most first; no query."""
    counts = Counter((one.sent_to, one.past.fixed_by) for one in trial.differences)
    return [
        {
            "goes_to": trial.departments[sent].name if sent else _("no rule fits"),
            "fixed_by": trial.departments[fixed].name,
            "count": count,
        }
        for (sent, fixed), count in counts.most_common()
    ]


def difference(judged: Judged, trial: Trial) -> dict[str, Any]:
    """Return one problem that would have gone elsewhere than to who fixed it; no query."""
    decision = judged.decision
    return {
        **problem_shown(judged.past.problem),
        "goes_to": decision.department.name if decision else "",
        "hue": decision.department.hue if decision else "",
        "rule": decision.rule_name if decision else "",
        "reasons": "; ".join(decision.reasons) if decision else "",
        "fixed_by": trial.departments[judged.past.fixed_by].name,
        "fixed_by_hue": trial.departments[judged.past.fixed_by].hue,
    }
