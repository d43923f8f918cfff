"""Who is it? People found while somebody types, and what is open with the one who was chosen."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from cases.queries import cases_of_contact
from customers.identity import BadAddress, contact_behind, usable_address
from customers.models import AddressKind, Contact
from customers.queries import contact_to_show, contacts_found
from problems.affected import problems_of_contact
from servicedesk.pages.case_words import channel_words
from servicedesk.pages.case_words import state_words as case_state_words
from servicedesk.pages.numbers import MOST_DIGITS
from servicedesk.pages.problem_words import state_words
from workflow.people.actors import Actor

SEARCHED = ("contact_number", "contact_email", "contact_name")
MOST_SHOWN = 8


def contact_id_in(typed: Mapping[str, str]) -> int | None:
    """Return the id of the person who was chosen, or None; `pick` is a button just pressed."""
    chosen = typed.get("pick") or typed.get("contact", "")
    if chosen.isascii() and chosen.isdigit() and len(chosen) <= MOST_DIGITS:
        return int(chosen)
    return None


def people_found(typed: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the people whom number, address or name may mean; at most three queries."""
    for name in SEARCHED:
        found = contacts_found(typed.get(name, ""))
        if found:
            return [person_found(one) for one in found]
    return []


def person_found(found: Any) -> dict[str, Any]:
    """Return one person of the list."""
    return {
        "id": found.pk,
        "name": found.name,
        "organisation": found.organisation.name if found.organisation else "",
        "addresses": found.known_addresses,
        "is_prospect": found.is_prospect,
    }


def caller_shown(actor: Actor, contact_id: int) -> dict[str, Any] | None:
    """Return the chosen person with open cases and known problems, or None; four queries."""
    found = contact_to_show(contact_id)
    if found is None:
        return None
    cases = [one for one in cases_of_contact(actor, contact_id) if one.is_open]
    return {
        **person_found(found),
        "href": reverse("agent:contact", args=[found.pk]),
        "cases": [
            {
                "number": one.number,
                "href": reverse("agent:case", args=[one.number]),
                "subject": one.subject,
                "state_label": case_state_words(one.state),
                "channel": channel_words(one.channel),
            }
            for one in cases[:MOST_SHOWN]
        ],
        "problems": [
            {
                "number": one.problem.name,
                "href": reverse("problem:problem", args=[one.problem.name]),
                "title": one.problem.title,
                "state_label": state_words(one.problem.state),
                "workaround": one.problem.workaround,
            }
            for one in problems_of_contact(contact_id)
            if one.problem.is_open
        ],
    }


def errors_of_caller(typed: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with somebody who was typed in, not chosen; by field."""
    errors = {}
    email, number = typed.get("contact_email", "").strip(), typed.get("contact_number", "").strip()
    if not email and not number:
        errors["contact_email"] = _("Choose somebody, or write a mail address or a number.")
    for name, kind, written in (
        ("contact_email", AddressKind.MAIL, email),
        ("contact_number", AddressKind.PHONE, number),
    ):
        try:
            if written:
                usable_address(kind, written)
        except BadAddress as refusal:
            errors[name] = f"{refusal.sentence} {refusal.next_step}"
    return errors


def contact_typed(typed: Mapping[str, str], *, actor: Actor, at: datetime) -> Contact | None:
    """Return the person of the typed address or number, a new prospect if nobody has it.

    None if neither was typed.
    """
    name = typed.get("contact_name", "")
    email, number = typed.get("contact_email", "").strip(), typed.get("contact_number", "").strip()
    if email:
        return contact_behind(email, name=name, actor=actor, at=at, is_prospect=True)
    if number:
        return contact_behind(
            number,
            name=name or number,
            kind=AddressKind.PHONE,
            actor=actor,
            at=at,
            is_prospect=True,
        )
    return None
