"""The agent's queues as they are shown: the list of queues, and the rows of one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import Case, CaseClock
from cases.queries import (
    Queue,
    cases_found,
    counts_of_queues,
    open_clocks_of,
    page_of_queue,
)
from problems.models import CaseLink
from problems.models.link import LinkKind
from problems.queries import links_of_cases
from servicedesk.pages.case_words import (
    PRIORITY_CODES,
    channel_words,
    priority_words,
    state_words,
)
from servicedesk.pages.clock_chip import first_chip
from servicedesk.pages.paging import cursor_of, moment_and_id_in
from workflow.people.actors import Actor

Clocks = dict[int, list[CaseClock]]
Links = dict[int, list[CaseLink]]


@dataclass(frozen=True)
class QueueName:
    """How a queue is called, which icon it has, and what it says of itself."""

    name: Any
    symbol: str
    says: Any
    tone: str = ""


NAMES = {
    Queue.MINE: QueueName(
        gettext_lazy("My open cases"), "inbox", gettext_lazy("What you answer for")
    ),
    Queue.UNASSIGNED: QueueName(
        gettext_lazy("Unassigned"), "user-x", gettext_lazy("Nobody has these yet"), "warning"
    ),
    Queue.ATTENTION: QueueName(
        gettext_lazy("Needs attention"),
        "flame",
        gettext_lazy("A customer wrote, or what a case waited for is there"),
        "danger",
    ),
    Queue.WAITING: QueueName(
        gettext_lazy("Waiting for customer"),
        "circle-pause",
        gettext_lazy("We asked; the customer answers next"),
    ),
    Queue.ON_PROBLEM: QueueName(
        gettext_lazy("Waiting for a problem"),
        "waypoints",
        gettext_lazy("Solved together when the problem is fixed"),
    ),
    Queue.OPEN: QueueName(
        gettext_lazy("All open"), "users-round", gettext_lazy("Everything that is not solved")
    ),
    Queue.RESOLVED: QueueName(
        gettext_lazy("Resolved lately"),
        "circle-check",
        gettext_lazy("Solved within the last seven days"),
    ),
}
GROUPS = (
    (gettext_lazy("To do"), (Queue.MINE, Queue.UNASSIGNED, Queue.ATTENTION)),
    (gettext_lazy("Waiting"), (Queue.WAITING, Queue.ON_PROBLEM)),
    (gettext_lazy("Everything"), (Queue.OPEN, Queue.RESOLVED)),
)


def groups_of_queues(actor: Actor, *, at: datetime, current: Queue | None) -> list[dict[str, Any]]:
    """Return the list of queues with their counts; one query."""
    counts = counts_of_queues(actor, at=at)
    return [
        {
            "name": name,
            "queues": [
                {
                    "name": NAMES[queue].name,
                    "symbol": NAMES[queue].symbol,
                    "href": reverse("agent:queue", args=[queue.value]),
                    "count": counts[queue],
                    "tone": NAMES[queue].tone if counts[queue] else "",
                    "is_current": queue is current,
                }
                for queue in queues
            ],
        }
        for name, queues in GROUPS
    ]


@dataclass(frozen=True)
class Listed:
    """The cases of a list and the address of the next ones."""

    cases: list[Case]
    next_url: str


def listed(
    actor: Actor, queue: Queue, *, at: datetime, after: str = "", at_most: int = 50
) -> Listed:
    """Return a page of a queue; one query.

    Raises:
        BadCursor: `after` is none of our cursors.
    """
    page = page_of_queue(actor, queue, at=at, after=moment_and_id_in(after), at_most=at_most)
    next_url = ""
    if page.ends_at is not None:
        address = reverse("agent:queue", args=[queue.value])
        next_url = f"{address}?{urlencode({'after': cursor_of(*page.ends_at)})}"
    return Listed(cases=page.cases, next_url=next_url)


def found(actor: Actor, words: str) -> Listed:
    """Return the newest cases that match words; one query."""
    return Listed(cases=cases_found(actor, words), next_url="")


def rows_of(cases: list[Case], *, queue: Queue, at: datetime) -> list[dict[str, Any]]:
    """Return cases as rows of a list, with clocks and problems; two queries."""
    ids = [case.pk for case in cases]
    return rows_with(
        cases,
        clocks=open_clocks_of(ids),
        links=links_of_cases(ids),
        queue=queue,
        at=at,
    )


def rows_with(
    cases: list[Case], *, clocks: Clocks, links: Links, queue: Queue, at: datetime
) -> list[dict[str, Any]]:
    """Return cases as rows of a list, from what is loaded already; no query."""
    return [
        row_of(
            case,
            clocks=clocks.get(case.pk, []),
            links=links.get(case.pk, []),
            queue=queue,
            at=at,
        )
        for case in cases
    ]


def row_of(
    case: Case,
    *,
    clocks: list[CaseClock],
    links: list[CaseLink],
    queue: Queue,
    at: datetime,
) -> dict[str, Any]:
    """Return one case as a row: who, what, how long it may take, and its problem."""
    link = links[0] if links else None
    organisation = case.contact.organisation
    return {
        "number": case.number,
        "href": f"{reverse('agent:case', args=[case.number])}?{urlencode({'in': queue.value})}",
        "contact": case.contact.name,
        "organisation": organisation.name if organisation else "",
        "subject": case.subject,
        "preview": " ".join(str(getattr(case, "preview", "")).split()),
        "state": case.state,
        "state_label": state_words(case.state),
        "priority": PRIORITY_CODES[case.priority],
        "priority_label": _("Priority: %(word)s") % {"word": priority_words(case.priority)},
        "clock": first_chip(clocks, at=at),
        "unread": case.needs_attention and case.is_open,
        "has_draft": False,
        "problem": link.problem.name if link else "",
        "problem_is_suggested": link is not None and link.kind != LinkKind.CONFIRMED,
        "channel": channel_words(case.channel),
        "opened_at": case.opened_at,
        "live_of": f"case:{case.pk}",
    }
