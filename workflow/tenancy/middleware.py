"""From the host name of a request to the scope of its tenant."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from workflow.tenancy.models import TenantHost
from workflow.tenancy.scope import across_tenants, tenant_scope

KEPT_FOR_SECONDS = 15.0


@dataclass(frozen=True)
class TenantAtHost:
    """What a request needs to know of its tenant."""

    id: int
    slug: str
    name: str
    language: str
    timezone: str
    is_demo: bool


_known: dict[str, tuple[float, TenantAtHost | None]] = {}


def tenant_at(host: str) -> TenantAtHost | None:
    """Return the tenant at a host name (without port), or None; one query per host and 15 s."""
    kept = _known.get(host)
    if kept is not None and kept[0] > monotonic():
        return kept[1]
    row = TenantHost.objects.select_related("tenant").filter(host=host).first()
    tenant = None
    if row is not None:
        tenant = TenantAtHost(
            id=row.tenant.pk,
            slug=row.tenant.slug,
            name=row.tenant.name,
            language=row.tenant.language,
            timezone=row.tenant.timezone,
            is_demo=row.tenant.is_demo,
        )
    if len(_known) > 10_000:
        _known.clear()
    _known[host] = (monotonic() + KEPT_FOR_SECONDS, tenant)
    return tenant


def forget_hosts() -> None:
    """Forget what is known about host names in this process."""
    _known.clear()


class TenantMiddleware:
    """Opens the tenant's scope, in its time zone, before the view's transaction begins."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        host = request.get_host().rsplit(":", 1)[0].lower().rstrip(".")
        with across_tenants("a host name is looked up for everybody"):
            tenant = tenant_at(host)
        request.tenant = tenant  # type: ignore[attr-defined]
        if tenant is None:
            with across_tenants("this host belongs to no tenant"):
                return self.get_response(request)
        with tenant_scope(tenant.id), timezone.override(tenant.timezone):
            return self.get_response(request)
