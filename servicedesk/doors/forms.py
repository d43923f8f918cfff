"""The public page of a web form, alone or inside a page of an allowed origin; no cookie is needed."""

import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from csp.decorators import csp_replace
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from cases.card_numbers import masked
from cases.intake.web_forms import (
    Sent,
    TooManyForms,
    open_form,
    store_submission,
    take_in_submission,
)
from cases.request_types import Door, field_of, offered_at
from customers.queries import active_products
from servicedesk.pages.answers import page
from servicedesk.pages.brand_colour import code_of
from servicedesk.pages.guards import needs_tenant, public
from servicedesk.pages.lengths import too_long
from servicedesk.pages.network import network_of
from servicedesk.pages.request_fields import (
    LONGEST_OUTCOME,
    Requested,
    request_fields,
    requested,
)
from workflow.branding import colour_of_default_brand
from workflow.people.authentication import digest_of
from workflow.refusals import Refusal

SALT = "doors.web-form"
LASTS_SECONDS = 24 * 60 * 60
LONGEST_TEXT = 20_000
LIMITS = {"subject": 250, "body": LONGEST_TEXT, "wanted_outcome": LONGEST_OUTCOME}
TRAP = "website"


@csrf_exempt
@xframe_options_exempt
@never_cache
@transaction.non_atomic_requests
@require_http_methods(["GET", "HEAD", "POST"])
@public("anybody may fill in a form; its signed token stands for the CSRF token")
def web_form(request: HttpRequest, key: str) -> HttpResponse:
    """Show a form, take what was sent, or say thanks; only allowed origins may embed it."""
    needs_tenant(request)
    with transaction.atomic():
        form = open_form(key)
    if request.method != "POST":
        if request.GET.get("sent"):
            return framed(thanks_page(request, form), request=request, form=form)
        return framed(form_page(request, form, typed={}), request=request, form=form)
    typed = {name: value.replace("\x00", "") for name, value in request.POST.dict().items()}
    return framed(sent(request, form, typed=typed), request=request, form=form)


def sent(request: HttpRequest, form: Any, *, typed: dict[str, str]) -> HttpResponse:
    """Store what was sent, then let it become a case or wait for a person.

    Stored and committed first: whatever happens while it is judged, it is not lost.
    """
    at = now()
    if typed.get("action") == "fields":
        return form_page(request, form, typed=typed)
    token = token_in(typed.get("token", ""), key=form.key)
    if token is None:
        errors = {"form": _("The form was open for too long. Send it once more.")}
        return form_page(request, form, typed=typed, errors=errors, status=422)
    with transaction.atomic():
        asked = requested(with_type(typed, form), types=types_of(form), products=active_products())
    errors = errors_of(typed, asked=asked)
    if errors:
        return form_page(request, form, typed=typed, errors=errors, token=token, status=422)
    nonce, shown_at = token
    what = Sent(
        nonce=nonce,
        name=line(typed, "name", longest=160),
        email=line(typed, "email", longest=254).lower(),
        subject=line(typed, "subject", longest=250)
        or (asked.request_type.name if asked.request_type else ""),
        text=typed.get("body", "")[:LONGEST_TEXT],
        took=at - shown_at,
        trap=typed.get(TRAP, ""),
        wanted_outcome=asked.wanted_outcome,
        category=asked.category,
        product=asked.product,
        answers=asked.answers,
    )
    try:
        stored = store_submission(form, what, network=digest_of(network_of(request)), at=at)
    except TooManyForms as refusal:
        return form_page(
            request, form, typed=typed, refusal=refusal, token=token, status=refusal.status
        )
    take_in_submission(stored.pk, at=at)
    hidden = "&hidden=1" if holds_card_number(what, typed=typed) else ""
    return redirect(f"{reverse('doors:form', args=[form.key])}?sent=1{hidden}")


