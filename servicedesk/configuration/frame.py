"""What every page of the settings shows around its content."""

from datetime import timedelta
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from problems.stuck_approvals import stuck_requests
from servicedesk.configuration.sections import SECTIONS
from servicedesk.mail.deciding import undecided_mails
from servicedesk.mail.models import MailOutcome
from servicedesk.pages.answers import page
from servicedesk.pages.guards import StaffRequest
from servicedesk.webhooks.models import SwitchedOff, WebhookSubscription
from workflow.outbox.models import Delivery, DeliveryState, Effect, EffectState
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

ROWS = 50
HOUR = timedelta(hours=1)


class NotANumber(Refusal):
    """A field needs a number."""

    code = "not_a_number"


class NotFound(Refusal):
    """The form names something that is not there."""

    code = "not_found"
    status = 404


Row = TypeVar("Row", bound=Model)
ANY_SETTING = tuple(
    dict.fromkeys(permission for section in SECTIONS for permission in section.any_of)
)


def settings_page(
    request: StaffRequest,
    name: str,
    context: dict[str, Any],
    *,
    partial: str = "",
    status: int = 200,
) -> HttpResponse:
    """Render a page of the settings with its menu and what needs attention; three queries.

    For htmx only its part `partial`, if one is named.
    """
    frame = {"settings_page": name, "settings_menu": menu_for(request)}
    return page(
        request, f"settings/{name}.html", {**frame, **context}, partial=partial, status=status
    )


def menu_for(request: StaffRequest) -> list[dict[str, Any]]:
    """Return the pages that this person may open by group, each with what waits there."""
    attention = attention_for(request)
    return [
        {
            "code": section.code,
            "group": section.group,
            "href": reverse(f"settings:{section.code}"),
            "icon": section.icon,
            "label": section.label,
            "says": section.says,
            "count": attention.get(section.code, 0),
        }
        for section in SECTIONS
        if any(request.actor.may(permission) for permission in section.any_of)
    ]


def attention_for(request: StaffRequest) -> dict[str, int]:
    """Return how much waits for a decision; five queries, none without the right."""
    if not request.actor.may(Permission.RETRY_DELIVERY):
        return {}
    return {
        "webhooks": WebhookSubscription.objects.filter(
            switched_off_because__in=(SwitchedOff.FAILING, SwitchedOff.GONE)
        ).count(),
        "dead_letters": Delivery.objects.filter(state=DeliveryState.DEAD).count()
        + Effect.objects.filter(state=EffectState.DEAD).count()
        + stuck_requests().count(),
        "quarantine": undecided_mails().filter(outcome=MailOutcome.QUARANTINED).count(),
    }


def whole_number(text: str | None) -> int | None:
    """Return the number that an address or a hidden field names, or None if it is none."""
    text = text or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def posted_id(request: HttpRequest, name: str = "id") -> int:
    """Return the id that a form names.

    Raises:
        NotFound: it names none.
    """
    found = whole_number(request.POST.get(name))
    if found is None:
        raise NotFound(str(_("This is not there.")), next_step=str(_("Load the page again.")))
    return found


def chosen(rows: QuerySet[Row], value: str | None) -> Row | None:
    """Return the row that a field names by its id, or None."""
    number = whole_number(value)
    return rows.filter(pk=number).first() if number is not None else None


def hours_in(text: str) -> timedelta:
    """Return a span written in hours, with a point or a comma.

    Raises:
        NotANumber: it is no number.
    """
    try:
        hours = float(text.strip().replace(",", "."))
    except ValueError:
        hours = -1.0
    if not 0 < hours <= 10_000:
        raise NotANumber(
            str(_("This is not a number of hours.")), next_step=str(_("Write it like 4 or 0.5."))
        )
    return timedelta(seconds=round(hours * 3600))


def hours_of(span: timedelta) -> str:
    """Write a span in hours, as it stands in a field."""
    return f"{span / HOUR:.2f}".rstrip("0").rstrip(".")
