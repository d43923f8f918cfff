"""The page of one issue: what we know and when, first; for the signed-in and for mailed links."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import gettext as _

from cases.access import may_write_in
from cases.intake.quoting import parts_of_folded
from customers.preferences import wishes_kept
from knowledge.queries import published_articles_of_problem
from problems.ledger_marks import note_seen
from problems.projection import issue_of
from problems.public import Issue, PublicMessage, PublicProblem
from servicedesk.notifications.rewording import words_of_portal
from servicedesk.pages.answers import page
from servicedesk.pages.prose import answer_prose
from servicedesk.portal.hearing import hears_by, time_in_words
from servicedesk.portal.people import people_of
from servicedesk.portal.preferences import topics_as_switches
from servicedesk.portal.rated import rating_asked
from servicedesk.portal.story import story_of
from servicedesk.portal.visits import Visit, is_looked_at
from servicedesk.portal.wording import (
    is_overdue,
    moves_in_words,
    others_in_words,
    says_of,
    steps_of,
)


def issue_page(
    visit: Visit,
    *,
    composer: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return the page of an issue; ten queries at most, and two when something is new to them."""
    issue = issue_of(visit.case, contact_id=visit.contact.pk)
    problem = issue.problem
    if problem is not None and problem.has_unseen and is_looked_at(visit.request):
        note_seen(visit.contact.pk, problem.id, at=now())
    articles = articles_about(problem)
    context: dict[str, Any] = {
        "issue": issue,
        "address": visit.address,
        **known_so_far(issue),
        "articles": articles,
        "workaround": workaround_of(issue, articles=articles),
        "solution": problem.solution if problem is not None and not issue.is_open else "",
        "review": problem.review if problem is not None else None,
        "messages_of_case": [message_in_words(said, visit=visit) for said in issue.messages],
        "may": rights_of(visit, issue=issue),
        "rating": rating_asked(problem) if visit.is_own and not issue.is_open else None,
        "people": people_of(visit),
        "asked_by": "" if visit.is_own else visit.case.contact.name,
        "works_on_it": works_on_it(issue, case=visit.case) if issue.is_open else "",
        "told_us": what_they_told(visit),
        "topics": [] if visit.is_by_link else topics_as_switches(wishes_kept(visit.contact).topics),
        "link": link_in_words(visit),
        "composer": composer or {},
    }
    return page(visit.request, "portal/issue.html", context, status=status)


def known_so_far(issue: Issue) -> dict[str, Any]:
    """Return what the page says first: sentence, dates, steps, story; one query."""
    problem, today = issue.problem, timezone.localdate()
    waits_for_fix = problem is not None and problem.is_open and issue.is_open
    return {
        "says": says_of(issue, today=today),
        "others": others_in_words(problem) if waits_for_fix else "",
        "must_do": _("You do not have to do anything.")
        if waits_for_fix and issue.state != "pending"
        else "",
        "moved": moves_in_words(problem) if waits_for_fix else [],
        "hears": hears_by(issue.hear_by, at=now()) if issue.is_open else None,
        "is_overdue": waits_for_fix and is_overdue(problem, today=today),
        "steps": steps_of(issue, words=words_of_portal()),
        "story": story_of(issue),
    }


def articles_about(problem: PublicProblem | None) -> list[dict[str, str]]:
    """Return what is published about a problem; one query."""
    if problem is None:
        return []
    return [
        {"href": reverse("portal:article", args=[article.number]), "title": article.title}
        for article in published_articles_of_problem(problem.id)
    ]


def workaround_of(issue: Issue, *, articles: list[dict[str, str]]) -> dict[str, str] | None:
    """Return what helps until the fix, while it is waited for."""
    problem = issue.problem
    if problem is None or not (problem.workaround and problem.is_open and issue.is_open):
        return None
    return {"text": problem.workaround, "article_href": articles[0]["href"] if articles else ""}


def rights_of(visit: Visit, *, issue: Issue) -> dict[str, bool]:
    """Return what the visitor may do with the issue; at most one query."""
    is_solved = visit.is_own and issue.state == "resolved"
    problem = issue.problem
    return {
        "write": may_write_in(visit.actor, visit.case),
        "say_it_works": is_solved and (problem is None or problem.confirmed_at is None),
        "say_it_still_happens": is_solved,
        "decide_people": not visit.is_by_link,
    }


def works_on_it(issue: Issue, *, case: Any) -> str:
    """Return who has it now, by the name that customers read; nobody of us by name."""
    problem = issue.problem
    if problem is not None and problem.is_open and problem.stays:
        return problem.stays[-1].department
    return case.queue.public_name if case.queue is not None else _("Customer service")


def what_they_told(visit: Visit) -> list[dict[str, str]]:
    """Return what the customer said besides the messages: what it is about, what should come of it."""
    case = visit.case
    told = (
        (_("Product"), case.product.name if case.product is not None else ""),
        (_("What you want"), case.wanted_outcome if visit.is_own else ""),
    )
    return [{"label": label, "value": value} for label, value in told if value]


def link_in_words(visit: Visit) -> dict[str, str] | None:
    """Return until when the link opens the issue, for those who came by one."""
    if visit.link_ends_at is None:
        return None
    return {"until": time_in_words(visit.link_ends_at), "name": visit.contact.name}


def message_in_words(said: PublicMessage, *, visit: Visit) -> dict[str, Any]:
    """Return what a message shows: we write as the tenant, nobody of us by name."""
    parts = parts_of_folded(said.quoted)
    return {
        "kind": "out" if said.is_own else "in",
        "number": said.number,
        "author": said.author or visit.request.tenant.name,  # type: ignore[attr-defined]
        "at": said.at,
        "html": "" if said.author else answer_prose(said.text),
        "signature": parts.signature,
        "quoted": parts.history,
        "text": said.text,
        "files": [
            {"name": file.name, "size": file.size, "href": visit.address_of_file(file.key)}
            for file in said.files
        ],
    }
