"""One-click sign-in of the demo: short-lived tickets instead of passwords.

The buttons stand on the front page at another host than the one that they sign in at, so the form
cannot carry that host's CSRF token. A signed ticket, good for ten minutes, takes its place. All of
it is refused unless DEMO is on (which refuses to start on any address but loopback) and the tenant
belongs to the demo.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils.translation import gettext as _

from customers.models import Contact
from workflow.people.models import Membership
from workflow.people.permissions import ROLE_NAMES, Role
from workflow.refusals import Refusal
from workflow.tenancy.scope import tenant_of_the_scope

SALT = "servicedesk.demo"
TICKET_LASTS_SECONDS = 600
STAFF = (Role.AGENT, Role.LEAD, Role.MEMBER, Role.HEAD, Role.ADMIN)
ROLE_SAYS = {
    Role.AGENT: lambda: _("takes what customers write"),
    Role.LEAD: lambda: _("sees all problems and promises"),
    Role.MEMBER: lambda: _("finds causes and fixes"),
    Role.HEAD: lambda: _("answers for a department"),
    Role.ADMIN: lambda: _("sets the rules"),
    Role.CONTACT: lambda: _("sees how far we are"),
}


class TicketIsOver(Refusal):
    """The ticket was not made here, or is older than ten minutes."""

    code = "ticket_is_over"
    status = 403


@dataclass(frozen=True)
class DemoRole:
    """Somebody whom a visitor of the demo may be; `id` is the user's or contact's."""

    role: Role
    id: int
    name: str
    department: str = ""


def is_demo_tenant(tenant: Any) -> bool:
    """Whether visitors may sign in at a tenant with one click."""
    return bool(settings.DEMO) and tenant is not None and tenant.is_demo


def ticket_for(someone: DemoRole) -> str:
    """Return a ticket to be this person at the current tenant for the next ten minutes."""
    return signing.dumps([tenant_of_the_scope(), someone.role.value, someone.id], salt=SALT)


def read_ticket(ticket: str) -> tuple[Role, int]:
    """Return role and id of whom a ticket lets in at the current tenant.

    Raises:
        TicketIsOver: it is false, too old, or for another tenant.
    """
    try:
        tenant_id, role, someone_id = signing.loads(ticket, salt=SALT, max_age=TICKET_LASTS_SECONDS)
        if tenant_id == tenant_of_the_scope():
            return Role(role), int(someone_id)
    except (signing.BadSignature, ValueError, TypeError):
        pass
    raise TicketIsOver(
        _("This button was good for ten minutes."),
        next_step=_("Load the front page again and press it once more."),
    )


def demo_staff() -> list[DemoRole]:
    """Return the first active person of each role at the current tenant; one query."""
    found: dict[Role, DemoRole] = {}
    memberships = (
        Membership.objects.filter(user__is_active=True, role__in=STAFF)
        .select_related("user", "department")
        .order_by("id")
    )
    for membership in memberships:
        role = Role(membership.role)
        found.setdefault(
            role,
            DemoRole(
                role=role,
                id=membership.user_id,
                name=membership.user.name,
                department=membership.department.name if membership.department else "",
            ),
        )
    return [found[role] for role in STAFF if role in found]


def demo_contacts(*, at_most: int = 1) -> list[DemoRole]:
    """Return customers who have something to see: open issues of a problem first; one query."""
    contacts = (
        Contact.objects.filter(cases__isnull=False)
        .annotate(waiting=Count("cases", filter=Q(cases__state="on_problem")), all=Count("cases"))
        .order_by("-waiting", "-all", "id")[:at_most]
    )
    return [DemoRole(role=Role.CONTACT, id=contact.pk, name=contact.name) for contact in contacts]


def demo_contacts_for(request: HttpRequest) -> list[dict[str, str]]:
    """Return the one-click customers of the portal's sign-in page; none outside of the demo."""
    if not is_demo_tenant(getattr(request, "tenant", None)):
        return []
    return [as_button(someone) for someone in demo_contacts(at_most=3)]


def demo_roles_for(request: HttpRequest) -> list[dict[str, str]]:
    """Return the one-click colleagues of the sign-in page; none outside of the demo."""
    if not is_demo_tenant(getattr(request, "tenant", None)):
        return []
    return [as_button(someone) for someone in demo_staff()]


def as_button(someone: DemoRole) -> dict[str, str]:
    """Return what a button shows and sends."""
    return {
        "code": someone.role.value,
        "label": str(ROLE_NAMES[someone.role]),
        "person": someone.name,
        "says": someone.department or ROLE_SAYS[someone.role](),
        "token": ticket_for(someone),
    }
