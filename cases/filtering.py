"""Cases by filters: what a view shows, in which order, how many, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from cases.access import visible_cases
from cases.models import BlockedBy, Case, SavedView
from cases.models.view import CaseOrder, ProblemLink, Responsible, Standing, WaitsFor
from cases.queries import PAGE, Page, Place, with_what_a_row_shows
from cases.states import OPEN_STATES, CaseState
from workflow.people.actors import Actor
from workflow.people.models import TeamMember

COUNTED_AT_MOST = 1000
OPEN = Q(state__in=[state.value for state in OPEN_STATES])
STANDINGS = {
    Standing.OPEN: OPEN,
    Standing.WORKING: Q(state__in=[CaseState.NEW.value, CaseState.OPEN.value]),
    Standing.PENDING: Q(state=CaseState.PENDING),
    Standing.ON_PROBLEM: Q(state=CaseState.ON_PROBLEM),
    Standing.RESOLVED: Q(state__in=[CaseState.RESOLVED.value, CaseState.CLOSED.value]),
    Standing.ANY: ~Q(state=CaseState.SPAM),
}
# Field that orders, and whether the greatest comes first; the id decides among equals.
ORDERS = {
    CaseOrder.NEWEST: ("last_message_at", True),
    CaseOrder.OLDEST: ("opened_at", False),
    CaseOrder.DUE: ("next_look_at", False),
}


@dataclass(frozen=True, kw_only=True)
class Criteria:
    """What to look for; the names and meanings are those of `SavedView`."""

    standing: str = Standing.OPEN
    responsible: str = Responsible.ANYBODY
    person_id: int | None = None
    team_id: int | None = None
    queue_id: int | None = None
    product_id: int | None = None
    priority: int | None = None
    channel: str = ""
    problem: str = ProblemLink.ANY
    waits_for: str = WaitsFor.ANYBODY
    older_than_days: int = 0
    order: str = CaseOrder.NEWEST


def criteria_of(view: SavedView) -> Criteria:
    """Return what a saved view looks for; no query."""
    return Criteria(**{field.name: getattr(view, field.name) for field in fields(Criteria)})


def matching(
    actor: Actor, criteria: Criteria, *, at: datetime, beside: Q | None = None
) -> QuerySet[Case]:
    """Return the cases that fit; no query yet.

    `beside` is what other rooms know of the cases (see `problems.backlog`).
    """
    cases = visible_cases(actor).filter(STANDINGS[Standing(criteria.standing)])
    cases = cases.filter(whose(criteria, actor=actor))
    exact = {
        "queue_id": criteria.queue_id,
        "product_id": criteria.product_id,
        "priority": criteria.priority,
        "channel": criteria.channel or None,
    }
    cases = cases.filter(**{name: value for name, value in exact.items() if value is not None})
    if criteria.older_than_days:
        cases = cases.filter(opened_at__lt=at - timedelta(days=criteria.older_than_days))
    if criteria.waits_for == WaitsFor.CUSTOMER:
        cases = cases.filter(waits("customer_answer"))
    elif criteria.waits_for == WaitsFor.AGENT:
        cases = cases.filter(STANDINGS[Standing.WORKING])
    return cases.filter(beside) if beside is not None else cases


def whose(criteria: Criteria, *, actor: Actor) -> Q:
    """Return who answers for the cases; a person or team that was not named fits nothing."""
    if criteria.responsible == Responsible.ME:
        return Q(owner_id=actor.user_id or 0)
    if criteria.responsible == Responsible.NOBODY:
        return Q(owner_id=None)
    if criteria.responsible == Responsible.PERSON:
        return Q(owner_id=criteria.person_id or 0)
    if criteria.responsible == Responsible.TEAM:
        members = TeamMember.objects.filter(team_id=criteria.team_id or 0).values("user_id")
        return Q(owner_id__in=members)
    return Q()


def waits(kind: str) -> Q:
    """Return which cases wait for something of a kind."""
    return Q(Exists(BlockedBy.objects.filter(case=OuterRef("pk"), kind=kind, cleared_at=None)))


def page_of_cases(
    cases: QuerySet[Case], order: str, *, after: Place | None = None, at_most: int = PAGE
) -> Page:
    """Return a page of cases in an order, from a place on; one query."""
    field, is_falling = ORDERS[CaseOrder(order)]
    if after is not None:
        seen, seen_id = after
        beyond = "lt" if is_falling else "gt"
        cases = cases.filter(
            Q(**{f"{field}__{beyond}": seen}) | Q(**{field: seen, f"id__{beyond}": seen_id})
        )
    sign = "-" if is_falling else ""
    found = list(
        with_what_a_row_shows(cases).order_by(f"{sign}{field}", f"{sign}id")[: at_most + 1]
    )
    rows = found[:at_most]
    last = rows[-1] if len(found) > at_most else None
    return Page(cases=rows, ends_at=(getattr(last, field), last.pk) if last else None)


def counts_at_most(
    several: Sequence[QuerySet[Any]], *, at_most: int = COUNTED_AT_MOST
) -> list[int]:
    """Return how many rows each of several lists has, in one query; counting ends at 1001.

    A count above `at_most` says "more than that": nothing is read to the end for a figure.
    """
    parts: list[str] = []
    values: list[Any] = []
    for rows in several:
        try:
            sql, given = rows.order_by().values("pk")[: at_most + 1].query.sql_with_params()
        except EmptyResultSet:
            parts.append("0")
        else:
            parts.append(f"(SELECT count(*) FROM ({sql}) counted)")  # noqa: S608 - made by Django
            values += given
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", values)
        return list(cursor.fetchone())


def oldest_first(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Return cases, the one that was opened first before all others."""
    return cases.order_by(F("opened_at"), F("id"))
