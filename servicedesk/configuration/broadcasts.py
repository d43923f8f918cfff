"""Settings: above how many customers a lead has to say yes before they are told."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from problems.broadcast_policies import BadBroadcastPolicy, approval_size, set_approval_size
from problems.broadcasts import waiting_for_yes
from servicedesk.configuration.frame import settings_page, whole_number
from servicedesk.pages.guards import StaffRequest, staff
from workflow.people.permissions import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.CONFIGURE)
def broadcasts(request: StaffRequest) -> HttpResponse:
    """Show or change the size; two queries beside the frame's."""
    if request.method != "POST":
        return broadcasts_page(request, value=str(approval_size()))
    typed = request.POST.get("approval_size", "").strip()
    size = whole_number(typed)
    try:
        # What is no number at all is refused like one that cannot be meant.
        set_approval_size(-1 if size is None else size, actor=request.actor, at=now())
    except BadBroadcastPolicy as refusal:
        return broadcasts_page(
            request, value=typed, error=f"{refusal.sentence} {refusal.next_step}", status=422
        )
    messages.success(request, _("Saved."))
    return redirect("settings:broadcasts")


def broadcasts_page(
    request: StaffRequest, *, value: str, error: str = "", status: int = 200
) -> HttpResponse:
    """Return the page."""
    return settings_page(
        request,
        "broadcasts",
        {"value": value, "error": error, "waiting": waiting_for_yes()},
        status=status,
    )
