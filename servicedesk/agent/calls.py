"""The telephone: write a call down on one screen, and find calls again."""

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
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases.card_numbers import masked
from cases.phone import Told, calls_page, log_call, open_case_of_call
from cases.request_types import Door, offered_at
from customers.queries import active_products, contact_with_id
from servicedesk.agent.case_new import caller_and_request, like, link_chosen
from servicedesk.pages.answers import page
from servicedesk.pages.call_words import (
    OUTCOMES,
    began_at_in,
    call_in_list,
    direction_in,
    outcome_choices,
    outcome_in,
)
from servicedesk.pages.callers import (
    caller_shown,
    contact_id_in,
    contact_typed,
    errors_of_caller,
)
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.numbers import problem_number_in
from servicedesk.pages.paging import cursor_of, id_in
from servicedesk.pages.refusals import status_of
from servicedesk.pages.request_fields import Requested, requested
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

ROWS = 50
LONGEST_TEXT = 20_000
NEEDS_NOBODY = ("wrong_number", "not_reached", "answered")
HAS_A_CASE = ("opened", "continued")


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.OPEN_CASE)
def call_new(request: StaffRequest) -> HttpResponse:
    """Show the screen of a call; find the caller, ask what the request needs, or save it."""
    if request.method != "POST":
        typed = {"pick": request.GET.get("contact", ""), "began_at": now().isoformat()}
        return call_page(request, typed=typed)
    typed = request.POST.dict()
    if "pick" in typed or typed.get("action", "save") != "save":
        return call_page(request, typed=typed)
    return save(request, typed)


def save(request: StaffRequest, typed: dict[str, str]) -> HttpResponse:
    """Write the call down; what is refused stays on the screen."""
    given = requested(typed, types=offered_at(Door.PHONE), products=active_products())
    outcome, _number = outcome_in(typed)
    errors = errors_of_call(typed, given=given, outcome=outcome.value if outcome else "")
    if errors:
        return call_page(request, typed=typed, errors=errors, status=422)
    try:
        call = saved(request, typed, given=given, at=now())
    except Refusal as refusal:
        return call_page(request, typed=typed, refusal=refusal, status=status_of(refusal))
    tell_of_hidden_numbers(request, typed)
    if call.case is not None:
        messages.success(
            request, _("Call saved with case #%(number)s.") % {"number": call.case.number}
        )
        return redirect("agent:case", call.case.number)
    messages.success(request, _("Call saved."))
    return redirect("agent:calls")


@transaction.atomic
def saved(
    request: StaffRequest, typed: Mapping[str, str], *, given: Requested, at: datetime
) -> Any:
    """Keep the call with its caller and case, and link the case if a problem was chosen."""
    outcome, number = outcome_in(typed)
    if outcome is None:
        raise AssertionError("The form was checked before.")
    contact_id = contact_id_in(typed)
    contact = (
        contact_with_id(contact_id)
        if contact_id is not None
        else contact_typed(typed, actor=request.actor, at=at)
        if outcome not in NEEDS_NOBODY or typed.get("contact_name", "").strip()
        else None
    )
    call = log_call(
        contact=contact,
        number=typed.get("contact_number", ""),
        direction=direction_in(typed),
        outcome=outcome,
        continues=number,
        told=Told(
            subject=typed.get("subject", "")[:250],
            text=typed.get("body", "")[:LONGEST_TEXT],
            note=typed.get("note", "")[:LONGEST_TEXT],
            product=given.product,
            category=given.category,
            wanted_outcome=given.wanted_outcome,
            request_type=given.request_type if outcome == "opened" else None,
            answers=given.answers if outcome == "opened" else (),
            finishes=outcome == "opened" and typed.get("finish", "") == "yes",
        ),
        agent=request.person,
        actor=request.actor,
        began_at=began_at_in(typed, at=at),
        at=at,
    )
    if call.case is not None:
        number = problem_number_in(typed.get("problem", ""))
        link_chosen(request, call.case, number=number, at=at)
    return call


