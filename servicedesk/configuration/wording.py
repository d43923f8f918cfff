"""Settings: the tenant's own words for mails to customers and for what the portal calls things."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from cases.access import case_for, visible_cases
from cases.models import Case
from servicedesk.configuration.frame import NotFound, settings_page, whole_number
from servicedesk.notifications.models import NotificationKind, Wording
from servicedesk.notifications.previewing import preview
from servicedesk.notifications.rewording import (
    BadWording,
    Words,
    back_to_ours,
    code_of,
    editions_of,
    newest,
    refuse_bad_words,
    save_mail,
    save_portal_words,
    words_of,
)
from servicedesk.notifications.texts import MAILS, PORTAL_WORDS, VARIABLES
from servicedesk.pages.guards import StaffRequest, staff
from workflow.people.permissions import Permission
from workflow.refusals import Refusal


@dataclass(frozen=True)
class Filled:
    """The form of a mail as it was sent or as it begins."""

    subject: str
    text: str
    errors: dict[str, str]


@staff(Permission.CONFIGURE)
def wording(request: StaffRequest) -> HttpResponse:
    """Show what is said in own words; a POST changes what the portal calls things."""
    if request.method != "POST":
        return overview_page(request, errors={}, words=own_portal_words())
    words = {code: request.POST.get(code, "") for code in PORTAL_WORDS}
    try:
        changed = save_portal_words(words, actor=request.actor, at=now())
    except BadWording as refusal:
        return overview_page(request, errors={refusal.field: str(refusal)}, words=words, status=422)
    messages.success(request, _("The words are saved.") if changed else _("Nothing was changed."))
    return redirect("settings:wording")


def own_portal_words() -> dict[str, str]:
    """Return the words that stand in the fields: the tenant's own, else nothing; one query."""
    own = newest(PORTAL_WORDS)
    return {code: own[code].text if code in own else "" for code in PORTAL_WORDS}


def overview_page(
    request: StaffRequest, *, errors: dict[str, str], words: dict[str, str], status: int = 200
) -> HttpResponse:
    """Return the list of mails and the words of the portal; one query more than the frame."""
    own = newest(code_of(kind) for kind in MAILS)
    return settings_page(
        request,
        "wording",
        {
            "mails": [
                {
                    "label": mail.label(),
                    "when": mail.when(),
                    "is_own": (edition := own.get(code_of(kind))) is not None
                    and bool(edition.text),
                    "saved_at": edition.saved_at if edition else None,
                    "href": reverse("settings:wording_mail", args=[kind.value]),
                }
                for kind, mail in MAILS.items()
            ],
            "words": [
                {
                    "name": code,
                    "label": ours(),
                    "group": code.partition(".")[0],
                    "value": words[code],
                    "error": errors.get(code, ""),
                }
                for code, ours in PORTAL_WORDS.items()
            ],
        },
        status=status,
    )


def kind_named(name: str) -> NotificationKind:
    """Return the mail of a name in an address.

    Raises:
        NotFound: customers get no mail of this name.
    """
    kind = next((kind for kind in MAILS if kind.value == name), None)
    if kind is None:
        raise NotFound(_("There is no such mail."), next_step=_("Choose one from the list."))
    return kind


@staff(Permission.CONFIGURE)
def wording_mail(request: StaffRequest, kind: str) -> HttpResponse:
    """Show one mail with its variables, a preview and its editions, or change it."""
    found = kind_named(kind)
    words = words_of(found)
    if request.method != "POST":
        return mail_page(request, found, Filled(words.subject, words.text, {}))
    action = request.POST.get("action", "")
    if action == "ours":
        back_to_ours(code_of(found), actor=request.actor, at=now())
        messages.success(request, _("This mail says again what it says by default."))
        return redirect("settings:wording_mail", kind)
    if action not in ("save", "look"):
        raise NotFound(_("This is not there."), next_step=_("Load the page again."))
    subject, text = request.POST.get("subject", ""), request.POST.get("text", "")
    try:
        if action == "save":
            save_mail(found, subject=subject, text=text, actor=request.actor, at=now())
            messages.success(request, _("Saved. From now on the mail says this."))
            return redirect("settings:wording_mail", kind)
        refuse_bad_words(MAILS[found], subject=subject, text=text)
    except BadWording as refusal:
        return mail_page(
            request, found, Filled(subject, text, {refusal.field: str(refusal)}), status=422
        )
    return mail_page(request, found, Filled(subject, text, {}))


def mail_page(
    request: StaffRequest, kind: NotificationKind, form: Filled, *, status: int = 200
) -> HttpResponse:
    """Return the page of a mail; about nine queries."""
    mail = MAILS[kind]
    case, unknown_case = chosen_case(request)
    editions = editions_of(code_of(kind))
    return settings_page(
        request,
        "wording_mail",
        {
            "settings_page": "wording",
            "mail": {
                "code": kind.value,
                "label": mail.label(),
                "when": mail.when(),
                "is_own": bool(editions and editions[0].text),
            },
            "form": {
                "data": {"subject": form.subject, "text": form.text},
                "errors": form.errors,
            },
            "variables": [
                {
                    "name": f"{{{name}}}",
                    "says": VARIABLES[name](),
                    "is_required": name in mail.required,
                }
                for name in mail.variables
            ],
            "preview": None
            if form.errors
            else preview(kind, Words(form.subject, form.text, is_own=True), case=case),
            "preview_case": case.number if case else "",
            "preview_error": unknown_case,
            "editions": [edition_in_list(edition) for edition in editions],
        },
        status=status,
    )


def chosen_case(request: StaffRequest) -> tuple[Case | None, str]:
    """Return the case of the preview, by default the newest, and what is wrong with the choice."""
    written = request.POST.get("case", request.GET.get("case", "")).strip().removeprefix("#")
    newest_case = visible_cases(request.actor).select_related("contact", "tenant").order_by("-id")
    if not written:
        return newest_case.first(), ""
    number = whole_number(written)
    try:
        if number is not None:
            return case_for(request.actor, number), ""
    except Refusal as refusal:
        return newest_case.first(), str(refusal)
    return newest_case.first(), _("This is no number of a case.")


def edition_in_list(edition: Wording) -> dict[str, Any]:
    """Return what a line of the history shows."""
    return {
        "is_ours": not edition.text,
        "subject": edition.subject,
        "text": edition.text,
        "person": edition.saved_by.name if edition.saved_by else "",
        "at": edition.saved_at,
    }
