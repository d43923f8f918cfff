"""A tenant that is there while something is measured: filled by COPY, read through its wall, gone.

Everything happens in one transaction that is rolled back, so nobody else ever sees the tenant.
"""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection, transaction

from cases.models import Case
from cases.states import CaseState, Channel
from customers.models import Contact
from problems.embeddings import keep_case_vectors
from problems.models import CaseLink, Problem
from problems.models.link import LinkKind
from servicedesk.seeding.loading import load, patiently
from workflow.clocks.models import ServiceLevel
from workflow.people.models import Department
from workflow.starter import new_tenant
from workflow.tenancy.scope import tenant_scope

LONGEST_SUBJECT = 250
VECTORS_AT_ONCE = 1_000


@contextmanager
def passing_tenant(*, at: datetime) -> Iterator[int]:
    """Give a new tenant's scope inside a transaction that is rolled back at the end."""
    with transaction.atomic():
        name = f"measured-{secrets.token_hex(6)}"
        tenant = new_tenant(name, name=name, hosts=[f"{name}.invalid"], timezone="UTC", at=at)
        with tenant_scope(tenant.pk):
            patiently()
            stay_connected()
            yield tenant.pk
        transaction.set_rollback(True)


def stay_connected() -> None:
    """Let this transaction be silent for long: texts are read in between."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")


def stage_problems(titles: Sequence[str], *, at: datetime) -> list[int]:
    """Make problems of these titles; return their ids in the same order."""
    rows = [(number, title[:200], at, at, at) for number, title in enumerate(titles, start=1)]
    columns = ("number", "title", "discovered_at", "opened_at", "next_look_at")
    return [key for (key,) in sorted(load(Problem, columns, rows, returning=("id",)))]


def stage_cases(texts: Sequence[str], *, at: datetime) -> list[int]:
    """Make cases that begin with these texts, one a minute; return their ids in the same order."""
    contact = Contact.objects.create(name="Measured", created_at=at)
    queue = Department.objects.get(is_customer_service=True)
    level = ServiceLevel.objects.get(is_default=True)
    rows = []
    for number, text in enumerate(texts, start=1):
        opened_at = at - timedelta(minutes=len(texts) - number)
        rows.append(
            (
                number, text[:LONGEST_SUBJECT], CaseState.OPEN.value, Channel.MAIL.value,
                contact.pk, level.pk, queue.pk, at, opened_at, opened_at, opened_at,
            )
        )  # fmt: skip
    columns = (
        "number", "subject", "state", "channel", "contact_id", "service_level_id", "queue_id",
        "next_look_at", "first_contact_at", "opened_at", "last_message_at",
    )  # fmt: skip
    return [key for (key,) in sorted(load(Case, columns, rows, returning=("id",)))]


def stage_vectors(vectors: Sequence[tuple[int, bytes]], *, model: str) -> None:
    """Keep the vectors of cases, as the matcher does when it reads them."""
    for start in range(0, len(vectors), VECTORS_AT_ONCE):
        keep_case_vectors(vectors[start : start + VECTORS_AT_ONCE], model=model)


def stage_links(links: Sequence[tuple[int, int]], *, at: datetime) -> None:
    """Say which problem is the cause of which case (case, problem), as a person confirms it."""
    columns = ("case_id", "problem_id", "kind", "created_at", "decided_at")
    load(CaseLink, columns, [(*link, LinkKind.CONFIRMED.value, at, at) for link in links])
