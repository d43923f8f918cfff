"""The page of one known problem and what a customer does there: signed in, or by a mailed link."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import gettext as _

from knowledge.offers import keep_used, problems_offered
from knowledge.own_problems import OwnProblem
from problems.affected import confirm_fixed, join_affected
from problems.customer_following import follow_as_customer, stop_following_as_customer
from problems.ledger_marks import note_seen
from problems.problem_passes import end_passes
from problems.rating import rate_fix
from servicedesk.notifications.rewording import words_of_portal
from servicedesk.pages.answers import page
from servicedesk.portal.hearing import hears_by, time_in_words
from servicedesk.portal.rated import rating_asked, rating_sent
from servicedesk.portal.story import story_of_known
from servicedesk.portal.visits import NoSuchAct, is_looked_at
from servicedesk.portal.wording import (
    is_overdue,
    moves_in_words,
    others_in_words,
    says_of_problem,
    steps_of_problem,
)
from workflow.people.actors import Actor


@dataclass(frozen=True, slots=True)
class ProblemVisit:
    """Who looks at which known problem, and how.

    `link_ends_at` is when the mailed link by which somebody came is over; empty for the signed-in.
    """

    request: HttpRequest
    contact: Any
    actor: Actor
    found: OwnProblem
    link_ends_at: datetime | None = None

    @property
    def is_by_link(self) -> bool:
        """Whether a mailed link is all that this visitor has: it opens this one problem."""
        return self.link_ends_at is not None

    @property
    def address(self) -> str:
        """Where the problem is, for this visitor."""
        name = "portal:linked_problem" if self.is_by_link else "portal:problem"
        return reverse(name, args=[self.found.number])

    @property
    def who(self) -> dict[str, Any]:
        """About which problem who says something, for an act of the ledger."""
        return {
            "problem_id": self.found.problem.id,
            "contact_id": self.contact.pk,
            "actor": self.actor,
        }


Act = Callable[[ProblemVisit], str]


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
        "is_open": one.problem.is_open,
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
        "say_it_works": one.problem.resolved_at is not None
        and one.is_affected
        and one.case_number is None
        and one.problem.confirmed_at is None,
    }


def problem_page(visit: ProblemVisit) -> HttpResponse:
    """Return the page of a problem; one query, and three when something is new to the customer."""
    request, found = visit.request, visit.found
    known_so_far, today = found.problem, timezone.localdate()
    if known_so_far.has_unseen and is_looked_at(request):
        note_seen(visit.contact.pk, known_so_far.id, at=now())
    is_open = known_so_far.is_open
    is_refused = known_so_far.refused != ""
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
            "steps": []
            if is_refused
            else steps_of_problem(
                known_so_far, received_at=known_so_far.opened_at, words=words_of_portal()
            ),
            "story": story_of_known(known_so_far),
            "workaround": known_so_far.workaround if is_open or is_refused else "",
            "solution": known_so_far.solution,
            "refused": known_so_far.refused,
            "review": known_so_far.review,
            "may": rights_of(found),
            "may_beside": {**rights_of(found), "say_it_works": False},
            "rating": rating_asked(known_so_far) if found.is_affected else None,
            "link": link_in_words(visit),
            "address": visit.address,
        },
    )


def link_in_words(visit: ProblemVisit) -> dict[str, str] | None:
    """Return until when the link opens the problem, for those who came by one."""
    if visit.link_ends_at is None:
        return None
    return {"until": time_in_words(visit.link_ends_at), "name": visit.contact.name}


def act(visit: ProblemVisit) -> HttpResponse:
    """Do what the customer asks for and return to the problem.

    Raises:
        NoSuchAct: the form asks for something that is not on the page.
    """
    wanted = ACTS.get(visit.request.POST.get("action", ""))
    if wanted is None:
        raise NoSuchAct
    messages.success(visit.request, wanted(visit))
    is_out = visit.is_by_link and wanted is end_links
    return redirect("portal:sign_in" if is_out else visit.address)


def me_too(visit: ProblemVisit) -> str:
    """Put the customer on the list, without an issue."""
    join_affected(**visit.who, at=now())
    for offered in problems_offered([visit.found.problem.id]):
        keep_used(offered, actor=visit.actor, at=now(), case_id=None)
    return _("You are on the list. We tell you as soon as it is fixed.")


def follow(visit: ProblemVisit) -> str:
    """Let the customer hear how it goes on."""
    follow_as_customer(**visit.who, at=now())
    return _("You follow it: we tell you what changes.")


def stop(visit: ProblemVisit) -> str:
    """Let the customer hear no more of it."""
    stop_following_as_customer(**visit.who)
    return _("You do not follow it any more.")


def it_works(visit: ProblemVisit) -> str:
    """Keep in the ledger that it works for a customer who has no issue about it."""
    confirm_fixed(**visit.who, at=now())
    return _("Thank you for telling us. We are glad that it works.")


def rate(visit: ProblemVisit) -> str:
    """Keep how the fix was for the customer."""
    feeling, comment = rating_sent(visit.request)
    rate_fix(**visit.who, feeling=feeling, comment=comment, at=now())
    return _("Thank you. We have kept how it was for you.")


def end_links(visit: ProblemVisit) -> str:
    """Let the links of our mails open this problem no more; whoever came by one is out."""
    end_passes(visit.found.problem.id, actor=visit.actor, at=now())
    return _("No link that we mailed you opens this page any more.")


ACTS: dict[str, Act] = {
    "me_too": me_too,
    "follow": follow,
    "stop": stop,
    "it_works": it_works,
    "rate": rate,
    "end_links": end_links,
}
