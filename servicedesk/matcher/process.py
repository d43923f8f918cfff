"""The process: the model, the memories, the door, and the texts that nobody has read yet."""

import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections, connections

from problems.likeness.embedding import Embedder
from problems.matcher_talk import Address, heard_question, key_from, said_answer
from servicedesk.matcher.backlog import NICENESS, Backlog
from servicedesk.matcher.looking import Looks
from servicedesk.matcher.memories import Memories
from servicedesk.matcher.pauses import Ended, Pauses
from servicedesk.matcher.serving import Door, Said
from servicedesk.matcher.sparing import held_memory, spare_memory
from servicedesk.matcher.tenant_memory import MemoryInUse
from workflow.refusals import Refusal
from workflow.tenancy.scope import tenant_scope

log = logging.getLogger(__name__)

KEPT_FOR_ANSWERING = 0.1  # seconds of a question's patience that are not spent on waiting
LOOKS_FOR_MODEL_EVERY = 60.0  # seconds
ENDS_WITHIN = 5.0  # seconds for each thread that is at work when the process is to end
WAITS_FOR_A_LOOK = 2.0  # seconds; else it learns at its next turn
LEARNS_EVERY = 10.0  # seconds, at least, and twenty times as long as learning takes


class Matcher:
    """Answers what is said at the door. Without the model it says so, and looks for it again."""

    def __init__(self, *, stopping: Event) -> None:
        self.stopping = stopping
        self.lock = Lock()
        self.answered = 0
        self.asking = 0
        self.missing = "loading"
        self.memories: Memories | None = None
        self.backlog: Backlog | None = None
        # Learning and looking take much memory: never both at once.
        self.alone = Lock()
        self.looks = Looks(stopping=stopping, alone=self.alone)

    # ---- the model ---------------------------------------------------------------------------

    def load(self, folder: Path) -> bool:
        """Load the model from a folder, making it there if need be; answers whether it is there."""
        try:
            embedder = Embedder(folder)
        except Refusal as refusal:
            self.missing = refusal.code
            log.warning("the model is not there: %s %s", refusal, refusal.next_step)
            return False
        except (ImportError, OSError, RuntimeError):
            self.missing = "model_broken"
            log.exception("the model cannot be loaded")
            return False
        self.backlog = Backlog(embedder, stopping=self.stopping, is_busy=self.is_busy)
        pauses = Pauses(stopping=self.stopping, is_busy=self.is_busy)
        self.memories = Memories(embedder, pause=pauses)
        self.missing = ""
        return True

    def wait_for_model(self, folder: Path) -> bool:
        """Load the model, or try again each minute; answers whether it came before the end."""
        while not self.stopping.is_set():
            if self.load(folder):
                return True
            self.stopping.wait(LOOKS_FOR_MODEL_EVERY)
        return False

    # ---- what is said ------------------------------------------------------------------------

    def answer(self, said: Said) -> Said:
        """Answer a question, or how we are; a refusal names its reason."""
        arrived = time.monotonic()
        close_old_connections()
        if "how" in said:
            return {"state": self.state(said["tenant"])}
        memories = self.memories
        if memories is None:
            return {"refused": "no_model"}
        if "look" in said:
            return {"looks": self.looks.want(said["tenant"])}
        answer = self.answer_from(memories, said)
        log.debug("answered in %.1f ms", 1000 * (time.monotonic() - arrived))
        return answer

    def answer_from(self, memories: Memories, said: Said) -> Said:
        """Answer a question out of what is remembered; a refusal names its reason."""
        patience = float(said["within"]) - KEPT_FOR_ANSWERING
        memory = memories.of(said["tenant"], within=patience)
        if memory is None:
            return {"refused": "not_read_yet"}
        try:
            with self.counted(), tenant_scope(said["tenant"]):
                answer = memory.answer(heard_question(said["ask"]), within=patience)
        except MemoryInUse:
            # Nobody of another tenant waits behind it: the asker goes by words.
            return {"refused": "in_use"}
        except (DatabaseError, InterfaceError):
            log.exception("the database does not answer")
            connections.close_all()
            memories.forget(said["tenant"])
            return {"refused": "database"}
        except Exception:
            # What was followed may be half remembered: it is read anew.
            memories.forget(said["tenant"])
            raise
        if memory.is_behind():
            memories.want(said["tenant"])
        return {"answer": said_answer(answer)}

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Note that a question is being answered, and that it was."""
        with self.lock:
            self.asking += 1
        try:
            yield
        finally:
            with self.lock:
                self.asking -= 1
                self.answered += 1

    def is_busy(self) -> bool:
        """Whether somebody waits for an answer."""
        return self.asking > 0

    def state(self, tenant_id: int | None) -> dict[str, Any]:
        """Return how we are, and what we have of a tenant."""
        memories, backlog = self.memories, self.backlog
        kept = memories.kept.get(tenant_id) if memories and tenant_id is not None else None
        return {
            "model": memories.embedder.version if memories else "",
            "missing": self.missing,
            "cases": len(kept.memory.cases) if kept else 0,
            "problems": len(kept.memory.problems) if kept else 0,
            "backlog": backlog.unread.get(tenant_id or 0, 0) if backlog else 0,
            "memory": held_memory(),
            "answered": self.answered,
        }

    # ---- learning ----------------------------------------------------------------------------

    def learn(self) -> None:
        """Learn from new decisions all together, now and then, until told to end."""
        os.setpriority(os.PRIO_PROCESS, 0, NICENESS)  # of this thread alone
        pause = LEARNS_EVERY
        while not self.stopping.wait(pause):
            began = time.monotonic()
            try:
                if self.memories is not None and self.alone.acquire(timeout=WAITS_FOR_A_LOOK):
                    try:
                        self.memories.learn()
                    finally:
                        self.alone.release()
            except Ended:
                return
            except Exception:
                log.exception("learning failed; trying again")
            pause = max(LEARNS_EVERY, 20 * (time.monotonic() - began))


def run_matcher(*, stopping: Event, reads_backlog: bool) -> None:
    """Answer until told to end; the door opens at once, the model comes when it comes."""
    spare_memory()
    matcher = Matcher(stopping=stopping)
    keys = [key_from(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    door = Door(
        Address.of(settings.MATCHER_URL), keys=keys, answer=matcher.answer, stopping=stopping
    )
    threads: list[Thread] = []
    door.open()
    log.info("questions are answered at %s", settings.MATCHER_URL)
    try:
        if matcher.wait_for_model(settings.DATA_DIR / "matcher"):
            log.info("the model is there")
            work = [matcher.learn, matcher.looks.work]
            if reads_backlog and matcher.backlog is not None:
                work.append(matcher.backlog.work)
            for act in work:
                threads.append(Thread(target=act, name=act.__qualname__, daemon=True))
                threads[-1].start()
            stopping.wait()
    finally:
        # One after the other: a thread that is inside the model when the process ends would end it
        # in the middle of a word.
        door.close()
        if matcher.memories is not None:
            matcher.memories.close(within=ENDS_WITHIN)
        for thread in threads:
            thread.join(timeout=ENDS_WITHIN)
        log.info("the matcher has ended")
