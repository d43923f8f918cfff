"""What is known beside a conversation: the problem, others like it, the customer."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from customers.glance import Glance, segments_at_a_glance
from problems.case_links import FirstLink
from problems.queries import legs_of
from problems.requests import answer_offered, open_questions_of_case
from servicedesk.pages.addresses import address
from servicedesk.pages.case_words import state_words as case_state_words
from servicedesk.pages.evidence_shown import reasons_kept
from servicedesk.pages.fix_words import fixed_words
from servicedesk.pages.journey_data import strip_of, told
from servicedesk.pages.problem_words import estimate_words, state_words
from servicedesk.pages.question_words import question_shown

MANY_CASES = 4
THINGS_SHOWN = 4


def linked_problem(link: Any, *, at: datetime) -> dict[str, Any]:
    """Return the problem that a case hangs on; one query for its way so far."""
    problem = link.problem
    journey = told(problem, legs_of([problem.pk])[problem.pk], at=at)
    department = journey.last.department
    return {
        "number": problem.name,
        "href": reverse("problem:problem", args=[problem.name]),
        "title": problem.title,
        "state_label": state_words(problem.state),
        "department": department.name,
        "department_hue": department.hue,
        "cases": link.linked_cases or 0,
        "day": ((problem.resolved_at or at) - problem.discovered_at).days + 1,
        "estimate": estimate_words(link.expected_on, link.latest_on),
        "workaround": problem.workaround,
        "strip": strip_of(journey, at=at),
    }


def suggestion(link: Any) -> dict[str, Any]:
    """Return a problem that may be behind a case, and why it is thought so; no query."""
    words = [str(word) for word, *_weight in link.evidence.get("words", [])]
    count = link.linked_cases or 0
    because = ngettext(
        "%(state)s, %(count)d linked case.", "%(state)s, %(count)d linked cases.", count
    ) % {"state": state_words(link.problem.state), "count": count}
    return {
        "problem": link.problem.name,
        "href": reverse("problem:problem", args=[link.problem.name]),
        "title": link.problem.title,
        "percent": round((link.score or 0) / 10),
        "words": words,
        "reasons": reasons_kept(link.evidence),
        "because": because,
        "cases": count,
        "fixed": fixed_words(link.problem, seen_at=link.created_at),
    }


def customer(case: Any) -> dict[str, Any]:
    """Return what is known of the customer of a case; no query."""
    contact, has = case.contact, things_in_use(case.glance)
    recent = case.contact_recent_cases or 0
    facts = [
        {"label": _("Open cases"), "value": str(case.contact_open_cases or 0), "tone": ""},
        {
            "label": _("Cases in 90 days"),
            "value": str(recent),
            "tone": "red" if recent >= MANY_CASES else "",
        },
    ]
    if case.product is not None:
        facts.append({"label": _("Product"), "value": case.product.name, "tone": ""})
    if case.category:
        facts.append({"label": _("Category"), "value": case.category, "tone": ""})
    facts += [{**answer, "tone": ""} for answer in case.answers]
    return {
        "name": contact.name,
        "since": _("Customer since %(month)s") % {"month": date_format(contact.created_at, "F Y")},
        "organisation": contact.organisation.name if contact.organisation else "",
        "service_level": contact.tier or case.service_level.name,
        "addresses": case.contact_addresses,
        "facts": facts,
        "language": contact.language,
        "has": has[:THINGS_SHOWN],
        "has_more": max(len(has) - THINGS_SHOWN, 0),
        "bought": bought_last(case.glance),
        "segments": segments_at_a_glance(contact, glance=case.glance),
        "has_href": address("agent:belongings", contact.pk),
    }


def things_in_use(glance: Glance) -> list[str]:
    """Return what a customer has now, in words; no query."""
    return [
        f"{name} ({one.pieces})" if one.pieces > 1 else name
        for one in glance.installed
        if one.is_now
        for name in [f"{one.product} {one.version}".strip()]
    ]


def bought_last(glance: Glance) -> str:
    """Return the last thing that a customer bought, in words; empty for nothing."""
    for one in glance.bought:
        if one.last is not None:
            name = f"{one.product} {one.version}".strip()
            day = date_format(one.last, "j M Y")
            return _("%(thing)s on %(day)s") % {"thing": name, "day": day}
    return ""


def people_in(case: Any) -> list[dict[str, Any]]:
    """Return who else takes part in a case or was copied; no query."""
    return [
        {
            "id": one["id"],
            "name": one["name"] or one["address"],
            "address": one["address"],
            "is_in": one["state"] == "let_in",
        }
        for one in case.people
        if one["state"] != "removed"
    ]


def names_of_others(case: Any) -> dict[int, str]:
    """Return the names of everybody who was ever let into a case, by contact; no query."""
    return {
        one["contact"]: one["name"] or one["address"]
        for one in case.people
        if one["contact"] is not None
    }


def earlier_case(case: Any, *, link: FirstLink | None, problem_id: int | None) -> dict[str, Any]:
    """Return another case of the customer; says whether it hangs on the same problem; no query."""
    return {
        "number": case.number,
        "href": address("agent:case", case.number),
        "subject": case.subject,
        "state_label": case_state_words(case.state),
        "at": case.opened_at,
        "is_same_problem": link is not None and link.is_confirmed and link.problem_id == problem_id,
    }


def questions_asked(
    case: Any, conversation: list[Any], forms: dict[str, Any], *, at: datetime
) -> list[dict[str, Any]]:
    """Return what departments want to know of the customer, with what may answer it; one query."""
    shown = []
    for question in open_questions_of_case(case.pk):
        offered = answer_offered(question, conversation)
        tried = forms.get(f"question-{question.pk}", {})
        typed = tried.get("data", {})
        shown.append(
            {
                **question_shown(question, at=at),
                "draft": typed.get("text", question.asked.text),
                "may_send_anyway": tried.get("may_send_anyway", False),
                "offered": {"number": offered.pk, "text": offered.text} if offered else None,
            }
        )
    return shown
