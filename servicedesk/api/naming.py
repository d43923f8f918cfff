"""What a field names: a product, a department, a colleague, a case, a customer."""

from typing import Any

from django.utils.translation import gettext as _

from cases.importing import slug_of
from cases.queries import active_departments, cases_numbered, colleagues_who_work_cases
from customers.queries import contact_with_id, product_called
from servicedesk.api.refusals import Unprocessable
from workflow.people.actors import Actor
from workflow.people.models import Department, User


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
