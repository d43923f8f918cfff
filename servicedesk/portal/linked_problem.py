"""One known problem by the link of a mail, without sign-in: this one and no other, for a time."""

from datetime import datetime
from typing import Any

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
from problems.problem_passes import follow_pass, problems_on_the_way
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
    number = problems_on_the_way(found)[-1].number
    if signed_in is not None and signed_in[0].pk == found.contact_id:
        answer: HttpResponse = redirect("portal:problem", number)
    else:
        answer = to_linked(number, word=token, until=found.ends_at)
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
        found = follow_pass(word=request.COOKIES.get(COOKIE, ""), at=now())
        *merged, opened = [one.number for one in problems_on_the_way(found)]
        if number in merged:
            # It was merged since the link was followed.
            word = request.COOKIES[COOKIE]
            return to_linked(opened, word=word, until=found.ends_at)
        if number != opened:
            raise PassIsOver
        visit = visit_by_link(request, number, contact=found.contact, ends_at=found.ends_at)
    except PassIsOver as refusal:
        return sign_in_page(request, refusal=refusal, status=410)
    tenant = request.tenant  # type: ignore[attr-defined]
    zone = timezone_of(visit.contact, otherwise=tenant.timezone)
    with timezone.override(zone), translation.override(visit.contact.language):
        return act(visit) if request.method == "POST" else problem_page(visit)


def to_linked(number: int, *, word: str, until: datetime) -> HttpResponse:
    """Send the bearer of a link to the problem that it opens, with the secret for that page."""
    path = reverse("portal:linked_problem", args=[number])
    answer = redirect(path)
    keep_secret(answer, cookie=COOKIE, path=path, word=word, until=until)
    return answer


def visit_by_link(
    request: HttpRequest, number: int, *, contact: Any, ends_at: datetime
) -> ProblemVisit:
    """Return the visit of whoever has a link that opens a problem; two queries.

    Raises:
        PassIsOver: customers are shown nothing of the problem any more.
    """
    try:
        known = problem_of_customer(contact, number, at=now())
    except NoSuchKnownProblem as gone:
        raise PassIsOver from gone
    return ProblemVisit(
        request=request,
        contact=contact,
        actor=contact_actor(contact),
        found=known,
        link_ends_at=ends_at,
    )
