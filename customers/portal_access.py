"""How a contact enters the portal: a mailed link, then a stay."""

import secrets
from datetime import datetime, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject
from django.utils.translation import gettext as _

from customers.models import Contact, PortalLink, PortalSession, Preference
from workflow.branding import Brand
from workflow.people.authentication import digest_of
from workflow.refusals import Refusal
from workflow.tenancy.kept_queries import kept

LINK_LASTS = timedelta(days=14)


class LinkIsOver(Refusal):
    """The way in was used up, is too old, or never was."""

    code = "link_is_over"


def make_link(contact: Contact, *, at: datetime, lasts: timedelta = LINK_LASTS) -> str:
    """Return the secret of a new way in, valid for 14 days by default; only its hash is kept."""
    word = secrets.token_urlsafe(24)
    PortalLink.objects.create(
        contact=contact, digest=digest_of(word), created_at=at, expires_at=at + lasts
    )
    return word


@transaction.atomic
def contact_of_link(*, word: str, at: datetime) -> Contact:
    """Return the contact of a way in. It may be used again until it ends: mails are read twice.

    Raises:
        LinkIsOver: unknown or too old.
    """
    link = (
        PortalLink.objects.select_for_update(of=("self",))
        .select_related("contact")
        .filter(digest=digest_of(word), expires_at__gt=at)
        .first()
    )
    if link is None:
        raise LinkIsOver(
            _("This link is no longer valid."),
            next_step=_("Enter your e-mail address and we send you a new one."),
        )
    if link.used_at is None:
        link.used_at = at
        link.save(update_fields=["used_at"])
    return link.contact


def open_session(contact: Contact, *, word: str, at: datetime, stays_for: timedelta) -> None:
    """Remember a stay by the hash of its secret."""
    PortalSession.objects.create(
        contact=contact, digest=digest_of(word), created_at=at, expires_at=at + stays_for
    )


def contact_of_session(*, word: str, at: datetime) -> Contact | None:
    """Return the contact of a stay, or None; one query.

    Adds `brand_colour`, the colour that the portal wears for everybody, and `mails_switched`, about
    what the contact is mailed (one dict of topic to yes or no, none for all).
    """
    found = sessions_with(digest=digest_of(word), at=at)
    if not found:
        return None
    contact = found[0].contact
    contact.brand_colour = found[0].brand_colour  # type: ignore[attr-defined]
    contact.mails_switched = found[0].mails_switched  # type: ignore[attr-defined]
    return contact


@kept("digest", "at")
def sessions_with(*, digest: str, at: datetime) -> QuerySet[PortalSession]:
    """Return the stay with a digest if it lasts, the default brand's colour, and what is mailed."""
    colour = Brand.objects.filter(is_default=True).values("colour")[:1]
    switched = Preference.objects.filter(contact=OuterRef("contact")).values(
        json=JSONObject(
            answers="mail_answers", progress="mail_progress", solutions="mail_solutions"
        )
    )
    sessions = PortalSession.objects.select_related("contact", "contact__organisation").annotate(
        brand_colour=Coalesce(Subquery(colour), Value("")),
        mails_switched=ArraySubquery(switched),
    )
    return sessions.filter(digest=digest, expires_at__gt=at)


def end_session(*, word: str) -> None:
    """Forget a stay."""
    PortalSession.objects.filter(digest=digest_of(word)).delete()
