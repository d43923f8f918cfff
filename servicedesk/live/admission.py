"""Who may listen: staff signed in at this host, asked from this host's own pages."""

from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connections, transaction
from django.http import HttpRequest
from django.http.request import split_domain_port, validate_host

from servicedesk.pages.session import staff_of
from workflow.people.permissions import Permission
from workflow.tenancy.middleware import tenant_at
from workflow.tenancy.scope import across_tenants, tenant_scope


def header_of(scope: dict[str, Any], name: bytes) -> str:
    """Return a header of a request, or an empty string."""
    for key, value in scope["headers"]:
        if key == name:
            return str(value.decode("latin-1"))
    return ""


def admitted_tenant(*, host: str, origin: str, cookies: str) -> int | None:
    """Return the tenant whose news this browser may hear, or None; about five queries.

    The page's origin has to be the tenant's own host, whatever the port.
    """
    domain, _port = split_domain_port(host)
    if not domain or not validate_host(domain, settings.ALLOWED_HOSTS):
        return None
    if origin and urlsplit(origin).hostname != domain:
        return None
    try:
        with across_tenants("a host name is looked up for everybody"):
            tenant = tenant_at(domain)
        if tenant is None:
            return None
        with tenant_scope(tenant.id), transaction.atomic():
            found = staff_of(request_with(cookies))
        if found is None or not found[1].may(Permission.VIEW_CASE):
            return None
        return tenant.id
    finally:
        connections.close_all()


def request_with(cookies: str) -> HttpRequest:
    """Return a request that carries the session of these cookies."""
    request = HttpRequest()
    try:
        request.COOKIES = {name: morsel.value for name, morsel in SimpleCookie(cookies).items()}
    except CookieError:
        request.COOKIES = {}
    engine = import_module(settings.SESSION_ENGINE)
    request.session = engine.SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    return request
