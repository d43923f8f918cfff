"""Who takes part in an issue besides its customer: let in, leave out, leave."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _

from cases.participants import let_in, participants_shown, remove_participant
from servicedesk.portal.visits import Visit

MOST_DIGITS = 18


def admit(visit: Visit) -> HttpResponse:
    """Let in somebody whom the customer copied; only the case's own customer may."""
    person = let_in(
        case_id=visit.case.pk,
        participant_id=posted_participant(visit.request),
        actor=visit.actor,
        at=now(),
    )
    words = _("%(name)s takes part from now on.") % {"name": person.shown_name}
    messages.success(visit.request, words)
    return redirect(visit.address)


def leave_out(visit: Visit) -> HttpResponse:
    """Leave somebody out, take out who was let in, or leave oneself."""
    person = remove_participant(
        case_id=visit.case.pk,
        participant_id=posted_participant(visit.request),
        actor=visit.actor,
        at=now(),
    )
    if person.contact_id == visit.contact.pk:
        messages.success(visit.request, _("You do not take part in this issue any more."))
        return redirect("portal:home")
    messages.success(visit.request, _("%(name)s does not take part.") % {"name": person.shown_name})
    return redirect(visit.address)


def posted_participant(request: HttpRequest) -> int:
    """Return whom a form is about, 0 if it names nobody."""
    text = request.POST.get("participant", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else 0


def people_of(visit: Visit) -> list[dict[str, Any]]:
    """Return who else takes part; only the own customer sees who was copied; one query."""
    is_own = visit.is_own
    return [
        {
            "id": person.pk,
            "name": person.shown_name,
            "address": person.address if is_own else "",
            "is_in": person.state == "let_in",
            "is_me": person.contact_id == visit.contact.pk,
            "may_decide": is_own or person.contact_id == visit.contact.pk,
        }
        for person in participants_shown(visit.case, contact_id=visit.contact.pk)
    ]
