"""One problem: figures, journey, findings, cases, and what can be done next."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import get_current_timezone, now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from cases.queries import active_departments
from customers.queries import active_products
from knowledge.queries import articles_of_problem
from problems.better_owners import better_owners
from problems.following import followers_of
from problems.impact import impact_of
from problems.ledger import AffectedCounts, affected_counts
from problems.queries import (
    estimates_of,
    evidence_of,
    legs_of,
    new_cases_per_day,
    notes_of,
    open_clocks_of_problems,
    page_of_linked_cases,
    problem_with_counts,
)
from problems.requests import questions_of_problem
from problems.statements import statements_of
from problems.tasks_told import tasks_on_the_way
from servicedesk.pages.answers import page
from servicedesk.pages.case_words import state_words as case_state_words
from servicedesk.pages.clock_chip import chip_of
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.history_lines import lines_about, timeline
from servicedesk.pages.impact_shown import impact_shown
from servicedesk.pages.journey_data import (
    Told,
    delay_figure,
    detour_figure,
    log_of,
    picture_of,
    told,
    waiting_figure,
    work_figure,
)
from servicedesk.pages.paging import cursor_of, id_in
from servicedesk.pages.problem_words import (
    OUTCOMES,
    SEVERITIES,
    confidence_choices,
    day_words,
    outcome_choices,
    stage_customers_see,
    state_words,
    words_customers_read,
)
from servicedesk.pages.question_words import question_shown
from servicedesk.pages.statements_shown import with_statements
from servicedesk.pages.steps_shown import drawn_action, refusal_drawn, stage_shown, way_shown
from servicedesk.pages.workflow_map import problem_map
from servicedesk.problem.beside import beside
from servicedesk.problem.colleagues import colleagues_shown
from servicedesk.problem.promised import promised_beside
from servicedesk.problem.rights import next_action, rights
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal


@dataclass(frozen=True)
class Attempt:
    """What somebody tried with a problem and was refused: kept, so that no text is lost."""

    status: int = 200
    refusal: Refusal | None = None
    forms: dict[str, Any] = field(default_factory=dict)


@require_safe
@staff(Permission.VIEW_PROBLEM)
def problem(request: StaffRequest, number: int) -> HttpResponse:
    """Show a problem."""
    return problem_page(request, number, attempt=Attempt())


def problem_page(request: StaffRequest, number: int, *, attempt: Attempt) -> HttpResponse:
    """Return the page of a problem; a fixed number of queries, however long its journey."""
    at = now()
    shown = problem_with_counts(request.actor, number)
    journey = told(shown, legs_of([shown.pk])[shown.pk], at=at)
    affected = affected_counts(shown)
    estimates = estimates_of(shown)
    departments = active_departments()
    may = rights(request.actor, shown, department_id=journey.last.department_id)
    promised = promised_beside(request.actor, shown, estimates, may=may, at=at)
    linked = linked_cases(shown, after=request.GET.get("cases_after", ""))
    clocks = open_clocks_of_problems([shown.pk]).get(shown.pk, [])
    asked = questions_of_problem(shown.pk) if may["note"] else []
    questions = [question_shown(one, at=at) for one in asked]
    way = way_shown(
        shown,
        journey.last,
        actor=request.actor,
        departments=others(departments, journey),
        forms=attempt.forms,
    )
    return page(
        request,
        "problem/problem.html",
        {
            "problem": described(shown, journey, clocks=clocks, at=at),
            "figures": figures(shown, journey, affected),
            "picture": picture_of(
                journey,
                at=at,
                cases_per_day=new_cases_per_day(shown, zone=get_current_timezone()),
                told_at=affected.told_at,
                estimates=[one for one in estimates if shown.stands(one)],
                tasks=tasks_on_the_way(shown.pk),
            ),
            "workflow_map": problem_map(shown, journey.legs),
            "legs": with_statements(log_of(journey), statements_of(shown.pk)),
            "may": may,
            "way": way,
            "followers": followers_shown(shown, actor=request.actor),
            "refusal_name": refusal_drawn(way) if may["refuse"] else "",
            "next_action": next_action(may) or drawn_action(way),
            "forms": attempt.forms,
            "refusal": attempt.refusal,
            "departments": others(departments, journey),
            "better_owners": owners_shown(shown, journey) if may["refuse"] else [],
            "colleagues": colleagues_shown(journey.last) if may["assign"] else [],
            "own_departments": [
                {"value": one.pk, "label": one.name}
                for one in departments
                if one.pk in request.actor.departments
            ],
            "products": [{"value": one.pk, "label": one.name} for one in active_products()]
            if may["describe"]
            else [],
            "severities": [{"value": key, "label": words} for key, words in SEVERITIES.items()],
            "outcomes": outcome_choices(),
            "confidences": confidence_choices(),
            "affected": affected,
            **linked,
            **beside(request.actor, shown, journey.last, at=at),
            "article": article_of(shown),
            "questions": questions,
            "open_questions": sum(one["is_open"] for one in questions),
            "impact": impact_shown(impact_of([shown.pk], at=at, zone=get_current_timezone())),
            "customers_are_told": {
                "stage_label": stage_customers_see(shown),
                "text": words_customers_read(shown),
                "last_at": affected.told_at[-1] if affected.told_at else None,
                "next_by": promised["news"]["due_at"] if promised["news"] else None,
            },
            **promised,
            "notes": [written(one) for one in notes_of(shown)] if may["note"] else [],
            "evidence": [written(one) for one in evidence_of(shown)],
            "history": timeline(
                lines_about(shown), names=names_known(journey, departments, linked["cases"])
            ),
        },
        status=attempt.status,
    )


def others(departments: list[Any], journey: Told) -> list[dict[str, Any]]:
    """Return the departments that do not have it, to choose from."""
    return [
        {"value": one.pk, "label": one.name}
        for one in departments
        if one.pk != journey.last.department_id
    ]


def owners_shown(shown: Any, journey: Told) -> list[dict[str, Any]]:
    """Return who likely owns it instead, with the reason that one click gives; four queries."""
    return [
        {
            "value": one.department.pk,
            "label": one.department.name,
            "why": one.why,
            "reason": one.reason,
        }
        for one in better_owners(shown, has_it=journey.last.department_id)
    ]


def names_known(
    journey: Told, departments: list[Any], cases: list[dict[str, Any]]
) -> dict[tuple[str, int], str]:
    """Return what its history may name, as far as the page knows it; no query."""
    names = {("department", one.pk): str(one.name) for one in departments}
    for leg in journey.legs:
        names["department", leg.department_id] = leg.department.name
        if leg.assignee is not None:
            names["user", leg.assignee.pk] = leg.assignee.name
    lead = journey.problem.lead
    if lead is not None:
        names["user", lead.pk] = lead.name
    for case in cases:
        names["case", case["id"]] = _("case #%(number)s") % {"number": case["number"]}
    return names


def described(shown: Any, journey: Told, *, clocks: list[Any], at: datetime) -> dict[str, Any]:
    """Return the problem itself; no query."""
    leg = journey.last
    survivor = shown.survivor
    return {
        "number": shown.name,
        "version": shown.version,
        "live_of": f"problem:{shown.pk}",
        "title": shown.title,
        "statement": shown.statement,
        "state": shown.state,
        "state_label": state_words(shown.state),
        "stage": str(OUTCOMES[shown.outcome]) if shown.outcome else stage_shown(shown),
        "is_known_error": shown.is_known_error,
        "is_open": shown.is_open,
        "department": leg.department.name,
        "department_hue": leg.department.hue,
        "responsible": leg.assignee.name if leg.assignee else "",
        "lead": shown.lead.name if shown.lead else "",
        "category": shown.category,
        "product": shown.product.name if shown.product else "",
        "product_version": shown.product_version,
        "product_id": shown.product_id,
        "severity": shown.severity,
        "severity_label": SEVERITIES[shown.severity],
        "cause": shown.root_cause,
        "public_cause": shown.public_cause,
        "cause_found_at": shown.root_cause_found_at,
        "workaround": shown.workaround,
        "workaround_is_published": shown.workaround_at is not None,
        "fix": shown.fix,
        "solution": shown.solution,
        "clocks": [chip_of(clock, at=at) for clock in clocks],
        "acknowledged": leg.acknowledged_at is not None,
        "because": because_routed(shown),
        "came_because": leg.reason,
        "duplicate_of": {
            "number": survivor.name,
            "href": reverse("problem:problem", args=[survivor.name]),
        }
        if survivor
        else None,
    }


def because_routed(shown: Any) -> str:
    """Return which rule sent the problem to its department and why, if a rule did."""
    because = shown.routed_because or {}
    rule, reasons = because.get("rule_name", ""), because.get("reasons", "")
    if not rule:
        return ""
    if not reasons:
        return _("The rule “%(rule)s” chose the department.") % {"rule": rule}
    return _("The rule “%(rule)s” chose the department: %(reasons)s.") % {
        "rule": rule,
        "reasons": reasons,
    }


def followers_shown(shown: Any, *, actor: Actor) -> dict[str, Any]:
    """Return who follows a problem, and whether the one who looks does; one query."""
    found = followers_of(shown, actor=actor)
    return {"names": [user.name for user in found.users], "is_mine": found.is_mine}


def figures(shown: Any, journey: Told, affected: AffectedCounts) -> list[dict[str, str]]:
    """Return the six figures above the picture; no query."""
    told_words = _("%(count)d told") % {"count": affected.told}
    return [
        fix_figure(shown),
        {
            "label": _("Customers affected"),
            "value": str(affected.customers),
            "more": told_words,
            "tone": "",
        },
        work_figure(journey),
        waiting_figure(journey),
        delay_figure(journey),
        detour_figure(journey),
    ]


def fix_figure(shown: Any) -> dict[str, str]:
    """Return when it will be fixed, or was."""
    if shown.resolved_at is not None:
        days = (shown.resolved_at - shown.discovered_at).days + 1
        more = ngettext("on day %(days)d", "on day %(days)d", days) % {"days": days}
        label = str(OUTCOMES[shown.outcome]) if shown.outcome else _("Resolved")
        return {
            "label": label,
            "value": day_words(shown.resolved_at.astimezone(get_current_timezone()).date()),
            "more": more,
            "tone": "good",
        }
    if shown.expected_on is None:
        return {"label": _("Fix expected"), "value": _("not said yet"), "more": "", "tone": ""}
    is_over = shown.latest_on < now().astimezone(get_current_timezone()).date()
    more = ""
    if shown.latest_on != shown.expected_on:
        more = _("at worst %(day)s") % {"day": day_words(shown.latest_on)}
    return {
        "label": _("Fix expected"),
        "value": day_words(shown.expected_on),
        "more": _("the date is over") if is_over else more,
        "tone": "bad" if is_over else "good",
    }


def linked_cases(shown: Any, *, after: str) -> dict[str, Any]:
    """Return a page of linked cases and the address of the next; one query."""
    found = page_of_linked_cases(shown, after=id_in(after))
    next_url = ""
    if found.ends_at is not None:
        more = urlencode({"cases_after": cursor_of(found.ends_at)})
        next_url = f"{reverse('problem:problem', args=[shown.name])}?{more}"
    return {
        "cases": [
            {
                "id": link.case_id,
                "number": link.case.number,
                "href": reverse("agent:case", args=[link.case.number]),
                "subject": link.case.subject,
                "contact": link.case.contact.name,
                "state": link.case.state,
                "state_label": case_state_words(link.case.state),
                "opened_at": link.case.opened_at,
            }
            for link in found.links
        ],
        "next_cases_url": next_url,
    }


def article_of(shown: Any) -> dict[str, str] | None:
    """Return the newest article that the problem brought about; one query."""
    articles = articles_of_problem(shown.pk)
    if not articles:
        return None
    labels = {"draft": _("Draft"), "published": _("Published"), "retired": _("Retired")}
    return {
        "href": reverse("knowledge:article", args=[articles[0].number]),
        "title": articles[0].title,
        "state_label": labels[articles[0].state],
    }


def written(one: Any) -> dict[str, Any]:
    """Return a note or a piece of evidence with its author."""
    return {
        "author": one.user.name if one.user else _("Automatic message"),
        "text": one.text,
        "at": one.at,
    }
