"""Write down what a customer told by telephone or otherwise; like problems show while typing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cases.card_numbers import masked
from cases.lifecycle import assign_case
from cases.request_types import Door, offered_at, open_request
from cases.states import Channel
from customers.queries import active_products, contact_with_id
from knowledge.offers import OfferDoor, keep_shown, keep_used, problems_offered, take_along
from problems.access import problem_for
from problems.asking import Question
from problems.linking import confirm_link
from servicedesk.pages.alike import LONGEST_MATCHED, everything_like
from servicedesk.pages.answers import page
from servicedesk.pages.callers import (
    caller_shown,
    contact_id_in,
    contact_typed,
    errors_of_caller,
    people_found,
)
from servicedesk.pages.case_words import channel_choices, priority_choices
from servicedesk.pages.evidence_shown import likenesses_shown
from servicedesk.pages.forms import EMPTY_TEXT, NewCaseForm
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.numbers import problem_number_in
from servicedesk.pages.refusals import status_of
from servicedesk.pages.request_fields import Requested, request_fields, requested
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

DOORS = {"phone": OfferDoor.PHONE, "form": OfferDoor.FORM}


class NobodyChosen(Refusal):
    """A case needs a customer."""

    code = "nobody_chosen"


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.OPEN_CASE)
def case_new(request: StaffRequest) -> HttpResponse:
    """Show the form, find the customer, ask what the request needs, or open the case."""
    if request.method != "POST":
        typed = {
            "channel": Channel.PHONE.value,
            "priority": "normal",
            "subject": request.GET.get("subject", ""),
            "pick": request.GET.get("contact", ""),
            "type": request.GET.get("type", ""),
        }
        return form_page(request, typed=typed)
    typed = request.POST.dict()
    if "pick" in typed or typed.get("action", "save") != "save":
        return form_page(request, typed=typed)
    return save(request, typed)


def save(request: StaffRequest, typed: dict[str, str]) -> HttpResponse:
    """Open the case; what is refused stays in the form."""
    form = NewCaseForm(request.POST)
    asked = requested(typed, types=offered_at(Door.AGENTS), products=active_products())
    errors: dict[str, Any] = {} if form.is_valid() else dict(form.errors)
    errors |= asked.errors
    if contact_id_in(typed) is None:
        errors |= errors_of_caller(typed)
    if asked.request_type is None:
        errors |= errors_without_type(typed)
    if errors:
        return form_page(request, typed=typed, errors=errors, status=422)
    try:
        case = opened(request, form.cleaned_data, typed=typed, asked=asked)
    except Refusal as refusal:
        return form_page(request, typed=typed, refusal=refusal, status=status_of(refusal))
    if any(masked(value).count for value in typed.values()):
        messages.warning(
            request,
            _("What looked like a card number was hidden before it was stored."),
        )
    messages.success(request, _("Case #%(number)s opened.") % {"number": case.number})
    return redirect("agent:case", case.number)


def errors_without_type(typed: Mapping[str, str]) -> dict[str, str]:
    """Return what is missing in a case that is no request of a known type."""
    errors = {}
    if not typed.get("subject", "").strip():
        errors["subject"] = _("Say it in one line.")
    if not typed.get("body", "").strip():
        errors["body"] = str(EMPTY_TEXT)
    return errors


@transaction.atomic
def opened(
    request: StaffRequest, given: dict[str, Any], *, typed: dict[str, str], asked: Requested
) -> Any:
    """Open the case for the one who writes it down; link it if a problem was chosen."""
    at = now()
    contact_id = contact_id_in(typed)
    contact = contact_with_id(contact_id) if contact_id is not None else None
    contact = contact or contact_typed(typed, actor=request.actor, at=at)
    if contact is None:
        raise NobodyChosen(
            _("This customer is not there any more."),
            next_step=_("Choose somebody, or write a mail address or a number."),
        )
    finishes = typed.get("finish", "") == "yes"
    case = open_request(
        request_type=asked.request_type,
        answers=asked.answers,
        contact=contact,
        subject=given["subject"],
        text=given["body"],
        channel=Channel(given["channel"]),
        priority=given["priority"],
        product=asked.product,
        category=asked.category,
        wanted_outcome=asked.wanted_outcome,
        finishes=finishes,
        actor=request.actor,
        at=at,
    )
    if request.actor.may(Permission.ASSIGN_CASE) and not finishes:
        assign_case(
            case_id=case.pk, owner=request.person, queue=case.queue, actor=request.actor, at=at
        )
    link_chosen(request, case, number=given["problem"], at=at)
    return case


def link_chosen(request: StaffRequest, case: Any, *, number: int | None, at: datetime) -> None:
    """Link a new case to the problem that was chosen while it was written; keep what was shown."""
    take_along(case_id=case.pk, actor=request.actor, at=at)
    if number is None or not request.actor.may(Permission.LINK_CASE):
        return
    problem = problem_for(request.actor, number)
    confirm_link(problem_id=problem.pk, case=case, actor=request.actor, at=at)
    [offered] = problems_offered([problem.pk])
    keep_used(offered, actor=request.actor, at=at, case_id=case.pk)


def caller_and_request(
    caller: Mapping[str, Any] | None,
    door: Door,
    *,
    typed: Mapping[str, str],
    errors: Mapping[str, Any] | None,
    refusal: Refusal | None,
) -> dict[str, Any]:
    """Return what every screen shows on which somebody tells of something: who, and what is asked."""
    return {
        "form": {"data": typed, "errors": errors or {}},
        "refusal": refusal,
        "caller": caller,
        "people": [] if caller else people_found(typed),
        "asked": request_fields(
            typed, types=offered_at(door), products=active_products(), errors=errors
        ),
    }


def form_page(
    request: StaffRequest,
    *,
    typed: Mapping[str, str],
    errors: Mapping[str, Any] | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return the page of the form; what was typed stays."""
    contact_id = contact_id_in(typed)
    caller = caller_shown(request.actor, contact_id) if contact_id is not None else None
    return page(
        request,
        "agent/case_new.html",
        {
            "whole": "told",
            "reload": reverse("agent:case_new"),
            "save": _("Open case"),
            **caller_and_request(caller, Door.AGENTS, typed=typed, errors=errors, refusal=refusal),
            "channels": channel_choices(),
            "priorities": priority_choices(),
            **like(request, typed),
        },
        status=status,
    )


