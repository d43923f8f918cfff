"""Two customers are one person: find the other one, see both, join them, and part them again."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cases.queries import cases_of_contact
from customers.identity import NoSuchContact
from customers.joining import (
    MAY_BE_PARTED_FOR,
    NotSaid,
    OneAndTheSame,
    PartedNoMore,
    join_contacts,
    joinings_of,
    part_contacts,
)
from customers.queries import contact_to_show, contacts_found
from servicedesk.belongings import EVERYTHING
from servicedesk.pages.answers import page
from servicedesk.pages.callers import contact_id_in, person_found
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.refusals import status_of
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.EDIT_CUSTOMER, Permission.CONFIGURE)
def join(request: StaffRequest, contact_id: int) -> HttpResponse:
    """Show who may be the same person, and both side by side; join them, or part them again."""
    if request.method != "POST":
        other = contact_id_in({"contact": request.GET.get("with", "")})
        return joining_page(request, contact_id, other_id=other)
    try:
        if request.POST.get("action") == "part":
            return parted(request, contact_id)
        return joined(request, contact_id)
    except (NotSaid, OneAndTheSame, PartedNoMore) as refusal:
        return joining_page(
            request,
            contact_id,
            other_id=posted(request, "joined"),
            refusal=refusal,
        )


def joined(request: StaffRequest, contact_id: int) -> HttpResponse:
    """Join the chosen customer with this one.

    Raises:
        NoSuchContact, NotSaid, OneAndTheSame: see `join_contacts`.
    """
    joining = join_contacts(
        kept_id=contact_id,
        joined_id=posted(request, "joined") or contact_id,
        are_one=request.POST.get("are_one") == "yes",
        belongings=EVERYTHING,
        actor=request.actor,
        at=now(),
    )
    messages.success(
        request,
        _("%(joined)s and %(kept)s are one customer now.")
        % {"joined": joining.joined.name, "kept": joining.kept.name},
    )
    return redirect("agent:contact", contact_id)


def parted(request: StaffRequest, contact_id: int) -> HttpResponse:
    """Undo a joining.

    Raises:
        NoSuchContact, PartedNoMore: see `part_contacts`.
    """
    joining = part_contacts(
        joining_id=posted(request, "joining") or 0,
        belongings=EVERYTHING,
        actor=request.actor,
        at=now(),
    )
    messages.success(
        request, _("%(name)s is a customer apart again.") % {"name": joining.joined.name}
    )
    return redirect("agent:contact", contact_id)


def posted(request: StaffRequest, name: str) -> int | None:
    """Return the id that a form sent under a name, or None."""
    return contact_id_in({"contact": request.POST.get(name, "")})


def joining_page(
    request: StaffRequest,
    contact_id: int,
    *,
    other_id: int | None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    """Return the page; at most nine queries.

    Raises:
        NoSuchContact: there is no such customer.
    """
    at = now()
    kept = side(request.actor, contact_id)
    other = side(request.actor, other_id) if other_id not in (None, contact_id) else None
    words = " ".join(request.GET.get("words", "").split())[:120]
    found = contacts_found(words) if words and other is None else []
    return page(
        request,
        "agent/customer_join.html",
        {
            "kept": kept,
            "other": other,
            "words": words,
            "found": [person_found(one) for one in found if one.pk != contact_id],
            "joinings": [
                {
                    "id": one.pk,
                    "name": one.joined.name,
                    "at": one.joined_at,
                    "by": one.joined_by.name if one.joined_by else "",
                    "until": one.joined_at + MAY_BE_PARTED_FOR,
                }
                for one in joinings_of(contact_id, at=at)
            ],
            "refusal": refusal,
            "may_join": request.actor.may(Permission.EDIT_CUSTOMER),
        },
        status=status_of(refusal) if refusal else 200,
    )


def side(actor: Actor, contact_id: int | None) -> dict[str, Any]:
    """Return one of the two customers, with how many cases there are; two queries.

    Raises:
        NoSuchContact: there is none, or it was joined with another one.
    """
    found = contact_to_show(contact_id) if contact_id is not None else None
    if found is None or found.joined_to_id is not None:
        raise NoSuchContact(
            _("There is no such customer here."), next_step=_("Look for the customer again.")
        )
    return {**person_found(found), "cases": len(cases_of_contact(actor, found.pk))}
