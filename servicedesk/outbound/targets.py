"""Which URL may be called: its form, its port, and no password in it."""

from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from servicedesk.outbound.addresses import NotPublic, PinnedAddress, Resolver, public_address

LONGEST_URL = 2048
DEFAULT_PORTS = {"http": 80, "https": 443}


class BadTarget(NotPublic):
    """The URL cannot be called."""

    code = "bad_target"


@dataclass(frozen=True, kw_only=True)
class Target:
    """A URL that was judged: where to connect and what to ask for there."""

    address: PinnedAddress
    path: str
    is_https: bool

    @property
    def host_header(self) -> str:
        """The host as the request names it, with the port where it is not the usual one."""
        host = f"[{self.address.host}]" if ":" in self.address.host else self.address.host
        usual = DEFAULT_PORTS["https" if self.is_https else "http"]
        return host if self.address.port == usual else f"{host}:{self.address.port}"


def public_target(url: str, *, resolver: Resolver | None = None) -> Target:
    """Judge a URL and look its host up once.

    Raises:
        BadTarget: its form, its port or a name and password in it.
        NotPublic: its host.
    """
    parts = split(url)
    host, port = parts.hostname or "", parts.port or DEFAULT_PORTS[parts.scheme]
    if port not in settings.OUTBOUND_PORTS:
        raise BadTarget(
            _("Port %(port)s is not called.") % {"port": port},
            next_step=_("Ports that are called: %(ports)s.")
            % {"ports": ", ".join(str(allowed) for allowed in sorted(settings.OUTBOUND_PORTS))},
        )
    path = parts.path or "/"
    return Target(
        address=public_address(host, port, resolver=resolver),
        path=f"{path}?{parts.query}" if parts.query else path,
        is_https=parts.scheme == "https",
    )


def split(url: str) -> SplitResult:
    """Take a URL apart.

    Raises:
        BadTarget: programs would disagree about what it means.
    """
    # A blank, a backslash, a control or foreign character in the path: what one program reads as
    # the host another reads as the path.
    if len(url) > LONGEST_URL or "\\" in url or any(ord(sign) <= 32 for sign in url):
        raise bad_form()
    try:
        parts = urlsplit(url)
        is_whole = parts.scheme in DEFAULT_PORTS and bool(parts.hostname) and parts.port != 0
    except ValueError as problem:
        raise bad_form() from problem
    if not is_whole or not f"{parts.path}{parts.query}".isascii():
        raise bad_form()
    if "@" in parts.netloc:
        raise BadTarget(
            _("A name or a password stands in this URL."),
            next_step=_("Leave them out: each call is signed instead."),
        )
    return parts


def bad_form() -> BadTarget:
    """Return the refusal of a URL that cannot be read in one way."""
    return BadTarget(
        _("This is not a URL that can be called."),
        next_step=_("Write it as https://host.example/path, with other signs percent-encoded."),
    )
