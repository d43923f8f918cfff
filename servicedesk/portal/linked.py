"""One issue by the link of a mail, without sign-in: this one and no other, for a time."""

from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from cases.passes import PassIsOver, follow_pass
from customers.preferences import timezone_of
from servicedesk.limits import allow
from servicedesk.pages.guards import needs_tenant, public, to_sign_in
from servicedesk.pages.network import network_of
from servicedesk.pages.session import contact_actor, contact_of
from servicedesk.portal.entering import sign_in_page
from servicedesk.portal.issue_page import issue_page
from servicedesk.portal.issues import BY_LINK, act, file_of
from servicedesk.portal.visits import Visit
from workflow.people.authentication import digest_of
from workflow.refusals import Refusal

COOKIE = "issue_link"
LOOKS_AT_MOST = 60
IN = timedelta(minutes=1)


class TooManyLinks(Refusal):
    """Somebody tries links by the dozen."""

    code = "too_many_links"
    status = 429


@never_cache
@require_safe
@public("the secret in the address is the key to one issue")
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """Let the bearer of a mailed link see its one issue; the secret goes into a cookie.

    A program that only asks whether the address is there (HEAD) follows nothing.
    """
    needs_tenant(request)
    refuse_too_many(request)
    if request.method == "HEAD":
        return HttpResponse()
    try:
        found = follow_pass(word=token, at=now())
    except PassIsOver as refusal:
        return sign_in_page(request, refusal=refusal, status=410)
    signed_in = contact_of(request, at=now())
    if signed_in is not None and signed_in[0].pk == found.contact_id:
        answer = redirect("portal:issue", found.case.number)
    else:
        answer = redirect("portal:linked_issue", found.case.number)
        path = reverse("portal:linked_issue", args=[found.case.number])
        keep_secret(answer, cookie=COOKIE, path=path, word=token, until=found.ends_at)
    # The secret must not travel on in a referrer.
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def keep_secret(
    answer: HttpResponse, *, cookie: str, path: str, word: str, until: datetime
) -> None:
    """Give the browser the secret for the pages below one address, until the link is over."""
    answer.set_cookie(
        cookie,
        word,
        path=path,
        max_age=int((until - now()).total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@public("the secret in the cookie, which came by mail, is the key to one issue")
def issue(request: HttpRequest, number: int) -> HttpResponse:
    """Show the one issue of a link, or do what its customer asks for."""
    needs_tenant(request)
    refuse_too_many(request)
    if COOKIE not in request.COOKIES:
        return to_sign_in(request, reverse("portal:sign_in"))
    try:
        visit = visit_by_link(request, number)
    except PassIsOver as refusal:
        return sign_in_page(request, refusal=refusal, status=410)
    with timezone.override(zone_of(visit)), translation.override(visit.contact.language):
        return act(visit, BY_LINK) if request.method == "POST" else issue_page(visit)


@never_cache
@require_safe
@public("the secret in the cookie, which came by mail, is the key to one issue")
def file(request: HttpRequest, number: int, key: str) -> HttpResponse:
    """Hand out a file of the one issue of a link."""
    needs_tenant(request)
    refuse_too_many(request)
    if COOKIE not in request.COOKIES:
        return to_sign_in(request, reverse("portal:sign_in"))
    try:
        return file_of(visit_by_link(request, number), key)
    except PassIsOver as refusal:
        return sign_in_page(request, refusal=refusal, status=410)


def visit_by_link(request: HttpRequest, number: int) -> Visit:
    """Return the visit of whoever has a link to this very issue; two queries.

    Raises:
        PassIsOver: there is no link, it is over, or it opens another issue.
    """
    found = follow_pass(word=request.COOKIES.get(COOKIE, ""), at=now())
    if found.case.number != number:
        raise PassIsOver
    return Visit(
        request=request,
        case=found.case,
        contact=found.contact,
        actor=contact_actor(found.contact),
        link_ends_at=found.ends_at,
    )


def zone_of(visit: Visit) -> str:
    """Return the customer's time zone."""
    tenant = visit.request.tenant  # type: ignore[attr-defined]
    return timezone_of(visit.contact, otherwise=tenant.timezone)


def refuse_too_many(request: HttpRequest) -> None:
    """Refuse whoever tries many links; counted by network address.

    Raises:
        TooManyLinks: the limit is reached.
    """
    key = f"portal:link:{digest_of(network_of(request))}"
    if not allow(key, at_most=LOOKS_AT_MOST, per=IN, at=now()).is_allowed:
        raise TooManyLinks(
            _("There were very many tries from your network."),
            next_step=_("Wait a minute, then open the link again."),
        )
