"""What every page shows around its content."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from servicedesk.pages.brand_colour import portal_colour
from workflow.people.actors import Actor, ActorKind
from workflow.people.permissions import Permission


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return tenant, person, navigation flags and the address of the live events."""
    tenant = getattr(request, "tenant", None)
    actor: Actor | None = getattr(request, "actor", None)
    person = getattr(request, "person", None)
    contact = getattr(request, "contact", None)
    is_staff = actor is not None and actor.kind is ActorKind.USER

    def may(permission: Permission) -> bool:
        return is_staff and actor is not None and actor.may(permission)

    return {
        "app_name": "Throughline",
        "tenant": tenant,
        "person": person,
        "portal_contact": contact,
        # Asked only where a page wears it.
        "brand_colour": SimpleLazyObject(lambda: portal_colour(request)),
        "nav": {
            "cases": may(Permission.VIEW_CASE),
            "triage": may(Permission.LINK_CASE),
            "problems": may(Permission.VIEW_PROBLEM),
            "work": may(Permission.WORK_PROBLEM) or may(Permission.STEER_PROBLEM),
            "overview": may(Permission.STEER_PROBLEM),
            "reports": may(Permission.STEER_PROBLEM),
            "articles": may(Permission.VIEW_ARTICLE),
            "settings": may(Permission.CONFIGURE) or may(Permission.VIEW_HISTORY),
        },
        "live_url": live_url(request) if is_staff else "",
        "is_demo": settings.DEMO,
    }


def live_url(request: HttpRequest) -> str:
    """Return where live events are heard: our own origin behind a proxy, else a port beside it."""
    if settings.PUBLIC_SCHEME == "https":
        return "/live/"
    host = request.get_host().rsplit(":", 1)[0]
    return f"http://{host}:{settings.LIVE_PORT}/live/"
