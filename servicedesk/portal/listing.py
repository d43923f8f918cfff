"""A customer's issues: what is open now, on the start page, and all of them, with search."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases.asked import (
    LONGEST_SEARCH,
    Looking,
    Show,
    Whose,
    answers_promised,
    page_of_asked,
)
from knowledge.own_problems import problems_of_customer
from knowledge.queries import articles_to_read, published_known_problems
from problems.projection import issues_of
from problems.public import Issue
from servicedesk.pages.answers import page
from servicedesk.pages.guards import ContactRequest, contact
from servicedesk.portal.known import own_in_words
from servicedesk.portal.reading import known_in_words, number_in
from servicedesk.portal.wording import as_sentence, says_of, state_label, state_tone, turn_of

ON_START_PAGE = 5


@require_safe
@contact
def home(request: ContactRequest) -> HttpResponse:
    """Say what is open, whose turn it is, by when, and what is known; ten queries."""
    asked = page_of_asked(request.actor, Looking(), at_most=ON_START_PAGE)
    rows = rows_of(request, asked.cases)
    rows.sort(key=lambda row: row["turn"]["tone"] != "warning")
    about_mine = problems_of_customer(request.contact, at=timezone.now(), at_most=5)
    return page(
        request,
        "portal/home.html",
        {
            "greeting": _("Hello %(name)s") % {"name": request.contact.name},
            "issues": rows,
            "has_more": asked.ends_at is not None,
            "known_problems": own_in_words(about_mine)
            or known_in_words(published_known_problems(at_most=5)),
            "known_of_mine": bool(about_mine),
            "articles": [
                {"href": href, "title": title} for title, href in newest_articles(request).items()
            ],
        },
    )


def newest_articles(request: ContactRequest) -> dict[str, str]:
    """Return titles of what was published last, and where it is; one query.

    A known error and its solution have one title: the newer of them is shown.
    """
    found = articles_to_read(request.actor, at_most=8)
    titles = {one.title: reverse("portal:article", args=[one.number]) for one in reversed(found)}
    return dict(list(reversed(titles.items()))[:4])


@require_safe
@contact
def issues(request: ContactRequest) -> HttpResponse:
    """Show the customer's issues by state and words, newest first; seven queries."""
    looking = looking_for(request)
    before = number_in(request.GET.get("before", ""))
    asked = page_of_asked(request.actor, looking, before=before)
    return page(
        request,
        "portal/issues.html",
        {
            "issues": rows_of(request, asked.cases),
            "words": looking.words,
            "show": looking.show.value,
            "whose": looking.whose.value,
            "filters": [
                {
                    "label": label,
                    "href": address(looking, show=show),
                    "is_current": looking.show is show,
                }
                for show, label in (
                    (Show.OPEN, _("Open")),
                    (Show.SOLVED, _("Solved")),
                    (Show.ALL, _("All")),
                )
            ],
            "sides": sides_of(request, looking),
            "next_url": address(looking, before=asked.ends_at) if asked.ends_at else "",
        },
    )


def looking_for(request: ContactRequest) -> Looking:
    """Return what the address asks for; what it does not name is open and the own."""
    show, whose = request.GET.get("show", ""), request.GET.get("whose", "")
    return Looking(
        show=Show(show) if show in set(Show) else Show.OPEN,
        whose=Whose.ORGANISATION
        if whose == Whose.ORGANISATION and request.contact.sees_organisation
        else Whose.MINE,
        words=request.GET.get("q", "").strip()[:LONGEST_SEARCH],
    )


def address(
    looking: Looking,
    *,
    show: Show | None = None,
    whose: Whose | None = None,
    before: int | None = None,
) -> str:
    """Return the address of the list with something changed."""
    parts: dict[str, str | int] = {"show": (show or looking.show).value}
    if (whose or looking.whose) is Whose.ORGANISATION:
        parts["whose"] = Whose.ORGANISATION.value
    if looking.words:
        parts["q"] = looking.words
    if before is not None:
        parts["before"] = before
    return f"{reverse('portal:issues')}?{urlencode(parts)}"


def sides_of(request: ContactRequest, looking: Looking) -> list[dict[str, Any]]:
    """Return the choice between own issues and the organisation's, for those who have it."""
    organisation = request.contact.organisation
    if not request.contact.sees_organisation or organisation is None:
        return []
    return [
        {
            "label": label,
            "href": address(Looking(show=looking.show, words=looking.words), whose=whose),
            "is_current": looking.whose is whose,
        }
        for whose, label in (
            (Whose.MINE, _("My issues")),
            (Whose.ORGANISATION, _("All of %(name)s") % {"name": organisation.name}),
        )
    ]


def rows_of(request: ContactRequest, cases: list[Any]) -> list[dict[str, Any]]:
    """Return what a list shows of cases; three queries for any number."""
    promised, at = answers_promised(cases), timezone.now()
    names = {case.number: case.contact for case in cases}
    by_number = {case.number: promised.get(case.pk) for case in cases}
    return [
        issue_in_list(issue)
        | {
            "answer_by": by_number[issue.number],
            "answer_is_over": is_over(by_number[issue.number], at=at),
            "asked_by": names[issue.number].name
            if names[issue.number].pk != request.contact.pk
            else "",
        }
        for issue in issues_of(cases)
    ]


def is_over(due_at: datetime | None, *, at: datetime) -> bool:
    """Whether a time that was promised has passed."""
    return due_at is not None and due_at < at


def issue_in_list(issue: Issue) -> dict[str, Any]:
    """Return what a row shows."""
    return {
        "number": issue.number,
        "href": reverse("portal:issue", args=[issue.number]),
        "subject": issue.subject,
        "state": state_tone(issue),
        "state_label": state_label(issue),
        "turn": turn_of(issue),
        "says": as_sentence(says_of(issue, today=timezone.localdate())),
        "updated_at": issue.updated_at,
        "is_open": issue.is_open,
    }
