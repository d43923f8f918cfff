"""What a customer wishes: language, time zone, mails and quiet hours; the own data; leaving."""

from collections.abc import Callable, Collection
from datetime import date, time
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _

from customers.preferences import (
    LANGUAGES,
    BadPreference,
    Topic,
    Wishes,
    addresses_of,
    save_preferences,
    still_away,
    timezone_of,
    wishes_of,
)
from problems.problem_passes import leave_everywhere
from servicedesk.pages.answers import page
from servicedesk.pages.guards import ContactRequest, contact
from servicedesk.pages.session import sign_out_contact
from servicedesk.portal.visits import NoSuchAct
from workflow.calendars import timezones

TOPICS: dict[Topic, Callable[[], tuple[str, str]]] = {
    Topic.ANSWERS: lambda: (_("Answers"), _("Somebody of us wrote to you.")),
    Topic.PROGRESS: lambda: (
        _("Progress"),
        _("What helps until a problem is fixed, its date, and if it comes back."),
    ),
    Topic.SOLUTIONS: lambda: (_("Solutions"), _("Something of yours is solved.")),
}
KINDS: dict[str, Callable[[], str]] = {
    "mail": lambda: _("E-mail"),
    "phone": lambda: _("Telephone"),
    "social": lambda: _("Social network"),
}


@contact
def preferences(request: ContactRequest) -> HttpResponse:
    """Show the preferences, keep them, or sign out everywhere."""
    if request.method != "POST":
        return preferences_page(request, data=data_of(request), errors={})
    action = request.POST.get("action", "")
    if action == "sign_out_everywhere":
        leave_everywhere(request.contact, actor=request.actor, at=now())
        answer = redirect("portal:sign_in")
        sign_out_contact(request, answer)
        return answer
    if action != "save":
        raise NoSuchAct
    return save(request)


def save(request: ContactRequest) -> HttpResponse:
    """Keep what was written; what cannot be kept is said beside its field."""
    data: dict[str, Any] = {
        name: request.POST.get(name, "")
        for name in ("name", "language", "timezone", "quiet_from", "quiet_until", "away_until")
    }
    data["wants_call"] = request.POST.get("wants_call") == "yes"
    data["topics"] = topics_chosen(request)
    try:
        save_preferences(
            request.contact.pk,
            name=data["name"],
            language=data["language"],
            timezone=data["timezone"].strip(),
            wishes=Wishes(
                topics=frozenset(data["topics"]),
                quiet_from=time_in(data["quiet_from"], field="quiet_from"),
                quiet_until=time_in(data["quiet_until"], field="quiet_until"),
                wants_call=data["wants_call"],
                away_until=day_in(data["away_until"]),
            ),
            actor=request.actor,
            at=now(),
        )
    except BadPreference as refusal:
        errors = {refusal.field: str(refusal)}
        return preferences_page(request, data=data, errors=errors, status=422)
    messages.success(request, _("Your preferences are saved."))
    return redirect("portal:preferences")


def topics_chosen(request: HttpRequest) -> frozenset[Topic]:
    """Return about what a form wants to be mailed."""
    given = request.POST.getlist("topics")
    return frozenset(topic for topic in Topic if topic.value in given)


def topics_as_switches(chosen: Collection[Topic]) -> list[dict[str, Any]]:
    """Return each topic with its words and whether it is on."""
    return [
        {
            "value": topic.value,
            "label": words()[0],
            "says": words()[1],
            "is_on": topic in chosen,
        }
        for topic, words in TOPICS.items()
    ]


def time_in(text: str, *, field: str) -> time | None:
    """Return the time of day of a field, or None for an empty one.

    Raises:
        BadPreference: it is no time of day.
    """
    if not text.strip():
        return None
    try:
        return time.fromisoformat(text.strip()).replace(tzinfo=None, second=0, microsecond=0)
    except ValueError:
        raise BadPreference(
            _("This is no time of day."), next_step=_("Write it like 22:00."), field=field
        ) from None


def day_in(text: str) -> date | None:
    """Return the day of a field, or None for an empty one.

    Raises:
        BadPreference: it is no day.
    """
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise BadPreference(
            _("There is no such day."), next_step=_("Write it like 2026-03-05."), field="away_until"
        ) from None


def data_of(request: ContactRequest) -> dict[str, Any]:
    """Return the fields as they are; one query."""
    wishes = wishes_of(request.contact.pk)
    away_until = still_away(wishes.away_until, at=now())
    return {
        "name": request.contact.name,
        "language": request.contact.language,
        "timezone": timezone_of(
            request.contact,
            otherwise=request.tenant.timezone,  # type: ignore[attr-defined]
        ),
        "quiet_from": f"{wishes.quiet_from:%H:%M}" if wishes.quiet_from else "",
        "quiet_until": f"{wishes.quiet_until:%H:%M}" if wishes.quiet_until else "",
        "wants_call": wishes.wants_call,
        "away_until": away_until.isoformat() if away_until else "",
        "topics": set(wishes.topics),
    }


def preferences_page(
    request: ContactRequest,
    *,
    data: dict[str, Any],
    errors: dict[str, str],
    status: int = 200,
) -> HttpResponse:
    """Return the page; one query for the addresses."""
    return page(
        request,
        "portal/preferences.html",
        {
            "form": {"data": data, "errors": errors},
            "languages": [{"value": code, "label": name} for code, name in LANGUAGES.items()],
            "timezones": [zone for zone in timezones() if zone != "UTC"],
            "topics": topics_as_switches(data["topics"]),
            "addresses": [
                {
                    "kind": KINDS.get(one.kind, lambda: "")(),
                    "value": one.value,
                    "is_primary": one.is_primary,
                    "came_back": one.bounced_at is not None,
                }
                for one in addresses_of(request.contact.pk)
            ],
            "organisation": request.contact.organisation.name
            if request.contact.organisation
            else "",
            "sees_organisation": request.contact.sees_organisation,
        },
        status=status,
    )
