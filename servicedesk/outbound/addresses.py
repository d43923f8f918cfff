"""Which host may be called: looked up once, judged, and pinned to the judged address."""

import ipaddress
import re
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NoAnswerInTime
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from workflow.refusals import Refusal

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
# Looks a name up: (host, port) to its addresses as text.
Resolver = Callable[[str, int], Sequence[str]]

LOOKED_UP_IN_SECONDS = 5.0
LONGEST_HOST = 253
LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
# A last label like this makes C libraries read the whole name as one number (0x7f.1, 2130706433).
NUMERIC_LABEL = re.compile(r"[0-9]+|0x[0-9a-f]*")
# Public by the registry and still no place for a stranger's wish: shared, test and relay ranges,
# and the addresses that clouds answer their own machines on.
NEVER_CALLED = tuple(
    ipaddress.ip_network(network)
    for network in (
        "100.64.0.0/10",
        "168.63.129.16/32",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
    )
)
# Everything else in version 6 is local, reserved, or another family's address in disguise
# (mapped, compatible, 64:ff9b::/96 of NAT64).
PUBLIC_VERSION_6 = ipaddress.IPv6Network("2000::/3")


class NotPublic(Refusal):
    """The host is not one that may be called."""

    code = "not_public"


@dataclass(frozen=True, kw_only=True)
class PinnedAddress:
    """A host and the one address of it that was judged: connect to `ip`, speak to `host`."""

    host: str
    ip: str
    port: int
    family: socket.AddressFamily


def public_address(host: str, port: int, *, resolver: Resolver | None = None) -> PinnedAddress:
    """Look a host up once and return the address to connect to.

    Every address of the name has to be public, or within OUTBOUND_ALLOWED: a name with one inner
    address among public ones is refused. Whoever connects takes `ip` and never looks up again.

    Raises:
        NotPublic: the host cannot be meant, is not known, or leads to our own network. The
            sentence does not tell these apart: it would answer who asks about inner hosts.
    """
    name = plain_host(host)
    literal = as_address(name)
    try:
        found = [name] if literal else (resolver or look_up)(name, port)
        addresses = [ipaddress.ip_address(text) for text in found]
    except (OSError, ValueError, NoAnswerInTime) as problem:
        raise not_public(name) from problem
    if not addresses or not all(may_be_called(address) for address in addresses):
        raise not_public(name)
    chosen = addresses[0]
    return PinnedAddress(
        host=name,
        ip=str(chosen),
        port=port,
        family=socket.AF_INET if chosen.version == 4 else socket.AF_INET6,
    )


def may_be_called(address: IPAddress) -> bool:
    """Whether an address is public, or in a network that the operator opened."""
    if any(address in network for network in settings.OUTBOUND_ALLOWED):
        return True
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if address.version == 6 and address not in PUBLIC_VERSION_6:
        return False
    return not any(address in network for network in NEVER_CALLED)


def plain_host(host: str) -> str:
    """Return a host in the one spelling that is looked up, sent and compared.

    An IP address is taken in its usual notation only; a name becomes lower-case ASCII without
    the dot at its end.

    Raises:
        NotPublic: it is neither.
    """
    literal = as_address(host)
    if literal is not None:
        return str(literal)
    try:
        name = host.encode("idna").decode("ascii").lower().removesuffix(".")
    except UnicodeError:
        return refuse(host)
    labels = name.split(".")
    is_name = all(LABEL.fullmatch(label) for label in labels) and len(name) <= LONGEST_HOST
    # Digits in other scripts have become ASCII by now, so that this sees them too.
    if not is_name or NUMERIC_LABEL.fullmatch(labels[-1]):
        return refuse(host)
    return name


def as_address(host: str) -> IPAddress | None:
    """Return the address that a host is written as, or None if it is a name; no zones."""
    bare = host.removeprefix("[").removesuffix("]")
    try:
        return None if "%" in bare else ipaddress.ip_address(bare)
    except ValueError:
        return None


def look_up(host: str, port: int) -> list[str]:
    """Ask the system's resolver, for 5 seconds at most."""
    pool = ThreadPoolExecutor(max_workers=1)
    try:
        answers = pool.submit(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM).result(
            timeout=LOOKED_UP_IN_SECONDS
        )
    finally:
        # The system gives up by itself later; nobody waits for it.
        pool.shutdown(wait=False, cancel_futures=True)
    return [str(answer[4][0]) for answer in answers]


def refuse(host: str) -> str:
    """Refuse a host that cannot be meant."""
    raise not_public(host)


def not_public(host: str) -> NotPublic:
    """Return the refusal of a host."""
    return NotPublic(
        _("%(host)s is not a host on the public network.") % {"host": host[:LONGEST_HOST]},
        next_step=_("Check the spelling, or ask whoever runs this installation to open the way."),
    )
