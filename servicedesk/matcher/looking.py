"""Looks for patterns: done here, where numbers are loaded anyway, one tenant after the other.

A worker of `bulk` hands each look over that is due. Done there, numbers and vectors would stand in
its memory too, 40 MB and more. Where too many wait it looks itself, so that more workers look more.
"""

import logging
import os
from collections import OrderedDict
from threading import Condition, Event, Lock

from django.db import connections
from django.utils.timezone import now

from problems.looking import look
from servicedesk.matcher.backlog import NICENESS
from servicedesk.matcher.sparing import give_memory_back
from workflow.tenancy.scope import tenant_scope

log = logging.getLogger(__name__)

WAITING_AT_MOST = 20
"""Tenants; a look takes a second or two."""

LISTENS_EVERY = 0.5  # seconds between two looks at whether to end


class Looks:
    """Which tenants wait for a look, and the thread that looks at them.

    It looks while it holds `alone`, for a look takes 150 MB: other work that needs much waits.
    """

    def __init__(self, *, stopping: Event, alone: Lock) -> None:
        self.stopping = stopping
        self.alone = alone
        self.changed = Condition()
        self.waiting: OrderedDict[int, None] = OrderedDict()

    def want(self, tenant_id: int) -> bool:
        """Look at a tenant soon; answers False where too many wait."""
        with self.changed:
            if tenant_id not in self.waiting and len(self.waiting) >= WAITING_AT_MOST:
                return False
            self.waiting[tenant_id] = None
            self.changed.notify()
        return True

    def work(self) -> None:
        """Look until told to end; a look that failed is due again when its lease ends."""
        os.setpriority(os.PRIO_PROCESS, 0, NICENESS)  # of this thread alone
        while not self.stopping.is_set():
            tenant_id = self.next()
            if tenant_id is None:
                continue
            try:
                with self.alone, tenant_scope(tenant_id):
                    look(at=now())
            except Exception:
                log.exception("looking for patterns failed")
            finally:
                connections.close_all()
                give_memory_back()

    def next(self) -> int | None:
        """Return who has waited longest, None if for a moment nobody waits."""
        with self.changed:
            if not self.waiting:
                self.changed.wait(LISTENS_EVERY)
            return self.waiting.popitem(last=False)[0] if self.waiting else None
