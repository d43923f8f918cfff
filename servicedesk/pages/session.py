"""Who is signed in at this host: staff by session, customers by a cookie of their own."""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, salted_hmac

from customers.models import Contact
from customers.portal_access import contact_of_session, end_session, open_session
from workflow.people.actors import Actor, ActorKind, Source
from workflow.people.authentication import user_at_work
from workflow.people.models import User
from workflow.people.permissions import ROLE_PERMISSIONS, Role
from workflow.tenancy.scope import current_tenant_id

USER, TENANT, STAMP = "user", "tenant", "stamp"
PORTAL_STAY = timedelta(days=30)


def stamp_of(user: User) -> str:
    """Return a value that changes with the password, so that a new one ends old sessions."""
    return salted_hmac("servicedesk.session", user.password, algorithm="sha256").hexdigest()


def sign_in_staff(request: HttpRequest, user: User) -> None:
    """Let a user stay signed in at this host; the session gets a new key."""
    request.session.cycle_key()
    request.session[USER] = user.pk
    request.session[TENANT] = current_tenant_id()
    request.session[STAMP] = stamp_of(user)


def sign_out_staff(request: HttpRequest) -> None:
    """End the session."""
    request.session.flush()


def staff_of(request: HttpRequest) -> tuple[User, Actor] | None:
    """Return the user signed in here and the actor, or None; two queries.

    A session that was opened at another tenant's host counts for nothing.
    """
    user_id = request.session.get(USER)
    if user_id is None or request.session.get(TENANT) != current_tenant_id():
        return None
    found = user_at_work(user_id, source=Source.AGENT)
    if found is None or not constant_time_compare(
        request.session.get(STAMP, ""), stamp_of(found[0])
    ):
        return None
    return found


def sign_in_contact(response: HttpResponse, contact: Contact, *, at: datetime) -> None:
    """Let a contact stay signed in at this host for 30 days."""
    word = secrets.token_urlsafe(32)
    open_session(contact, word=word, at=at, stays_for=PORTAL_STAY)
    response.set_cookie(
        settings.PORTAL_COOKIE_NAME,
        word,
        max_age=int(PORTAL_STAY.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def sign_out_contact(request: HttpRequest, response: HttpResponse) -> None:
    """End the stay."""
    word = request.COOKIES.get(settings.PORTAL_COOKIE_NAME, "")
    if word:
        end_session(word=word)
    response.delete_cookie(settings.PORTAL_COOKIE_NAME, samesite="Lax")


def contact_of(request: HttpRequest, *, at: datetime) -> tuple[Contact, Actor] | None:
    """Return the contact signed in here and the actor, or None; one query."""
    word = request.COOKIES.get(settings.PORTAL_COOKIE_NAME, "")
    contact = contact_of_session(word=word, at=at) if word else None
    if contact is None:
        return None
    return contact, contact_actor(contact)


def contact_actor(contact: Contact) -> Actor:
    """Return the actor behind a contact in the portal."""
    return Actor(
        kind=ActorKind.CONTACT,
        id=contact.pk,
        label=contact.name,
        permissions=ROLE_PERMISSIONS[Role.CONTACT],
        source=Source.PORTAL,
    )
