"""Settings: the overview and the proof."""

from time import monotonic

from django.http import HttpResponse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from servicedesk.configuration.frame import ANY_SETTING, settings_page
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.proof.proving import verdicts_of_tenant
from workflow.people.permissions import Permission

EXAMPLES = 10


@require_safe
@staff(*ANY_SETTING)
def index(request: StaffRequest) -> HttpResponse:
    """Show where everything is set."""
    return settings_page(request, "index", {})


@staff(Permission.CONFIGURE, Permission.VIEW_HISTORY)
def proof(request: StaffRequest) -> HttpResponse:
    """Show the proof; a POST runs it, one query a rule. It changes nothing."""
    if request.method != "POST":
        return settings_page(request, "proof", {"proof": None, "rules": []})
    began, at = monotonic(), now()
    verdicts = verdicts_of_tenant(at=at)
    took = monotonic() - began
    return settings_page(
        request,
        "proof",
        {
            "proof": {
                "violations": sum(verdict.violations for verdict in verdicts),
                "run_at": at,
                "took": _("%(seconds).1f s") % {"seconds": took},
            },
            "rules": [
                {
                    "code": verdict.rule.code,
                    "says": verdict.rule.says,
                    "violations": verdict.violations,
                    "examples": [
                        {"label": finding, "href": ""} for finding in verdict.findings[:EXAMPLES]
                    ],
                }
                for verdict in verdicts
            ],
        },
    )
