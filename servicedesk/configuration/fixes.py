"""Settings: how fixes are watched, what counts as coming back, and how much is too much."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from problems.watch_policies import (
    LEAST_WATCH_DAYS,
    MOST_CUSTOMERS,
    MOST_GRACE_DAYS,
    MOST_WATCH_DAYS,
    BadWatchPolicy,
    WatchRules,
    set_watch_rules,
    watch_rules,
)
from servicedesk.configuration.frame import settings_page, whole_number
from servicedesk.pages.guards import StaffRequest, staff
from workflow.people.permissions import Permission

NO_NUMBER = -1
NUMBERS = ("grace_days", "watch_days", "most_customers")


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.CONFIGURE)
def fixes(request: StaffRequest) -> HttpResponse:
    """Show how fixes are watched, or say it anew."""
    if request.method != "POST":
        return fixes_page(request, data=data_of(watch_rules()))
    try:
        set_watch_rules(rules_in(request.POST.dict()), actor=request.actor, at=now())
    except BadWatchPolicy as refusal:
        typed = {name: request.POST.get(name, "") for name in NUMBERS}
        typed["reopens_alone"] = request.POST.get("reopens_alone", "")
        return fixes_page(request, data=typed, refusal=refusal, status=422)
    messages.success(request, _("Saved. It counts for fixes from now on."))
    return redirect("settings:fixes")


def rules_in(typed: Mapping[str, str]) -> WatchRules:
    """Return what the form asks for; what is no number is refused by the action."""
    numbers = {name: whole_number(typed.get(name, "").strip()) for name in NUMBERS}
    given = {
        name: NO_NUMBER if number is None else min(number, 10**6)
        for name, number in numbers.items()
    }
    return WatchRules(**given, reopens_alone=typed.get("reopens_alone") == "1")


def data_of(rules: WatchRules) -> dict[str, Any]:
    """Return the fields as they are."""
    return {
        "grace_days": rules.grace_days,
        "watch_days": rules.watch_days,
        "most_customers": rules.most_customers,
        "reopens_alone": rules.reopens_alone,
    }


def fixes_page(
    request: StaffRequest,
    *,
    data: dict[str, Any],
    refusal: BadWatchPolicy | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return the page; one query beside the frame's."""
    return settings_page(
        request,
        "fixes",
        {
            "form": {"data": data},
            "refusal": refusal,
            "limits": {
                "most_grace": MOST_GRACE_DAYS,
                "least_watch": LEAST_WATCH_DAYS,
                "most_watch": MOST_WATCH_DAYS,
                "most_customers": MOST_CUSTOMERS,
            },
        },
        status=status,
    )
