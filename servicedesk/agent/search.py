"""One box for everything: cases, problems, customers, articles."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from cases.access import NoSuchCase, case_for
from cases.search import Found, cases_found, cleaned, found_by, number_in
from customers.search import contacts_with_ids
from knowledge.search import articles_found
from problems.access import NoSuchProblem, problem_for
from problems.search import problems_found
from servicedesk.pages.answers import page
from servicedesk.pages.case_words import state_words
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.numbers import problem_number_in
from servicedesk.pages.paging import cursor_of, id_in
from servicedesk.pages.problem_words import state_words as problem_state_words
from workflow.people.actors import Actor
from workflow.people.permissions import Permission

SHORTEST = 2
AT_FIRST = 6
OF_ONE_KIND = 30
ARTICLE_STATES = {
    "draft": gettext_lazy("Draft"),
    "published": gettext_lazy("Published"),
    "retired": gettext_lazy("Retired"),
}


@dataclass(frozen=True)
class Asked:
    """What is looked for, by whom, and what the index said of it."""

    actor: Actor
    words: str
    found: Found


Finder = Callable[[Asked, int | None, int], list[Any]]


@dataclass(frozen=True)
class Kind:
    """A kind of thing that can be found: its name, who may see it, how it is found and shown."""

    code: str
    name: Any
    symbol: str
    permission: Permission
    find: Finder
    shown: Callable[[Any], dict[str, Any]]


@require_safe
@staff(Permission.VIEW_CASE, Permission.VIEW_PROBLEM, Permission.VIEW_ARTICLE)
def search(request: StaffRequest) -> HttpResponse:
    """Show what some words lead to; a number with its sign leads straight there."""
    words = cleaned(request.GET.get("q", ""))
    if not request.htmx:  # type: ignore[attr-defined]
        straight = address_of(request.actor, words)
        if straight:
            return redirect(straight)
    code = request.GET.get("in", "")
    after = id_in(request.GET.get("after", ""))
    is_short = len(words) < SHORTEST and number_in(words) is None
    groups = [] if is_short else groups_found(request.actor, words, code=code, after=after)
    return page(
        request,
        "agent/search.html",
        {
            "words": words,
            "is_short": is_short,
            "groups": groups,
            "only": code if any(kind.code == code for kind in KINDS) else "",
        },
        partial="found",
    )


def address_of(actor: Actor, words: str) -> str:
    """Return where `#48213` or `P-204` leads, nothing for other words; one query for a number."""
    try:
        if words.startswith("#") and (number := number_in(words)) is not None:
            return reverse("agent:case", args=[case_for(actor, number).number])
        if words[:1] in ("P", "p") and (number := problem_number_in(words)) is not None:
            return reverse("problem:problem", args=[problem_for(actor, number).name])
    except (NoSuchCase, NoSuchProblem):
        return ""
    return ""


def groups_found(actor: Actor, words: str, *, code: str, after: int | None) -> list[dict[str, Any]]:
    """Return what was found by its kind; five queries for all kinds, two for one."""
    chosen = [kind for kind in KINDS if kind.code == code] or KINDS
    at_most = AT_FIRST if chosen is KINDS else OF_ONE_KIND
    found = found_by(words, with_notes=actor.may(Permission.VIEW_NOTE))
    asked = Asked(actor=actor, words=words, found=found)
    groups = []
    for kind in chosen:
        if not actor.may(kind.permission):
            continue
        rows = kind.find(asked, after, at_most + 1)
        shown = rows[:at_most]
        if not shown:
            continue
        groups.append(
            {
                "code": kind.code,
                "name": kind.name,
                "symbol": kind.symbol,
                "rows": [kind.shown(row) for row in shown],
                "next_url": next_address(
                    words, kind.code, shown[-1].pk if len(rows) > at_most else None
                ),
            }
        )
    return groups


def next_address(words: str, code: str, ends_at: int | None) -> str:
    """Return the address of more of one kind, or nothing."""
    if ends_at is None:
        return ""
    return (
        f"{reverse('agent:search')}?"
        f"{urlencode({'q': words, 'in': code, 'after': cursor_of(ends_at)})}"
    )


def case_shown(case: Any) -> dict[str, Any]:
    """Return a case as a line; no query."""
    return {
        "number": f"#{case.number}",
        "href": reverse("agent:case", args=[case.number]),
        "title": case.subject,
        "more": case.contact_name,
        "state": case.state,
        "state_label": state_words(case.state),
    }


def problem_shown(problem: Any) -> dict[str, Any]:
    """Return a problem as a line; no query."""
    return {
        "number": problem.name,
        "href": reverse("problem:problem", args=[problem.name]),
        "title": problem.title,
        "more": problem.category,
        "state": problem.state,
        "state_label": problem_state_words(problem.state),
    }


def contact_shown(contact: Any) -> dict[str, Any]:
    """Return a customer as a line; no query."""
    return {
        "number": "",
        "href": reverse("agent:contact", args=[contact.pk]),
        "title": contact.name,
        "more": ", ".join(
            [
                *([contact.organisation.name] if contact.organisation else []),
                *contact.known_addresses[:2],
            ]
        ),
        "state": "",
        "state_label": "",
    }


def article_shown(article: Any) -> dict[str, Any]:
    """Return an article as a line; no query."""
    return {
        "number": _("Article %(number)s") % {"number": article.number},
        "href": reverse("knowledge:article", args=[article.number]),
        "title": article.title,
        "more": "",
        "state": "good" if article.state == "published" else "line",
        "state_label": str(ARTICLE_STATES[article.state]),
    }


KINDS = [
    Kind(
        "cases",
        gettext_lazy("Cases"),
        "inbox",
        Permission.VIEW_CASE,
        lambda asked, before, most: cases_found(
            asked.actor, asked.words, asked.found, before=before, at_most=most
        ),
        case_shown,
    ),
    Kind(
        "problems",
        gettext_lazy("Problems"),
        "waypoints",
        Permission.VIEW_PROBLEM,
        lambda asked, before, most: problems_found(
            asked.actor, asked.words, before=before, at_most=most
        ),
        problem_shown,
    ),
    Kind(
        "customers",
        gettext_lazy("Customers"),
        "users-round",
        Permission.VIEW_CUSTOMER,
        lambda asked, before, most: contacts_with_ids(
            asked.found.contacts, before=before, at_most=most
        ),
        contact_shown,
    ),
    Kind(
        "articles",
        gettext_lazy("Articles"),
        "book-open-text",
        Permission.VIEW_ARTICLE,
        lambda asked, before, most: articles_found(
            asked.actor, asked.words, before=before, at_most=most
        ),
        article_shown,
    ),
]
