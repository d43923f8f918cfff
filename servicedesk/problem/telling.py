"""Write to everybody affected: one editor for every decision, with preview and dry run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from customers.preferences import LANGUAGES
from customers.segments import segment_choices
from problems.access import problem_for
from problems.broadcast_rights import refuse_others
from problems.broadcasting import send_broadcast
from problems.broadcasts import broadcast_for, kind_named, kinds, kinds_decided
from servicedesk.notifications.broadcast_words import (
    Written,
    as_if,
    previews,
    rewrite_broadcast,
    usual_words,
    variables_of,
    write_broadcast,
)
from servicedesk.notifications.dry_runs import dry_run
from servicedesk.notifications.rewording import BadWording
from servicedesk.notifications.texts import VARIABLES
from servicedesk.pages.answers import page
from servicedesk.pages.broadcast_words import KINDS, PREVIEWS, WHO, broadcast_shown, rule_words
from servicedesk.pages.forms import Form, text
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.ledger_words import FOUND
from servicedesk.pages.refusals import status_of
from servicedesk.problem.change_forms import MINUTE_FORM, moment
from workflow.people.permissions import Permission
from workflow.refusals import Refusal


class TellForm(Form):
    """What is told, in which words, to whom, and when."""

    kind = forms.ChoiceField(choices=[(code, "") for code in KINDS])
    subject = forms.CharField(required=False, max_length=200)
    reason = text(required=False, most=2_000)
    text = text(required=False, most=10_000)
    who = forms.ChoiceField(choices=[(code, "") for code in WHO], required=False)
    found = forms.ChoiceField(choices=[("", ""), *((code, "") for code in FOUND)], required=False)
    language = forms.ChoiceField(
        choices=[("", ""), *((code, "") for code in LANGUAGES)], required=False
    )
    segment = forms.IntegerField(required=False, min_value=1, max_value=2**53)
    version = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Let the time stay open: now."""
        super().__init__(*args, **kwargs)
        self.fields["due_at"] = moment()
        self.fields["due_at"].required = False


@dataclass(frozen=True)
class Attempt:
    """What somebody wrote: kept, so that no text is lost; `written` is to be looked at."""

    status: int = 200
    refusal: Refusal | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    errors: dict[str, Any] = field(default_factory=dict)
    written: Written | None = None


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.WORK_PROBLEM, Permission.STEER_PROBLEM)
def tell(request: StaffRequest, number: int) -> HttpResponse:
    """Write to those affected: look at it, keep a draft, or let it go.

    `broadcast` in the address names a draft that is written anew.
    """
    problem = problem_for(request.actor, number)
    refuse_others(request.actor, problem)
    draft = draft_in(request, problem)
    if request.method != "POST":
        return tell_page(request, problem, draft, attempt=first_look(request, problem, draft))
    form = TellForm(request.POST)
    if not form.is_valid():
        attempt = Attempt(status=422, data=form.data, errors=form.errors)
        return tell_page(request, problem, draft, attempt=attempt)
    given = form.cleaned_data
    try:
        written = written_in(given)
        if request.POST.get("action") == "look":
            attempt = Attempt(data=form.data, written=written)
            return tell_page(request, problem, draft, attempt=attempt)
        with transaction.atomic():
            kept = keep(request, problem, draft, written=written, given=given)
    except BadWording as refusal:
        attempt = Attempt(status=422, data=form.data, errors={refusal.field: str(refusal)})
        return tell_page(request, problem, draft, attempt=attempt)
    except Refusal as refusal:
        if status_of(refusal) in (403, 404):
            raise
        attempt = Attempt(status=status_of(refusal), refusal=refusal, data=form.data)
        return tell_page(request, problem, draft, attempt=attempt)
    messages.success(request, SAID[kept.state]())
    return redirect("problem:broadcast", kept.number)


SAID = {
    "draft": lambda: _("Kept as a draft. Nobody was told yet."),
    "asked": lambda: _("It is for many: it goes out as soon as a service lead says yes."),
    "scheduled": lambda: _("It goes out."),
}


def keep(
    request: StaffRequest, problem: Any, draft: Any, *, written: Written, given: dict[str, Any]
) -> Any:
    """Keep what was written, and let it go if that was asked."""
    at = now()
    if draft is None:
        kept = write_broadcast(problem, written=written, actor=request.actor, at=at)
    else:
        kept = rewrite_broadcast(
            draft, written=written, actor=request.actor, at=at, version=given["version"]
        )
    if request.POST.get("action") == "send":
        kept = send_broadcast(
            broadcast_id=kept.pk, actor=request.actor, at=at, due_at=given["due_at"]
        )
    return kept


