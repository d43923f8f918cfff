"""One case: its conversation, its problem, its customer."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases.beside_case import beside_case
from cases.one_case import EarlierCase, case_with_customer, conversation_of
from cases.queries import (
    Queue,
    RowClock,
    clocks_shown_of,
    queue_named,
)
from cases.states import CaseState
from knowledge.access import visible_articles
from problems.case_links import first_links_of, links_of_cases
from servicedesk.agent.context import (
    customer,
    earlier_case,
    linked_problem,
    names_of_others,
    people_in,
    questions_asked,
    suggestion,
)
from servicedesk.agent.conversation import conversation
from servicedesk.pages.answers import page
from servicedesk.pages.case_words import (
    PRIORITY_CODES,
    channel_words,
    feeling_choices,
    feeling_words,
    priority_choices,
    priority_words,
    state_words,
)
from servicedesk.pages.clock_chip import RowChips
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.history_lines import lines_about, timeline
from servicedesk.pages.link_words import reason_choices
from servicedesk.pages.numbers import MOST_DIGITS
from servicedesk.pages.queues import NAMES, groups_of_queues, listed, rows_with
from servicedesk.pages.views_beside import group_named
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

LISTED_BESIDE = 30


@dataclass(frozen=True)
class Attempt:
    """What somebody tried with a case and was refused: kept, so that no text is lost."""

    status: int = 200
    refusal: Refusal | None = None
    composer: dict[str, Any] = field(default_factory=dict)
    forms: dict[str, Any] = field(default_factory=dict)
    link_error: str = ""
    link_typed: str = ""


@require_safe
@staff(Permission.VIEW_CASE)
def case(request: StaffRequest, number: int) -> HttpResponse:
    """Show a case beside the queue it was found in; `article` puts one into the answer.

    That costs two queries more.
    """
    article = request.GET.get("article", "")
    composer = composer_with(request, article) if article else {}
    return case_page(request, number, attempt=Attempt(composer=composer))


def composer_with(request: StaffRequest, article: str) -> dict[str, Any]:
    """Return an answer that leads to a published article; empty if there is none of this number."""
    if not (article.isascii() and article.isdigit() and len(article) < MOST_DIGITS):
        return {}
    found = visible_articles(request.actor).filter(number=int(article), state="published").first()
    if found is None:
        return {}
    address = request.build_absolute_uri(reverse("portal:article", args=[found.number]))
    return {"data": {"body": f"{found.title}\n{address}"}}


def case_page(request: StaffRequest, number: int, *, attempt: Attempt) -> HttpResponse:
    """Return the page of a case; fifteen queries at most."""
    at = now()
    shown = case_with_customer(request.actor, number, at=at)
    queue = queue_beside(request, shown)
    beside = listed(request.actor, queue, at=at, at_most=LISTED_BESIDE)
    earlier: list[EarlierCase] = shown.earlier  # type: ignore[attr-defined]
    ids = {shown.pk, *(one.pk for one in beside.cases), *(one.pk for one in earlier)}
    clocks, links = clocks_shown_of(ids), first_links_of(ids)
    own: list[Any] = links_of_cases([shown.pk])[shown.pk] if shown.pk in links else []
    confirmed = next((link for link in own if link.kind == "confirmed"), None)
    suggested = [link for link in own if link.kind == "suggested"] if not confirmed else []
    lines = lines_about(shown)
    may_see_notes = request.actor.may(Permission.VIEW_NOTE)
    said = conversation_of(shown, with_notes=may_see_notes)
    may = rights(request, shown, is_linked=confirmed is not None)
    others = beside_case(request.actor)
    return page(
        request,
        "agent/case.html",
        {
            "queue_groups": [
                *groups_of_queues(request.actor, at=at, current=queue),
                *group_named(others.views),
            ],
            "queue": {"name": NAMES[queue].name},
            "cases": rows_with(beside.cases, clocks=clocks, links=links, queue=queue, at=at),
            "next_url": beside.next_url,
            "case": described(
                shown, clocks=clocks.get(shown.pk, []), person_id=request.person.pk, at=at
            ),
            "messages_of_case": conversation(
                shown,
                said,
                lines,
                problems={link.problem_id: link.problem for link in own},
            ),
            "may": may,
            "priorities": priority_choices(),
            "assignees": assignees(others.holders) if may["assign"] else [],
            "composer": {**attempt.composer, "to": addressee(shown)},
            "forms": attempt.forms,
            "refusal": attempt.refusal,
            "link_error": attempt.link_error,
            "link_typed": attempt.link_typed,
            "linked": linked_problem(confirmed, at=at) if confirmed else None,
            "suggestions": [suggestion(link) for link in suggested],
            "reject_reasons": reason_choices() if suggested else [],
            "questions": questions_asked(shown, said, attempt.forms, at=at)
            if may_see_notes and any(link.is_asked for link in own)
            else [],
            "feelings": feeling_choices(),
            "contact": customer(shown),
            "earlier": [
                earlier_case(
                    one,
                    link=links.get(one.pk),
                    problem_id=confirmed.problem_id if confirmed else None,
                )
                for one in earlier
            ],
            "people": people_in(shown),
            "history": timeline(
                lines,
                customer=shown.contact.name,
                others=names_of_others(shown),
                names=names_known(shown, links=own, holders=others.holders),
            ),
        },
        status=attempt.status,
    )


def names_known(
    shown: Any, *, links: list[Any], holders: list[tuple[str, int, str]]
) -> dict[tuple[str, int], str]:
    """Return what its history may name, as far as the page knows it; no query."""
    names = {("problem", link.problem_id): str(link.problem.name) for link in links}
    for kind, key, name in holders:
        names["user" if kind == "user" else "department", key] = name
    if shown.owner is not None:
        names["user", shown.owner_id] = shown.owner.name
    if shown.queue is not None:
        names["department", shown.queue_id] = shown.queue.name
    return names


def queue_beside(request: StaffRequest, shown: Any) -> Queue:
    """Return the queue that the list beside shows: where the person came from, else a fitting one."""
    asked = request.GET.get("in", "")
    if asked:
        return queue_named(asked)
    if not shown.is_open:
        return Queue.RESOLVED
    return Queue.MINE if shown.owner_id == request.person.pk else Queue.OPEN


def described(
    shown: Any, *, clocks: list[RowClock], person_id: int, at: datetime
) -> dict[str, Any]:
    """Return the case itself; no query."""
    chips = RowChips(at=at)
    return {
        "number": shown.number,
        "subject": shown.subject,
        "state": shown.state,
        "state_label": state_words(shown.state),
        "priority": PRIORITY_CODES[shown.priority],
        "priority_label": priority_words(shown.priority),
        "channel": channel_words(shown.channel),
        "opened_at": shown.opened_at,
        "responsible": shown.owner.name if shown.owner else "",
        "queue": shown.queue.name if shown.queue else "",
        "is_mine": shown.owner_id == person_id,
        "clocks": [chips.chip_of(clock) for clock in clocks[:2]],
        "wanted_outcome": shown.wanted_outcome,
        "feeling": str(shown.feeling or ""),
        "feeling_label": feeling_words(shown.feeling) if shown.feeling else "",
        "live_links": shown.live_links,
        "version": shown.version,
        "live_of": f"case:{shown.pk}",
    }


def rights(request: StaffRequest, shown: Any, *, is_linked: bool) -> dict[str, bool]:
    """Return what the person may do with the case now."""
    actor = request.actor
    works = actor.may(Permission.WORK_CASE)
    is_open = shown.is_open
    return {
        "reply": works and is_open,
        "note": actor.may(Permission.VIEW_NOTE),
        "resolve": works and is_open,
        "pend": works and is_open and shown.state != CaseState.PENDING,
        "reopen": works and shown.state == CaseState.RESOLVED,
        "assign_to_me": works and actor.may(Permission.ASSIGN_CASE) and is_open,
        "assign": actor.may(Permission.ASSIGN_CASE) and is_open,
        "set_priority": works and is_open,
        "note_feeling": works,
        "answer_question": works,
        "let_in": works,
        "mark_spam": works and is_open,
        "link": actor.may(Permission.LINK_CASE),
        "open_problem": actor.may(Permission.OPEN_PROBLEM) and is_open and not is_linked,
    }


def assignees(holders: list[tuple[str, int, str]]) -> list[dict[str, str]]:
    """Return to whom or to which queue the case can go; no query."""
    queue = _("Queue of %(name)s")
    return [
        {"value": f"{kind}-{key}", "label": name if kind == "user" else queue % {"name": name}}
        for kind, key, name in holders
    ]


def addressee(shown: Any) -> str:
    """Return to whom a reply goes, and how: by mail, whatever the door; plainly if by nothing."""
    name = shown.contact.name
    if not shown.contact_mail:
        return _("No mail address of %(name)s: nothing is sent. Tell the answer another way.") % {
            "name": name
        }
    return _("To %(name)s, by mail") % {"name": name}


def address_of(number: int) -> str:
    """Return the address of a case."""
    return reverse("agent:case", args=[number])
