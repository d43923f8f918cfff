"""Read changes: of a problem, in a span of time, one; and which of them collide."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from problems.models import Change, Problem, ProblemChange
from problems.models.change import AHEAD, ChangeKind, ChangeRisk, ChangeRole, ChangeState
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

CHANGES_SHOWN = 50
MOST_COLLISIONS = 20


class ChangeNotThere(Refusal):
    """There is no such change, or not for this person; the answer is the same."""

    code = "no_such_change"
    status = 404


@dataclass(frozen=True)
class Page:
    """Some changes by the beginning of their windows; `ends_at` is the last one's place."""

    changes: list[Change]
    ends_at: tuple[datetime, int] | None


def visible_changes(actor: Actor) -> QuerySet[Change]:
    """Return the changes that an actor may see: whoever sees problems sees them all."""
    if actor.may(Permission.VIEW_PROBLEM):
        return Change.objects.all()
    return Change.objects.none()


def overlapping() -> Q:
    """Return the condition of what is ahead and whose window overlaps that of an outer change.

    With windows half-open, one that begins when the other ends does not collide. What belongs to
    the same product collides, and what the same department makes.
    """
    return (
        Q(state__in=AHEAD, starts_at__lt=OuterRef("ends_at"), ends_at__gt=OuterRef("starts_at"))
        & (Q(product=OuterRef("product")) | Q(department=OuterRef("department")))
        & ~Q(pk=OuterRef("pk"))
    )


def with_collisions(changes: QuerySet[Change]) -> QuerySet[Change]:
    """Add names, and `collides`: whether another one of the product or department overlaps."""
    others = Change.objects.filter(overlapping())
    return changes.select_related("department", "product", "asked_by", "approved_by").annotate(
        collides=Exists(others)
    )


def page_of_changes(
    actor: Actor,
    *,
    since: datetime,
    department_id: int | None = None,
    product_id: int | None = None,
    is_ahead: bool | None = None,
    after: tuple[datetime, int] | None = None,
    at_most: int = CHANGES_SHOWN,
) -> Page:
    """Return a page of changes whose windows end at `since` or later, by their beginning; one query."""
    changes = visible_changes(actor).filter(ends_at__gte=since)
    if department_id is not None:
        changes = changes.filter(department_id=department_id)
    if product_id is not None:
        changes = changes.filter(product_id=product_id)
    if is_ahead is not None:
        changes = changes.filter(state__in=AHEAD) if is_ahead else changes.exclude(state__in=AHEAD)
    if after is not None:
        moment, change_id = after
        changes = changes.filter(Q(starts_at__gt=moment) | Q(starts_at=moment, id__gt=change_id))
    found = list(with_collisions(changes).order_by("starts_at", "id")[: at_most + 1])
    rows = found[:at_most]
    is_more = len(found) > at_most
    return Page(changes=rows, ends_at=(rows[-1].starts_at, rows[-1].pk) if is_more else None)


def waiting_for_approval(actor: Actor) -> list[Change]:
    """Return the changes that somebody may approve now, the next window first; one query.

    Heads see those of their departments, leads all; nobody sees those that they asked for.
    """
    changes = visible_changes(actor).filter(state=ChangeState.PLANNED).exclude(kind="standard")
    if not actor.may(Permission.STEER_PROBLEM):
        if not actor.may(Permission.ROUTE_PROBLEM):
            return []
        changes = changes.filter(department_id__in=actor.departments)
    if actor.user_id is not None:
        changes = changes.exclude(asked_by_id=actor.user_id)
    return list(with_collisions(changes).order_by("starts_at", "id")[:CHANGES_SHOWN])


def change_numbered(actor: Actor, number: int) -> Change:
    """Return one change; one query.

    Raises:
        ChangeNotThere: it is not there, or not for this actor.
    """
    found = with_collisions(visible_changes(actor)).filter(number=number).first()
    if found is None:
        raise ChangeNotThere(
            _("There is no change C-%(number)s here.") % {"number": number},
            next_step=_("Look for it in the list of changes."),
        )
    return found


def collisions_of(change: Change) -> list[Change]:
    """Return what is ahead, overlaps and is of the same product or department; one query."""
    same = Q(department_id=change.department_id)
    if change.product_id is not None:
        same |= Q(product_id=change.product_id)
    others = Change.objects.filter(
        same, state__in=AHEAD, starts_at__lt=change.ends_at, ends_at__gt=change.starts_at
    ).exclude(pk=change.pk)
    return list(
        others.select_related("department", "product").order_by("starts_at", "id")[:MOST_COLLISIONS]
    )


def problems_of(change: Change) -> list[ProblemChange]:
    """Return what a change is to problems; one query."""
    return list(change.problems.select_related("problem").order_by("id"))


def changes_of_problem(problem_id: int) -> list[ProblemChange]:
    """Return the changes of a problem, the one that carried its fix first; one query."""
    return list(
        ProblemChange.objects.filter(problem_id=problem_id)
        .select_related("change__department", "change__product")
        .order_by(F("carried_at").desc(nulls_last=True), "-change_id")
    )


def carrier_of(links: list[ProblemChange]) -> Change | None:
    """Return the change that carried the fix, if one is named; no query."""
    found = (link.change for link in links if link.carried_at and link.role == ChangeRole.FIXES)
    return next(found, None)


def kind_named(code: str) -> ChangeKind:
    """Return a kind of change by its code."""
    return ChangeKind(code)


def risk_named(code: str) -> ChangeRisk:
    """Return a risk by its code."""
    return ChangeRisk(code)


def role_named(code: str) -> ChangeRole:
    """Return what a change is to a problem by its code."""
    return ChangeRole(code)


def links_of_problem(problem: Problem) -> QuerySet[ProblemChange]:
    """Return what changes are to a problem, with both."""
    return ProblemChange.objects.filter(problem=problem).select_related("change", "problem")