@require_POST
@staff(Permission.OPEN_CASE)
def similar(request: StaffRequest) -> HttpResponse:
    """Answer what is like the text that is being typed, and keep that it was shown.

    Posted, though it opens nothing: what a customer says belongs into no address and no log.
    """
    return page(request, "agent/similar.html", like(request, request.POST))


def like(request: StaffRequest, typed: Any) -> dict[str, Any]:
    """Return problems, cases and articles like what is typed, best first.

    The problem that was chosen stays chosen while it is among them; fourteen queries at most,
    none for too little to say anything.
    """
    at = now()
    found = everything_like(
        Question(
            subject=typed.get("subject", "")[:LONGEST_MATCHED],
            text=typed.get("body", "")[:LONGEST_MATCHED],
            at=at,
            product_id=product_typed(typed.get("product", "")),
        ),
        actor=request.actor,
        door=typed.get("channel", ""),
    )
    door = DOORS.get(typed.get("door", ""), OfferDoor.FORM)
    keep_shown(found.offered, door=door, actor=request.actor, at=at)
    shown = likenesses_shown(found, address=address_while_writing)
    chosen = problem_number_in(typed.get("problem", ""))
    for problem in shown["likely"]:
        problem["is_chosen"] = problem_number_in(problem["number"]) == chosen
    return {
        **shown,
        "may_link": request.actor.may(Permission.LINK_CASE),
        "is_chosen": any(one["is_chosen"] for one in shown["likely"]),
    }


def product_typed(slug: str) -> int | None:
    """Return the id of the product that was chosen in the form, if one was; one query at most."""
    if not slug:
        return None
    return next((one.pk for one in active_products() if one.slug == slug), None)


def address_while_writing(kind: str, key: int) -> str:
    """Return where something leads that is shown while a case is written down."""
    return reverse("agent:opens_new", args=[kind, key])
