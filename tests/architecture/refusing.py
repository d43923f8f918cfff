"""Expect PostgreSQL's no, and beside it its yes."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import DatabaseError, transaction


@contextmanager
def refused(why: str) -> Iterator[None]:
    """Expect that PostgreSQL refuses the block, or its commit, and says why."""
    with pytest.raises(DatabaseError, match=why), transaction.atomic():
        yield


@contextmanager
def accepted() -> Iterator[None]:
    """Commit the block."""
    with transaction.atomic():
        yield
