"""How a customer enters and leaves the portal: by a mailed link, without a password."""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from customers.identity import contact_at
from customers.portal_access import LinkIsOver, contact_of_link
from servicedesk.notifications.asking import Asked, notify
from servicedesk.notifications.models import NotificationKind
from servicedesk.notifications.ways_in import SIGN_IN_LASTS
from servicedesk.pages.answers import page
from servicedesk.pages.demo_tickets import demo_contacts_for
from servicedesk.pages.guards import needs_tenant, public
from servicedesk.pages.network import network_of
from servicedesk.pages.numbers import MOST_DIGITS
from servicedesk.pages.session import contact_of, sign_in_contact, sign_out_contact
from servicedesk.pages.spans import span_in_words
from workflow.people.authentication import digest_of, refuse_too_many_tries
from workflow.people.models import SignInAttempt

ASKED_AT_MOST_EACH = timedelta(minutes=15)


@public("customers sign in here")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for a link by mail; the answer is the same for addresses that nobody has."""
    needs_tenant(request)
    if request.method != "POST":
        if contact_of(request, at=now()) is not None:
            return redirect("portal:home")
        return sign_in_page(request)
    email = request.POST.get("email", "").strip()
    try:
        validate_email(email)
    except ValidationError:
        return sign_in_page(
            request,
            form={
                "data": {"email": email},
                "errors": {"email": _("This is not an e-mail address.")},
            },
            status=422,
        )
    ask_for_link(email, network=network_of(request), at=now())
    return redirect("portal:sign_in_sent")


def sign_in_page(request: HttpRequest, *, status: int = 200, **context: Any) -> HttpResponse:
    """Return the form."""
    context["demo_contacts"] = demo_contacts_for(request)
    return page(request, "portal/sign_in.html", context, status=status)


@transaction.atomic
def ask_for_link(email: str, *, network: str, at: datetime) -> None:
    """Let a link be mailed, at most once in 15 minutes to each; five to eight queries.

    Raises:
        TooManyTries: this address was asked for five times, or the network asked 50 times.
    """
    account, origin = digest_of(f"portal:{email.lower()}"), digest_of(f"portal:{network}")
    refuse_too_many_tries(account=account, network=origin, at=at)
    SignInAttempt.objects.create(account=account, network=origin, at=at)
    contact = contact_at(email)
    if contact is None:
        return
    window = int(at.timestamp() // ASKED_AT_MOST_EACH.total_seconds())
    notify(
        [
            Asked(
                key=f"portal_link:{contact.pk}:{window}",
                kind=NotificationKind.PORTAL_LINK,
                contact_id=contact.pk,
            )
        ],
        at=at,
        queue="urgent",
    )


@require_safe
@public("says the same to everybody")
def sign_in_sent(request: HttpRequest) -> HttpResponse:
    """Say where to look now."""
    needs_tenant(request)
    return page(
        request,
        "portal/sign_in_sent.html",
        {"valid_for": span_in_words(SIGN_IN_LASTS)},
    )


@require_safe
@public("the secret in the address is the key")
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Let the bearer of a mailed link in and show the issue that the mail was about."""
    needs_tenant(request)
    try:
        contact = contact_of_link(word=token, at=now())
    except LinkIsOver as refusal:
        return sign_in_page(request, refusal=refusal, status=410)
    number = request.GET.get("case", "")
    if number.isascii() and number.isdigit() and len(number) <= MOST_DIGITS:
        answer = redirect("portal:issue", int(number))
    else:
        answer = redirect("portal:home")
    sign_in_contact(answer, contact, at=now())
    # The secret must not travel on in a referrer or lie in a cache.
    answer["Referrer-Policy"] = "no-referrer"
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@public("leaving is always allowed")
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the stay."""
    needs_tenant(request)
    answer = redirect("portal:sign_in")
    sign_out_contact(request, answer)
    return answer
