"""Texts that nobody has read with this model: read when there is time, the linked and latest first."""

import logging
import os
import time
from collections.abc import Callable
from threading import Event
from typing import Any

from django.db import connection, connections
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Left

from cases.models import Case, Message
from problems.embeddings import keep_case_vectors
from problems.likeness.embedding import Embedder
from problems.likeness.reading import readable
from problems.likeness.vectors import packed
from problems.teaching import IS_MATCHED, MATCHED_STATES, NO_CAUSE
from servicedesk.matcher.tenant_memory import MOST_CASES
from servicedesk.matcher.titles import by
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_of_the_scope, tenant_scope

log = logging.getLogger(__name__)

AT_ONCE = 8
"""Texts that are read together: a question that comes meanwhile waits for no more than these."""

FOUND_AT_ONCE = 2_000
LOOKS_EVERY = 30.0  # seconds between two looks at all tenants
STANDS_BACK_FOR = 0.05  # seconds after a question
NICENESS = 10
RESTS_WHEN_CROWDED = 3
"""How many times as long as reading took there is no reading while others wait for the processor."""

LONGEST_TEXT = 20_000

UNREAD_LINKED = f"""
SELECT link.case_id FROM problems_caselink link
JOIN problems_problem problem
  ON problem.tenant_id = link.tenant_id AND problem.id = link.problem_id
WHERE link.tenant_id = %(tenant)s AND link.kind = 'confirmed'
  AND {IS_MATCHED}
  AND NOT EXISTS (
    SELECT 1 FROM problems_caseembedding embedding
    WHERE embedding.tenant_id = link.tenant_id AND embedding.case_id = link.case_id
      AND embedding.model = %(model)s)
ORDER BY link.case_id DESC LIMIT %(most)s
"""  # noqa: S608 - both parts are ours
UNREAD_LATEST = """
SELECT latest.id FROM (
  SELECT id FROM cases_case WHERE tenant_id = %(tenant)s AND state <> 'spam'
  ORDER BY id DESC LIMIT %(latest)s) latest
WHERE NOT EXISTS (
  SELECT 1 FROM problems_caseembedding embedding
  WHERE embedding.tenant_id = %(tenant)s AND embedding.case_id = latest.id
    AND embedding.model = %(model)s)
ORDER BY latest.id DESC LIMIT %(most)s
"""
NEWS = """
SELECT coalesce((SELECT max(id) FROM cases_case WHERE tenant_id = %(tenant)s), 0),
       coalesce((SELECT max(id) FROM problems_lesson WHERE tenant_id = %(tenant)s), 0)
"""


def is_crowded() -> bool:
    """Whether more has been at work in the last minute than this machine has processors."""
    return os.getloadavg()[0] > (os.cpu_count() or 1)


class Backlog:
    """Reads what was not read, tenant after tenant, and stands back while somebody asks.

    `is_busy` says whether a question is being answered. `unread` holds how many texts of each tenant
    were left at the last look, at most some thousands.
    """

    def __init__(
        self,
        embedder: Embedder,
        *,
        stopping: Event,
        is_busy: Callable[[], bool],
        found_at_once: int = FOUND_AT_ONCE,
    ) -> None:
        self.embedder = embedder
        self.stopping = stopping
        self.is_busy = is_busy
        self.found_at_once = found_at_once
        self.unread: dict[int, int] = {}
        self.finished: dict[int, Any] = {}

    def work(self) -> None:
        """Read until told to end; what fails is tried again at the next look."""
        os.setpriority(os.PRIO_PROCESS, 0, NICENESS)  # of this thread alone
        while not self.stopping.is_set():
            try:
                self.read_all()
            except Exception:
                log.exception("reading what was not read failed; trying again")
            # What a session of the database keeps is not kept from one look to the next.
            connections.close_all()
            self.stopping.wait(LOOKS_EVERY)

    def read_all(self) -> None:
        """Read what every tenant has left; those with little left come first to their end."""
        waiting = list(Tenant.objects.order_by("id").values_list("id", flat=True))
        while waiting and not self.stopping.is_set():
            # One helping for each in turn: a large import of one holds up no other.
            waiting = [tenant_id for tenant_id in waiting if self.read_some(tenant_id)]

    def read_some(self, tenant_id: int) -> bool:
        """Read a helping of a tenant's texts; answers whether some may be left."""
        with tenant_scope(tenant_id):
            news = self.news()
            if self.finished.get(tenant_id) == news:
                return False
            cases = self.find_unread()
            self.unread[tenant_id] = len(cases)
            for some in by(cases, count=AT_ONCE):
                if self.stopping.is_set():
                    return False
                self.stand_back()
                began = time.monotonic()
                self.read(some)
                self.unread[tenant_id] -= len(some)
                if is_crowded():
                    self.stopping.wait(RESTS_WHEN_CROWDED * (time.monotonic() - began))
            if not cases:
                self.finished[tenant_id] = news
        return bool(cases)

    def news(self) -> Any:
        """Return what changes when there is something new; one query."""
        with connection.cursor() as cursor:
            cursor.execute(NEWS, {"tenant": tenant_of_the_scope()})
            return cursor.fetchone()

    def find_unread(self) -> list[int]:
        """Return the cases whose texts were not read, most useful first; one or two queries."""
        values: dict[str, Any] = {
            "tenant": tenant_of_the_scope(),
            "model": self.embedder.version,
            "states": MATCHED_STATES,
            "no_cause": NO_CAUSE,
            "latest": MOST_CASES,
            "most": self.found_at_once,
        }
        with connection.cursor() as cursor:
            for query in (UNREAD_LINKED, UNREAD_LATEST):
                cursor.execute(query, values)
                found = [case_id for (case_id,) in cursor.fetchall()]
                if found:
                    return found
        return []

    def stand_back(self) -> None:
        """Wait while somebody asks."""
        while self.is_busy() and not self.stopping.wait(STANDS_BACK_FOR):
            pass

    def read(self, cases: Any) -> None:
        """Read some cases' first words and keep what they mean; three statements."""
        first = (
            Message.objects.filter(case=OuterRef("pk"), direction="in")
            .order_by("id")
            .annotate(beginning=Left("text", LONGEST_TEXT))
        )
        texts = {
            case_id: readable(subject, text=text or "")
            for case_id, subject, text in Case.objects.filter(pk__in=cases)
            .annotate(first=Subquery(first.values("beginning")[:1]))
            .values_list("pk", "subject", "first")
        }
        vectors = self.embedder.embed(list(texts.values()))
        keep_case_vectors(
            [(case_id, packed(vector)) for case_id, vector in zip(texts, vectors, strict=True)],
            model=self.embedder.version,
        )
