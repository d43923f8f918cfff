"""The tenants whose vectors are in memory: read when they ask, given up when others need the room."""

import logging
from collections import OrderedDict
from queue import SimpleQueue
from threading import Event, Lock, Thread

from django.db import close_old_connections, connections

from problems.likeness.embedding import Embedder
from servicedesk.matcher.sparing import give_memory_back
from servicedesk.matcher.tenant_memory import TenantMemory
from workflow.tenancy.scope import tenant_scope

log = logging.getLogger(__name__)

MOST_VECTORS = 120_000
"""Vectors of all tenants together that are kept; one takes about a kilobyte."""


class Memories:
    """The memories of the tenants that asked last; safe for threads.

    A tenant that was not asked for is read in a thread of its own, one after the other: who asks
    meanwhile is answered by words.
    """

    def __init__(self, embedder: Embedder, *, most_vectors: int = MOST_VECTORS) -> None:
        self.embedder = embedder
        self.most_vectors = most_vectors
        self.lock = Lock()
        self.kept: OrderedDict[int, TenantMemory] = OrderedDict()
        self.coming: dict[int, Event] = {}
        self.wanted: SimpleQueue[int | None] = SimpleQueue()
        self.reader = Thread(target=self.read_wanted, name="reading-tenants", daemon=True)
        self.reader.start()

    def of(self, tenant_id: int, *, within: float) -> TenantMemory | None:
        """Return a tenant's memory, or None if it is not read within so many seconds."""
        kept = self.kept_of(tenant_id)
        if kept is not None:
            return kept
        with self.lock:
            is_here = self.coming.get(tenant_id)
            if is_here is None:
                is_here = self.coming[tenant_id] = Event()
                self.wanted.put(tenant_id)
        is_here.wait(max(within, 0.0))
        return self.kept_of(tenant_id)

    def kept_of(self, tenant_id: int) -> TenantMemory | None:
        """Return a tenant's memory if it is there; it is the last to go now."""
        with self.lock:
            kept = self.kept.get(tenant_id)
            if kept is not None:
                self.kept.move_to_end(tenant_id)
            return kept

    def forget(self, tenant_id: int) -> None:
        """Let a tenant be read anew by the next who asks."""
        with self.lock:
            self.kept.pop(tenant_id, None)

    def learn(self) -> None:
        """Let every tenant that decided something learn from all of it together."""
        with self.lock:
            kept = list(self.kept.values())
        for memory in kept:
            if memory.learn():
                give_memory_back()

    def close(self) -> None:
        """End the reading."""
        self.wanted.put(None)

    def read_wanted(self) -> None:
        """Read tenants as they are asked for, until told to end."""
        while (tenant_id := self.wanted.get()) is not None:
            try:
                self.read(tenant_id)
            except Exception:
                log.exception("a tenant could not be read", extra={"tenant": tenant_id})
                connections.close_all()
            finally:
                with self.lock:
                    self.coming.pop(tenant_id).set()

    def read(self, tenant_id: int) -> None:
        """Read a tenant, after making room for it."""
        close_old_connections()
        memory = TenantMemory(self.embedder)
        with tenant_scope(tenant_id):
            self.make_room(memory.expected())
            memory.load(is_patient=False)
        give_memory_back()
        with self.lock:
            self.kept[tenant_id] = memory

    def make_room(self, vectors: int) -> None:
        """Give up who asked longest ago until so many more vectors have room."""
        with self.lock:
            held = sum(len(memory) for memory in self.kept.values())
            while self.kept and held + vectors > self.most_vectors:
                _tenant, memory = self.kept.popitem(last=False)
                held -= len(memory)
