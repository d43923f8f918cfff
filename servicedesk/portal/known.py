"""Known problems that concern a customer: the list, the page of one, follow and me too."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from knowledge.offers import keep_used, problems_offered
from knowledge.own_problems import (
    OwnProblem,
    others_known,
    problem_of_customer,
    problems_of_customer,
)
from knowledge.queries import published_known_problems
from problems.affected import confirm_fixed, join_affected
from problems.customer_following import follow_as_customer, stop_following_as_customer
from problems.ledger_marks import note_seen
from servicedesk.notifications.rewording import words_of_portal
from servicedesk.pages.answers import page
from servicedesk.pages.guards import ContactRequest, contact, public
from servicedesk.portal.hearing import hears_by
from servicedesk.portal.reading import known_in_words, reader_of
from servicedesk.portal.story import story_of_known
from servicedesk.portal.visits import NoSuchAct, is_looked_at
from servicedesk.portal.wording import (
    as_sentence,
    is_overdue,
    moves_in_words,
    others_in_words,
    says_of_problem,
    stage_label,
    steps_of_problem,
)


@require_safe
@public("published texts, and to those signed in what concerns them")
def known(request: HttpRequest) -> HttpResponse:
    """Show the known problems: those about what the customer has first, then what is published."""
    reader = reader_of(request)
    if not reader.id:
        context = {
            "own_problems": [],
            "known_problems": known_in_words(published_known_problems()),
        }
        return page(request, "portal/known.html", context)
    customer = request.contact  # type: ignore[attr-defined]
    own = problems_of_customer(customer, at=now())
    others = others_known(customer, without=[one.number for one in own], at=now())
    context = {"own_problems": own_in_words(own), "known_problems": own_in_words(others)}
    return page(request, "portal/known.html", context)


def own_in_words(problems: list[OwnProblem]) -> list[dict[str, Any]]:
    """Return what pages show of problems that concern a customer; at most one query."""
    if not problems:
        return []
    today, words = timezone.localdate(), words_of_portal()
    return [
        {
            **header_of(one),
            "href": reverse("portal:problem", args=[one.number]),
            "says": as_sentence(says_of_problem(one.problem, today=today)),
            "stage_label": stage_label(one.problem.stage, words=words),
            "since_at": one.problem.opened_at,
            "may": rights_of(one),
            "steps": steps_of_problem(one.problem, received_at=one.problem.opened_at, words=words),
        }
        for one in problems
    ]


def header_of(one: OwnProblem) -> dict[str, Any]:
    """Return by which title a customer knows a problem, and what it is to them; no query.

    A problem's own title is for colleagues: without an article the product says what it is about.
    """
    about = _("A problem with %(product)s") % {"product": one.product} if one.product else ""
    number = one.article_number
    return {
        "number": one.number,
        "title": one.title or about or _("A problem that concerns you"),
        "article_href": reverse("portal:article", args=[number]) if number is not None else "",
        "case_href": reverse("portal:issue", args=[one.case_number])
        if one.case_number is not None
        else "",
        "is_affected": one.is_affected,
        "is_following": one.is_following,
    }


def rights_of(one: OwnProblem) -> dict[str, bool]:
    """Return what a customer may do with a problem; no query.

    Whoever has an issue about it says there whether it works.
    """
    is_open = one.problem.is_open
    return {
        "join": is_open and not one.is_affected,
        "follow": is_open and not one.is_affected and not one.is_following,
        "stop": one.is_following and not one.is_affected,
        "say_it_works": not is_open
        and one.is_affected
        and one.case_number is None
        and one.problem.confirmed_at is None,
    }


@contact
def problem(request: ContactRequest, number: int) -> HttpResponse:
    """Show one known problem that concerns a customer, or do what the customer asks for."""
    found = problem_of_customer(request.contact, number, at=now())
    if request.method != "POST":
        return problem_page(request, found)
    act = ACTS.get(request.POST.get("action", ""))
    if act is None:
        raise NoSuchAct
    messages.success(request, act(request, found))
    return redirect("portal:problem", number)


def problem_page(request: ContactRequest, found: OwnProblem) -> HttpResponse:
    """Return the page of a problem; five queries, and two when something is new to the customer."""
    known_so_far, today = found.problem, timezone.localdate()
    if known_so_far.has_unseen and is_looked_at(request):
        note_seen(request.contact.pk, known_so_far.id, at=now())
    is_open = known_so_far.is_open
    return page(
        request,
        "portal/problem.html",
        {
            "known": header_of(found),
            "says": says_of_problem(known_so_far, today=today),
            "moved": moves_in_words(known_so_far) if is_open else [],
            "hears": hears_by(known_so_far.hear_by, at=now()),
            "is_overdue": is_overdue(known_so_far, today=today),
            "others": others_in_words(known_so_far) if is_open else "",
            "steps": steps_of_problem(
                known_so_far, received_at=known_so_far.opened_at, words=words_of_portal()
            ),
            "story": story_of_known(known_so_far),
            "workaround": known_so_far.workaround if is_open else "",
            "solution": known_so_far.solution,
            "review": known_so_far.review,
            "may": rights_of(found),
        },
    )


def me_too(request: ContactRequest, found: OwnProblem) -> str:
    """Put the customer on the list, without an issue."""
    join_affected(
        problem_id=found.problem.id,
        contact_id=request.contact.pk,
        actor=request.actor,
        at=now(),
    )
    [offered] = problems_offered([found.problem.id])
    keep_used(offered, actor=request.actor, at=now(), case_id=None)
    return _("You are on the list. We tell you as soon as it is fixed.")


def follow(request: ContactRequest, found: OwnProblem) -> str:
    """Let the customer hear how it goes on."""
    follow_as_customer(
        problem_id=found.problem.id,
        contact_id=request.contact.pk,
        actor=request.actor,
        at=now(),
    )
    return _("You follow it: we tell you what changes.")


def stop(request: ContactRequest, found: OwnProblem) -> str:
    """Let the customer hear no more of it."""
    stop_following_as_customer(
        problem_id=found.problem.id, contact_id=request.contact.pk, actor=request.actor
    )
    return _("You do not follow it any more.")


def it_works(request: ContactRequest, found: OwnProblem) -> str:
    """Keep in the ledger that it works for a customer who has no issue about it."""
    confirm_fixed(
        problem_id=found.problem.id,
        contact_id=request.contact.pk,
        actor=request.actor,
        at=now(),
    )
    return _("Thank you for telling us. We are glad that it works.")


ACTS: dict[str, Callable[[ContactRequest, OwnProblem], str]] = {
    "me_too": me_too,
    "follow": follow,
    "stop": stop,
    "it_works": it_works,
}
