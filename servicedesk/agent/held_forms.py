"""Web forms that wait for a person: look at them, let them in, or reject them."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from cases.intake.web_forms import (
    NotHeld,
    reject_submission,
    release_submission,
    waiting_submissions,
)
from servicedesk.pages.answers import page
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.numbers import MOST_DIGITS
from servicedesk.pages.paging import cursor_of, id_in
from workflow.people.permissions import Permission

ROWS = 50
LONGEST_SHOWN = 2000
SIGNS = {
    "trap": gettext_lazy("A field was filled in that people do not see."),
    "too_fast": gettext_lazy("It was filled in faster than people write."),
    "links": gettext_lazy("It holds many links."),
    "markup": gettext_lazy("It holds links as programs write them."),
    "name_is_link": gettext_lazy("The name is a link."),
    "said_before": gettext_lazy("The same words came before."),
    "phrases": gettext_lazy("It holds words that advertising has."),
}


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.WORK_CASE)
def held_forms(request: StaffRequest) -> HttpResponse:
    """Show what waits, the newest first, or decide about one; one query for any number."""
    if request.method == "POST":
        return decide(request)
    waiting = waiting_submissions(at=now())
    before = id_in(request.GET.get("after", ""))
    if before is not None:
        waiting = waiting.filter(pk__lt=before)
    found = list(waiting[: ROWS + 1])
    return page(
        request,
        "agent/held_forms.html",
        {
            "held": [in_list(one) for one in found[:ROWS]],
            "next_url": f"?after={cursor_of(found[ROWS - 1].pk)}" if len(found) > ROWS else "",
        },
    )


def in_list(kept: Any) -> dict[str, Any]:
    """Return a held form as a row: only what was written, nothing that is known."""
    codes = [code for code in kept.reasons.split(",") if code]
    return {
        "id": kept.pk,
        "at": kept.received_at,
        "form": kept.web_form.name,
        "name": kept.name,
        "email": kept.email,
        "subject": kept.subject,
        "text": kept.text[:LONGEST_SHOWN],
        "reasons": [str(SIGNS[code]) for code in codes if code in SIGNS]
        or [_("It could not be taken in when it came.")],
    }


def decide(request: StaffRequest) -> HttpResponse:
    """Let a form become a case, or reject it.

    Raises:
        NotHeld: somebody was faster, or the form names nothing.
    """
    written = request.POST.get("id", "")
    if not (written.isascii() and written.isdigit() and len(written) <= MOST_DIGITS):
        raise NotHeld(_("This form is not there."), next_step=_("Load the page again."))
    if request.POST.get("action") == "release":
        case = release_submission(int(written), actor=request.actor, at=now())
        messages.success(request, _("Case #%(number)s opened.") % {"number": case.number})
    else:
        reject_submission(int(written), actor=request.actor, at=now())
        messages.success(request, _("Rejected. It stays stored."))
    return redirect("agent:held_forms")
