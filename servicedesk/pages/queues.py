"""The agent's queues as they are shown: the list of queues, and the rows of one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.queries import (
    COUNTED_AT_MOST,
    CaseRow,
    Queue,
    RowClock,
    cases_found,
    clocks_shown_of,
    counts_of_queues,
    page_of_queue,
)
from cases.states import OPEN_STATES
from problems.case_links import FirstLink, first_links_of
from servicedesk.pages.addresses import address, address_of_words
from servicedesk.pages.case_words import PRIORITIES, PRIORITY_CODES, STATES
from servicedesk.pages.clock_chip import RowChips
from servicedesk.pages.paging import cursor_of, moment_and_id_in
from servicedesk.pages.signs import hue_of, initials_of
from workflow.people.actors import Actor

Clocks = dict[int, list[RowClock]]
Links = dict[int, FirstLink]


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
                    "href": address_of_words("agent:queue", queue.value),
                    "count": count_words(counts[queue]),
                    "tone": NAMES[queue].tone if counts[queue] else "",
                    "is_current": queue is current,
                }
                for queue in queues
            ],
        }
        for name, queues in GROUPS
    ]


def count_words(count: int) -> str:
    """Return how many; a thousand and more is not counted to the end."""
    return f"{COUNTED_AT_MOST}+" if count > COUNTED_AT_MOST else str(count)


@dataclass(frozen=True)
class Listed:
    """The cases of a list and the address of the next ones."""

    cases: list[CaseRow]
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
        here = address_of_words("agent:queue", queue.value)
        next_url = f"{here}?{urlencode({'after': cursor_of(*page.ends_at)})}"
    return Listed(cases=page.cases, next_url=next_url)


def found(actor: Actor, words: str) -> Listed:
    """Return the newest cases that match words; one query."""
    return Listed(cases=cases_found(actor, words), next_url="")


def rows_of(cases: list[CaseRow], *, queue: Queue, at: datetime) -> list[dict[str, Any]]:
    """Return cases as rows of a list, with clocks and problems; two queries."""
    ids = [case.pk for case in cases]
    return rows_with(
        cases, clocks=clocks_shown_of(ids), links=first_links_of(ids), queue=queue, at=at
    )


def rows_with(
    cases: list[CaseRow], *, clocks: Clocks, links: Links, queue: Queue, at: datetime
) -> list[dict[str, Any]]:
    """Return cases as rows of a list, from what is loaded already; no query."""
    words = RowWords(queue=queue, at=at)
    return [words.row_of(case, clocks.get(case.pk), links.get(case.pk)) for case in cases]


class RowWords:
    """Makes the rows of a list. What is the same for all fifty, like the words, is made once."""

    def __init__(self, *, queue: Queue, at: datetime) -> None:
        self.chips = RowChips(at=at)
        self.states = {state.value: str(words) for state, words in STATES.items()}
        self.priorities = {
            number: _("Priority: %(word)s") % {"word": PRIORITIES[code]}
            for number, code in PRIORITY_CODES.items()
        }
        self.choose = _("Choose case %(number)s, %(subject)s")
        # Reversed once: the numbers differ, the rest does not.
        self.address = address("agent:case", 0).replace("0", "%d", 1)
        self.address += f"?{urlencode({'in': queue.value})}"

    def row_of(
        self, case: CaseRow, clocks: list[RowClock] | None, link: FirstLink | None
    ) -> dict[str, Any]:
        """Return one case as a row: who, what, how long it may take, and its problem."""
        name, company = case.contact_name, case.organisation_name
        return {
            "number": case.number,
            "href": self.address % case.number,
            "who": f"{name} · {company}" if company else name,
            "hue": hue_of(name),
            "initials": initials_of(name),
            "choose": self.choose % {"number": case.number, "subject": case.subject},
            "subject": case.subject,
            "preview": " ".join(case.preview.split()),
            "state_label": self.states[case.state],
            "priority": PRIORITY_CODES[case.priority],
            "priority_label": self.priorities[case.priority],
            "clock": self.chips.chip_of(clocks[0]) if clocks else None,
            "unread": case.needs_attention and case.state in OPEN_STATES,
            "problem": link.problem if link is not None else "",
            "problem_is_suggested": link is not None and not link.is_confirmed,
        }
