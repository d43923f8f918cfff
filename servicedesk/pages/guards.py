"""Who may enter a view: every view carries exactly one of these."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.timezone import now

from customers.models import Contact
from customers.preferences import timezone_of
from servicedesk.pages.refusals import error_page
from servicedesk.pages.session import contact_of, staff_of
from workflow.people.actors import Actor
from workflow.people.models import User
from workflow.people.permissions import Permission

View = Callable[..., HttpResponse]


class StaffRequest(HttpRequest):
    """A request of somebody who works for the tenant."""

    actor: Actor
    person: User


class ContactRequest(HttpRequest):
    """A request of a customer in the portal."""

    actor: Actor
    contact: Contact


def needs_tenant(request: HttpRequest) -> None:
    """Refuse a page of a tenant at a host that belongs to none.

    Raises:
        Http404: no tenant is found at this host.
    """
    if getattr(request, "tenant", None) is None:
        raise Http404


def staff(*any_of: Permission) -> Callable[[View], View]:
    """Let in signed-in staff who have one of the permissions; without one named, all staff."""

    def guard(view: View) -> View:
        @wraps(view)
        def entered(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            needs_tenant(request)
            found = staff_of(request)
            if found is None:
                return to_sign_in(request, reverse("sign_in"))
            request.person, request.actor = found
            if any_of and not any(request.actor.may(permission) for permission in any_of):
                return error_page(request, status=403)
            return view(request, *args, **kwargs)

        entered.guard = "staff"  # type: ignore[attr-defined]
        return entered

    return guard


def contact(view: View) -> View:
    """Let in signed-in customers."""

    @wraps(view)
    def entered(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        needs_tenant(request)
        found = contact_of(request, at=now())
        if found is None:
            return to_sign_in(request, reverse("portal:sign_in"))
        request.contact, request.actor = found
        zone = timezone_of(request.contact, otherwise=request.tenant.timezone)
        with timezone.override(zone), translation.override(request.contact.language):
            return view(request, *args, **kwargs)

    entered.guard = "contact"  # type: ignore[attr-defined]
    return entered


def public(reason: str) -> Callable[[View], View]:
    """Let everybody in; the reason says why that is safe."""
    if not reason:
        raise ValueError("Say why everybody may enter.")

    def guard(view: View) -> View:
        view.guard = "public"  # type: ignore[attr-defined]
        return view

    return guard


def to_sign_in(request: HttpRequest, url: str) -> HttpResponse:
    """Send somebody to sign in, and back here after; a fragment is told by a header."""
    if getattr(request, "htmx", False):
        answer = HttpResponse(status=401)
        answer["HX-Redirect"] = url
        return answer
    if request.method == "GET":
        return redirect(f"{url}?next={quote(request.get_full_path())}")
    return redirect(url)
