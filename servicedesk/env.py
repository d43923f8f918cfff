"""What the environment says: every setting that comes from outside, read once and typed.

No Django here: the launcher reads the same variables before Django is there. Its sentences are
for whoever starts the program and are not translated.
"""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from workflow.refusals import Refusal

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off", ""})
PROJECT_FOLDER = Path(__file__).resolve().parents[1]
DEFAULT_PORT = 8000
DEFAULT_LIVE_PORT = 8001
# Counted from PORT, so that a second installation on a machine needs no third number.
SMTP_PORT_AFTER_PORT = 25
DEFAULT_BIND = "127.0.0.1"
DEFAULT_OUTBOUND_PORTS = (80, 443, 8080, 8443)
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class BadEnvironment(Refusal):
    """A variable says something that cannot be meant."""

    code: ClassVar[str] = "bad_environment"


@dataclass(frozen=True, kw_only=True)
class Environment:
    """The settings of one process.

    A URL that was not given is an empty string; `database_settings` refuses it when it is needed.
    `lmtp_port` is 0 where no LMTP is spoken.
    """

    database_url: str
    database_owner_url: str
    database_sweeper_url: str
    database_admin_url: str
    redis_url: str
    secret_key: str
    secret_key_fallbacks: tuple[str, ...]
    data_dir: Path
    port: int
    live_port: int
    smtp_port: int
    lmtp_port: int
    bind: str
    demo: bool
    debug: bool
    allowed_hosts: tuple[str, ...]
    base_domain: str
    public_scheme: str
    smtp_url: str
    matcher_url: str
    mail_domain: str
    mail_authserv_id: str
    receipts_an_hour: int
    bulk_mails_per_second: int
    outbound_allowed: tuple[Network, ...]
    outbound_ports: frozenset[int]
    metrics_allowed: tuple[Network, ...]
    metrics_token: str

    @property
    def ports(self) -> dict[str, int]:
        """Return the ports that are listened on, by the name of their variable."""
        ports = {"PORT": self.port, "LIVE_PORT": self.live_port, "SMTP_PORT": self.smtp_port}
        return ports | ({"LMTP_PORT": self.lmtp_port} if self.lmtp_port else {})

    @property
    def is_loopback(self) -> bool:
        """Whether the pages can be reached from this machine only."""
        return is_loopback(self.bind)


def read_environment(environ: Mapping[str, str]) -> Environment:
    """Read and check every variable; NAME_FILE is read where NAME is not set.

    Raises:
        BadEnvironment: a value cannot be meant; the sentence names the variable.
    """
    base_domain = text(environ, "BASE_DOMAIN", default="localhost").lower().strip(".")
    environment = Environment(
        database_url=database_url(environ, "DATABASE_URL"),
        database_owner_url=database_url(environ, "DATABASE_OWNER_URL"),
        database_sweeper_url=database_url(environ, "DATABASE_SWEEPER_URL"),
        database_admin_url=database_url(environ, "DATABASE_ADMIN_URL"),
        redis_url=url(environ, "REDIS_URL", schemes=("redis", "rediss", "unix")),
        secret_key=secret(environ, "SECRET_KEY"),
        secret_key_fallbacks=words(environ, "SECRET_KEY_FALLBACKS"),
        data_dir=folder(environ, "DATA_DIR", default=str(PROJECT_FOLDER / "var")),
        port=port(environ, "PORT", default=DEFAULT_PORT),
        live_port=port(environ, "LIVE_PORT", default=DEFAULT_LIVE_PORT),
        smtp_port=smtp_port(environ),
        lmtp_port=port(environ, "LMTP_PORT", default=1) if text(environ, "LMTP_PORT") else 0,
        bind=address(environ, "BIND", default=DEFAULT_BIND),
        demo=flag(environ, "DEMO"),
        debug=flag(environ, "DEBUG"),
        allowed_hosts=words(environ, "ALLOWED_HOSTS") or hosts_of(base_domain),
        base_domain=base_domain,
        public_scheme=choice(environ, "PUBLIC_SCHEME", among=("http", "https"), default="http"),
        smtp_url=url(environ, "SMTP_URL", schemes=("smtp", "smtps", "smtp+starttls")),
        matcher_url=matcher_url(environ),
        mail_domain=text(environ, "MAIL_DOMAIN", default=f"reply.{base_domain}"),
        mail_authserv_id=text(environ, "MAIL_AUTHSERV_ID"),
        receipts_an_hour=count(environ, "RECEIPTS_AN_HOUR", default=1000),
        bulk_mails_per_second=count(environ, "BULK_MAILS_PER_SECOND", default=120),
        outbound_allowed=networks(environ, "OUTBOUND_ALLOWED"),
        outbound_ports=ports(environ, "OUTBOUND_PORTS", default=DEFAULT_OUTBOUND_PORTS),
        metrics_allowed=networks(environ, "METRICS_ALLOWED"),
        metrics_token=secret(environ, "METRICS_TOKEN"),
    )
    refuse_contradictions(environment)
    return environment


