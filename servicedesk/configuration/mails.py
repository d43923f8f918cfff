"""Settings: mails that became no case, to look at and to decide about."""

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _

from servicedesk.configuration.frame import (
    ROWS,
    NotFound,
    posted_id,
    settings_page,
    whole_number,
)
from servicedesk.mail.deciding import (
    as_text,
    header_in,
    reject_mail,
    release_mail,
    retry_mail,
    undecided_mails,
)
from servicedesk.mail.models import MailOutcome, RawMail
from servicedesk.pages.guards import StaffRequest, staff
from workflow.people.permissions import Permission

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


@staff(Permission.RETRY_DELIVERY)
def quarantine(request: StaffRequest) -> HttpResponse:
    """Show the mails that became no message, or decide about one."""
    return decide(request) if request.method == "POST" else show(request)


def show(request: StaffRequest) -> HttpResponse:
    """Return the page; two queries for any number of mails."""
    wanted = request.GET.get("show", MailOutcome.QUARANTINED)
    outcome = wanted if wanted in SHOWN else MailOutcome.QUARANTINED.value
    counts = dict(undecided_mails().order_by().values_list("outcome").annotate(count=Count("id")))
    mails = undecided_mails().filter(outcome=outcome)
    before = whole_number(request.GET.get("before"))
    if before is not None:
        mails = mails.filter(pk__lt=before)
    shown = list(mails[: ROWS + 1])
    looked_at = whole_number(request.GET.get("look"))
    return settings_page(
        request,
        "quarantine",
        {
            "filters": [
                {
                    "label": OUTCOME_WORDS[each](),
                    "href": f"?show={each.value}",
                    "count": counts.get(each.value, 0),
                    "is_current": each == outcome,
                }
                for each in SHOWN
            ],
            "mails": [mail_in_list(mail, looked_at=looked_at) for mail in shown[:ROWS]],
            "next_url": f"?show={outcome}&before={shown[ROWS - 1].pk}" if len(shown) > ROWS else "",
        },
    )


def mail_in_list(mail: RawMail, *, looked_at: int | None) -> dict[str, Any]:
    """Return what a row shows: header fields and, for a look, the first 4 kB as plain text."""
    head = bytes(mail.head)  # type: ignore[attr-defined]
    return {
        "id": mail.pk,
        "from_address": header_in(head, "From"),
        "subject": header_in(head, "Subject"),
        "received_at": mail.received_at,
        "outcome": mail.outcome,
        "outcome_label": OUTCOME_WORDS[MailOutcome(mail.outcome)](),
        "reason": mail.reason,
        "size": mail.size,
        "case": "",
        "case_href": "",
        "may_decide": True,
        "look_href": f"?show={mail.outcome}&look={mail.pk}#mail-{mail.pk}",
        "text": as_text(head) if mail.pk == looked_at else "",
    }


def decide(request: StaffRequest) -> HttpResponse:
    """Read a mail again, take it as a case, or reject it.

    Raises:
        NotUndecided, StillUnreadable: see `servicedesk.mail.deciding`.
    """
    acts = {"retry": retry_mail, "release": release_mail, "reject": reject_mail}
    act = acts.get(request.POST.get("action", ""))
    if act is None:
        raise NotFound(_("This is not there."), next_step=_("Load the page again."))
    mail = act(posted_id(request), actor=request.actor, at=now())
    said = OUTCOME_WORDS[MailOutcome(mail.outcome)]() if mail.outcome in OUTCOME_WORDS else ""
    messages.info(request, said)
    return redirect("settings:quarantine")
