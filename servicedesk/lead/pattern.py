"""One suspected problem: why it is thought one, its cases side by side, and what can be done."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import get_current_timezone, localtime, now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from cases.intake.quoting import split_quoted
from cases.queries import active_departments, categories_of_cases
from customers.queries import active_products
from problems.pattern_shaping import mark_seen
from problems.patterns_told import (
    CASES_SHOWN,
    cases_of,
    is_snoozed,
    may_affect,
    moments_of,
    pattern_for,
    waiting_patterns,
)
from problems.queries import categories_of_problems
from problems.radar import radar_of_tenant
from servicedesk.lead.pattern_forms import SNOOZES, EditForm
from servicedesk.lead.radar import came_of, rights
from servicedesk.pages.answers import page
from servicedesk.pages.bars import bars_of
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.history_lines import lines_about, timeline
from servicedesk.pages.pattern_words import (
    REASONS,
    marked,
    pattern_row,
    phrases_of,
    reason_words,
    shares_of,
)
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

WEEK = timedelta(days=7)
OTHERS_SHOWN = 50
DAYS_SHOWN = 14
TYPED = {
    "title": gettext_lazy("Title"),
    "statement": gettext_lazy("What is wrong"),
    "note": gettext_lazy("A word to colleagues"),
}


@dataclass(frozen=True)
class Attempt:
    """What somebody tried and was refused: kept, so that no text is lost."""

    status: int = 200
    refusal: Refusal | None = None
    forms: dict[str, Any] = field(default_factory=dict)


@require_safe
@staff(Permission.VIEW_PROBLEM)
def pattern(request: StaffRequest, number: int) -> HttpResponse:
    """Show a suspected problem; who decides has then looked at it."""
    return pattern_page(request, number, attempt=Attempt())


def pattern_page(request: StaffRequest, number: int, *, attempt: Attempt) -> HttpResponse:
    """Return its page; a dozen queries beside the frame's, on any number of cases."""
    at = now()
    shown = pattern_for(request.actor, number)
    if shown.seen_at is None and request.actor.may(Permission.STEER_PROBLEM):
        mark_seen(shown.pk, at=at)
    moments = moments_of([shown.pk]).get(shown.pk, [])
    own = radar_of_tenant()
    row = pattern_row(shown, moments, span=WEEK, work_per_case=own.work_per_case, at=at)
    rows = list(cases_of(shown)[:CASES_SHOWN])
    members = [one for one in rows if one.excluded_at is None]
    may = rights_on(request.actor, shown)
    departments = active_departments()
    split = attempt.forms.get("split")
    chosen = set(split.data.getlist("case")) if split is not None else set()
    return page(
        request,
        "lead/pattern.html",
        {
            "pattern": {
                **row,
                "phrases": phrases_of(shown),
                "shares": shares_of(shown),
                "product": shown.product.name if shown.product else "",
                "product_version": shown.product_version,
                "region": shown.region,
                "department_id": shown.department_id,
                "first_case_at": shown.first_case_at,
                "last_case_at": shown.last_case_at,
                "found_at": shown.found_at,
                "is_proposed": shown.is_proposed,
                "is_renamed": shown.titled_by_id is not None,
                "found_title": shown.found_title,
                "snoozed_until": shown.snoozed_until if is_snoozed(shown, at=at) else None,
                "decided_by": shown.decided_by.name if shown.decided_by else "",
                "decided_at": shown.decided_at,
                "reason": reason_words(shown.reason),
                "note": shown.note,
                "came_of_it": came_of(shown),
            },
            "because": because(shown),
            "affects": affects_words(shown, at=at),
            "bars": bars_of(per_day(moments, at=at), title=_("Cases of the pattern")),
            "cases": [
                {**case_shown(one, shown), "is_chosen": str(one.case.number) in chosen}
                for one in members
            ],
            "excluded": [case_shown(one, shown) for one in rows if one.excluded_at is not None],
            "more_cases": max(shown.cases - len(members), 0),
            "may": may,
            "form": form_of(shown, members, attempt=attempt),
            "edit": edit_of(shown, attempt=attempt),
            "unsaved": [] if shown.is_proposed else unsaved(attempt),
            "forms": attempt.forms,
            "refusal": attempt.refusal,
            "choices": choices(request.actor, shown, may=may, departments=departments),
            "history": timeline(
                lines_about(shown),
                names={("department", one.pk): str(one.name) for one in departments},
            ),
        },
        status=attempt.status,
    )


def rights_on(actor: Actor, shown: Any) -> dict[str, bool]:
    """Return what somebody may do with it now; no query."""
    own = rights(actor)
    if shown.is_proposed:
        return {**own, "take_back": False}
    return {
        **dict.fromkeys(own, False),
        "take_back": own["decide"] and shown.decided_at is not None,
    }


