"""What a field names: a product, a department, a colleague, a case, a customer."""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db.models import Manager, Model, QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from cases.importing import slug_of
from cases.queries import active_departments, cases_numbered, colleagues_who_work_cases
from customers.queries import contact_with_id, product_called
from servicedesk.api.refusals import Unprocessable
from workflow.branding import Brand
from workflow.clocks.models import Calendar, Ladder, ServiceLevel
from workflow.people.actors import Actor
from workflow.people.models import Department, Team, User
from workflow.refusals import Refusal

Row = TypeVar("Row", bound=Model)


class NotThere(Refusal):
    """What the address names is not there."""

    code = "not_there"
    status = 404


def own_contact(actor: Actor) -> Any:
    """Return the contact behind a customer's token; one query.

    Raises:
        Unprocessable: the contact is not there any more.
    """
    contact = contact_with_id(actor.id)
    if contact is None:
        raise Unprocessable(
            _("The customer of this token is not there any more."),
            next_step=_("Ask the service desk for a new token."),
        )
    return contact


def product_for(name: str) -> Any:
    """Return the product of a name or short name, or None for an empty one; at most one query.

    Raises:
        Unprocessable: there is none.
    """
    if not name.strip():
        return None
    product = product_called(slug_of(name))
    if product is None:
        raise Unprocessable(
            _("There is no product “%(name)s”.") % {"name": name},
            next_step=_("Send the name of one that is there, or none."),
        )
    return product


def department_called(name: str) -> Department:
    """Return the active department of a name or short name, whatever the letters' case.

    One query.

    Raises:
        Unprocessable: there is none.
    """
    for department in active_departments():
        if name.strip().lower() in (department.name.lower(), department.slug):
            return department
    raise Unprocessable(
        _("There is no department “%(name)s”.") % {"name": name},
        next_step=_("Send the name of one that is there."),
    )


def colleague_at(email: str) -> User:
    """Return the colleague who takes cases and has this e-mail address; one query.

    Raises:
        Unprocessable: there is none.
    """
    wanted = email.strip().lower()
    for user in colleagues_who_work_cases():
        if user.email.lower() == wanted:
            return user
    raise Unprocessable(
        _("Nobody with the address “%(email)s” takes cases.") % {"email": email},
        next_step=_("Send the address of a colleague who works cases."),
    )


def case_in(actor: Actor, number: int | None) -> Any:
    """Return the case of a number; one query.

    Raises:
        Unprocessable: it is not there, or not for this actor.
    """
    found = cases_numbered(actor, [number]) if number is not None else []
    if not found:
        raise Unprocessable(
            _("There is no case #%(number)s here.") % {"number": number or "?"},
            next_step=_("Send the number of a case that is there."),
        )
    return found[0]


def service_level_of_id(pk: int) -> ServiceLevel:
    """Return a service level; one query.

    Raises:
        Unprocessable: there is none.
    """
    found = ServiceLevel.objects.select_related("version__calendar").filter(pk=pk).first()
    if found is None:
        raise Unprocessable(
            _("There is no service level %(id)s.") % {"id": pk},
            next_step=_("Send the id of one of the list."),
        )
    return found


def calendar_of_id(pk: int) -> Calendar:
    """Return opening hours; one query.

    Raises:
        Unprocessable: there are none.
    """
    found = Calendar.objects.filter(pk=pk).first()
    if found is None:
        raise Unprocessable(
            _("There are no opening hours %(id)s.") % {"id": pk},
            next_step=_("Send the id of those of a list."),
        )
    return found


def ladder_of_id(pk: int) -> Ladder:
    """Return a ladder; one query.

    Raises:
        Unprocessable: there is none.
    """
    found = Ladder.objects.filter(pk=pk).first()
    if found is None:
        raise Unprocessable(
            _("There is no ladder %(id)s.") % {"id": pk},
            next_step=_("Send the id of one of the list."),
        )
    return found


def team_of_id(pk: int) -> Team:
    """Return a team; one query.

    Raises:
        Unprocessable: there is none.
    """
    found = Team.objects.filter(pk=pk).first()
    if found is None:
        raise Unprocessable(
            _("There is no team %(id)s.") % {"id": pk},
            next_step=_("Send the id of one of the list."),
        )
    return found


def brand_of_id(pk: int) -> Brand:
    """Return a brand; one query.

    Raises:
        Unprocessable: there is none.
    """
    found = Brand.objects.filter(pk=pk).first()
    if found is None:
        raise Unprocessable(
            _("There is no brand %(id)s.") % {"id": pk},
            next_step=_("Send the id of one of the list."),
        )
    return found


def colleagues_at(emails: Sequence[str]) -> list[User]:
    """Return the colleagues who have these e-mail addresses; one query.

    Raises:
        Unprocessable: somebody is not there.
    """
    wanted = {email.strip().lower() for email in emails}
    found: list[User] = [
        *User.objects.annotate(mail=Lower("email")).filter(mail__in=wanted).order_by("id")
    ]
    missing = sorted(wanted - {user.email.lower() for user in found})
    if missing:
        raise Unprocessable(
            _("There is no colleague with the address “%(email)s”.") % {"email": missing[0]},
            next_step=_("Send addresses of colleagues who are there."),
        )
    return found


def row_of(rows: Manager[Row] | QuerySet[Row], **named: Any) -> Row:
    """Return the row that an address names; one query.

    Raises:
        NotThere: there is none.
    """
    found = rows.filter(**named).first()
    if found is None:
        raise NotThere(_("There is nothing of this name here."), next_step=_("Look in the list."))
    return found
