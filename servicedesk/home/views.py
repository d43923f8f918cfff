"""The installation's front page, at a host that belongs to no tenant."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from servicedesk.pages.answers import page
from servicedesk.pages.demo_tickets import as_button, demo_contacts, demo_staff
from servicedesk.pages.guards import public
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope


@require_safe
@public("names nobody outside of the demo")
def home(request: HttpRequest) -> HttpResponse:
    """Show the demo with its one-click sign-in; otherwise only how to go on.

    Who the tenants of an installation are is their own business, so that outside of the demo
    none is named.
    """
    return page(
        request,
        "pages/home.html",
        {
            "tenants": demo_cards() if settings.DEMO else [],
            "is_demo": settings.DEMO,
            "has_tenants": Tenant.objects.exists(),
            "address": f"{settings.PUBLIC_SCHEME}://{_('name')}.{settings.BASE_DOMAIN}",
        },
    )


def demo_cards() -> list[dict[str, Any]]:
    """Return the demo's tenants with their buttons; two queries each, and there are few."""
    cards = []
    for tenant in Tenant.objects.filter(is_demo=True).order_by("id")[:10]:
        host = host_of(tenant)
        url = f"{settings.PUBLIC_SCHEME}://{host}"
        with tenant_scope(tenant.pk):
            buttons = [as_button(someone) for someone in [*demo_staff(), *demo_contacts()]]
        cards.append(
            {
                "name": tenant.name,
                "slug": tenant.slug,
                "host": host,
                "url": f"{url}/",
                "portal_url": f"{url}/help/",
                "says": "",
                "roles": [{**button, "sign_in_url": f"{url}/demo/sign-in/"} for button in buttons],
            }
        )
    return cards


def host_of(tenant: Tenant) -> str:
    """Return the host at which browsers find a tenant, with its port if it needs one."""
    port = "" if settings.PUBLIC_SCHEME == "https" else f":{settings.PUBLIC_PORT}"
    return f"{tenant.slug}.{settings.BASE_DOMAIN}{port}"
