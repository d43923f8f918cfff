"""Who takes part in an issue besides its customer: let in, leave out, leave."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _

from cases.access import case_for
from cases.participants import let_in, participants_of, remove_participant
from servicedesk.pages.guards import ContactRequest
from workflow.refusals import Refusal

MOST_DIGITS = 18


class NotYours(Refusal):
    """Only the customer of the issue may do this."""

    code = "not_yours"
    status = 403


def admit(request: ContactRequest, number: int) -> HttpResponse:
    """Let in somebody whom the customer copied; only the case's own customer may."""
    case = case_for(request.actor, number)
    person = let_in(
        case_id=case.pk, participant_id=posted_participant(request), actor=request.actor, at=now()
    )
    messages.success(request, _("%(name)s takes part from now on.") % {"name": person.shown_name})
    return redirect("portal:issue", number)


def leave_out(request: ContactRequest, number: int) -> HttpResponse:
    """Leave somebody out, take out who was let in, or leave oneself."""
    case = case_for(request.actor, number)
    person = remove_participant(
        case_id=case.pk, participant_id=posted_participant(request), actor=request.actor, at=now()
    )
    if person.contact_id == request.contact.pk:
        messages.success(request, _("You do not take part in this issue any more."))
        return redirect("portal:home")
    messages.success(request, _("%(name)s does not take part.") % {"name": person.shown_name})
    return redirect("portal:issue", number)


def posted_participant(request: HttpRequest) -> int:
    """Return whom a form is about, 0 if it names nobody."""
    text = request.POST.get("participant", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else 0


def refuse_guests(request: ContactRequest, case: Any) -> None:
    """Refuse those who were let in what only the case's own customer can say.

    Raises:
        NotYours: somebody else asked for this.
    """
    if case.contact_id != request.contact.pk:
        raise NotYours(
            _("Only the customer of this issue can say that."),
            next_step=_("Write a message instead."),
        )


def people_of(request: ContactRequest, case: Any) -> list[dict[str, Any]]:
    """Return who else takes part; only the own customer sees who was copied; one query."""
    is_own = case.contact_id == request.contact.pk
    return [
        {
            "id": person.pk,
            "name": person.shown_name,
            "address": person.address if is_own else "",
            "is_in": person.state == "let_in",
            "is_me": person.contact_id == request.contact.pk,
            "may_decide": is_own or person.contact_id == request.contact.pk,
        }
        for person in participants_of(case)
        if is_own or person.state == "let_in"
    ]
