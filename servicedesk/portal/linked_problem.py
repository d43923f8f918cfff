"""One known problem by the link of a mail, without sign-in: this one and no other, for a time."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from cases.passes import PassIsOver
from customers.preferences import timezone_of
from knowledge.own_problems import NoSuchKnownProblem, problem_of_customer
from problems.problem_passes import follow_pass
from servicedesk.pages.guards import needs_tenant, public, to_sign_in
from servicedesk.pages.session import contact_actor, contact_of
from servicedesk.portal.entering import sign_in_page
from servicedesk.portal.linked import keep_secret, refuse_too_many
from servicedesk.portal.problem_page import ProblemVisit, act, problem_page

COOKIE = "problem_link"


@never_cache
@require_safe
@public("the secret in the address is the key to one problem's page")
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """Let the bearer of a mailed link see the one problem; the secret goes into a cookie.

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
    number = found.problem.number
    if signed_in is not None and signed_in[0].pk == found.contact_id:
        answer = redirect("portal:problem", number)
    else:
        answer = redirect("portal:linked_problem", number)
        path = reverse("portal:linked_problem", args=[number])
        keep_secret(answer, cookie=COOKIE, path=path, word=token, until=found.ends_at)
    # The secret must not travel on in a referrer.
    answer["Referrer-Policy"] = "no-referrer"
    return answer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@public("the secret in the cookie, which came by mail, is the key to one problem's page")
def problem(request: HttpRequest, number: int) -> HttpResponse:
    """Show the one problem of a link, or do what its customer asks for."""
    needs_tenant(request)
    refuse_too_many(request)
    if COOKIE not in request.COOKIES:
        return to_sign_in(request, reverse("portal:sign_in"))
    try:
        visit = visit_by_link(request, number)
    except PassIsOver as refusal:
        return sign_in_page(request, refusal=refusal, status=410)
    tenant = request.tenant  # type: ignore[attr-defined]
    zone = timezone_of(visit.contact, otherwise=tenant.timezone)
    with timezone.override(zone), translation.override(visit.contact.language):
        return act(visit) if request.method == "POST" else problem_page(visit)


def visit_by_link(request: HttpRequest, number: int) -> ProblemVisit:
    """Return the visit of whoever has a link to this very problem; three queries.

    Raises:
        PassIsOver: there is no link, it is over, it opens another problem, or customers are shown
            nothing of the problem any more.
    """
    found = follow_pass(word=request.COOKIES.get(COOKIE, ""), at=now())
    if found.problem.number != number:
        raise PassIsOver
    try:
        known = problem_of_customer(found.contact, number, at=now())
    except NoSuchKnownProblem as gone:
        raise PassIsOver from gone
    return ProblemVisit(
        request=request,
        contact=found.contact,
        actor=contact_actor(found.contact),
        found=known,
        link_ends_at=found.ends_at,
    )
