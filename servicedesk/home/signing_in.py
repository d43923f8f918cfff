"""Staff sign in and out at their tenant's host; visitors of the demo with one click."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from customers.models import Contact
from servicedesk.pages.answers import page
from servicedesk.pages.demo_tickets import (
    TicketIsOver,
    demo_roles_for,
    is_demo_tenant,
    read_ticket,
)
from servicedesk.pages.guards import needs_tenant, public
from servicedesk.pages.network import network_of
from servicedesk.pages.session import (
    sign_in_contact,
    sign_in_staff,
    sign_out_contact,
    sign_out_staff,
    staff_of,
)
from workflow.history.actions import Action
from workflow.history.recording import record
from workflow.people.actors import Source
from workflow.people.authentication import WrongCredentials, actor_for_user, user_by_password
from workflow.people.models import User
from workflow.people.permissions import Role

LONGEST_PASSWORD = 1024


@never_cache
@sensitive_post_parameters("password")
@transaction.non_atomic_requests
@public("staff sign in here")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in with e-mail and password.

    Not one transaction: a refusal must not take the count of tries back.
    """
    needs_tenant(request)
    to = safe_path(request, request.POST.get("next") or request.GET.get("next", ""))
    if request.method != "POST":
        with transaction.atomic():
            if staff_of(request) is not None:
                return redirect(to or "/")
            return sign_in_page(request, to=to)
    email = request.POST.get("email", "").strip()[:254]
    try:
        user = user_by_password(
            email=email,
            password=request.POST.get("password", "")[:LONGEST_PASSWORD],
            network=network_of(request),
            at=now(),
        )
    except WrongCredentials as refusal:
        with transaction.atomic():
            return sign_in_page(request, to=to, email=email, error=str(refusal), status=422)
    with transaction.atomic():
        let_in(request, user)
    return redirect(to or "/")


def let_in(request: HttpRequest, user: User, *, is_demo: bool = False) -> None:
    """Open the session and remember it in the history; in the caller's transaction."""
    sign_in_staff(request, user)
    record(
        Action.USER_SIGNED_IN,
        user,
        actor=actor_for_user(user, source=Source.AGENT),
        at=now(),
        changes={"demo": True} if is_demo else None,
    )


def safe_path(request: HttpRequest, wanted: str) -> str:
    """Return where to go after signing in: a path at this host, or an empty string."""
    is_here = wanted.startswith("/") and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if is_here else ""


def sign_in_page(
    request: HttpRequest, *, to: str, email: str = "", error: str = "", status: int = 200
) -> HttpResponse:
    """Return the form."""
    return page(
        request,
        "pages/sign_in.html",
        {
            "tenant_name": request.tenant.name,  # type: ignore[attr-defined]
            "form": {"data": {"email": email}, "errors": {}},
            "error": error,
            "next": to,
            "demo_roles": demo_roles_for(request),
        },
        status=status,
    )


@require_POST
@public("leaving is always allowed")
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    needs_tenant(request)
    sign_out_staff(request)
    messages.success(request, _("You are signed out."))
    return redirect("sign_in")


@csrf_exempt
@require_POST
@never_cache
@public("demo only: a signed ticket of the last ten minutes, on loopback")
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """Be one of the demo's people; the ticket stands for the CSRF token of another host.

    Raises:
        TicketIsOver: the ticket is false, too old, for another role or another tenant.
    """
    needs_tenant(request)
    if not is_demo_tenant(request.tenant):  # type: ignore[attr-defined]
        raise Http404
    role, someone_id = read_ticket(request.POST.get("token", ""))
    if request.POST.get("role", role.value) != role.value:
        raise TicketIsOver(
            _("This button belongs to another role."), next_step=_("Load the front page again.")
        )
    if role is Role.CONTACT:
        contact = Contact.objects.get(pk=someone_id)
        answer = redirect("portal:home")
        sign_in_contact(answer, contact, at=now())
        return answer
    user = User.objects.filter(pk=someone_id, is_active=True).first()
    if user is None:
        raise Http404
    answer = redirect(reverse("home"))
    sign_out_contact(request, answer)
    user.last_sign_in_at = now()
    user.save(update_fields=["last_sign_in_at"])
    let_in(request, user, is_demo=True)
    return answer
