"""Broadcasts: the list, those of a problem, one with everybody whom it is for."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import get_current_timezone, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from problems.access import problem_for
from problems.broadcast_rights import may_tell
from problems.broadcasting import (
    decide_broadcast,
    go_on_with_broadcast,
    pause_broadcast,
    send_broadcast,
    stop_broadcast,
)
from problems.broadcasts import (
    STATES,
    all_recipients,
    broadcast_for,
    page_of_broadcasts,
    page_of_recipients,
    progress_of,
    rest_that_waits,
)
from problems.four_eyes import hands_in_broadcast
from servicedesk.notifications.broadcast_words import previews_of
from servicedesk.pages.answers import page
from servicedesk.pages.broadcast_words import PREVIEWS, RECIPIENTS, broadcast_shown, rule_words
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.history_lines import lines_about, timeline
from servicedesk.pages.paging import cursor_of, id_in
from servicedesk.pages.refusals import status_of
from servicedesk.pages.spreadsheets import as_cell
from servicedesk.problem.chosen import UnknownAct
from servicedesk.problem.customer_rows import Line
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

FILTERS = {
    "all": gettext_lazy("All"),
    "asked": gettext_lazy("Waiting for approval"),
    "unfinished": gettext_lazy("Under way"),
    "ended": gettext_lazy("Ended"),
}


@dataclass(frozen=True)
class Attempt:
    """What somebody tried with a broadcast and was refused."""

    status: int = 200
    refusal: Refusal | None = None


# ---- lists ------------------------------------------------------------------------------------


@require_safe
@staff(Permission.VIEW_PROBLEM)
def broadcasts(request: StaffRequest) -> HttpResponse:
    """Show the broadcasts of all problems, the newest first; one query beside the frame's."""
    return list_page(request, problem=None, address=reverse("problem:broadcasts"))


@require_safe
@staff(Permission.VIEW_PROBLEM)
def told(request: StaffRequest, number: int) -> HttpResponse:
    """Show what those affected by a problem were told; two queries beside the frame's."""
    problem = problem_for(request.actor, number)
    return list_page(request, problem=problem, address=reverse("problem:told", args=[problem.name]))


def list_page(request: StaffRequest, *, problem: Any, address: str) -> HttpResponse:
    """Return a list of broadcasts, of one problem or of all."""
    asked = request.GET.get("show", "")
    show = asked if asked in STATES else "all"
    found = page_of_broadcasts(
        request.actor, show, problem=problem, after=id_in(request.GET.get("after", ""))
    )
    next_url = ""
    if found.ends_at is not None:
        next_url = f"{address}?{urlencode({'show': show, 'after': cursor_of(found.ends_at)})}"
    return page(
        request,
        "problem/broadcasts.html",
        {
            "problem": {"number": problem.name, "title": problem.title} if problem else None,
            "may_tell": problem is not None and may_tell(request.actor, problem),
            "filters": [
                {
                    "label": str(words),
                    "href": f"{address}?{urlencode({'show': code})}",
                    "is_current": code == show,
                }
                for code, words in FILTERS.items()
            ],
            "broadcasts": [broadcast_shown(one) for one in found.broadcasts],
            "next_url": next_url,
        },
    )


# ---- one broadcast ----------------------------------------------------------------------------


@require_safe
@staff(Permission.VIEW_PROBLEM)
def broadcast(request: StaffRequest, broadcast: int) -> HttpResponse:
    """Show a broadcast and whom it is for; with `as=csv` the people as a file."""
    if request.GET.get("as") == "csv":
        request.actor.require(Permission.VIEW_CUSTOMER)
        shown = broadcast_for(request.actor, broadcast)
        return file_of(shown, recipients_asked(request))
    return broadcast_page(request, broadcast, attempt=Attempt())


def recipients_asked(request: StaffRequest) -> str:
    """Return which of its people the address asks for."""
    asked = request.GET.get("show", "")
    return asked if asked in RECIPIENTS else "told"


def broadcast_page(request: StaffRequest, number: int, *, attempt: Attempt) -> HttpResponse:
    """Return the page of a broadcast; a fixed number of queries, however many it is for."""
    shown = broadcast_for(request.actor, number)
    show = recipients_asked(request)
    found = page_of_recipients(shown, show, after=id_in(request.GET.get("after", "")))
    progress = progress_of(shown)
    rest = rest_that_waits(shown)
    address = reverse("problem:broadcast", args=[shown.number])
    next_url = ""
    if found.ends_at is not None:
        next_url = f"{address}?{urlencode({'show': show, 'after': cursor_of(found.ends_at)})}"
    return page(
        request,
        "problem/broadcast.html",
        {
            "broadcast": broadcast_shown(shown),
            "tiles": [
                {
                    "label": str(words),
                    "href": f"{address}?{urlencode({'show': code})}",
                    "count": getattr(progress, code),
                    "is_current": code == show,
                }
                for code, words in RECIPIENTS.items()
            ],
            "recipients": [recipient_shown(one) for one in found.recipients],
            "previews": [
                {
                    "label": str(PREVIEWS[one.code]),
                    "subject": one.subject,
                    "text": one.text,
                    "name": one.name,
                }
                for one in previews_of(shown)
            ],
            "rest": broadcast_shown(rest) if rest else None,
            "may": rights_on(request.actor, shown),
            "refusal": attempt.refusal,
            "csv_url": f"{address}?{urlencode({'show': show, 'as': 'csv'})}",
            "next_url": next_url,
            "history": timeline(lines_about(shown)),
        },
        status=attempt.status,
    )


