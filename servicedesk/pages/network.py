"""Where a request comes from, as far as it counts for a rate limit."""

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest


def network_of(request: HttpRequest) -> str:
    """Return the network address of a browser: an IPv4 address, or the /64 of an IPv6 one.

    Behind our own proxy (https) the last entry of X-Forwarded-For is the one that it wrote; what
    stands before it was said by the browser and counts for nothing.
    """
    said = request.META.get("REMOTE_ADDR", "")
    if settings.PUBLIC_SCHEME == "https":
        said = request.META.get("HTTP_X_FORWARDED_FOR", said).rpartition(",")[2].strip()
    try:
        address = ip_address(said)
    except ValueError:
        return "unknown"
    if address.version == 4:
        return str(address)
    return str(ip_network(f"{address}/64", strict=False))
