"""One customer on one page: every touchpoint, every case and problem, the addresses."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cases.access import case_for
from cases.queries import cases_of_contact
from customers.editing import change_contact
from customers.having import in_use_first, installed_of, purchases_of
from customers.identity import BadAddress, NoSuchContact, add_address, become_customer
from customers.preferences import let_see_organisation
from customers.queries import contact_to_show
from customers.segments import segments_of
from problems.affected import problems_of_contact
from problems.case_links import links_of_cases
from servicedesk.agent.reach import reach_shown, say, write_again
from servicedesk.agent.touchpoints import page_of_touchpoints, place_in
from servicedesk.pages.address_words import ADDRESS_KINDS, kind_of_address
from servicedesk.pages.answers import page
from servicedesk.pages.case_words import channel_words, state_words
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.history_lines import lines_about, timeline
from servicedesk.pages.problem_words import state_words as problem_state_words
from servicedesk.pages.refusals import status_of
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

REACH_ACTS = {"reach": say, "write_again": write_again}
LATELY = timedelta(days=90)
MANY_CASES = 4
CASES_SHOWN = 50
THINGS_SHOWN = 6


@require_safe
@staff(Permission.VIEW_CUSTOMER)
def customer(request: StaffRequest, number: int) -> HttpResponse:
    """Show the customer of a case."""
    case = case_for(request.actor, number)
    return customer_page(request, case.contact_id, from_case=number)


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.VIEW_CUSTOMER)
def contact(request: StaffRequest, contact_id: int) -> HttpResponse:
    """Show a customer, or change what is known or may be seen."""
    if request.method != "POST":
        return customer_page(request, contact_id)
    try:
        said = change(request, contact_id, at=now())
    except Refusal as refusal:
        if status_of(refusal) in (403, 404):
            raise
        return customer_page(
            request, contact_id, typed=request.POST, refusal=refusal, status=status_of(refusal)
        )
    messages.success(request, said)
    return redirect("agent:contact", contact_id)


def change(request: StaffRequest, contact_id: int, *, at: datetime) -> str:
    """Do what the form asks for; return what to say."""
    request.actor.require(Permission.EDIT_CUSTOMER)
    if request.POST.get("action") == "become_customer":
        become_customer(contact_id=contact_id, actor=request.actor, at=at)
        return _("A customer now. Everything said before stays.")
    if request.POST.get("action") in ("see_organisation", "see_own"):
        sees = request.POST["action"] == "see_organisation"
        let_see_organisation(contact_id, sees=sees, actor=request.actor, at=at)
        return (
            _("Sees the issues of the whole organisation now.")
            if sees
            else _("Sees the own issues only.")
        )
    if request.POST.get("action") in REACH_ACTS:
        act = REACH_ACTS[request.POST["action"]]
        return act(contact_id, request.POST, actor=request.actor, at=at)
    if request.POST.get("action") == "know":
        know(request, contact_id, at=at)
        return _("Saved.")
    kind = kind_of_address(request.POST.get("kind", ""))
    if kind is None:
        raise BadAddress(_("This is no sort of address."), next_step=_("Choose one."))
    add_address(
        contact_id=contact_id,
        kind=kind,
        value=request.POST.get("value", ""),
        may_move=request.POST.get("may_move") == "yes",
        actor=request.actor,
        at=at,
    )
    return _("Address saved.")


def know(request: StaffRequest, contact_id: int, *, at: datetime) -> None:
    """Keep region and tier of a customer: rules for routing and service levels ask for them.

    Raises:
        NoSuchContact: there is no such customer.
    """
    found = contact_to_show(contact_id)
    if found is None:
        raise NoSuchContact(
            _("There is no such customer here."), next_step=_("Look for the customer again.")
        )
    change_contact(
        contact_id=contact_id,
        name=found.name,
        organisation=found.organisation,
        language=found.language,
        timezone=found.timezone,
        may_be_mailed=found.may_be_mailed,
        region=request.POST.get("region", ""),
        tier=request.POST.get("tier", ""),
        actor=request.actor,
        at=at,
    )


def customer_page(
    request: StaffRequest,
    contact_id: int,
    *,
    from_case: int | None = None,
    typed: Mapping[str, str] | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return the page; sixteen queries, however much there is. Who was joined leads to the other one.

    Raises:
        NoSuchContact: there is no such customer.
    """
    found = contact_to_show(contact_id)
    if found is None:
        raise NoSuchContact(
            _("There is no such customer here."), next_step=_("Look for the customer again.")
        )
    if found.joined_to_id is not None:
        return redirect("agent:contact", found.joined_to_id)
    cases = cases_of_contact(request.actor, contact_id)
    links = links_of_cases([one.pk for one in cases[:CASES_SHOWN]])
    touchpoints, cursor = page_of_touchpoints(
        request.actor, contact_id, before=place_in(request.GET.get("after", ""))
    )
    return page(
        request,
        "agent/customer.html",
        {
            "contact": described(found, cases=cases, at=now()),
            "reach": reach_shown(found, at=now()),
            "from_case": from_case,
            "touchpoints": touchpoints,
            "is_first_page": "after" not in request.GET,
            "next_url": f"{request.path}?after={cursor}" if cursor else "",
            "cases": [row(one, links=links.get(one.pk, [])) for one in cases[:CASES_SHOWN]],
            "problems": [affecting(one) for one in problems_of_contact(contact_id)],
            "has": things_shown(contact_id),
            "segments": [one.name for one in segments_of([contact_id])[contact_id]],
            "history": timeline(lines_about(found), customer=found.name),
            "form": {"data": typed or {}},
            "refusal": refusal,
            "kinds": [
                {"value": k.value, "label": str(label)} for k, label in ADDRESS_KINDS.items()
            ],
            "may": {
                "edit": request.actor.may(Permission.EDIT_CUSTOMER),
                "part": request.actor.may(Permission.CONFIGURE),
                "open_case": request.actor.may(Permission.OPEN_CASE),
            },
        },
        status=status,
    )