def draft_in(request: StaffRequest, problem: Any) -> Any:
    """Return the draft that the address names, or None."""
    named = request.GET.get("broadcast", "")
    if not (named.isascii() and named.isdigit() and len(named) < 16):
        return None
    found = broadcast_for(request.actor, int(named))
    return found if found.problem_id == problem.pk else None


def written_in(given: dict[str, Any]) -> Written:
    """Return what a form holds, as the words of a broadcast."""
    filters = {
        "who": given["who"] or "all",
        "found": given["found"],
        "language": given["language"],
        "segment": given["segment"] or 0,
    }
    return Written(
        kind=kind_named(given["kind"]),
        subject=given["subject"],
        text=given["text"],
        reason=given["reason"],
        filters=filters,
    )


def first_look(request: StaffRequest, problem: Any, draft: Any) -> Attempt:
    """Return what the form holds at first: a draft, or the usual words of what was decided."""
    if draft is not None:
        usual = usual_words(kind_named(draft.kind))
        data = {
            "kind": draft.kind,
            "subject": draft.subject or usual.subject,
            "text": draft.text or usual.text,
            "reason": draft.reason,
            "version": draft.version,
            "due_at": localtime(draft.due_at).strftime(MINUTE_FORM) if draft.due_at else "",
            **draft.filters,
        }
        return Attempt(data=data)
    asked = request.GET.get("kind", "")
    decided = kinds_decided(problem)
    first = decided[0].value if decided else "workaround"
    code = asked if asked in KINDS else first
    usual = usual_words(kind_named(code))
    return Attempt(data={"kind": code, "subject": usual.subject, "text": usual.text})


def tell_page(request: StaffRequest, problem: Any, draft: Any, *, attempt: Attempt) -> HttpResponse:
    """Return the editor; what is looked at adds preview and dry run."""
    code = attempt.data.get("kind", "")
    kind = kind_named(code) if code in KINDS else kinds()[0]
    refusal, shown, run, errors = attempt.refusal, [], None, attempt.errors
    status = attempt.status
    if attempt.written is not None:
        try:
            shown = previews(problem, written=attempt.written)
            run = dry_run_shown(problem, attempt.written, at=now())
        except BadWording as bad:
            errors, status = {bad.field: str(bad)}, 422
        except Refusal as found:
            refusal, status = found, status_of(found)
    return page(
        request,
        "problem/tell.html",
        {
            "problem": {"number": problem.name, "title": problem.title},
            "draft": broadcast_shown(draft) if draft is not None else None,
            "kinds": [{"value": one.value, "label": str(KINDS[one.value])} for one in kinds()],
            "who": [{"value": one, "label": str(words)} for one, words in WHO.items()],
            "found": [{"value": one, "label": str(words)} for one, words in FOUND.items()],
            "languages": [{"value": one, "label": name} for one, name in LANGUAGES.items()],
            "segments": [{"value": one.pk, "label": one.name} for one in segment_choices()],
            "variables": [
                {"name": f"{{{name}}}", "says": VARIABLES[name]()} for name in variables_of(kind)
            ],
            "data": attempt.data,
            "errors": errors,
            "refusal": refusal,
            "previews": [
                {
                    "label": str(PREVIEWS[one.code]),
                    "subject": one.subject,
                    "text": one.text,
                    "name": one.name,
                }
                for one in shown
            ],
            "run": run,
        },
        status=status,
    )


def dry_run_shown(problem: Any, written: Written, *, at: datetime) -> dict[str, Any]:
    """Return what would become of the recipients, in figures and words."""
    run = dry_run(as_if(problem, written=written), at=at)
    return {
        "recipients": run.recipients,
        "told_before": run.told_before,
        "looked_at": run.looked_at if run.is_sample else 0,
        "mailed": run.mailed,
        "quiet": run.quiet,
        "portal": run.portal,
        "held": run.held,
        "needs_yes": run.needs_yes,
        "stopped": [{"rule": rule_words(code), "count": n} for code, n in run.stopped.items()],
        "warned": [{"rule": rule_words(code), "count": n} for code, n in run.warned.items()],
    }
