"""The queue of suggestions: one case after the other, decided with one key each."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from cases.filtering import COUNTED_AT_MOST
from knowledge.offers import OfferDoor, keep_shown, problems_offered
from problems.access import problem_for
from problems.case_links import count_waiting, links_of_cases, next_waiting
from problems.grounds import Pointed, grounds_of
from problems.learning import whole_text
from problems.matching import question_of
from servicedesk.agent.context import suggestion
from servicedesk.pages.answers import page
from servicedesk.pages.case_words import channel_words
from servicedesk.pages.evidence_shown import reasons_shown, side_by_side
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.link_words import reason_choices
from servicedesk.pages.numbers import problem_number_in
from servicedesk.pages.paging import cursor_of, id_in
from workflow.people.permissions import Permission


@require_safe
@staff(Permission.LINK_CASE)
def triage(request: StaffRequest) -> HttpResponse:
    """Show the next case whose suggestion waits for a word; 17 queries at most.

    `problem` narrows it to the cases that look like one problem, `after` says how far it got.
    """
    at = now()
    named = problem_number_in(request.GET.get("problem", ""))
    problem = problem_for(request.actor, named) if named is not None else None
    problem_id = problem.pk if problem else None
    after = id_in(request.GET.get("after", "")) or 0
    link = next_waiting(after=after, problem_id=problem_id)
    waiting = count_waiting(problem_id=problem_id)
    narrowed = {"problem": problem.name} if problem else {}
    context: dict[str, Any] = {
        "problem": {"number": problem.name, "title": problem.title} if problem else None,
        "waiting": waiting,
        "is_more": waiting > COUNTED_AT_MOST,
        "is_through": link is None and after > 0 and waiting > 0,
        "again_url": f"{reverse('agent:triage')}?{urlencode(narrowed)}",
        "one": None,
    }
    if link is not None:
        context["one"] = one_shown(request, link, narrowed=narrowed, at=at)
    return page(request, "agent/triage.html", context)


def one_shown(
    request: StaffRequest, link: Any, *, narrowed: dict[str, str], at: Any
) -> dict[str, Any]:
    """Return one case with its suggestions; the likeliest is told side by side with the case."""
    case = link.case
    links = [one for one in links_of_cases([case.pk]).get(case.pk, []) if one.kind == "suggested"]
    links.sort(
        key=lambda one: (bool(narrowed) and one.problem_id != link.problem_id, -(one.score or 0))
    )
    first = links[0] if links else link
    question = question_of(case, at=at)
    grounds = grounds_of(question, [Pointed(first.problem)])[first.problem_id]
    offered = problems_offered(one.problem_id for one in links)
    keep_shown(offered, door=OfferDoor.QUEUE, actor=request.actor, at=at, case_id=case.pk)
    later = {**narrowed, "after": cursor_of(link.pk)}
    return {
        "number": case.number,
        "href": reverse("agent:case", args=[case.number]),
        "subject": case.subject,
        "who": case.contact.name,
        "channel": channel_words(case.channel),
        "opened_at": case.opened_at,
        "product": case.product.name if case.product else "",
        "first": {**suggestion(first), "reasons": reasons_shown(grounds.reasons)},
        "others": [suggestion(one) for one in links[1:]],
        **side_by_side(whole_text(question.subject, question.text), grounds=grounds),
        "reject_reasons": reason_choices(),
        # What is decided here comes back to the same place: the case's next suggestion, or the next case.
        "stays": cursor_of(link.pk - 1),
        "only": narrowed.get("problem", ""),
        "later_url": f"{reverse('agent:triage')}?{urlencode(later)}",
    }
