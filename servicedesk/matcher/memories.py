"""The tenants whose vectors are in memory: read when they ask, given up when others need the room."""

import logging
from collections import OrderedDict
from queue import SimpleQueue
from threading import Event, Lock, Thread

from django.db import close_old_connections, connections

from problems.likeness.embedding import Embedder
from problems.likeness.pausing import Pause, go_on
from servicedesk.matcher.pauses import Ended
from servicedesk.matcher.sparing import give_memory_back
from servicedesk.matcher.tenant_memory import TenantMemory
from workflow.tenancy.scope import tenant_scope

log = logging.getLogger(__name__)

MOST_VECTORS = 120_000
"""Vectors of all tenants together that are kept; one takes about a kilobyte."""


class Memories:
    """The memories of the tenants that asked last; safe for threads.

    A tenant that was not asked for is read in a thread of its own, one after the other: who asks
    meanwhile is answered by words. What was left unread of a tenant is read there, too, a helping
    for each in turn. `pause` is called between the steps of what takes long, and may end it.
    """

    def __init__(
        self, embedder: Embedder, *, most_vectors: int = MOST_VECTORS, pause: Pause = go_on
    ) -> None:
        self.embedder = embedder
        self.most_vectors = most_vectors
        self.pause = pause
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
        self.want(tenant_id).wait(max(within, 0.0))
        return self.kept_of(tenant_id)

    def want(self, tenant_id: int) -> Event:
        """Let a tenant be read, or what was left of it; returns what is set when that is done."""
        with self.lock:
            is_here = self.coming.get(tenant_id)
            if is_here is None:
                is_here = self.coming[tenant_id] = Event()
                self.wanted.put(tenant_id)
            return is_here

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

    def close(self, *, within: float = 5.0) -> None:
        """End the reading, and wait so many seconds for what was begun."""
        self.wanted.put(None)
        self.reader.join(timeout=within)

    def read_wanted(self) -> None:
        """Read tenants as they are asked for, until told to end."""
        while (tenant_id := self.wanted.get()) is not None:
            is_behind = False
            try:
                is_behind = self.read(tenant_id)
            except Ended:
                return
            except Exception:
                log.exception("a tenant could not be read", extra={"tenant": tenant_id})
                connections.close_all()
            finally:
                with self.lock:
                    self.coming.pop(tenant_id).set()
            if is_behind:
                # Behind the others who wait.
                self.want(tenant_id)
            elif self.wanted.empty():
                # What a session of the database keeps would wait for hours with it.
                connections.close_all()

    def read(self, tenant_id: int) -> bool:
        """Read a tenant, after making room for it, or a helping of what was left unread of it.

        Answers whether something is left.
        """
        close_old_connections()
        memory = self.kept_of(tenant_id)
        with tenant_scope(tenant_id):
            if memory is None:
                memory = TenantMemory(self.embedder, pause=self.pause)
                self.make_room(memory.expected())
                memory.load(is_patient=False)
                give_memory_back()
                with self.lock:
                    self.kept[tenant_id] = memory
            else:
                memory.catch_up()
        return memory.is_behind()

    def make_room(self, vectors: int) -> None:
        """Give up who asked longest ago until so many more vectors have room."""
        with self.lock:
            held = sum(len(memory) for memory in self.kept.values())
            while self.kept and held + vectors > self.most_vectors:
                _tenant, memory = self.kept.popitem(last=False)
                held -= len(memory)
