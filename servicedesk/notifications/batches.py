"""Mails that leave together: what was composed for them, and which of them have left."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from servicedesk.mail.sending import Letter
from workflow.outbox.effects import Claimed


@dataclass
class Batch:
    """Letters by the id of their effect, and the effects that were carried out."""

    letters: dict[int, Letter]
    sent: list[Claimed] = field(default_factory=list)


_current: ContextVar[Batch | None] = ContextVar("batch_of_mails", default=None)


def current_batch() -> Batch | None:
    """Return the mails that leave together now, if any do."""
    return _current.get()


@contextmanager
def kept_batch(letters: dict[int, Letter]) -> Iterator[Batch]:
    """Let mails find what was composed for them."""
    batch = Batch(letters=letters)
    token = _current.set(batch)
    try:
        yield batch
    finally:
        _current.reset(token)