def holds_card_number(what: Sent, *, typed: Mapping[str, str]) -> bool:
    """Whether a card number was hidden in what was taken; other fields are nobody's matter."""
    answers = (typed.get(field_of(one.question), "")[:LONGEST_TEXT] for one in what.answers)
    said = (what.name, what.subject, what.text, what.wanted_outcome, *answers)
    return any(masked(text).count for text in said)


def types_of(form: Any) -> list[Any]:
    """Return the types that a form may ask for: its own, with its questions; two queries."""
    if form.request_type_id is None:
        return []
    return [one for one in offered_at(Door.FORMS) if one.pk == form.request_type_id]


def with_type(typed: Mapping[str, str], form: Any) -> dict[str, str]:
    """Return the fields with the type that the form has, whatever was sent."""
    return {**typed, "type": form.request_type.slug if form.request_type else ""}


def errors_of(typed: Mapping[str, str], *, asked: Requested) -> dict[str, str]:
    """Return what is missing, wrong or too long, by field."""
    errors = {**asked.errors, **too_long(typed, limits=LIMITS)}
    try:
        validate_email(line(typed, "email", longest=254))
    except ValidationError:
        errors["email"] = _("Write your e-mail address like ingrid@example.org.")
    if asked.request_type is None:
        if not line(typed, "subject", longest=250):
            errors["subject"] = _("Say it in one line.")
        if not typed.get("body", "").strip():
            errors["body"] = _("Say what happened.")
    return errors


def line(typed: Mapping[str, str], name: str, *, longest: int) -> str:
    """Return a field in one line."""
    return " ".join(typed.get(name, "").split())[:longest]


def new_token(*, key: str, at: datetime) -> str:
    """Return the signed token of one showing of a form: which form, when, and a number used once."""
    said = {"k": key, "n": secrets.token_urlsafe(18), "t": at.timestamp()}
    return signing.dumps(said, salt=SALT)


def token_in(written: str, *, key: str) -> tuple[str, datetime] | None:
    """Return the number used once and when the form was shown; None if it is false or too old."""
    try:
        said = signing.loads(written, salt=SALT, max_age=LASTS_SECONDS)
    except signing.BadSignature:
        return None
    if said.get("k") != key:
        return None
    return str(said["n"]), datetime.fromtimestamp(said["t"], tz=UTC)


def form_page(
    request: HttpRequest,
    form: Any,
    *,
    typed: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
    refusal: Refusal | None = None,
    token: tuple[str, datetime] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return the form with what was written; nothing of what is known is shown."""
    with transaction.atomic():
        asked = request_fields(
            with_type(typed, form),
            types=types_of(form),
            products=active_products(),
            errors=errors,
        )
    return page(
        request,
        "doors/form.html",
        {
            "heading": form.heading or form.name,
            "brand_colour": colour_of(form),
            "form": {"data": typed, "errors": errors or {}},
            "asked": {**asked, "types": []},
            "asks_words": form.request_type is None,
            "refusal": refusal,
            "token": new_token(key=form.key, at=now()) if token is None else typed["token"],
            "action": reverse("doors:form", args=[form.key]),
        },
        status=status,
    )


def thanks_page(request: HttpRequest, form: Any) -> HttpResponse:
    """Return the thanks; they repeat nothing."""
    return page(
        request,
        "doors/thanks.html",
        {
            "heading": form.heading or form.name,
            "brand_colour": colour_of(form),
            "thanks": form.thanks,
            "was_hidden": bool(request.GET.get("hidden")),
            "again": reverse("doors:form", args=[form.key]),
        },
    )


def colour_of(form: Any) -> str:
    """Return the code of the colour that a form wears: its brand's, else the default brand's."""
    with transaction.atomic():
        return code_of(form.brand.colour if form.brand else colour_of_default_brand())


def framed(answer: HttpResponse, *, request: HttpRequest, form: Any) -> HttpResponse:
    """Let the allowed origins embed the answer, and nobody else."""
    origins = form.origins.split()
    ancestors = ["'self'", *origins] if origins else ["'none'"]
    csp_replace({"frame-ancestors": ancestors})(lambda _request: answer)(request)
    return answer