def recipient_shown(one: Any) -> dict[str, Any]:
    """Return one person of a broadcast; no query."""
    return {
        "name": one.name,
        "href": reverse("agent:contact", args=[one.contact_id]),
        "organisation": one.organisation,
        "at": one.at,
        "channel": one.channel,
        "sent_at": one.sent_at,
        "seen_at": one.seen_at,
        "bounced_at": one.bounced_at,
        "rule": rule_words(one.rule) if one.rule else "",
    }


def rights_on(actor: Actor, broadcast: Any) -> dict[str, bool]:
    """Return what somebody may do with a broadcast now; at most four queries."""
    works = may_tell(actor, broadcast.problem)
    state = broadcast.state
    return {
        "decide": state == "asked"
        and actor.may(Permission.APPROVE_BROADCAST)
        and actor.user_id not in hands_in_broadcast(broadcast),
        "edit": works and state in ("draft", "asked"),
        "send": works and state == "draft",
        "pause": works and state in ("scheduled", "sending"),
        "go_on": works and state == "paused",
        "stop": works and state not in ("sent", "stopped"),
    }


# ---- acts -------------------------------------------------------------------------------------


@require_POST
@staff(Permission.VIEW_PROBLEM)
def act(request: StaffRequest, broadcast: int) -> HttpResponse:
    """Do with a broadcast what the form's `action` says."""
    found = broadcast_for(request.actor, broadcast)
    action = request.POST.get("action", "")
    if action not in SAID:
        raise UnknownAct(
            _("This cannot be done with a broadcast."), next_step=_("Open the broadcast again.")
        )
    version = request.POST.get("version", "")
    seen = int(version) if version.isascii() and version.isdigit() and len(version) < 9 else None
    try:
        with transaction.atomic():
            do(action, found.pk, actor=request.actor, seen=seen)
    except Refusal as refusal:
        if status_of(refusal) in (403, 404):
            raise
        attempt = Attempt(status=status_of(refusal), refusal=refusal)
        return broadcast_page(request, broadcast, attempt=attempt)
    messages.success(request, str(SAID[action]))
    return redirect("problem:broadcast", found.number)


SAID = {
    "approve": gettext_lazy("Approved. It goes out."),
    "decline": gettext_lazy("Declined. It is a draft again."),
    "send": gettext_lazy("It goes out, or waits for a lead's yes if it is for many."),
    "pause": gettext_lazy("Paused. Nothing more of it leaves."),
    "go_on": gettext_lazy("It goes on where it stood."),
    "stop": gettext_lazy("Stopped. What has not left never leaves."),
}


def do(action: str, broadcast_id: int, *, actor: Actor, seen: int | None) -> None:
    """Carry out an act that was found among `SAID`."""
    at = now()
    if action in ("approve", "decline"):
        decide_broadcast(
            broadcast_id=broadcast_id,
            is_approved=action == "approve",
            actor=actor,
            at=at,
            expected_version=seen,
        )
    elif action == "send":
        send_broadcast(broadcast_id=broadcast_id, actor=actor, at=at, expected_version=seen)
    else:
        HOLDS[action](broadcast_id=broadcast_id, actor=actor, at=at)


HOLDS = {"pause": pause_broadcast, "go_on": go_on_with_broadcast, "stop": stop_broadcast}


# ---- as a file --------------------------------------------------------------------------------


def file_of(broadcast: Any, show: str) -> HttpResponse:
    """Return the people of a broadcast as a CSV file that no spreadsheet takes for formulas."""
    answer = HttpResponse(lines_of(broadcast, show), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{broadcast}-{show}.csv"'
    return answer


def lines_of(broadcast: Any, show: str) -> Iterator[str]:
    """Return the lines of the file; a thousand people a query, the times in the tenant's zone."""
    writer = csv.writer(Line())
    zone = get_current_timezone()

    def moment(at: Any) -> str:
        return at.astimezone(zone).isoformat(timespec="minutes") if at else ""

    yield writer.writerow(
        [
            _("Customer"), _("Organisation"), _("At"), _("By"), _("Mail left at"), _("Seen at"),
            _("Came back at"), _("Held back by"),
        ]
    )  # fmt: skip
    for one in all_recipients(broadcast, show):
        yield writer.writerow(
            [
                as_cell(one.name),
                as_cell(one.organisation),
                moment(one.at),
                one.channel,
                moment(one.sent_at),
                moment(one.seen_at),
                moment(one.bounced_at),
                rule_words(one.rule) if one.rule else "",
            ]
        )
