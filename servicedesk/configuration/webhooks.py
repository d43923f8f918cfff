"""Settings: who outside hears our news, and the log of calls."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from servicedesk.configuration.frame import (
    ROWS,
    NotFound,
    chosen,
    posted_id,
    settings_page,
    whole_number,
)
from servicedesk.configuration.subjects import Subject, subjects_named
from servicedesk.outbound.addresses import NotPublic
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.webhooks.calls import (
    Standing,
    call_for_test,
    calls_of,
    replay_call,
    replay_failed,
    standings,
)
from servicedesk.webhooks.kinds import KINDS, TEST, NoSuchKind, kind_words
from servicedesk.webhooks.models import (
    CallState,
    SwitchedOff,
    WebhookCall,
    WebhookSubscription,
)
from servicedesk.webhooks.subscriptions import (
    BadWebhookName,
    WebhookNameTaken,
    add_webhook,
    change_webhook,
    remove_webhook,
    rotate_secret,
    set_webhook_active,
)
from workflow.people.permissions import Permission

STATE_WORDS: dict[str, Callable[[], str]] = {
    CallState.PENDING: lambda: _("Waiting"),
    CallState.DELIVERED: lambda: _("Arrived"),
    CallState.FAILED: lambda: _("Failed for good"),
    CallState.DROPPED: lambda: _("Not sent"),
}
STATE_TONES = {
    CallState.PENDING: "line",
    CallState.DELIVERED: "good",
    CallState.FAILED: "danger",
    CallState.DROPPED: "warning",
}
OVERLAPS: dict[str, Callable[[], str]] = {
    "24": lambda: _("for one more day"),
    "168": lambda: _("for one more week"),
    "0": lambda: _("not any more: it got out"),
}
FIELD_OF = {BadWebhookName: "name", WebhookNameTaken: "name", NoSuchKind: "kinds"}
Form = dict[str, Any]


@never_cache
@staff(Permission.MANAGE_TOKENS)
def webhooks(request: StaffRequest) -> HttpResponse:
    """Show the webhooks, or change one. An answer with a secret in it is stored nowhere."""
    if request.method != "POST":
        editing = chosen(WebhookSubscription.objects.all(), request.GET.get("edit"))
        return webhooks_page(request, editing=editing, form=form_for(editing))
    acts = {
        "save": save,
        "rotate": rotate,
        "on": switch,
        "off": switch,
        "test": send_test,
        "remove": remove,
    }
    act = acts.get(request.POST.get("action", ""))
    if act is None:
        raise NotFound(_("This is not there."), next_step=_("Load the page again."))
    return act(request)


def save(request: StaffRequest) -> HttpResponse:
    """Add or change a webhook; what cannot be used stands in the form."""
    webhook_id = whole_number(request.POST.get("id"))
    name, url = request.POST.get("name", ""), request.POST.get("url", "").strip()
    kinds = set(request.POST.getlist("kinds"))
    try:
        if webhook_id is not None:
            webhook = change_webhook(
                webhook_id=webhook_id,
                name=name,
                url=url,
                kinds=kinds,
                actor=request.actor,
                at=now(),
            )
        else:
            webhook, secret = add_webhook(
                name=name, url=url, kinds=kinds, actor=request.actor, at=now()
            )
            return webhooks_page(request, shown=shown_once(webhook, secret))
    except (NotPublic, NoSuchKind, BadWebhookName, WebhookNameTaken) as refusal:
        errors = {FIELD_OF.get(type(refusal), "url"): str(refusal)}
        editing = WebhookSubscription.objects.filter(pk=webhook_id).first() if webhook_id else None
        form = {"data": {"name": name, "url": url, "kinds": kinds}, "errors": errors}
        return webhooks_page(request, editing=editing, form=form, status=422)
    messages.success(request, _("%(name)s is saved.") % {"name": webhook.name})
    return redirect("settings:webhooks")


def rotate(request: StaffRequest) -> HttpResponse:
    """Give a new secret and show it, this once."""
    webhook_id = posted_id(request)
    hours = whole_number(request.POST.get("overlap"))
    secret = rotate_secret(
        webhook_id=webhook_id,
        overlap=timedelta(hours=hours if hours is not None else 24),
        actor=request.actor,
        at=now(),
    )
    webhook = WebhookSubscription.objects.get(pk=webhook_id)
    return webhooks_page(request, shown=shown_once(webhook, secret))


def shown_once(webhook: WebhookSubscription, secret: str) -> dict[str, str]:
    """Return a new secret with its webhook, for the one page that shows it.

    That page answers the form itself instead of sending on: between two requests the secret would
    have to be kept somewhere in clear.
    """
    return {"name": webhook.name, "secret": secret}


def switch(request: StaffRequest) -> HttpResponse:
    """Switch a webhook off, or on again."""
    webhook = set_webhook_active(
        webhook_id=posted_id(request),
        is_active=request.POST.get("action") == "on",
        actor=request.actor,
        at=now(),
    )
    said = _("%(name)s is switched on.") if webhook.is_active else _("%(name)s is switched off.")
    messages.success(request, said % {"name": webhook.name})
    return redirect("settings:webhooks")


def send_test(request: StaffRequest) -> HttpResponse:
    """Ask for a test call and show the log, where it appears."""
    webhook_id = posted_id(request)
    call_for_test(webhook_id=webhook_id, actor=request.actor, at=now())
    messages.success(
        request, _("A test is on its way. Load this page again to see what was answered.")
    )
    return redirect("settings:webhook_calls", webhook_id)


def remove(request: StaffRequest) -> HttpResponse:
    """Remove a webhook with its log; asked for in two steps."""
    webhook_id = posted_id(request)
    if request.POST.get("is_confirmed") != "1":
        return redirect(f"{reverse('settings:webhooks')}?edit={webhook_id}#remove")
    remove_webhook(webhook_id=webhook_id, actor=request.actor, at=now())
    messages.success(request, _("The webhook and its log are removed."))
    return redirect("settings:webhooks")


def form_for(webhook: WebhookSubscription | None) -> Form:
    """Return the fields as they are, or as they begin."""
    if webhook is None:
        return {"data": {"name": "", "url": "", "kinds": set()}, "errors": {}}
    return {
        "data": {"name": webhook.name, "url": webhook.url, "kinds": webhook.kind_set},
        "errors": {},
    }


def webhooks_page(
    request: StaffRequest,
    *,
    editing: WebhookSubscription | None = None,
    form: Form | None = None,
    shown: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return the page; two queries for any number of webhooks."""
    form = form or form_for(None)
    webhooks = WebhookSubscription.objects.order_by("name", "id")
    standing = standings()
    return settings_page(
        request,
        "webhooks",
        {
            "webhooks": [
                webhook_in_list(webhook, standing=standing.get(webhook.pk, Standing()))
                for webhook in webhooks
            ],
            "form": form,
            "editing": {"id": editing.pk, "name": editing.name} if editing else None,
            "kinds": [
                {"value": kind, "label": words(), "is_chosen": kind in form["data"]["kinds"]}
                for kind, words in KINDS.items()
            ],
            "overlaps": [{"value": code, "label": words()} for code, words in OVERLAPS.items()],
            "shown": shown,
        },
        status=status,
    )


