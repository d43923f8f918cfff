"""What we know that is like a case: why a problem may be behind it, cases like it, articles."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from cases.access import case_for, visible_cases
from knowledge.access import visible_articles
from knowledge.offers import (
    OfferDoor,
    Offered,
    judge_offer,
    keep_opened,
    keep_shown,
    offers_beside,
)
from problems.access import problem_for, visible_problems
from problems.case_links import first_links_of
from problems.grounds import Pointed, grounds_of
from problems.learning import whole_text
from problems.matching import question_of
from servicedesk.pages.alike import everything_like
from servicedesk.pages.answers import page
from servicedesk.pages.evidence_shown import likenesses_shown, reasons_shown, side_by_side
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.numbers import MOST_DIGITS
from servicedesk.pages.offers_shown import facts_of, offers_shown
from servicedesk.pages.problem_words import state_words
from workflow.people.permissions import Permission

MANY_CASES = 20
FEW_CASES = 5
RELEVANT = {"yes": True, "no": False}


@require_safe
@staff(Permission.VIEW_CASE)
def known(request: StaffRequest, number: int) -> HttpResponse:
    """Show what we know that is like a case, and keep that it was shown; 23 queries at most.

    Within the page of the case the few most telling things, on its own page all of them.
    """
    at = now()
    case = case_for(request.actor, number)
    is_part = bool(getattr(request, "htmx", False))
    question = question_of(case, at=at)
    found = everything_like(
        question,
        actor=request.actor,
        door=case.channel,
        cases_at_most=FEW_CASES if is_part else MANY_CASES,
    )
    keep_shown(found.offered, door=OfferDoor.CASE, actor=request.actor, at=at, case_id=case.pk)
    shown = likenesses_shown(
        found, address=lambda kind, key: reverse("agent:opens", args=[number, kind, key])
    )
    offers = offers_beside(case.pk)
    people = {one["contact_id"] for one in shown["similar_cases"]} - {case.contact_id}
    return page(
        request,
        "agent/known.html",
        {
            **shown,
            "case": {"number": case.number, "subject": case.subject},
            "link": first_links_of([case.pk]).get(case.pk),
            "facts": facts_of(shown, offers=offers),
            "offers": offers_shown(offers),
            "others": ngettext(
                "%(count)d other customer wrote the like.",
                "%(count)d other customers wrote the like.",
                len(people),
            )
            % {"count": len(people)}
            if people
            else "",
            "may_judge": request.actor.may(Permission.WORK_CASE),
        },
        partial="known",
    )


@require_safe
@staff(Permission.VIEW_CASE)
def why(request: StaffRequest, number: int, problem: int) -> HttpResponse:
    """Show a case and a problem side by side with what they share; ten queries at most.

    Raises:
        NoSuchCase, NoSuchProblem: not there, or not for this person.
    """
    at = now()
    case = case_for(request.actor, number)
    found = problem_for(request.actor, problem)
    question = question_of(case, at=at)
    grounds = grounds_of(question, [Pointed(found)])[found.pk]
    keep_opened(Offered(problem_id=found.pk), actor=request.actor, at=at, case_id=case.pk)
    return page(
        request,
        "agent/why.html",
        {
            "case": {"number": case.number, "subject": case.subject},
            "problem": {
                "number": found.name,
                "title": found.title,
                "state_label": state_words(found.state),
            },
            "reasons": reasons_shown(grounds.reasons),
            **side_by_side(whole_text(question.subject, question.text), grounds=grounds),
        },
        partial="why",
    )


@require_safe
@staff(Permission.VIEW_CASE)
def opens(request: StaffRequest, number: int, kind: str, shown_id: int) -> HttpResponse:
    """Lead to something that was shown beside a case, and keep that it was opened."""
    case = case_for(request.actor, number)
    return opened(request, kind, shown_id, case_id=case.pk)


@require_safe
@staff(Permission.OPEN_CASE)
def opens_new(request: StaffRequest, kind: str, shown_id: int) -> HttpResponse:
    """Lead to something that was shown while a case was written down, and keep it."""
    return opened(request, kind, shown_id, case_id=None)


def opened(request: StaffRequest, kind: str, key: int, *, case_id: int | None) -> HttpResponse:
    """Keep that something was opened and lead to it; three queries.

    Raises:
        Http404: it is not there, or not for this person.
    """
    address, offered = where(request, kind, key)
    keep_opened(offered, actor=request.actor, at=now(), case_id=case_id)
    return redirect(address)


def where(request: StaffRequest, kind: str, key: int) -> tuple[str, Offered]:
    """Return the address of a problem, a case or an article by its id; one query.

    Raises:
        Http404: there is none, or not for this person.
    """
    rows: Any = {
        "problem": visible_problems,
        "case": visible_cases,
        "article": visible_articles,
    }
    if kind not in rows:
        raise Http404
    found = rows[kind](request.actor).filter(pk=key).first()
    if found is None:
        raise Http404
    if kind == "problem":
        return reverse("problem:problem", args=[found.name]), Offered(problem_id=key)
    if kind == "case":
        return reverse("agent:case", args=[found.number]), Offered(alike_id=key)
    return reverse("knowledge:article", args=[found.number]), Offered(article_id=key)


@require_POST
@staff(Permission.WORK_CASE)
def judge(request: StaffRequest, number: int) -> HttpResponse:
    """Keep whether something shown beside a case helps there.

    Raises:
        NoSuchOffer: it was not shown beside the case.
    """
    case = case_for(request.actor, number)
    written = request.POST.get("offer", "")
    is_number = written.isascii() and written.isdigit() and len(written) < MOST_DIGITS
    judge_offer(
        offer_id=int(written) if is_number else 0,
        case_id=case.pk,
        is_relevant=RELEVANT.get(request.POST.get("relevant", ""), False),
        actor=request.actor,
    )
    messages.success(request, _("Thank you: that is kept."))
    return redirect("agent:known", number)
