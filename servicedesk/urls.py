"""Every URL."""

from typing import Any

urlpatterns: list[Any] = []