def webhook_in_list(webhook: WebhookSubscription, *, standing: Standing) -> dict[str, Any]:
    """Return what a row shows: where it goes (not the path, which may be a secret) and how it is."""
    return {
        "id": webhook.pk,
        "name": webhook.name,
        "host": urlsplit(webhook.url).hostname,
        "kinds": len(webhook.kind_set),
        "is_active": webhook.is_active,
        "health": health_of(webhook),
        "tone": tone_of(webhook),
        "delivered_at": webhook.delivered_at,
        "waiting": standing.waiting,
        "failed": standing.failed,
        "log_href": reverse("settings:webhook_calls", args=[webhook.pk]),
        "edit_href": f"{reverse('settings:webhooks')}?edit={webhook.pk}#edit",
    }


def health_of(webhook: WebhookSubscription) -> str:
    """Say in a few words how a webhook is."""
    if not webhook.is_active:
        return {
            SwitchedOff.FAILING: _("switched off: no call arrived for days"),
            SwitchedOff.GONE: _("switched off: the receiver wants no more calls"),
        }.get(SwitchedOff(webhook.switched_off_because or "person"), _("switched off"))
    if webhook.failing_since is not None:
        return _("does not answer as it should")
    return _("works") if webhook.delivered_at else _("not called yet")


def tone_of(webhook: WebhookSubscription) -> str:
    """Return the colour of its health, beside the words."""
    if not webhook.is_active:
        by_person = webhook.switched_off_because == SwitchedOff.BY_PERSON
        return "line" if by_person else "danger"
    if webhook.failing_since is not None:
        return "warning"
    return "good" if webhook.delivered_at else "line"


