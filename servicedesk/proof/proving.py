"""Run the rules of every room: for one tenant's page, or for the whole installation."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db import connection, transaction
from django.utils.timezone import now

import cases.proof
import customers.proof
import problems.proof
import servicedesk.proof.rules
import workflow.proof
from workflow.proof import Rule, Verdict, verdict_on
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope

RULES: tuple[Rule, ...] = (
    *problems.proof.RULES,
    *cases.proof.RULES,
    *customers.proof.RULES,
    *workflow.proof.RULES,
    *servicedesk.proof.rules.RULES,
)
# A rule reads whole tables of a tenant; pages keep the role's own, shorter limit.
PATIENCE = "SET LOCAL statement_timeout = '10min'"


def verdicts_of_tenant(*, at: datetime) -> list[Verdict]:
    """Ask every rule about the current tenant; one query each."""
    return [verdict_on(rule, at=at) for rule in RULES]


def prove_tenant() -> dict[str, list[str]]:
    """Return what breaks each rule in the current tenant, by the rule's code, as sentences.

    At most 100 sentences a rule; all lists are empty when everything holds.
    """
    return {verdict.rule.code: verdict.findings for verdict in verdicts_of_tenant(at=now())}


def prove_tenants(
    tenants: Iterable[Tenant], *, at: datetime
) -> Iterator[tuple[Tenant, list[Verdict]]]:
    """Ask every rule about one tenant after the other, each in a transaction of its own."""
    for tenant in tenants:
        with tenant_scope(tenant.pk), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(PATIENCE)
            yield tenant, verdicts_of_tenant(at=at)
