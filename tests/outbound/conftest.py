"""Opens this machine for the calls of one test."""

from collections.abc import Callable
from ipaddress import ip_network

import pytest


@pytest.fixture
def open_port(settings) -> Callable[[int], None]:
    """Return what lets calls go to a port of this machine."""

    def allow(port: int) -> None:
        settings.OUTBOUND_ALLOWED = (ip_network("127.0.0.0/8"),)
        settings.OUTBOUND_PORTS = frozenset({port})

    return allow
