"""Known problems that concern a customer: the list, and the page of one."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from knowledge.own_problems import (
    OwnProblem,
    others_known,
    problem_of_customer,
    problems_of_customer,
)
from knowledge.queries import published_known_problems
from servicedesk.notifications.rewording import words_of_portal
from servicedesk.pages.answers import page
from servicedesk.pages.guards import ContactRequest, contact, public
from servicedesk.portal.problem_page import (
    ProblemVisit,
    act,
    header_of,
    problem_page,
    rights_of,
)
from servicedesk.portal.reading import known_in_words, reader_of
from servicedesk.portal.wording import (
    as_sentence,
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


@contact
def problem(request: ContactRequest, number: int) -> HttpResponse:
    """Show one known problem that concerns a customer, or do what the customer asks for."""
    visit = ProblemVisit(
        request=request,
        contact=request.contact,
        actor=request.actor,
        found=problem_of_customer(request.contact, number, at=now()),
    )
    return act(visit) if request.method == "POST" else problem_page(visit)
