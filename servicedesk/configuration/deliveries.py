"""Settings: what could not be delivered, and what becomes of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from problems.stuck_approvals import retry_stuck_request, stuck_requests
from servicedesk.configuration.frame import (
    ROWS,
    NotFound,
    posted_id,
    settings_page,
    whole_number,
)
from servicedesk.configuration.subjects import Subject, subjects_named
from servicedesk.notifications.models import Notification
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.webhooks.kinds import KINDS, kind_words, outside_name
from servicedesk.webhooks.models import WebhookCall, WebhookSubscription
from workflow.outbox.dead_letters import (
    dead_effects,
    dead_effects_by_kind,
    dead_news,
    give_up_letter,
    retry_letter,
    retry_letters,
)
from workflow.outbox.event import Event
from workflow.outbox.models import Delivery, DeliveryState, Effect
from workflow.people.permissions import Permission

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
    "clock_digest": lambda: _("Targets that need somebody"),
    "webhook_off": lambda: _("Webhook switched off"),
}
LETTERS_OF_A_WEBHOOK = 5_000
APPROVALS = "approvals"
Row = dict[str, Any]


# ---- mails -----------------------------------------------------------------------------------


def mails(what: str) -> QuerySet[Effect]:
    """Return the mails that failed, of one occasion if it is named."""
    letters = dead_effects("notification")
    if not what:
        return letters
    return letters.filter(key__in=Notification.objects.filter(kind=what).values("key"))


def occasions() -> dict[str, str]:
    """Return the occasions of mails in words."""
    return {code: words() for code, words in NOTIFICATION_WORDS.items()}


def mail_rows(letters: list[Effect]) -> list[Row]:
    """Return what rows show of mails; four queries for any number."""
    notifications = {
        notification.key: notification
        for notification in Notification.objects.filter(
            key__in=[letter.key for letter in letters]
        ).select_related("contact", "user")
    }
    subjects = subjects_named(about_of(one) for one in notifications.values())
    return [mail_row(letter, notifications.get(letter.key), subjects) for letter in letters]


def mail_row(
    letter: Effect,
    notification: Notification | None,
    subjects: dict[tuple[str, int], Subject],
) -> Row:
    """Return what a row shows of a mail: the occasion, and to whom."""
    if notification is None:
        return effect_row(letter, says=letter.key, subject=None)
    receiver = notification.contact or notification.user
    words = NOTIFICATION_WORDS.get(notification.kind)
    says = _("%(what)s to %(receiver)s") % {
        "what": words() if words else notification.kind,
        "receiver": receiver.name if receiver else "",
    }
    return effect_row(letter, says=says, subject=subjects.get(about_of(notification)))


def about_of(notification: Notification) -> tuple[str, int]:
    """Return the record that a notification is about, as kind and id."""
    if notification.case_id is not None:
        return "case", notification.case_id
    return "problem", notification.problem_id or 0


# ---- calls of webhooks -----------------------------------------------------------------------


def calls(what: str) -> QuerySet[Effect]:
    """Return the calls that failed, of one webhook if its id is given."""
    letters = dead_effects("webhook")
    webhook_id = whole_number(what)
    if webhook_id is None:
        return letters
    # The log has an index of what did not arrive; the letters are found by its ids.
    failed = WebhookCall.objects.filter(subscription_id=webhook_id, state="failed")
    return letters.filter(
        key__in=[call.effect_key for call in failed.order_by("id")[:LETTERS_OF_A_WEBHOOK]]
    )


def webhook_names() -> dict[str, str]:
    """Return the webhooks by id; one query."""
    named = WebhookSubscription.objects.order_by("name", "id").values_list("pk", "name")
    return {str(pk): name for pk, name in named}


def call_rows(letters: list[Effect]) -> list[Row]:
    """Return what rows show of calls; up to four queries for any number."""
    found = {
        call.pk: call
        for call in WebhookCall.objects.filter(
            pk__in=[letter.payload["call"] for letter in letters]
        ).select_related("subscription")
    }
    subjects = subjects_named(
        (call.subject_kind, call.subject_id) for call in found.values() if call.subject_id
    )
    return [call_row(letter, found.get(letter.payload["call"]), subjects) for letter in letters]


def call_row(
    letter: Effect, call: WebhookCall | None, subjects: dict[tuple[str, int], Subject]
) -> Row:
    """Return what a row shows of a call: the news, and for which webhook."""
    if call is None:
        return effect_row(letter, says=_("A call of a webhook that was removed"), subject=None)
    says = _("%(news)s, for %(webhook)s") % {
        "news": kind_words(call.kind),
        "webhook": call.subscription.name,
    }
    subject = subjects.get((call.subject_kind, call.subject_id or 0))
    log = f"{reverse('settings:webhook_calls', args=[call.subscription_id])}?state=failed"
    return {**effect_row(letter, says=says, subject=subject), "log_href": log}


def effect_row(letter: Effect, *, says: str, subject: Subject | None) -> Row:
    """Return what every row of an effect shows."""
    return {
        "id": letter.pk,
        "says": says,
        "subject": subject.label if subject else "",
        "subject_href": subject.href if subject else "",
        "failed_at": letter.due_at,
        "attempts": letter.attempts,
        "error": letter.last_error,
    }


# ---- news inside the product -----------------------------------------------------------------


def news(what: str) -> QuerySet[Delivery]:
    """Return the news that somebody could not take, of one kind if it is named."""
    letters = dead_news()
    if not what:
        return letters
    return letters.filter(
        event__kind__in=[kind for kind in Event.kinds if outside_name(kind) == what]
    )


def kinds_of_news() -> dict[str, str]:
    """Return the kinds of news in words."""
    return {code: words() for code, words in KINDS.items()}


def news_rows(letters: list[Delivery]) -> list[Row]:
    """Return what rows show of news; up to five queries for any number."""
    subjects = subjects_named(split(letter.subject) for letter in letters)
    waiting = dict(
        Delivery.objects.filter(
            state=DeliveryState.PENDING, subject__in={letter.subject for letter in letters}
        )
        .order_by()
        .values_list("subject")
        .annotate(count=Count("id"))
    )
    return [
        {
            "id": letter.pk,
            "says": kind_words(outside_name(letter.event.kind)),
            "subscriber": letter.subscriber.replace("_", " "),
            "subject": subject.label if subject else letter.subject,
            "subject_href": subject.href if subject else "",
            "failed_at": letter.due_at,
            "attempts": letter.attempts,
            "error": letter.last_error,
            "holds_back": waiting.get(letter.subject, 0),
        }
        for letter in letters
        for subject in [subjects.get(split(letter.subject))]
    ]


def split(about: str) -> tuple[str, int]:
    """Return `case:17` as kind and id."""
    kind, _colon, number = about.partition(":")
    return kind, int(number) if number.isascii() and number.isdigit() else 0


# ---- approvals that stand still --------------------------------------------------------------


def request_rows(requests: list[Any]) -> list[Row]:
    """Return what rows show of requests; one query for any number."""
    subjects = subjects_named(("problem", one.problem_id) for one in requests)
    return [
        {
            "id": one.pk,
            "says": _("Who decides about the step “%(step)s” of") % {"step": one.step_key},
            "subject": subject.label if subject else "",
            "subject_href": subject.href if subject else "",
            "failed_at": one.due_at,
            "attempts": one.failed_asks,
            "error": one.ask_error,
            "next_try_at": one.ask_again_at,
        }
        for one in requests
        for subject in [subjects.get(("problem", one.problem_id))]
    ]


# ---- the page --------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """One sort of dead letters: how they are found, told apart and shown."""

    label: Callable[[], str]
    is_effect: bool
    letters: Callable[[str], QuerySet[Any]]
    sorts: Callable[[], dict[str, str]]
    rows: Callable[[list[Any]], list[Row]]


SHELVES = {
    "mail": Shelf(
        label=lambda: _("Mails"),
        is_effect=True,
        letters=mails,
        sorts=occasions,
        rows=mail_rows,
    ),
    "webhook": Shelf(
        label=lambda: _("Webhooks"),
        is_effect=True,
        letters=calls,
        sorts=webhook_names,
        rows=call_rows,
    ),
    "news": Shelf(
        label=lambda: _("Inside the product"),
        is_effect=False,
        letters=news,
        sorts=kinds_of_news,
        rows=news_rows,
    ),
    APPROVALS: Shelf(
        label=lambda: _("Approvals"),
        is_effect=False,
        letters=lambda _what: stuck_requests(),
        sorts=dict,
        rows=request_rows,
    ),
}


@staff(Permission.RETRY_DELIVERY)
def deliveries(request: StaffRequest) -> HttpResponse:
    """Show what failed for good, or decide about it."""
    if request.method == "POST":
        return decide(request)
    counts = counts_of_shelves()
    fullest = max(SHELVES, key=lambda code: bool(counts[code]))
    code = request.GET.get("show", "")
    code = code if code in SHELVES else fullest
    shelf, what = SHELVES[code], request.GET.get("what", "")
    sorts = shelf.sorts()
    what = what if what in sorts else ""
    letters = shelf.letters(what)
    before = whole_number(request.GET.get("before"))
    if before is not None:
        letters = letters.filter(pk__lt=before)
    shown = list(letters[: ROWS + 1])
    older = {"show": code, "what": what, "before": shown[ROWS - 1].pk if len(shown) > ROWS else 0}
    return settings_page(
        request,
        "dead_letters",
        {
            "shelves": [
                {
                    "label": each.label(),
                    "href": f"?show={name}",
                    "count": counts[name],
                    "is_current": name == code,
                }
                for name, each in SHELVES.items()
            ],
            "show": code,
            "what": what,
            "sorts": [{"value": value, "label": label} for value, label in sorts.items()],
            "letters": shelf.rows(shown[:ROWS]),
            "next_url": f"?{urlencode(older)}" if len(shown) > ROWS else "",
        },
    )


def counts_of_shelves() -> dict[str, int]:
    """Return how many dead letters each shelf holds; three queries."""
    effects = dead_effects_by_kind()
    return {
        "mail": effects.get("notification", 0),
        "webhook": effects.get("webhook", 0),
        "news": dead_news().count(),
        APPROVALS: stuck_requests().count(),
    }


def decide(request: StaffRequest) -> HttpResponse:
    """Try again, or give up; one letter or all of a sort.

    Raises:
        NotDead: somebody was faster.
        NotFound: the form asks for something else.
    """
    code, what = request.POST.get("show", ""), request.POST.get("what", "")
    action = request.POST.get("action", "")
    if code not in SHELVES:
        raise NotFound(_("This is not there."), next_step=_("Load the page again."))
    shelf = SHELVES[code]
    if code == APPROVALS:
        ask_again(request, action)
    elif action == "retry_all":
        count = retry_letters(shelf.letters(what), actor=request.actor, at=now())
        messages.success(request, _("Tried again now: %(count)d.") % {"count": count})
    elif action in ("retry", "give_up"):
        act = retry_letter if action == "retry" else give_up_letter
        act(
            is_effect=shelf.is_effect,
            letter_id=posted_id(request),
            actor=request.actor,
            at=now(),
        )
        said = _("It is tried again now.") if action == "retry" else _("It is put aside for good.")
        messages.success(request, said)
    else:
        raise NotFound(_("This is not there."), next_step=_("Load the page again."))
    return redirect(f"{reverse('settings:dead_letters')}?{urlencode({'show': code, 'what': what})}")


def ask_again(request: StaffRequest, action: str) -> None:
    """Let a stuck request be asked on, or all of them; none can be given up, only decided.

    Raises:
        NotStuck: somebody was faster.
        NotFound: the form asks for something else.
    """
    if action not in ("retry", "retry_all"):
        raise NotFound(_("This is not there."), next_step=_("Load the page again."))
    ids = (
        [posted_id(request)]
        if action == "retry"
        else list(stuck_requests().values_list("pk", flat=True)[:ROWS])
    )
    for request_id in ids:
        retry_stuck_request(request_id=request_id, actor=request.actor, at=now())
    messages.success(request, _("Tried again now: %(count)d.") % {"count": len(ids)})
