"""What customers may read: known problems and published articles; and that they have it too."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from knowledge.access import NoSuchArticle, article_for
from knowledge.feedback import say_whether_it_helped
from knowledge.offers import (
    Offered,
    articles_offered,
    keep_opened,
    keep_used,
    problems_offered,
)
from knowledge.queries import (
    KnownProblem,
    articles_to_read,
    known_problem_of_article,
    text_of,
)
from problems.affected import join_affected
from problems.projection import is_affected
from servicedesk.notifications.rewording import words_of_portal
from servicedesk.pages.answers import page
from servicedesk.pages.guards import ContactRequest, contact, needs_tenant, public
from servicedesk.pages.numbers import MOST_DIGITS
from servicedesk.pages.prose import prose
from servicedesk.pages.session import contact_of
from servicedesk.portal.wording import as_sentence, says_of_problem, stage_label, steps_of_problem
from workflow.people.actors import Actor, ActorKind, Source

ROWS = 20
LONGEST_SEARCH = 200
AS_SHOWN = "shown=1"
"""In the address of an article that was shown because it may help: its opening is kept."""


def number_in(text: str) -> int | None:
    """Return the number that an address names, or None if it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < MOST_DIGITS else None


def reader_of(request: HttpRequest) -> Actor:
    """Return the customer who reads, or a visitor who may read what is published.

    The page's frame shows the customer if there is one; one query.
    """
    needs_tenant(request)
    found = contact_of(request, at=now())
    if found is None:
        return Actor(kind=ActorKind.CONTACT, id=0, label="", source=Source.PORTAL)
    request.contact, actor = found  # type: ignore[attr-defined]
    return actor


def known_in_words(problems: list[KnownProblem]) -> list[dict[str, Any]]:
    """Return what pages show of known problems; one query, none for no problems."""
    if not problems:
        return []
    today = timezone.localdate()
    words = words_of_portal()
    return [
        {
            "number": known.article_number,
            "title": known.title,
            "href": reverse("portal:article", args=[known.article_number]),
            "says": as_sentence(says_of_problem(known.problem, today=today)),
            "stage_label": stage_label(known.problem.stage, words=words),
            "since_at": known.problem.opened_at,
            "steps": steps_of_problem(
                known.problem, received_at=known.problem.opened_at, words=words
            ),
        }
        for known in problems
    ]


@require_safe
@public("published texts only")
def articles(request: HttpRequest) -> HttpResponse:
    """Show what can be read, newest first, or what has the words that somebody looks for."""
    reader = reader_of(request)
    words = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    before = number_in(request.GET.get("before", ""))
    found = articles_to_read(reader, words=words, before=before, at_most=ROWS + 1)
    shown = found[:ROWS]
    more = {"q": words, "before": shown[-1].number} if len(found) > ROWS else {}
    return page(
        request,
        "portal/articles.html",
        {
            "words": words,
            "articles": [
                {
                    "href": reverse("portal:article", args=[one.number]),
                    "title": one.title,
                    "published_at": one.published_at,
                }
                for one in shown
            ],
            "next_url": f"?{urlencode(more)}" if more else "",
            "may_tell": bool(reader.id),
        },
    )


@public("published texts only; an opinion needs a customer")
def article(request: HttpRequest, number: int) -> HttpResponse:
    """Show a published article, or keep whether it helped."""
    reader = reader_of(request)
    found = article_for(reader, number)
    if request.method == "POST":
        if not reader.id:
            return redirect("portal:sign_in")
        say_whether_it_helped(
            article=found,
            contact_id=reader.id,
            helped=request.POST.get("action") == "helped",
            actor=reader,
            at=now(),
        )
        messages.success(request, _("Thank you. That helps the next one."))
        return redirect("portal:article", number)
    known_problem = known_problem_of_article(reader, number)
    if reader.id and request.GET.get("shown"):
        for offered in offered_by(found.pk, known_problem):
            keep_opened(offered, actor=reader, at=now(), case_id=None)
    is_joined = known_problem is not None and is_affected(
        known_problem.problem.id, contact_id=reader.id
    )
    return page(
        request,
        "portal/article.html",
        {
            "article": {
                "number": found.number,
                "title": found.title,
                "html": prose(text_of(found)),
                "published_at": found.published_at,
            },
            "known_problem": known_in_words([known_problem])[0] if known_problem else None,
            "is_joined": is_joined,
            "may": {
                "join": bool(reader.id) and known_problem is not None and not is_joined,
                "judge": bool(reader.id),
            },
        },
    )


def offered_by(article_id: int, known_problem: KnownProblem | None) -> list[Offered]:
    """Return as what an article was shown: as itself, or for the known problem behind it."""
    problem_ids = [known_problem.problem.id] if known_problem else []
    return [*articles_offered([article_id]), *problems_offered(problem_ids)]


@require_POST
@contact
def me_too(request: ContactRequest, number: int) -> HttpResponse:
    """Put a customer on the list of a known problem, found by its published article.

    Raises:
        NoSuchArticle: there is no such known problem (any more).
    """
    found = known_problem_of_article(request.actor, number)
    if found is None:
        raise NoSuchArticle(
            _("This known problem is not open any more."),
            next_step=_("Tell us what happens on your side if it is still there."),
        )
    join_affected(
        problem_id=found.problem.id,
        contact_id=request.contact.pk,
        actor=request.actor,
        at=now(),
    )
    [offered] = problems_offered([found.problem.id])
    keep_used(offered, actor=request.actor, at=now(), case_id=None)
    messages.success(request, _("You are on the list. We tell you as soon as it is fixed."))
    return redirect("portal:article", number)
