"""A browser for the outbreak, as for the other walks."""

from tests.walk.conftest import chromium, person

__all__ = ["chromium", "person"]
