"""A customer tells something: known problems and articles are offered before it is sent."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cases.asked import products_asked_about
from cases.conversation import LONGEST_TEXT, keep_files
from cases.request_types import Door, offered_at, open_request
from cases.states import Channel
from customers.queries import active_products, region_of
from knowledge.offers import (
    OfferDoor,
    articles_offered,
    keep_shown,
    problems_offered,
    take_along,
)
from knowledge.queries import published_among, published_known_problems
from problems.asking import Question
from problems.matching import find
from servicedesk.limits import allow
from servicedesk.pages.alike import ARTICLES_SHOWN, ENOUGH_TO_MATCH, LONGEST_MATCHED
from servicedesk.pages.answers import page
from servicedesk.pages.guards import ContactRequest, contact
from servicedesk.pages.lengths import too_long
from servicedesk.pages.request_fields import LONGEST_OUTCOME, request_fields, requested
from servicedesk.portal.files import FilesTooBig, files_sent
from servicedesk.portal.reading import AS_SHOWN, known_in_words
from workflow.refusals import Refusal

FIELDS = ("subject", "body", "wanted_outcome", "product")
LONGEST_SUBJECT = 250
LIMITS = {"subject": LONGEST_SUBJECT, "body": LONGEST_TEXT, "wanted_outcome": LONGEST_OUTCOME}
# Whoever writes pauses less often; each look costs a search among everything that is known.
LOOKS_AT_MOST = 40
IN = timedelta(minutes=1)


class LooksTooOften(Refusal):
    """A customer's page asks what is known more often than anybody writes."""

    code = "looks_too_often"
    status = 429


@contact
def new(request: ContactRequest) -> HttpResponse:
    """Let a customer tell what goes wrong; known problems are offered before it is sent."""
    if request.method != "POST" or request.POST.get("action") == "fields":
        return new_page(request, known=known_in_words(published_known_problems(at_most=5)))
    asked = requested(
        request.POST.dict(), types=offered_at(Door.PORTAL), products=active_products()
    )
    errors = {**errors_of(request), **asked.errors}
    if errors:
        return new_page(request, errors=errors, known=[], status=422)
    try:
        files = files_sent(request)
    except FilesTooBig as refusal:
        return new_page(request, errors={"files": str(refusal)}, known=[], status=422)
    if not request.POST.get("looked") and not files:
        likely = likely_known(request)
        if likely["known_problems"]:
            return new_page(
                request,
                known=likely["known_problems"],
                articles=likely["likely_articles"],
                is_asking=True,
            )
    case = open_request(
        request_type=asked.request_type,
        answers=asked.answers,
        contact=request.contact,
        subject=request.POST["subject"].strip(),
        text=request.POST["body"],
        product=asked.product,
        category=asked.category,
        wanted_outcome=asked.wanted_outcome,
        channel=Channel.PORTAL,
        actor=request.actor,
        at=now(),
    )
    take_along(case_id=case.pk, actor=request.actor, at=now())
    if files:
        keep_files(case.messages.get(), files, at=now())
    messages.success(request, _("Your message is with us. You can follow here how far we are."))
    return redirect("portal:issue", case.number)


@require_POST
@contact
def likely(request: ContactRequest) -> HttpResponse:
    """Offer known problems and articles for what is being written, as the part swapped in.

    Raises:
        LooksTooOften: more than 40 times a minute; sending the issue is never refused.
    """
    key = f"portal:likely:{request.contact.pk}"
    if not allow(key, at_most=LOOKS_AT_MOST, per=IN, at=now()).is_allowed:
        raise LooksTooOften(
            _("We were asked very often what is known about this."),
            next_step=_("Write on and send it: we look once more then."),
        )
    return page(
        request,
        "portal/new_issue.html",
        {**likely_known(request), "is_asking": True},
        partial="likely",
    )


def errors_of(request: HttpRequest) -> dict[str, str]:
    """Return what is missing in the form, or too long."""
    errors = too_long(request.POST.dict(), limits=LIMITS)
    if not request.POST.get("subject", "").strip():
        errors["subject"] = _("Say it in one line.")
    if not request.POST.get("body", "").strip():
        errors["body"] = _("Say what happened.")
    return errors


def likely_known(request: ContactRequest) -> dict[str, Any]:
    """Return what a text may be about that is public: known problems and articles.

    Keeps that it was shown; twelve queries at most.
    """
    at = now()
    subject, text = request.POST.get("subject", ""), request.POST.get("body", "")
    if len(f"{subject} {text}".strip()) < ENOUGH_TO_MATCH:
        return {"known_problems": [], "likely_articles": []}
    found = find(
        Question(
            subject=subject[:LONGEST_SUBJECT],
            text=text[:LONGEST_MATCHED],
            at=at,
            product_id=product_named(request.POST.get("product", "")),
            region=region_of(request.contact),
        ),
        door=Channel.PORTAL,
    )
    ids = [match.problem.pk for match in found.shown]
    known = published_known_problems(among=ids) if ids else []
    articles = published_among(
        request.actor,
        [one.id for one in found.articles],
        without=[one.article_number for one in known],
        at_most=ARTICLES_SHOWN,
    )
    offered = [*problems_offered(one.problem.id for one in known)]
    offered += articles_offered(one.pk for one in articles)
    keep_shown(offered, door=OfferDoor.PORTAL, actor=request.actor, at=at)
    return {
        "known_problems": [
            {**one, "href": f"{one['href']}?{AS_SHOWN}"} for one in known_in_words(known)
        ],
        "likely_articles": [
            {
                "title": one.title,
                "href": f"{reverse('portal:article', args=[one.number])}?{AS_SHOWN}",
            }
            for one in articles
        ],
    }


def product_named(slug: str) -> int | None:
    """Return the id of the product chosen in the form, if one was."""
    return next((one.pk for one in active_products() if slug and one.slug == slug), None)


def likely_product(request: ContactRequest, products: list[Any]) -> str:
    """Return the product that a customer most likely means: the only one there is or asked about.

    At most one query. Who asked about several chooses.
    """
    if len(products) == 1:
        return str(products[0].slug)
    asked = products_asked_about(request.contact.pk)
    return next((one.slug for one in products if [one.pk] == asked), "")


def new_page(
    request: ContactRequest,
    *,
    known: list[dict[str, Any]],
    articles: list[dict[str, Any]] | None = None,
    errors: dict[str, str] | None = None,
    is_asking: bool = False,
    status: int = 200,
) -> HttpResponse:
    """Return the form with what was written; `is_asking` puts the question before sending."""
    products = active_products()
    data = {name: request.POST.get(name, "") for name in FIELDS}
    if request.method != "POST":
        data["product"] = likely_product(request, products)
    return page(
        request,
        "portal/new_issue.html",
        {
            "form": {"data": data, "errors": errors or {}},
            "asked": request_fields(
                {**request.POST.dict(), "product": data["product"]},
                types=offered_at(Door.PORTAL),
                products=products,
                errors=errors,
            ),
            "known_problems": known,
            "likely_articles": articles or [],
            "is_asking": is_asking,
        },
        status=status,
    )
