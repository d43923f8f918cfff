"""Settings: what could not be delivered, and what becomes of it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _

from servicedesk.configuration.frame import NotFound, posted_id, settings_page
from servicedesk.configuration.subjects import Subject, subjects_named
from servicedesk.notifications.models import Notification
from servicedesk.pages.guards import StaffRequest, staff
from workflow.outbox.dead_letters import DeadLetter, dead_letters, give_up_letter, retry_letter
from workflow.outbox.models import Delivery, DeliveryState
from workflow.people.permissions import Permission

EVENT_WORDS: dict[str, Callable[[], str]] = {
    "cases.case.opened": lambda: _("A case was opened"),
    "cases.case.answered": lambda: _("A case was answered"),
    "cases.case.resolved": lambda: _("A case was resolved"),
    "cases.case.reopened": lambda: _("A case was reopened"),
}
NOTIFICATION_WORDS: dict[str, Callable[[], str]] = {
    "receipt": lambda: _("Receipt"),
    "answer": lambda: _("Answer"),
    "case_resolved": lambda: _("Case resolved"),
    "case_reopened": lambda: _("Case reopened"),
    "workaround": lambda: _("Workaround"),
    "estimate": lambda: _("New date"),
    "problem_resolved": lambda: _("Solution"),
    "problem_reopened": lambda: _("Problem is back"),
    "portal_link": lambda: _("Link to the portal"),
    "assigned": lambda: _("Problem for a department"),
    "refused": lambda: _("Problem was refused"),
    "clock_warned": lambda: _("Target is near"),
    "clock_breached": lambda: _("Target was missed"),
}


@staff(Permission.RETRY_DELIVERY)
def deliveries(request: StaffRequest) -> HttpResponse:
    """Show what failed for good, or decide about it."""
    if request.method == "POST":
        decide(request)
        return redirect("settings:dead_letters")
    letters = dead_letters()
    news = [letter for letter in letters if not letter.is_effect]
    effects = [letter for letter in letters if letter.is_effect]
    return settings_page(
        request,
        "dead_letters",
        {"news": news_in_list(news), "effects": effects_in_list(effects), "next_url": ""},
    )


def decide(request: StaffRequest) -> None:
    """Try again, or give up; one letter or all of a kind that the page shows.

    Raises:
        NotDead: somebody was faster.
        NotFound: the form asks for something else.
    """
    action = request.POST.get("action", "")
    is_effect = request.POST.get("kind") == "effect"
    if action == "retry_all":
        letters = [letter for letter in dead_letters() if letter.is_effect == is_effect]
        # The oldest first: news of one subject are heard in their order.
        for letter in reversed(letters):
            retry_letter(is_effect=is_effect, letter_id=letter.id, actor=request.actor, at=now())
        messages.success(request, _("All of them are tried again now."))
    elif action == "retry":
        retry_letter(
            is_effect=is_effect, letter_id=posted_id(request), actor=request.actor, at=now()
        )
        messages.success(request, _("It is tried again now."))
    elif action == "give_up":
        give_up_letter(
            is_effect=is_effect, letter_id=posted_id(request), actor=request.actor, at=now()
        )
        messages.success(request, _("It is put aside for good."))
    else:
        raise NotFound(_("This is not there."), next_step=_("Load the page again."))


def news_in_list(letters: list[DeadLetter]) -> list[dict[str, Any]]:
    """Return what rows show of news; four queries for any number."""
    subjects = subjects_named(split(letter.about) for letter in letters)
    waiting = dict(
        Delivery.objects.filter(
            state=DeliveryState.PENDING, subject__in={letter.about for letter in letters}
        )
        .order_by()
        .values_list("subject")
        .annotate(count=Count("id"))
    )
    rows = []
    for letter in letters:
        kind, _arrow, subscriber = letter.what.partition(" → ")
        subject = subjects.get(split(letter.about))
        rows.append(
            {
                "id": letter.id,
                "event": EVENT_WORDS[kind]() if kind in EVENT_WORDS else event_in_words(kind),
                "subscriber": subscriber.rpartition(".")[2].replace("_", " "),
                "subject": subject.label if subject else letter.about,
                "subject_href": subject.href if subject else "",
                "failed_at": letter.since,
                "attempts": letter.attempts,
                "error": letter.why,
                "holds_back": waiting.get(letter.about, 0),
            }
        )
    return rows


def event_in_words(kind: str) -> str:
    """Return `problems.problem.routed` as `Problem routed`."""
    return " ".join(kind.split(".")[1:]).replace("_", " ").capitalize()


def split(about: str) -> tuple[str, int]:
    """Return `case:17` as kind and id."""
    kind, _colon, number = about.partition(":")
    return kind, int(number) if number.isascii() and number.isdigit() else 0


def effects_in_list(letters: list[DeadLetter]) -> list[dict[str, Any]]:
    """Return what rows show of effects; three queries for any number."""
    notifications = {
        notification.key: notification
        for notification in Notification.objects.filter(
            key__in=[letter.about for letter in letters]
        ).select_related("contact", "user")
    }
    subjects = subjects_named(about_of(notification) for notification in notifications.values())
    return [effect_in_list(letter, notifications.get(letter.about), subjects) for letter in letters]


def about_of(notification: Notification) -> tuple[str, int]:
    """Return the record that a notification is about, as kind and id."""
    if notification.case_id is not None:
        return "case", notification.case_id
    return "problem", notification.problem_id or 0


def effect_in_list(
    letter: DeadLetter,
    notification: Notification | None,
    subjects: dict[tuple[str, int], Subject],
) -> dict[str, Any]:
    """Return what a row shows of an effect."""
    says, subject = letter.what, None
    if notification is not None:
        receiver = notification.contact or notification.user
        says = _("%(what)s to %(receiver)s") % {
            "what": NOTIFICATION_WORDS[notification.kind](),
            "receiver": receiver.name if receiver else "",
        }
        subject = subjects.get(about_of(notification))
    return {
        "id": letter.id,
        "kind_label": _("Mail"),
        "says": says,
        "subject": subject.label if subject else "",
        "subject_href": subject.href if subject else "",
        "failed_at": letter.since,
        "attempts": letter.attempts,
        "error": letter.why,
    }
