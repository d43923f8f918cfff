"""Settings: signed addresses at which other channels hand in what customers say."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from cases.intake.hooks import (
    HOOK_CHANNELS,
    BadHook,
    refused_lately,
    rotate_secret,
    save_hook,
    set_hook_active,
)
from cases.models import InboundHook
from servicedesk.configuration.frame import (
    NotFound,
    chosen,
    posted_id,
    settings_page,
    whole_number,
)
from servicedesk.pages.case_words import channel_words
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.sealing import seal
from servicedesk.webhooks.signing import new_secret
from workflow.people.permissions import Permission

REFUSED_SHOWN = 20


@staff(Permission.CONFIGURE)
def inbound(request: StaffRequest) -> HttpResponse:
    """Show the channels, or add, change, switch one; a new secret is shown this once."""
    if request.method != "POST":
        editing = chosen(InboundHook.objects.all(), request.GET.get("edit"))
        return channels_page(request, editing=editing, data=data_of(editing))
    action = request.POST.get("action", "")
    if action == "save":
        return save(request)
    if action == "rotate":
        secret = new_secret()
        kept = rotate_secret(
            hook_id=posted_id(request), sealed_secret=seal(secret), actor=request.actor, at=now()
        )
        return channels_page(request, editing=None, data={}, fresh=(kept, secret))
    if action not in ("on", "off"):
        raise NotFound(_("This is not there."), next_step=_("Load the page again."))
    set_hook_active(
        hook_id=posted_id(request), is_active=action == "on", actor=request.actor, at=now()
    )
    return redirect("settings:inbound")


def save(request: StaffRequest) -> HttpResponse:
    """Add a channel and show its secret, or change one."""
    hook_id = whole_number(request.POST.get("id"))
    secret = new_secret()
    try:
        kept = save_hook(
            hook_id=hook_id,
            name=request.POST.get("name", ""),
            channel=request.POST.get("channel", ""),
            vouches=request.POST.get("vouches") == "yes",
            sealed_secret=seal(secret),
            actor=request.actor,
            at=now(),
        )
    except BadHook as refusal:
        return channels_page(
            request,
            editing=InboundHook.objects.filter(pk=hook_id).first() if hook_id else None,
            data=request.POST.dict(),
            error=f"{refusal.sentence} {refusal.next_step}",
            status=422,
        )
    if hook_id is None:
        return channels_page(request, editing=None, data={}, fresh=(kept, secret))
    messages.success(request, _("The channel is saved."))
    return redirect("settings:inbound")


def data_of(hook: InboundHook | None) -> dict[str, Any]:
    """Return a channel as its fields show it."""
    if hook is None:
        return {}
    return {"name": hook.name, "channel": hook.channel, "vouches": "yes" if hook.vouches else ""}


def channels_page(
    request: StaffRequest,
    *,
    editing: InboundHook | None,
    data: dict[str, Any],
    error: str = "",
    fresh: tuple[InboundHook, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return the page; two queries for any number of channels. A fresh secret is never stored open."""
    hooks = list(InboundHook.objects.order_by("id"))
    names = {one.pk: one.name for one in hooks}
    answer = settings_page(
        request,
        "inbound",
        {
            "hooks": [
                {
                    "id": one.pk,
                    "name": one.name,
                    "channel": channel_words(one.channel),
                    "address": request.build_absolute_uri(reverse("doors:hook", args=[one.key])),
                    "vouches": one.vouches,
                    "is_active": one.is_active,
                    "last_received_at": one.last_received_at,
                    "edit_href": f"{reverse('settings:inbound')}?edit={one.pk}#edit",
                }
                for one in hooks
            ],
            "fresh": {"name": fresh[0].name, "secret": fresh[1]} if fresh else None,
            "refused": [
                {
                    "name": names[one.hook_id],
                    "at": one.received_at,
                    "external_id": one.external_id,
                    "reason": one.reason
                    or _("Not finished; it is taken in when it is sent again."),
                }
                for one in refused_lately(list(names))[:REFUSED_SHOWN]
            ],
            "editing": {"id": editing.pk, "name": editing.name} if editing else None,
            "form": {"data": data, "error": error},
            "channels": [{"value": c.value, "label": channel_words(c)} for c in HOOK_CHANNELS],
        },
        status=status,
    )
    # The page that shows a secret must not lie in a cache.
    answer["Cache-Control"] = "no-store"
    return answer
