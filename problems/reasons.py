"""Why a problem affects whom: linked cases, “me too”, and the scopes that hold, as one SELECT."""

from collections.abc import Sequence
from typing import Any

from customers.having import contacts_having, is_in_region
from customers.models import Contact
from customers.segments import contacts_in
from problems.models import Scope
from workflow.tenancy.scope import tenant_of_the_scope

# The strongest reason stands in the ledger; the place in this order is its rank.
STRONGEST = ("case", "me_too", "version", "product", "segment", "region")
RANK = {how: rank for rank, how in enumerate(STRONGEST)}

LINKED = """
SELECT one.contact_id, 0 AS rank, NULL::bigint AS scope_id
FROM problems_caselink link
JOIN cases_case one ON one.tenant_id = link.tenant_id AND one.id = link.case_id
WHERE link.tenant_id = %s AND link.problem_id = %s AND link.kind = 'confirmed'
"""
SAID_SO = """
SELECT row.contact_id, 1, NULL::bigint FROM problems_affected row
WHERE row.tenant_id = %s AND row.problem_id = %s AND row.me_too_at IS NOT NULL
"""
# Once a problem has ended nobody new is found: who was in a scope then stays in it.
STILL_IN_SCOPE = """
SELECT row.contact_id, CASE WHEN scope.version_id IS NOT NULL THEN 2
    WHEN scope.product_id IS NOT NULL THEN 3 WHEN scope.segment_id IS NOT NULL THEN 4 ELSE 5 END,
  scope.id
FROM problems_affected row
JOIN problems_scope scope ON scope.tenant_id = row.tenant_id AND scope.id = row.scope_id
WHERE row.tenant_id = %s AND row.problem_id = %s AND row.left_at IS NULL
  AND scope.ended_at IS NULL
"""

Part = tuple[str, list[Any]]


def strongest(*found: str) -> str:
    """Return the strongest of some reasons."""
    return min(found, key=RANK.__getitem__)


def customers_of(scope: Scope) -> Any:
    """Return the contacts of whom everything that a scope names is true now; no query yet."""
    if scope.product_id is not None:
        found = contacts_having(
            product_id=scope.product_id, version_id=scope.version_id, region=scope.region
        )
    else:
        found = Contact.objects.filter(joined_to__isnull=True)
        if scope.region:
            found = found.filter(is_in_region(scope.region))
    if scope.segment is not None:
        found = found.filter(pk__in=contacts_in(scope.segment).values("pk"))
    return found


def how_found_by(scope: Scope) -> str:
    """Return the strongest of what a scope names, as a ledger says it."""
    if scope.version_id is not None:
        return "version"
    if scope.product_id is not None:
        return "product"
    return "segment" if scope.segment_id is not None else "region"


def reasons_for(
    problem_id: int, scopes: Sequence[Scope] | None, *, among: Sequence[int] | None = None
) -> Part:
    """Return a SELECT of (contact_id, rank, scope_id), a row for each reason that holds now.

    Without `scopes` those stay who are in one by the ledger, as for a problem that has ended.
    `among` are the ids of the only contacts that matter.
    """
    of_problem: list[Any] = [tenant_of_the_scope(), problem_id]
    asked = [LINKED, SAID_SO] if scopes is not None else [LINKED, SAID_SO, STILL_IN_SCOPE]
    if among is None:
        parts: list[Part] = [(sql, of_problem) for sql in asked]
    else:
        named = [*of_problem, list(among)]
        parts = [(f"{sql} AND contact_id = ANY(%s)", named) for sql in asked]
    parts.extend(scope_as_sql(scope, among=among) for scope in scopes or ())
    return (
        " UNION ALL ".join(sql for sql, _given in parts),
        [value for _sql, given in parts for value in given],
    )


def scope_as_sql(scope: Scope, *, among: Sequence[int] | None = None) -> Part:
    """Return the SELECT of the customers whom one scope reaches."""
    customers = customers_of(scope)
    if among is not None:
        customers = customers.filter(pk__in=among)
    sql, given = customers.order_by().values("pk").query.sql_with_params()
    return (
        f"SELECT reached.id, %s, %s::bigint FROM ({sql}) AS reached (id)",  # noqa: S608
        [RANK[how_found_by(scope)], scope.pk, *given],
    )
