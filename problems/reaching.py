"""Keep the list of those whom a problem affects as true as what is known of customers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from customers.models import Product, ProductVersion, Segment
from problems.events import CustomersReached
from problems.legs import open_leg
from problems.lifecycle import keep, lock_problem, refuse_others, refuse_unless
from problems.models import Affected, Problem, Scope
from problems.reasons import STRONGEST, customers_of, reasons_for
from problems.states import OPEN_STATES
from workflow.history.actions import Action
from workflow.history.recording import ChangeValue, record
from workflow.outbox.publishing import publish
from workflow.people.actors import Actor
from workflow.refusals import Refusal
from workflow.tenancy.scope import tenant_of_the_scope

LOOK_AGAIN_AFTER = timedelta(minutes=15)
SOON = timedelta(seconds=5)
LONGEST_REGION = 40

# Who is reached joins or comes back; whom nothing reaches any more leaves. Both look at the same
# moment, and no row is in both.
REACH = """
WITH every_reason AS ({reasons}),
wanted AS MATERIALIZED (
  SELECT reason.contact_id, min(reason.rank) AS rank,
    (array_agg(reason.scope_id ORDER BY reason.rank, reason.scope_id)
      FILTER (WHERE reason.scope_id IS NOT NULL))[1] AS scope_id
  FROM every_reason reason GROUP BY reason.contact_id
),
came AS (
  INSERT INTO problems_affected AS row
    (tenant_id, problem_id, contact_id, found, scope_id, found_at, excuse)
  SELECT %s, %s, wanted.contact_id, (%s::text[])[wanted.rank + 1], wanted.scope_id, %s, ''
  FROM wanted ORDER BY wanted.contact_id
  ON CONFLICT (tenant_id, problem_id, contact_id) DO UPDATE
    SET found = EXCLUDED.found, scope_id = EXCLUDED.scope_id, left_at = NULL,
      found_at = CASE WHEN row.found = 'follow' THEN EXCLUDED.found_at ELSE row.found_at END
    WHERE (row.found, row.scope_id) IS DISTINCT FROM (EXCLUDED.found, EXCLUDED.scope_id)
      OR row.left_at IS NOT NULL
  RETURNING old.id IS NULL OR old.left_at IS NOT NULL AS is_new
),
gone AS (
  UPDATE problems_affected row SET left_at = %s
  FROM customers_contact contact
  WHERE contact.tenant_id = row.tenant_id AND contact.id = row.contact_id
    AND contact.joined_to_id IS NULL
    AND row.tenant_id = %s AND row.problem_id = %s AND row.left_at IS NULL {among}
    AND NOT EXISTS (SELECT 1 FROM wanted WHERE wanted.contact_id = row.contact_id)
  RETURNING row.id
)
SELECT (SELECT count(*) FROM came WHERE is_new), (SELECT count(*) FROM gone)
"""


class SaysNothing(Refusal):
    """A scope has to name somebody."""

    code = "says_nothing"
    status = 422


class VersionOfAnother(Refusal):
    """The version belongs to another product, or to none."""

    code = "version_of_another"
    status = 422


class ReachedAlready(Refusal):
    """The problem has just this scope."""

    code = "reached_already"


class NoSuchScope(Refusal):
    """The problem has no such scope any more."""

    code = "no_such_scope"
    status = 404


@dataclass(frozen=True, kw_only=True)
class Description:
    """Whom a problem reaches, as somebody describes it; all that is named must be true."""

    product: Product | None = None
    version: ProductVersion | None = None
    region: str = ""
    segment: Segment | None = None


@dataclass(frozen=True)
class Reached:
    """How many came into a ledger, or back, and how many left it."""

    found: int = 0
    left: int = 0


@dataclass(frozen=True)
class Preview:
    """How many customers a description fits, and how many of them the ledger lacks."""

    customers: int
    new: int


def scopes_of(problem_id: int) -> QuerySet[Scope]:
    """Return the scopes of a problem that hold, in the order in which they were added."""
    rows = Scope.objects.filter(problem_id=problem_id, ended_at__isnull=True)
    return rows.select_related("product", "version", "segment", "added_by").order_by("id")


def checked(problem: Problem, description: Description) -> Scope:
    """Return a description as a scope that nobody has saved.

    Raises:
        SaysNothing: nothing is named.
        VersionOfAnother: the version is not one of the product.
    """
    region = " ".join(description.region.split())[:LONGEST_REGION]
    product, version, segment = description.product, description.version, description.segment
    if not (product or region or segment):
        raise SaysNothing(
            _("Nothing says whom the problem reaches."),
            next_step=_("Name a product, a region or a segment."),
        )
    if version is not None and (product is None or version.product_id != product.pk):
        raise VersionOfAnother(
            _("This version is not one of the product."),
            next_step=_("Choose the product, then one of its versions."),
        )
    return Scope(problem=problem, product=product, version=version, region=region, segment=segment)


def preview_of(problem: Problem, description: Description) -> Preview:
    """Return whom a description would reach, without saving it; two queries.

    Raises:
        SaysNothing, VersionOfAnother: see `checked`.
    """
    customers = customers_of(checked(problem, description))
    known = Affected.objects.filter(problem=problem, left_at__isnull=True).values("contact_id")
    return Preview(customers=customers.count(), new=customers.exclude(pk__in=known).count())


@transaction.atomic
def add_scope(
    *, problem_id: int, description: Description, actor: Actor, at: datetime
) -> tuple[Scope, Reached]:
    """Say that a problem reaches such customers too; they join its ledger at once.

    Raises:
        SaysNothing, VersionOfAnother: see `checked`.
        ReachedAlready: it has just this scope.
        NotInThisState, NotPermitted: see `problems.lifecycle`.
    """
    problem = problem_to_scope(problem_id, actor=actor)
    scope = checked(problem, description)
    same = scopes_of(problem.pk).filter(
        product=scope.product,
        version=scope.version,
        region__iexact=scope.region,
        segment=scope.segment,
    )
    if same.exists():
        raise ReachedAlready(
            _("The problem reaches these customers already."),
            next_step=_("Look at the list of scopes."),
        )
    scope.added_by_id, scope.added_at = actor.user_id, at
    scope.next_reach_at = at + LOOK_AGAIN_AFTER
    scope.save()
    keep(problem)
    reached = settle(problem, at=at)
    told: dict[str, ChangeValue] = {**facts_of(scope), "found": reached.found}
    record(Action.SCOPE_ADDED, problem, actor=actor, at=at, changes=told)
    announce(problem, reached, at=at)
    return scope, reached


@transaction.atomic
def end_scope(*, problem_id: int, scope_id: int, actor: Actor, at: datetime) -> Reached:
    """Say that a scope does not hold any more; whom nothing else reaches leaves the ledger.

    Raises:
        NoSuchScope: the problem has none of this id, or it ended before.
        NotInThisState, NotPermitted: see `problems.lifecycle`.
    """
    problem = problem_to_scope(problem_id, actor=actor)
    scope = Scope.objects.filter(problem=problem, pk=scope_id, ended_at__isnull=True).first()
    if scope is None:
        raise NoSuchScope(
            _("This scope ended already."), next_step=_("Load the list of customers again.")
        )
    scope.ended_at, scope.next_reach_at = at, None
    scope.save(update_fields=["ended_at", "next_reach_at"])
    keep(problem)
    reached = settle(problem, at=at)
    told: dict[str, ChangeValue] = {**facts_of(scope), "left": reached.left}
    record(Action.SCOPE_ENDED, problem, actor=actor, at=at, changes=told)
    announce(problem, reached, at=at)
    return reached


def problem_to_scope(problem_id: int, *, actor: Actor) -> Problem:
    """Return the problem, locked, for whoever may say whom it reaches; three queries."""
    problem = lock_problem(problem_id)
    refuse_unless(problem, *OPEN_STATES)
    refuse_others(actor, open_leg(problem))
    return problem


def facts_of(scope: Scope) -> dict[str, ChangeValue]:
    """Return what history says of a scope: ids alone."""
    named = {
        "scope": scope.pk,
        "product": scope.product_id,
        "version": scope.version_id,
        "segment": scope.segment_id,
    }
    return {name: value for name, value in named.items() if value is not None}


@transaction.atomic
def reach(problem_id: int, *, at: datetime) -> Reached:
    """Let the ledger of a problem hold whom it affects now; who joined or left is announced.

    A problem that has ended finds nobody new. Some three queries for any number of customers.
    """
    problem = lock_problem(problem_id)
    reached = settle(problem, at=at)
    if reached != Reached():
        record(
            Action.PROBLEM_REACHED,
            problem,
            actor=Actor.system("reaching"),
            at=at,
            changes={"found": reached.found, "left": reached.left},
        )
    announce(problem, reached, at=at)
    return reached


def look_soon(*, at: datetime, product_id: int | None = None) -> int:
    """Let scopes be looked at soon: what they name changed; returns how many; one query.

    With a product those that name it or a segment, which may ask for it. News that comes in heaps
    wakes a scope once in five seconds.
    """
    soon = at + SOON
    scopes = Scope.objects.filter(next_reach_at__gt=soon)
    if product_id is not None:
        scopes = scopes.filter(Q(product_id=product_id) | Q(segment__isnull=False))
    return scopes.update(next_reach_at=soon)


def reach_due(*, at: datetime, at_most: int = 50) -> int:
    """Reach for each problem of the tenant of which a scope is due; returns how many.

    Each in a transaction of its own: a scope is planned anew first, so that no other worker
    does the same, and one that fails has its turn again later.
    """
    with transaction.atomic():
        due = Scope.objects.filter(next_reach_at__lte=at).order_by("next_reach_at", "id")
        claimed = list(due.select_for_update(skip_locked=True, of=("self",))[:at_most])
        Scope.objects.filter(pk__in=[one.pk for one in claimed]).update(
            next_reach_at=at + LOOK_AGAIN_AFTER
        )
    problems = sorted({one.problem_id for one in claimed})
    for problem_id in problems:
        reach(problem_id, at=at)
    ended = Q(ended_at__isnull=False) | ~Q(problem__state__in=OPEN_STATES)
    resting = Scope.objects.filter(ended, problem_id__in=problems).values("pk")
    Scope.objects.filter(pk__in=resting).update(next_reach_at=None)
    return len(problems)


@transaction.atomic
def reach_again(problem_id: int, *, at: datetime) -> Reached:
    """Let a problem that is back find its customers again, and go on looking."""
    Scope.objects.filter(problem_id=problem_id, ended_at__isnull=True).update(
        next_reach_at=at + LOOK_AGAIN_AFTER
    )
    return reach(problem_id, at=at)


def announce(problem: Problem, reached: Reached, *, at: datetime) -> None:
    """Publish that a ledger changed, if it did; one query or none."""
    if reached != Reached():
        publish(CustomersReached(problem_id=problem.pk, reached_at=at, found=reached.found), at=at)


def settle(problem: Problem, *, at: datetime, contacts: Sequence[int] | None = None) -> Reached:
    """Put the ledger of a locked problem right, for all or some contacts; two statements."""
    scopes = list(scopes_of(problem.pk)) if problem.is_open else None
    reasons, given = reasons_for(problem.pk, scopes, among=contacts)
    among = "" if contacts is None else "AND row.contact_id = ANY(%s)"
    chosen = [] if contacts is None else [list(contacts)]
    tenant = tenant_of_the_scope()
    with connection.cursor() as cursor:
        cursor.execute(
            REACH.format(reasons=reasons, among=among),
            [
                *given,
                *(tenant, problem.pk, list(STRONGEST), at),
                *(at, tenant, problem.pk),
                *chosen,
            ],
        )
        found, left = cursor.fetchone()
    return Reached(found=found, left=left)