def described(found: Any, *, cases: list[Any], at: datetime) -> dict[str, Any]:
    """Return who it is; no query."""
    recent = sum(one.opened_at > at - LATELY for one in cases)
    since = date_format(found.became_customer_at or found.created_at, "F Y")
    return {
        "id": found.pk,
        "name": found.name,
        "organisation": found.organisation.name if found.organisation else "",
        "sees_organisation": found.sees_organisation,
        "addresses": found.known_addresses,
        "service_level": found.tier,
        "region": found.region,
        "is_prospect": found.is_prospect,
        "since": _("Known since %(month)s, not a customer yet") % {"month": since}
        if found.is_prospect
        else _("Customer since %(month)s") % {"month": since},
        "facts": [
            {"label": _("Open cases"), "value": sum(one.is_open for one in cases)},
            {
                "label": _("Cases in 90 days"),
                "value": recent,
                "tone": "red" if recent >= MANY_CASES else "",
            },
        ],
    }


def things_shown(contact_id: int) -> dict[str, Any]:
    """Return the newest of what a customer has and bought; two queries."""
    most = THINGS_SHOWN + 1
    installed = list(in_use_first(installed_of(contact_id))[:most])
    purchases = list(purchases_of(contact_id).order_by("-bought_on", "-id")[:most])
    return {
        "installed": [
            {**thing(one), "where": one.place or one.region, "until": one.until}
            for one in installed[:THINGS_SHOWN]
        ],
        "purchases": [
            {**thing(one), "bought_on": one.bought_on, "quantity": one.quantity}
            for one in purchases[:THINGS_SHOWN]
        ],
        "has_more": max(len(installed), len(purchases)) > THINGS_SHOWN,
    }


def thing(one: Any) -> dict[str, Any]:
    """Return product and version of what somebody has, and whether the organisation has it."""
    return {
        "product": one.product.name,
        "version": one.version.name if one.version else "",
        "is_of_organisation": one.organisation_id is not None,
    }


def row(case: Any, *, links: list[Any]) -> dict[str, Any]:
    """Return a case as a line of the customer's history; no query."""
    linked = next((link.problem.name for link in links if link.kind == "confirmed"), "")
    return {
        "number": case.number,
        "href": reverse("agent:case", args=[case.number]),
        "subject": case.subject,
        "state_label": state_words(case.state),
        "channel": channel_words(case.channel),
        "at": case.opened_at,
        "problem": linked,
        "messages": case.messages_said,
    }


def affecting(affected: Any) -> dict[str, Any]:
    """Return a problem that affects the customer, and what was told of it; no query."""
    problem = affected.problem
    return {
        "number": problem.name,
        "href": reverse("problem:problem", args=[problem.name]),
        "title": problem.title,
        "state_label": problem_state_words(problem.state),
        "told_at": [told.at for told in affected.told.all()],
        "confirmed_at": affected.confirmed_at,
    }
