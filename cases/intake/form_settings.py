"""Add and change web forms: what they ask, whose words they wear, on which sites they stand."""

import secrets
from datetime import datetime
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from cases.intake.web_forms import BadForm, NoSuchForm
from cases.models import RequestType, WebForm
from workflow.branding import Brand
from workflow.history.actions import Action
from workflow.history.recording import ChangeValue, record
from workflow.lengths import fitting, one_line
from workflow.people.actors import Actor
from workflow.people.permissions import Permission

MOST_FORMS, MOST_ORIGINS = 40, 20


@transaction.atomic
def save_web_form(
    *,
    web_form_id: int | None,
    name: str,
    heading: str,
    thanks: str,
    origins: str,
    request_type: RequestType | None,
    brand: Brand | None = None,
    actor: Actor,
    at: datetime,
) -> WebForm:
    """Add a form with a random address, or change one; the address stays.

    Its cases are dealt with under its brand, by default under the default one.

    Raises:
        BadForm: it has no name, or an origin is none.
        NoSuchForm: it is gone.
    """
    actor.require(Permission.CONFIGURE)
    name = one_line(name, longest=80)
    if not name:
        raise BadForm(_("A name is needed."), next_step=_("Write one that people know."))
    kept = (
        locked_form(web_form_id)
        if web_form_id is not None
        else WebForm(key=secrets.token_urlsafe(18), created_at=at)
    )
    if web_form_id is None and WebForm.objects.count() >= MOST_FORMS:
        raise BadForm(_("There are enough forms."), next_step=_("Change one that nobody uses."))
    kept.name, kept.heading = name, one_line(heading, longest=120)
    kept.thanks, kept.origins = fitting(thanks, longest=2000), "\n".join(origins_in(origins))
    kept.request_type, kept.brand = request_type, brand
    kept.save()
    changes: dict[str, ChangeValue] = {"what": "web_form", "is_new": web_form_id is None}
    record(Action.CONFIGURATION_CHANGED, kept, actor=actor, at=at, changes=changes)
    return kept


def origins_in(written: str) -> list[str]:
    """Return the origins of a text, one each word, without what follows the host.

    Raises:
        BadForm: one is none.
    """
    found = []
    for word in written.split():
        scheme, host = scheme_and_host(word)
        if scheme not in ("https", "http") or not host or not is_host(host):
            raise BadForm(
                _("“%(origin)s” is no origin.") % {"origin": word[:60]},
                next_step=_("Write it like https://www.example.org."),
                field="origins",
            )
        found.append(f"{scheme}://{host}".lower())
    if len(found) > MOST_ORIGINS:
        raise BadForm(
            _("These are too many origins."), next_step=_("Write at most 20."), field="origins"
        )
    return list(dict.fromkeys(found))


def scheme_and_host(word: str) -> tuple[str, str]:
    """Return what an origin begins with; two empty texts where it cannot be read."""
    try:
        parts = urlsplit(word if "://" in word else f"https://{word}")
    except ValueError:
        return "", ""
    return parts.scheme, parts.netloc


def is_host(host: str) -> bool:
    """Whether this is a host name with at most a port: it goes into a header as it is."""
    return host.isascii() and all(each.isalnum() or each in ".-:" for each in host)


@transaction.atomic
def set_web_form_active(*, web_form_id: int, is_active: bool, actor: Actor, at: datetime) -> None:
    """Open or close a form.

    Raises:
        NoSuchForm: it is gone.
    """
    actor.require(Permission.CONFIGURE)
    kept = locked_form(web_form_id)
    kept.is_active = is_active
    kept.save(update_fields=["is_active"])
    changes: dict[str, ChangeValue] = {"what": "web_form", "is_active": is_active}
    record(Action.CONFIGURATION_CHANGED, kept, actor=actor, at=at, changes=changes)


def locked_form(web_form_id: int) -> WebForm:
    """Return a form, locked.

    Raises:
        NoSuchForm: it is gone.
    """
    found = WebForm.objects.select_for_update().filter(pk=web_form_id).first()
    if found is None:
        raise NoSuchForm(_("There is no such form."), next_step=_("Load the page again."))
    return found
