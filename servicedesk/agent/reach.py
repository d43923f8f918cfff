"""How a customer may be reached, on the customer's page: calls, absence, mail that came back."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from customers.contacting import (
    BadAbsence,
    NothingCameBack,
    reach_of,
    say_how_to_reach,
    write_again_to,
)
from customers.preferences import still_away
from servicedesk.pages.address_words import bounce_words
from servicedesk.pages.numbers import MOST_DIGITS
from workflow.people.actors import Actor


def reach_shown(contact: Any, *, at: datetime) -> dict[str, Any]:
    """Return how a customer may be reached, as customer_reach.html has it; two queries."""
    reach = reach_of(contact.pk)
    return {
        "may_be_mailed": contact.may_be_mailed,
        "wants_call": reach.wants_call,
        "away_until": still_away(reach.away_until, at=at),
        "away_said_at": reach.away_said_at,
        "addresses": [
            {
                "id": one.pk,
                "value": one.value,
                "came_back_at": one.bounced_at,
                "because": bounce_words(one.bounced_status),
            }
            for one in reach.addresses
        ],
    }


def say(contact_id: int, given: Mapping[str, str], *, actor: Actor, at: datetime) -> str:
    """Keep what a colleague says of calls and absence; return what to say.

    Raises:
        BadAbsence: no such day, or nobody is away until then.
    """
    written = given.get("away_until", "").strip()
    try:
        away_until = date.fromisoformat(written) if written else None
    except ValueError:
        raise BadAbsence(
            _("There is no such day."), next_step=_("Write it like 2026-03-05.")
        ) from None
    say_how_to_reach(
        contact_id,
        wants_call=given.get("wants_call") == "yes",
        away_until=away_until,
        actor=actor,
        at=at,
    )
    return _("Saved.")


def write_again(contact_id: int, given: Mapping[str, str], *, actor: Actor, at: datetime) -> str:
    """Let mail go again to an address; return what to say.

    Raises:
        NothingCameBack: it names none from which mail came back.
    """
    written = given.get("address", "")
    if not (written.isascii() and written.isdigit() and len(written) <= MOST_DIGITS):
        raise NothingCameBack(
            _("Nothing came back from this address."), next_step=_("Load the page again.")
        )
    write_again_to(contact_id, address_id=int(written), actor=actor, at=at)
    return _("Mail goes to this address again.")
