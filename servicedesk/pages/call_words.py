"""What calls are called on pages, and what a form about a call holds."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cases.models import CallDirection, CallOutcome, PhoneCall
from servicedesk.pages.numbers import MOST_DIGITS

LONGEST_CALL = timedelta(hours=12)
OUTCOMES = {
    CallOutcome.OPENED: gettext_lazy("Case opened"),
    CallOutcome.CONTINUED: gettext_lazy("Case continued"),
    CallOutcome.ANSWERED: gettext_lazy("Answered at once"),
    CallOutcome.WRONG_NUMBER: gettext_lazy("Wrong number"),
    CallOutcome.NOT_REACHED: gettext_lazy("Nobody reached"),
}
CONTINUES = "case-"


def outcome_words(outcome: str) -> str:
    """Return what came of a call in words."""
    return str(OUTCOMES[CallOutcome(outcome)])


def outcome_in(typed: Mapping[str, str]) -> tuple[CallOutcome | None, int | None]:
    """Return the outcome that was chosen and the number of the case that it continues."""
    chosen = typed.get("outcome", CallOutcome.OPENED.value)
    if chosen.startswith(CONTINUES):
        number = chosen.removeprefix(CONTINUES)
        if number.isascii() and number.isdigit() and len(number) <= MOST_DIGITS:
            return CallOutcome.CONTINUED, int(number)
        return None, None
    if chosen in CallOutcome.values and chosen != CallOutcome.CONTINUED:
        return CallOutcome(chosen), None
    return None, None


def direction_in(typed: Mapping[str, str]) -> CallDirection:
    """Return who rang whom; the customer us, if nothing is said."""
    return CallDirection.OUT if typed.get("direction") == CallDirection.OUT else CallDirection.IN


def began_at_in(typed: Mapping[str, str], *, at: datetime) -> datetime:
    """Return when the call began: when its form was opened, at most twelve hours ago."""
    try:
        written = parse_datetime(typed.get("began_at", ""))
    except ValueError:
        written = None
    if written is None or written.tzinfo is None or not at - LONGEST_CALL < written <= at:
        return at
    return written


def outcome_choices(cases: list[dict[str, Any]], *, chosen: str) -> list[dict[str, Any]]:
    """Return what can come of a call with somebody who has these open cases."""
    choices = [{"value": CallOutcome.OPENED.value, "label": _("Open a case")}]
    choices += [
        {
            "value": f"{CONTINUES}{case['number']}",
            "label": _("Continue #%(number)s: %(subject)s")
            % {"number": case["number"], "subject": case["subject"]},
        }
        for case in cases
    ]
    choices += [
        {"value": CallOutcome.ANSWERED.value, "label": _("Answered at once, no case needed")},
        {"value": CallOutcome.WRONG_NUMBER.value, "label": _("Wrong number")},
        {"value": CallOutcome.NOT_REACHED.value, "label": _("Nobody reached (we called)")},
    ]
    known = {choice["value"] for choice in choices}
    current = chosen if chosen in known else CallOutcome.OPENED.value
    return [{**choice, "is_chosen": choice["value"] == current} for choice in choices]


def call_in_list(call: PhoneCall, *, may_open: bool) -> dict[str, Any]:
    """Return a call as a row of the list; no query."""
    is_out = call.direction == CallDirection.OUT
    return {
        "id": call.pk,
        "at": call.began_at,
        "symbol": "phone-outgoing" if is_out else "phone-incoming",
        "direction": _("We called") if is_out else _("They called"),
        "who": call.contact.name if call.contact else call.number or _("Number withheld"),
        "who_href": reverse("agent:contact", args=[call.contact_id]) if call.contact_id else "",
        "number": call.number,
        "subject": call.subject or (call.text[:120] if may_open else ""),
        "product": call.product.name if call.product else "",
        "agent": call.agent.name,
        "outcome": outcome_words(call.outcome),
        "case": call.case.number if call.case else None,
        "case_href": reverse("agent:case", args=[call.case.number]) if call.case else "",
        "minutes": round((call.ended_at - call.began_at) / timedelta(minutes=1)),
        "may_open": may_open and call.case_id is None and call.contact_id is not None,
    }