def refuse_contradictions(environment: Environment) -> None:
    """Refuse values that are sound alone and wrong together."""
    if environment.demo and not environment.is_loopback:
        raise BadEnvironment(
            f"DEMO=1 lets anybody sign in with one click, and BIND={environment.bind} is open to"
            " other machines.",
            next_step="Set BIND=127.0.0.1, or DEMO=0.",
        )
    named: dict[int, str] = {}
    for name, number in environment.ports.items():
        if number in named:
            raise BadEnvironment(
                f"{named[number]} and {name} are both {number}.",
                next_step="Give each of them a port of its own.",
            )
        named[number] = name


def hosts_of(base_domain: str) -> tuple[str, ...]:
    """Return the hosts that pages answer on when ALLOWED_HOSTS says nothing."""
    numbers = ("127.0.0.1", "[::1]") if base_domain == "localhost" else ()
    return (base_domain, f".{base_domain}", *numbers)


def text(environ: Mapping[str, str], name: str, *, default: str = "") -> str:
    """Return the value without blanks around it, or the default when it is empty."""
    return environ.get(name, "").strip() or default


def secret(environ: Mapping[str, str], name: str) -> str:
    """Return NAME, or what stands in the file that NAME_FILE names."""
    value = text(environ, name)
    file_name = text(environ, f"{name}_FILE")
    if value or not file_name:
        return value
    try:
        return Path(file_name).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as problem:
        raise BadEnvironment(
            f"{name}_FILE names {file_name}, and that file cannot be read ({problem}).",
            next_step=f"Make the file readable, or set {name}.",
        ) from problem


def flag(environ: Mapping[str, str], name: str, *, default: bool = False) -> bool:
    """Return a yes or no."""
    value = text(environ, name, default="1" if default else "0").lower()
    if value in TRUE_WORDS:
        return True
    if value in FALSE_WORDS:
        return False
    raise BadEnvironment(
        f"{name}={value} is neither yes nor no.", next_step=f"Set {name} to 1 or 0."
    )


def count(environ: Mapping[str, str], name: str, *, default: int) -> int:
    """Return a whole number from 0 on."""
    value = text(environ, name, default=str(default))
    if not (value.isascii() and value.isdecimal() and len(value) < 10):
        raise BadEnvironment(
            f"{name}={value} is not a whole number.", next_step=f"Set {name} to one, such as 100."
        )
    return int(value)


def port(environ: Mapping[str, str], name: str, *, default: int) -> int:
    """Return a TCP port between 1 and 65535."""
    return port_of(text(environ, name, default=str(default)), name)


def smtp_port(environ: Mapping[str, str]) -> int:
    """Return the port on which mail is taken, 25 above the pages' unless it is given."""
    pages = port(environ, "PORT", default=DEFAULT_PORT)
    near = pages + (SMTP_PORT_AFTER_PORT if pages < 65_000 else -SMTP_PORT_AFTER_PORT)
    return port(environ, "SMTP_PORT", default=near)


def ports(environ: Mapping[str, str], name: str, *, default: tuple[int, ...]) -> frozenset[int]:
    """Return TCP ports, written with commas."""
    return frozenset(port_of(word, name) for word in words(environ, name)) or frozenset(default)


def port_of(value: str, name: str) -> int:
    """Read one port."""
    if not (value.isascii() and value.isdecimal() and 1 <= int(value) <= 65535):
        raise BadEnvironment(
            f"{name}={value} is not a port.", next_step=f"Set {name} to a number from 1 to 65535."
        )
    return int(value)


