"""Settings: mails that became no case, to look at and to decide about."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from servicedesk.configuration.frame import ROWS, NotFound, settings_page, whole_number
from servicedesk.mail.deciding import (
    counts_of_undecided,
    decided_mails,
    header_in,
    reasons_of_undecided,
    reject_mail,
    release_mail,
    retry_mail,
    undecided_mails,
)
from servicedesk.mail.models import MailOutcome, RawMail
from servicedesk.pages.guards import StaffRequest, staff
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

OUTCOME_WORDS = {
    MailOutcome.QUARANTINED: lambda: _("Quarantined"),
    MailOutcome.LOOP: lambda: _("Loops"),
    MailOutcome.BOUNCE: lambda: _("Came back"),
    MailOutcome.AUTO_REPLY: lambda: _("Automatic replies"),
    MailOutcome.CASE: lambda: _("It became a case."),
    MailOutcome.MESSAGE: lambda: _("It became a message of its case."),
    MailOutcome.DUPLICATE: lambda: _("We have this mail already."),
    MailOutcome.REJECTED: lambda: _("It is rejected."),
}
SHOWN = (
    MailOutcome.QUARANTINED,
    MailOutcome.LOOP,
    MailOutcome.BOUNCE,
    MailOutcome.AUTO_REPLY,
)
DECIDED = "decided"
MICROSECOND = 1_000_000
# A page has to answer: what was not decided by then waits for the next press of the button.
DECIDE_FOR_SECONDS = 15.0

Decide = Callable[[int], RawMail]


@staff(Permission.RETRY_DELIVERY)
def quarantine(request: StaffRequest) -> HttpResponse:
    """Show the mails that became no message, or decide about some."""
    return decide(request) if request.method == "POST" else show(request)


def show(request: StaffRequest) -> HttpResponse:
    """Return the page; three queries for any number of mails beside those of the frame."""
    wanted = request.GET.get("show", MailOutcome.QUARANTINED)
    counts = counts_of_undecided()
    if wanted == DECIDED:
        rows, next_url = decided_rows(request)
        return listed(request, wanted, counts=counts, rows=rows, next_url=next_url, reasons=[])
    outcome = wanted if wanted in SHOWN else MailOutcome.QUARANTINED.value
    reason = request.GET.get("reason", "").replace("\x00", "")
    rows, next_url = waiting_rows(request, outcome, reason=reason)
    reasons = [
        {
            "label": each or _("no reason"),
            "href": f"?{urlencode({'show': outcome, 'reason': each})}",
            "count": count,
            "is_current": each == reason,
        }
        for each, count in reasons_of_undecided(outcome)
    ]
    return listed(request, outcome, counts=counts, rows=rows, next_url=next_url, reasons=reasons)


def listed(
    request: StaffRequest,
    current: str,
    *,
    counts: dict[str, int],
    rows: list[dict[str, Any]],
    next_url: str,
    reasons: list[dict[str, Any]],
) -> HttpResponse:
    """Render the list with its filters."""
    return settings_page(
        request,
        "quarantine",
        {
            "filters": [
                *(
                    {
                        "label": OUTCOME_WORDS[each](),
                        "href": f"?show={each.value}",
                        "count": counts.get(each.value, 0),
                        "is_current": each == current,
                    }
                    for each in SHOWN
                ),
                {
                    "label": _("Decided"),
                    "href": f"?show={DECIDED}",
                    "count": "",
                    "is_current": current == DECIDED,
                },
            ],
            "current": current,
            "reasons": reasons,
            "all_href": f"?{urlencode({**request.GET.dict(), 'all': 1})}",
            "all_chosen": bool(request.GET.get("all")),
            "may_decide": current != DECIDED and bool(rows),
            "mails": rows,
            "next_url": next_url,
        },
    )


def waiting_rows(
    request: StaffRequest, outcome: str, *, reason: str
) -> tuple[list[dict[str, Any]], str]:
    """Return a page of mails that wait, newest first, and where the next one is; one query."""
    mails = undecided_mails().filter(outcome=outcome)
    if "reason" in request.GET:
        mails = mails.filter(reason=reason)
    before = whole_number(request.GET.get("before"))
    if before is not None:
        mails = mails.filter(pk__lt=before)
    found = list(mails[: ROWS + 1])
    place = {"show": outcome, **({"reason": reason} if "reason" in request.GET else {})}
    more = len(found) > ROWS
    next_url = f"?{urlencode({**place, 'before': found[ROWS - 1].pk})}" if more else ""
    return [mail_in_list(mail) for mail in found[:ROWS]], next_url


def decided_rows(request: StaffRequest) -> tuple[list[dict[str, Any]], str]:
    """Return a page of mails that somebody decided about, and where the next one is; one query."""
    mails = decided_mails()
    moment, _dash, last = request.GET.get("before", "").partition("-")
    at, mail_id = whole_number(moment), whole_number(last)
    if at is not None and mail_id is not None and at < 10**16:
        ends_at = datetime.fromtimestamp(at // MICROSECOND, tz=UTC).replace(
            microsecond=at % MICROSECOND
        )
        mails = mails.filter(decided_at__lte=ends_at).exclude(decided_at=ends_at, pk__gte=mail_id)
    found = list(mails[: ROWS + 1])
    ended_at = found[ROWS - 1].decided_at if len(found) > ROWS else None
    next_url = ""
    if ended_at is not None:
        micros = int(ended_at.timestamp()) * MICROSECOND + ended_at.microsecond
        next_url = f"?show={DECIDED}&before={micros}-{found[ROWS - 1].pk}"
    return [mail_in_list(mail) for mail in found[:ROWS]], next_url


def mail_in_list(mail: RawMail) -> dict[str, Any]:
    """Return what a row shows; header fields are read as text and nothing else of the mail."""
    head = bytes(mail.head)  # type: ignore[attr-defined]
    return {
        "id": mail.pk,
        "from_address": header_in(head, "From"),
        "subject": header_in(head, "Subject"),
        "received_at": mail.received_at,
        "outcome": mail.outcome,
        "outcome_label": outcome_words(mail),
        "reason": mail.reason,
        "size": mail.size,
        "look_href": reverse("settings:quarantined_mail", args=[mail.pk]),
        **decision(mail),
    }


def decision(mail: RawMail) -> dict[str, Any]:
    """Return who decided about a mail, when and why, and what it became; no query."""
    if mail.decided_at is None:
        return {"decided_at": None, "decided_by": "", "because": "", "case": "", "case_href": ""}
    case = mail.case
    return {
        "decided_at": mail.decided_at,
        "decided_by": mail.decided_by.name if mail.decided_by is not None else _("A program"),
        "because": mail.decided_because,
        "case": str(case.number) if case is not None else "",
        "case_href": reverse("agent:case", args=[case.number]) if case is not None else "",
    }


def outcome_words(mail: RawMail) -> str:
    """Return what became of a mail, in words."""
    outcome = MailOutcome(mail.outcome)
    return OUTCOME_WORDS[outcome]() if outcome in OUTCOME_WORDS else _("Yet to be read")


def decide(request: StaffRequest) -> HttpResponse:
    """Read mails again, take them as cases, or reject them.

    Raises:
        NotUndecided, StillUnreadable, NoReason: of the only mail; of several, the rest goes on.
    """
    act = act_named(request)
    ids = [
        found for each in request.POST.getlist("id")[: 2 * ROWS] if (found := whole_number(each))
    ]
    if not ids:
        raise NotFound(_("No mail is chosen."), next_step=_("Choose one and press once more."))
    if len(ids) == 1:
        mail = act(ids[0])
        messages.info(request, outcome_words(mail))
    else:
        messages.info(request, decided_in_words(ids, act=act))
    return redirect(next_page(request))


def act_named(request: StaffRequest) -> Decide:
    """Return what the pressed button does with one mail.

    Raises:
        NotFound: the form names nothing that can be done.
    """
    acts: dict[str, Decide] = {
        "retry": partial(retry_mail, actor=request.actor, at=now()),
        "release": partial(release_mail, actor=request.actor, at=now()),
        "reject": partial(
            reject_mail, because=request.POST.get("because", ""), actor=request.actor, at=now()
        ),
    }
    act = acts.get(request.POST.get("action", ""))
    if act is None:
        raise NotFound(_("This is not there."), next_step=_("Load the page again."))
    return act


def decided_in_words(ids: list[int], *, act: Decide) -> str:
    """Decide about mails one after another while there is time; return what came of it."""
    done, refused = 0, []
    ends = time.monotonic() + DECIDE_FOR_SECONDS
    for mail_id in ids:
        if time.monotonic() > ends:
            break
        try:
            with transaction.atomic():
                act(mail_id)
        except Refusal as refusal:
            refused.append(str(refusal))
        else:
            done += 1
    words = [
        ngettext("%(count)d mail decided.", "%(count)d mails decided.", done) % {"count": done}
    ]
    if refused:
        count = len(refused)
        words.append(
            ngettext("%(count)d was refused:", "%(count)d were refused:", count) % {"count": count}
        )
        words.extend(dict.fromkeys(refused))
    if done + len(refused) < len(ids):
        words.append(_("The others wait for another press of the button."))
    return " ".join(words)


def next_page(request: HttpRequest) -> str:
    """Return where to go after a decision: back to the list that was looked at."""
    wanted = request.POST.get("show", "")
    query = f"?show={wanted}" if wanted in SHOWN else ""
    return reverse("settings:quarantine") + query
