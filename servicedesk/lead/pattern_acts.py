"""What a lead does with a suspected problem: accept, link, dismiss, shape, put off, take back."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from cases.queries import active_departments
from customers.queries import active_products
from problems.access import problem_for
from problems.pattern_decisions import (
    Description,
    accept_pattern,
    dismiss_pattern,
    link_pattern,
    reason_named,
    take_back,
)
from problems.pattern_merging import merge_patterns, split_pattern
from problems.pattern_shaping import (
    edit_pattern,
    exclude_case,
    include_case,
    snooze_pattern,
    wake_pattern,
)
from problems.patterns_told import pattern_for
from servicedesk.lead.pattern import Attempt, pattern_page
from servicedesk.lead.pattern_forms import (
    CaseForm,
    DismissForm,
    EditForm,
    LinkToForm,
    MergeForm,
    NothingForm,
    OpenForm,
    SnoozeForm,
    SplitForm,
)
from servicedesk.lead.radar import next_to_decide
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.refusals import status_of
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

Given = dict[str, Any]
Work = Callable[[StaffRequest, Any, Given, datetime], str]


class UnknownAct(Refusal):
    """The form asks for something that cannot be done with a suspected problem."""

    code = "unknown_act"
    status = 400


class NoSuchChoice(Refusal):
    """What was chosen is not there any more."""

    code = "no_such_choice"
    status = 422


def open_problem(request: StaffRequest, pattern: Any, given: Given, at: datetime) -> str:
    """Open the problem with all its cases."""
    problem = accept_pattern(
        pattern_id=pattern.pk,
        described=Description(
            title=given["title"],
            statement=given["statement"],
            category=given["category"],
            product=one_of(active_products(), given["product"]),
            product_version=given["product_version"],
            severity=given["severity"] or 3,
        ),
        lead=request.person,
        actor=request.actor,
        at=at,
        expected_version=given["version"],
    )
    return _("%(problem)s opened with the cases of %(pattern)s.") % {
        "problem": problem.name,
        "pattern": pattern.name,
    }


def link(request: StaffRequest, pattern: Any, given: Given, at: datetime) -> str:
    """Link all its cases to a known problem."""
    problem = problem_for(request.actor, given["problem"])
    link_pattern(
        pattern_id=pattern.pk,
        problem_id=problem.pk,
        actor=request.actor,
        at=at,
        expected_version=given["version"],
    )
    said = ngettext(
        "%(count)d case linked to %(problem)s.",
        "%(count)d cases linked to %(problem)s.",
        pattern.cases,
    )
    return said % {"count": pattern.cases, "problem": problem.name}


def dismiss(request: StaffRequest, pattern: Any, given: Given, at: datetime) -> str:
    """Say that it is none."""
    dismiss_pattern(
        pattern_id=pattern.pk,
        reason=reason_named(given["reason"]),
        words=given["note"],
        actor=request.actor,
        at=at,
        expected_version=given["version"],
    )
    return _("%(pattern)s is dismissed until it has grown to twice its size.") % {
        "pattern": pattern.name
    }


def put_back(request: StaffRequest, pattern: Any, given: Given, at: datetime) -> str:
    """Take the decision back."""
    take_back(
        pattern_id=pattern.pk,
        actor=request.actor,
        at=at,
        expected_version=given["version"],
    )
    return _("%(pattern)s waits for a decision again.") % {"pattern": pattern.name}


def edit(request: StaffRequest, pattern: Any, given: Given, at: datetime) -> str:
    """Say it better."""
    edit_pattern(
        pattern_id=pattern.pk,
        title=given["title"],
        product=one_of(active_products(), given["product"]),
        product_version=given["product_version"],
        department=one_of(active_departments(), given["department"]),
        actor=request.actor,
        at=at,
        expected_version=given["version"],
    )
    return _("Saved.")


def exclude(request: StaffRequest, pattern: Any, given: Given, at: datetime) -> str:
    """Take a case out."""
    exclude_case(
        pattern_id=pattern.pk,
        case_number=given["case"],
        actor=request.actor,
        at=at,
        expected_version=given["version"],
    )
    return _("Case #%(case)s is taken out.") % {"case": given["case"]}


def include(request: StaffRequest, pattern: Any, given: Given, at: datetime) -> str:
    """Put a case back."""
    include_case(
        pattern_id=pattern.pk,
        case_number=given["case"],
        actor=request.actor,
        at=at,
        expected_version=given["version"],
    )
    return _("Case #%(case)s is back.") % {"case": given["case"]}


def split(request: StaffRequest, pattern: Any, given: Given, at: datetime) -> str:
    """Make another one from the ticked cases."""
    written = request.POST.getlist("case")[:500]
    fresh = split_pattern(
        pattern_id=pattern.pk,
        case_numbers=[int(one) for one in written if one.isascii() and one.isdigit()],
        title=given["title"],
        actor=request.actor,
        at=at,
        expected_version=given["version"],
    )
    return _("%(fresh)s is split off. Merge it back if that was wrong.") % {"fresh": fresh.name}


def merge(request: StaffRequest, pattern: Any, given: Given, at: datetime) -> str:
    """Say that it is the same as another one."""
    other = pattern_for(request.actor, given["into"])
    merge_patterns(
        pattern_id=pattern.pk,
        into_id=other.pk,
        actor=request.actor,
        at=at,
        expected_version=given["version"],
    )
    return _("%(pattern)s is merged into %(other)s.") % {
        "pattern": pattern.name,
        "other": other.name,
    }


def snooze(request: StaffRequest, pattern: Any, given: Given, at: datetime) -> str:
    """Put it off."""
    until = at + timedelta(hours=given["hours"])
    snooze_pattern(
        pattern_id=pattern.pk,
        until=until,
        actor=request.actor,
        at=at,
        expected_version=given["version"],
    )
    return _("%(pattern)s is put off, unless it grows by half before.") % {"pattern": pattern.name}


def wake(request: StaffRequest, pattern: Any, given: Given, at: datetime) -> str:
    """Take it up again."""
    wake_pattern(
        pattern_id=pattern.pk,
        actor=request.actor,
        at=at,
        expected_version=given["version"],
    )
    return _("%(pattern)s waits for a decision again.") % {"pattern": pattern.name}


def one_of(known: Any, key: int | None) -> Any:
    """Return what was chosen of the known ones, or None if nothing was.

    Raises:
        NoSuchChoice: it is not there any more.
    """
    if key is None:
        return None
    found = next((one for one in known if one.pk == key), None)
    if found is None:
        raise NoSuchChoice(_("What you chose is not there any more."), next_step=_("Choose again."))
    return found


ACTS: dict[str, tuple[type[forms.Form], Work]] = {
    "open": (OpenForm, open_problem),
    "link": (LinkToForm, link),
    "dismiss": (DismissForm, dismiss),
    "take_back": (NothingForm, put_back),
    "edit": (EditForm, edit),
    "exclude": (CaseForm, exclude),
    "include": (CaseForm, include),
    "split": (SplitForm, split),
    "merge": (MergeForm, merge),
    "snooze": (SnoozeForm, snooze),
    "wake": (NothingForm, wake),
}
DECIDES = ("open", "link", "dismiss", "merge", "snooze")
"""After these the next one that waits is shown."""


@require_POST
@staff(Permission.STEER_PROBLEM)
def pattern_act(request: StaffRequest, number: int) -> HttpResponse:
    """Do with a suspected problem what the form's `action` says; what is refused stays in it."""
    pattern, at = pattern_for(request.actor, number), now()
    action = request.POST.get("action", "")
    if action not in ACTS:
        raise UnknownAct(
            _("This cannot be done with a suspected problem."),
            next_step=_("Open it again from the radar."),
        )
    form_class, work = ACTS[action]
    form = form_class(request.POST)
    if not form.is_valid():
        return pattern_page(request, number, attempt=Attempt(status=422, forms={action: form}))
    try:
        with transaction.atomic():
            said = work(request, pattern, form.cleaned_data, at)
    except Refusal as refusal:
        # What is not there was named in the form: the form stays.
        status = 422 if status_of(refusal) == 404 else status_of(refusal)
        if status == 403:
            raise
        kept = Attempt(status=status, refusal=refusal, forms={action: form})
        return pattern_page(request, number, attempt=kept)
    messages.success(request, said)
    if action in DECIDES:
        return redirect(next_to_decide(request.actor, at=at, but=(pattern.pk,)))
    return redirect(reverse("lead:pattern", args=[number]))