def errors_of_call(typed: Mapping[str, str], *, given: Requested, outcome: str) -> dict[str, str]:
    """Return what is missing, by field."""
    errors = dict(given.errors) if outcome == "opened" else {}
    if not outcome:
        errors["outcome"] = _("Choose what came of the call.")
    needs_person = outcome not in NEEDS_NOBODY
    if contact_id_in(typed) is None and (needs_person or typed.get("contact_name", "").strip()):
        errors |= errors_of_caller(typed)
    if outcome == "continued" and not typed.get("body", "").strip():
        errors["body"] = _("Write what the caller said.")
    if outcome == "opened" and not typed.get("subject", "").strip() and given.request_type is None:
        errors["subject"] = _("Say it in one line.")
    return errors


def tell_of_hidden_numbers(request: StaffRequest, typed: Mapping[str, str]) -> None:
    """Say that card numbers were hidden, if there were any."""
    if any(masked(value).count for value in typed.values()):
        messages.warning(
            request,
            _(
                "What looked like a card number was hidden before it was stored. Never write one down."
            ),
        )


def call_page(
    request: StaffRequest,
    *,
    typed: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return the screen with what was typed; nine queries at most with a caller chosen."""
    contact_id = contact_id_in(typed)
    caller = caller_shown(request.actor, contact_id) if contact_id is not None else None
    return page(
        request,
        "agent/call_new.html",
        {
            "whole": "call",
            "reload": reverse("agent:call_new"),
            "save": _("Save call"),
            **caller_and_request(caller, Door.PHONE, typed=typed, errors=errors, refusal=refusal),
            "outcomes": outcome_choices(
                caller["cases"] if caller else [], chosen=typed.get("outcome", "")
            ),
            "is_outgoing": typed.get("direction") == "out",
            "door": "phone",
            **like(request, {**typed, "door": "phone"}),
        },
        status=status,
    )


@require_safe
@staff(Permission.VIEW_CUSTOMER)
def calls(request: StaffRequest) -> HttpResponse:
    """Show calls, the newest first: mine or all, by outcome; two queries."""
    is_mine = request.GET.get("who", "") != "all"
    outcome = request.GET.get("outcome", "")
    outcome = outcome if outcome in [one.value for one in OUTCOMES] else ""
    found = calls_page(
        request.actor,
        mine=is_mine,
        outcome=outcome,
        before=id_in(request.GET.get("after", "")),
        at_most=ROWS + 1,
    )
    may_open = request.actor.may(Permission.OPEN_CASE)
    who = "mine" if is_mine else "all"
    next_url = ""
    if len(found) > ROWS:
        next_url = f"?who={who}&outcome={outcome}&after={cursor_of(found[ROWS - 1].pk)}"
    return page(
        request,
        "agent/calls.html",
        {
            "calls": [call_in_list(call, may_open=may_open) for call in found[:ROWS]],
            "who": who,
            "outcome": outcome,
            "outcomes": [{"value": o.value, "label": str(label)} for o, label in OUTCOMES.items()],
            "next_url": next_url,
            "may_open": may_open,
            "may_see_held": request.actor.may(Permission.WORK_CASE),
        },
    )


@require_POST
@staff(Permission.OPEN_CASE)
def call_open_case(request: StaffRequest, call_id: int) -> HttpResponse:
    """Make a case of a call that had none.

    Raises:
        NoSuchCall, HasACase, NobodyCalled: see `open_case_of_call`.
    """
    call = open_case_of_call(
        call_id=call_id, contact=None, actor=request.actor, agent=request.person, at=now()
    )
    if call.case is None:
        raise AssertionError("A case was opened.")
    messages.success(request, _("Case #%(number)s opened.") % {"number": call.case.number})
    return redirect("agent:case", call.case.number)