def networks(environ: Mapping[str, str], name: str) -> tuple[Network, ...]:
    """Return IP networks, written with commas."""
    try:
        return tuple(ipaddress.ip_network(word) for word in words(environ, name))
    except ValueError as problem:
        raise BadEnvironment(
            f"{name} names what is not a network ({problem}).",
            next_step=f"Write {name} as 10.20.0.0/16,192.168.7.4/32.",
        ) from problem


def words(environ: Mapping[str, str], name: str) -> tuple[str, ...]:
    """Return the parts of a list written with commas."""
    return tuple(word.strip() for word in secret(environ, name).split(",") if word.strip())


def choice(environ: Mapping[str, str], name: str, *, among: tuple[str, ...], default: str) -> str:
    """Return one of a few words."""
    value = text(environ, name, default=default).lower()
    if value not in among:
        raise BadEnvironment(
            f"{name}={value} is not known.", next_step=f"Set {name} to {' or '.join(among)}."
        )
    return value


def folder(environ: Mapping[str, str], name: str, *, default: str) -> Path:
    """Return an absolute path; a relative one counts from the current folder."""
    return Path(text(environ, name, default=default)).expanduser().absolute()


def address(environ: Mapping[str, str], name: str, *, default: str) -> str:
    """Return an IP address, or localhost."""
    value = text(environ, name, default=default)
    if value == "localhost":
        return value
    try:
        ipaddress.ip_address(value)
    except ValueError as problem:
        raise BadEnvironment(
            f"{name}={value} is not an IP address.",
            next_step=f"Set {name} to 127.0.0.1, or to 0.0.0.0 for all of this machine's addresses.",
        ) from problem
    return value


def is_loopback(host: str) -> bool:
    """Whether an address can be reached from this machine only."""
    return host == "localhost" or ipaddress.ip_address(host).is_loopback


def url(environ: Mapping[str, str], name: str, *, schemes: tuple[str, ...]) -> str:
    """Return a URL of one of the given kinds, or an empty string."""
    value = secret(environ, name)
    if not value:
        return ""
    try:
        parts = urlsplit(value)
        readable = parts.scheme in schemes and (parts.port or 1) > 0
    except ValueError:
        readable = False
    if not readable:
        # The value is not repeated: it may hold a password.
        raise BadEnvironment(
            f"{name} is not a URL that begins with {' or '.join(f'{kind}://' for kind in schemes)}.",
            next_step=f"Write {name} as {schemes[0]}://user:password@host:port/name.",
        )
    return value


def matcher_url(environ: Mapping[str, str]) -> str:
    """Return where the matcher listens: a socket in DATA_DIR unless it is said; "" for none."""
    beside_the_data = folder(environ, "DATA_DIR", default=str(PROJECT_FOLDER / "var"))
    if "MATCHER_URL" not in environ:
        return f"unix://{quote(str(beside_the_data))}/matcher/matcher.socket"
    return url(environ, "MATCHER_URL", schemes=("unix", "tcp"))


def database_url(environ: Mapping[str, str], name: str) -> str:
    """Return the URL of a PostgreSQL database, or an empty string."""
    value = url(environ, name, schemes=("postgresql", "postgres"))
    if value:
        database_settings(value, name=name)
    return value


def database_settings(value: str, *, name: str = "DATABASE_URL") -> dict[str, Any]:
    """Return NAME, USER, PASSWORD, HOST, PORT and OPTIONS for Django's DATABASES.

    A Unix socket is written postgresql://user:password@/name?host=/folder; every other part of
    the query becomes an option of libpq (sslmode=require).

    Raises:
        BadEnvironment: the URL is empty or names no database.
    """
    if not value:
        raise BadEnvironment(
            f"{name} is not set.",
            next_step="Start the program with `make up` or `manage.py`, which bring their own"
            f" database, or set {name} and its sisters.",
        )
    parts = urlsplit(value)
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    database = unquote(parts.path.removeprefix("/"))
    if not database or "/" in database:
        raise BadEnvironment(
            f"{name} names no database.",
            next_step="End the URL with /NAME, as in postgresql://user:password@host:5432/servicedesk.",
        )
    return {
        "NAME": database,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": options.pop("port", "") or str(parts.port or ""),
        "OPTIONS": options,
    }
