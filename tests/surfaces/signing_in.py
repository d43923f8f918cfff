"""A browser of somebody who has signed in at a tenant's host."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.utils.timezone import now

from customers.models import Contact
from servicedesk.pages.session import sign_in_contact, sign_in_staff
from workflow.people.models import User
from workflow.tenancy.models import Tenant
from workflow.tenancy.scope import tenant_scope


def client_at(tenant: Tenant) -> Client:
    """Return a browser at a tenant's host where nobody has signed in."""
    return Client(HTTP_HOST=f"{tenant.slug}.localhost")


def signed_in_staff(tenant: Tenant, user: User) -> Client:
    """Return a browser in which a colleague has signed in, by the real session."""
    client = client_at(tenant)
    request = HttpRequest()
    request.session = client.session
    with tenant_scope(tenant.pk):
        sign_in_staff(request, user)
    request.session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = str(request.session.session_key)
    return client


def signed_in_contact(tenant: Tenant, contact: Contact) -> Client:
    """Return a browser in which a customer has entered the portal, by the real cookie."""
    client = client_at(tenant)
    response = HttpResponse()
    with tenant_scope(tenant.pk):
        sign_in_contact(response, contact, at=now())
    client.cookies.update(response.cookies)
    return client