# ---- the log ---------------------------------------------------------------------------------


@staff(Permission.MANAGE_TOKENS)
def webhook_calls(request: StaffRequest, webhook_id: int) -> HttpResponse:
    """Show what was sent to a webhook and answered, or send some of it again.

    Raises:
        NotFound: there is no such webhook.
    """
    webhook = WebhookSubscription.objects.filter(pk=webhook_id).first()
    if webhook is None:
        raise NotFound(
            _("This webhook was removed."), next_step=_("Load the list of webhooks again.")
        )
    if request.method == "POST":
        send_again(request, webhook)
        return redirect(f"{request.path}?{request.GET.urlencode()}")
    return calls_page(request, webhook)


def send_again(request: StaffRequest, webhook: WebhookSubscription) -> None:
    """Send one call once more, or all that failed.

    Raises:
        NotFound: the form asks for something else.
        NoSuchCall, StillWaiting, WebhookIsOff: see there.
    """
    action = request.POST.get("action", "")
    if action == "replay":
        replay_call(call_id=posted_id(request), actor=request.actor, at=now())
        messages.success(request, _("The call is sent again."))
    elif action == "replay_failed":
        count = replay_failed(webhook_id=webhook.pk, actor=request.actor, at=now())
        messages.success(request, _("Calls sent again: %(count)d.") % {"count": count})
    else:
        raise NotFound(_("This is not there."), next_step=_("Load the page again."))


def calls_page(request: StaffRequest, webhook: WebhookSubscription) -> HttpResponse:
    """Return the log; at most four queries for any number of calls."""
    state = request.GET.get("state", "")
    state = state if state in STATE_WORDS else ""
    kind = request.GET.get("kind", "")
    kind = kind if kind in {*KINDS, TEST} else ""
    before = whole_number(request.GET.get("before"))
    shown = list(calls_of(webhook, state=state, kind=kind, before=before)[: ROWS + 1])
    kept = shown[:ROWS]
    subjects = subjects_named(
        (call.subject_kind, call.subject_id) for call in kept if call.subject_id
    )
    older = urlencode({"state": state, "kind": kind, "before": kept[-1].pk if kept else 0})
    return settings_page(
        request,
        "webhook_calls",
        {
            "settings_page": "webhooks",
            "webhook": {"id": webhook.pk, "name": webhook.name, "is_active": webhook.is_active},
            "health": health_of(webhook),
            "tone": tone_of(webhook),
            "calls": [call_in_list(call, subjects) for call in kept],
            "states": [
                {"value": code, "label": words(), "is_current": code == state}
                for code, words in STATE_WORDS.items()
            ],
            "kinds": [{"value": one, "label": kind_words(one)} for one in (*KINDS, TEST)],
            "state": state,
            "kind": kind,
            "next_url": f"?{older}" if len(shown) > ROWS else "",
        },
    )


def call_in_list(call: WebhookCall, subjects: dict[tuple[str, int], Subject]) -> dict[str, Any]:
    """Return what a row shows of a call."""
    subject = subjects.get((call.subject_kind, call.subject_id or 0))
    return {
        "id": call.pk,
        "message_key": call.message_key,
        "says": kind_words(call.kind),
        "kind": call.kind,
        "subject": subject.label if subject else "",
        "subject_href": subject.href if subject else "",
        "state": STATE_WORDS[call.state](),
        "tone": STATE_TONES[CallState(call.state)],
        "status": call.status,
        "error": call.error,
        "answer": call.answer,
        "body": call.body,
        "attempts": call.attempts,
        "created_at": call.created_at,
        "last_try_at": call.last_try_at,
        "next_try_at": call.next_try_at,
        "took_ms": call.took_ms,
        "may_replay": call.state != CallState.PENDING,
    }