def choices(actor: Actor, shown: Any, *, may: dict[str, bool], departments: Any) -> dict[str, Any]:
    """Return what the forms offer; four queries, none for those who do not decide."""
    if not may["decide"]:
        return {}
    return {
        "products": [{"value": one.pk, "label": one.name} for one in active_products()],
        "departments": [{"value": one.pk, "label": one.name} for one in departments],
        "categories": sorted({*categories_of_problems(), *categories_of_cases()}),
        "reasons": [{"value": code, "label": str(words)} for code, words in REASONS.items()],
        "snoozes": [{"value": code, "label": str(words)} for code, words in SNOOZES],
        "severities": [{"value": number, "label": str(number)} for number in (1, 2, 3, 4)],
        "others": [
            {"value": one.number, "label": f"{one.name} {one.title}"}
            for one in waiting_patterns(actor).exclude(pk=shown.pk).order_by("-id")[:OTHERS_SHOWN]
        ],
    }


def because(shown: Any) -> list[str]:
    """Say in sentences why the cases are thought to be one matter."""
    customers = ngettext(
        "%(count)d customer wrote about it", "%(count)d customers wrote about it", shown.customers
    ) % {"count": shown.customers}
    said = [
        _("%(customers)s in %(cases)d cases. Several cases of one customer count once.")
        % {"customers": customers, "cases": shown.cases}
    ]
    if shown.usual > 0:
        said.append(
            _(
                "By hour and weekday of your own past, %(usual)s of them were to be expected in "
                "that time."
            )
            % {"usual": f"{shown.usual:.1f}"}
        )
    else:
        said.append(
            _("It did not burst: it came slowly, and is so much alike that one cause is likely.")
        )
    return said


def affects_words(shown: Any, *, at: datetime) -> str:
    """Say whom it may affect beside those who wrote; one query."""
    others = may_affect(shown, at=at)
    if not others.customers:
        return ""
    words = ngettext(
        "%(count)d more customer uses this and has not written yet.",
        "%(count)d more customers use this and have not written yet.",
        others.customers,
    ) % {"count": others.customers}
    if others.organisations:
        words += " " + ngettext(
            "They belong to %(count)d organisation.",
            "They belong to %(count)d organisations.",
            others.organisations,
        ) % {"count": others.organisations}
    return str(words)


def per_day(moments: list[datetime], *, at: datetime) -> list[tuple[Any, int]]:
    """Return how many cases came on each of the last two weeks' days, in the page's zone."""
    zone = get_current_timezone()
    today = localtime(at, zone).date()
    counts = {today - timedelta(days=back): 0 for back in reversed(range(DAYS_SHOWN))}
    for moment in moments:
        day = localtime(moment, zone).date()
        if day in counts:
            counts[day] += 1
    return list(counts.items())


def case_shown(member: Any, shown: Any) -> dict[str, Any]:
    """Return a case as it stands beside the others: who wrote what, telling words marked."""
    case = member.case
    organisation = case.contact.organisation
    text = split_quoted(str(getattr(member, "opening", "") or "")).new
    return {
        "number": case.number,
        "href": reverse("agent:case", args=[case.number]),
        "subject": case.subject,
        "contact": case.contact.name,
        "organisation": organisation.name if organisation else "",
        "opened_at": case.opened_at,
        "pieces": marked(text, phrases_of(shown)),
        "excluded_by": member.excluded_by.name if member.excluded_by else "",
    }


def form_of(shown: Any, members: list[Any], *, attempt: Attempt) -> dict[str, Any]:
    """Return what the form of the new problem holds: what was typed, else what is proposed."""
    typed = attempt.forms.get("open")
    if typed is not None:
        return {"data": typed.data, "errors": typed.errors}
    category = next((one.case.category for one in members if one.case.category), "")
    return {
        "data": {
            "title": shown.title,
            "statement": proposed_statement(shown),
            "category": category,
            "product": shown.product_id or "",
            "product_version": shown.product_version,
            "severity": 3,
        },
        "errors": {},
    }


def edit_of(shown: Any, *, attempt: Attempt) -> dict[str, Any]:
    """Return what the form of name, product and department holds: what was typed, else what is."""
    typed = attempt.forms.get("edit")
    if typed is not None:
        return {name: typed.data.get(name, "") for name in EditForm.base_fields}
    return {
        "title": shown.title,
        "product": shown.product_id,
        "product_version": shown.product_version,
        "department": shown.department_id,
    }


def unsaved(attempt: Attempt) -> list[dict[str, str]]:
    """Return the words of a form that is gone because somebody decided meanwhile."""
    return [
        {"label": str(label), "text": str(text)}
        for form in attempt.forms.values()
        for name, label in TYPED.items()
        if (text := form.data.get(name, "").strip())
    ]


def proposed_statement(shown: Any) -> str:
    """Return a statement of the facts, which a lead reads before it is kept."""
    words = ngettext(
        "%(customers)d customer describes it in %(cases)d cases.",
        "%(customers)d customers describe it in %(cases)d cases.",
        shown.customers,
    ) % {"customers": shown.customers, "cases": shown.cases}
    if phrases := phrases_of(shown):
        words += " " + _("They write: %(phrases)s.") % {"phrases": ", ".join(phrases)}
    if shares := shares_of(shown):
        shared = ", ".join(f"{one['fact']} {one['value']}" for one in shares)
        words += " " + _("They have in common: %(shares)s.") % {"shares": shared}
    return str(words)
