"""Open a problem from chosen cases, or link them to one that is open."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from cases.intake.quoting import split_quoted
from cases.queries import Queue, active_departments, cases_numbered, categories_of_cases
from customers.queries import active_products
from problems.access import problem_for
from problems.facts import facts, facts_before_opening
from problems.handing import route_problem
from problems.linking import confirm_link, open_problem_from_cases
from problems.matching import SUGGEST_FROM, problems_like
from problems.queries import categories_of_problems
from problems.time_budget import ShortTime
from servicedesk.pages.answers import page
from servicedesk.pages.forms import MOST_CASES, NewProblemForm
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.numbers import problem_number_in
from servicedesk.pages.problem_words import state_words
from servicedesk.pages.refusals import status_of
from workflow.people.permissions import Permission
from workflow.refusals import Refusal
from workflow.routing.deciding import decide

LONGEST_STATEMENT = 1200
CASES_COMPARED = 5
ANSWERS = re.compile(r"^(?:(?:re|aw|sv|vs|fwd?|wg)\s*:\s*)+", re.IGNORECASE)
WORD = re.compile(r"[^\W_]{3,}")
# What the page asks again with while somebody types, to say where the rules would send it.
ASKED_AGAIN = ("title", "statement", "category", "product", "product_version")


class NoSuchChoice(Refusal):
    """A product or department of the form is not there any more."""

    code = "no_such_choice"


@require_http_methods(["GET", "HEAD", "POST"])
@staff(Permission.OPEN_PROBLEM)
def problem_new(request: StaffRequest) -> HttpResponse:
    """Show what is proposed for the chosen cases, or do it."""
    given = request.POST if request.method == "POST" else request.GET
    cases = cases_numbered(request.actor, numbers_in(given))
    if request.method != "POST" or given.get("action") == "route":
        # What is typed stands in no address: those are kept in logs and histories.
        typed = {name: request.POST[name] for name in ASKED_AGAIN if name in request.POST}
        return form_page(request, cases, form={"data": {**proposed(cases), **typed}})
    if given.get("action") == "link":
        return linked(request, cases, written=given.get("problem", ""))
    form = NewProblemForm(given)
    if not form.is_valid():
        return form_page(request, cases, form=form, status=422)
    try:
        problem = opened(request, cases, form.cleaned_data)
    except ShortTime as refusal:
        form.add_error("is_confirmed", str(refusal))
        return form_page(request, cases, form=form, status=422)
    except Refusal as refusal:
        return form_page(request, cases, form=form, refusal=refusal, status=status_of(refusal))
    messages.success(request, _("%(problem)s opened.") % {"problem": problem.name})
    return redirect("problem:problem", problem.name)


def numbers_in(given: QueryDict) -> list[int]:
    """Return the numbers of the chosen cases."""
    written = given.getlist("case")[:MOST_CASES]
    return [int(one) for one in written if one.isascii() and one.isdigit() and len(one) <= 15]


def proposed(cases: Sequence[Any]) -> dict[str, Any]:
    """Return what the cases say of the problem, without greetings of mails and what they quote.

    The title is the subject that shares most words with the others, the text that of the earliest
    case; of products and categories the most frequent one counts.
    """
    if not cases:
        return {}
    product = most_frequent(case.product_id for case in cases)
    return {
        "title": common_title([case.subject for case in cases]),
        "statement": shortened(split_quoted(cases[0].opening).new),
        "category": most_frequent(case.category for case in cases) or "",
        "product": product or "",
    }


def common_title(subjects: Sequence[str]) -> str:
    """Return the subject whose words most of the others have too; the earliest among equals."""
    plain = [ANSWERS.sub("", subject).strip() or subject for subject in subjects]
    words = [set(WORD.findall(subject.lower())) for subject in plain]
    shared = Counter(word for own in words for word in own)
    best = max(
        range(len(plain)),
        key=lambda place: (
            sum(shared[word] - 1 for word in words[place]) / max(len(words[place]), 1),
            -place,
        ),
    )
    return plain[best]


def most_frequent(values: Iterable[Any]) -> Any:
    """Return the value that most cases have, without those that have none."""
    counted = Counter(value for value in values if value)
    return counted.most_common(1)[0][0] if counted else None


def shortened(text: str) -> str:
    """Return as much of a text as describes a problem."""
    text = text.strip()
    if len(text) <= LONGEST_STATEMENT:
        return text
    return f"{text[:LONGEST_STATEMENT].rsplit(' ', 1)[0]} …"


@transaction.atomic
def opened(request: StaffRequest, cases: Sequence[Any], given: dict[str, Any]) -> Any:
    """Open the problem and, if somebody who may route chose a department, send it there."""
    at = now()
    products = {one.pk: one for one in active_products()}
    problem = open_problem_from_cases(
        cases=cases,
        title=given["title"],
        statement=given["statement"],
        category=given["category"],
        product=chosen(products, given["product"]),
        product_version=given["product_version"],
        severity=given["severity"] or 3,
        lead=request.person,
        actor=request.actor,
        at=at,
    )
    if given["department"] is not None:
        departments = {one.pk: one for one in active_departments()}
        route_problem(
            problem_id=problem.pk,
            department=chosen(departments, given["department"]),
            because={"chosen_by": request.person.pk},
            actor=request.actor,
            at=at,
            confirm=given["is_confirmed"],
        )
    return problem


def chosen(known: dict[int, Any], key: int) -> Any:
    """Return what was chosen in the form, or refuse what is not there any more."""
    if key not in known:
        raise NoSuchChoice(_("What you chose is not there any more."), next_step=_("Choose again."))
    return known[key]


def linked(request: StaffRequest, cases: Sequence[Any], *, written: str) -> HttpResponse:
    """Link the chosen cases to the problem of a number."""
    form = {"data": proposed(cases)}
    number = problem_number_in(written)
    if number is None:
        sentence = _("Write the number of a problem, like P-204.")
        return form_page(request, cases, form=form, link_error=sentence, status=422)
    try:
        problem = problem_for(request.actor, number)
        link_all(request, cases, problem_id=problem.pk)
    except Refusal as refusal:
        return form_page(
            request, cases, form=form, link_error=str(refusal), status=status_of(refusal)
        )
    said = ngettext(
        "%(count)d case linked to %(problem)s.",
        "%(count)d cases linked to %(problem)s.",
        len(cases),
    )
    messages.success(request, said % {"count": len(cases), "problem": problem.name})
    return redirect("problem:problem", problem.name)


@transaction.atomic
def link_all(request: StaffRequest, cases: Sequence[Any], *, problem_id: int) -> None:
    """Link all cases, or none if one of them belongs elsewhere."""
    at = now()
    for case in cases:
        confirm_link(problem_id=problem_id, case=case, actor=request.actor, at=at)


def form_page(
    request: StaffRequest,
    cases: Sequence[Any],
    *,
    form: Any,
    refusal: Refusal | None = None,
    link_error: str = "",
    status: int = 200,
) -> HttpResponse:
    """Return the page of the form; what was typed stays."""
    products = active_products()
    alike = matches(cases)
    if isinstance(form, dict):
        form = {"data": {**form["data"], **guessed(form["data"], cases, alike, products)}}
    typed = form["data"] if isinstance(form, dict) else form.data
    may_route = request.actor.may(Permission.ROUTE_PROBLEM)
    return page(
        request,
        "agent/problem_new.html",
        {
            "cases": [shown(case) for case in cases],
            "form": form,
            "refusal": refusal,
            "categories": sorted({*categories_of_problems(), *categories_of_cases()}),
            "products": [{"value": one.pk, "label": one.name} for one in products],
            "departments": [{"value": one.pk, "label": one.name} for one in active_departments()]
            if may_route
            else [],
            "suggested_department": suggested_department(typed, products, cases=cases),
            "likely": likely(alike),
            "starts_with_link": request.GET.get("to") == "link",
            "link_error": link_error,
            "back": reverse("agent:queue", args=[Queue.MINE.value]),
        },
        status=status,
    )


def shown(case: Any) -> dict[str, Any]:
    """Return a chosen case."""
    return {
        "number": case.number,
        "href": reverse("agent:case", args=[case.number]),
        "subject": case.subject,
        "contact": case.contact.name,
        "opened_at": case.opened_at,
    }


def suggested_department(
    typed: Any, products: Sequence[Any], *, cases: Sequence[Any]
) -> dict[str, str] | None:
    """Return where the rules would send the problem as it stands in the form, and why."""
    product = next((p for p in products if str(p.pk) == str(typed.get("product", ""))), None)
    own = facts(
        title=typed.get("title", ""),
        statement=typed.get("statement", ""),
        category=typed.get("category", ""),
        product=product,
    )
    decision = decide(
        facts_before_opening(
            own,
            case_ids=[case.pk for case in cases],
            version=str(typed.get("product_version", "")),
        )
    )
    if decision is None:
        return None
    because = _("%(department)s, by the rule “%(rule)s”: %(reasons)s") % {
        "department": decision.department.name,
        "rule": decision.rule_name,
        "reasons": "; ".join(decision.reasons) or _("it fits everything"),
    }
    return {"label": decision.department.name, "because": because}


def matches(cases: Sequence[Any]) -> list[Any]:
    """Return the problems that say the same as the cases, best first; three queries."""
    text = "\n".join(f"{case.subject}\n{case.opening}" for case in cases[:CASES_COMPARED])
    return problems_like(text) if text else []


def guessed(
    typed: dict[str, Any], cases: Sequence[Any], alike: Sequence[Any], products: Sequence[Any]
) -> dict[str, Any]:
    """Return category and product where the cases name none; no query.

    A product that the customers name counts, then those of the problem that is most alike. They
    are proposals in a form, which a person reads before anything is done.
    """
    if not cases:
        return {}
    found: dict[str, Any] = {}
    nearest = alike[0].problem if alike else None
    if not typed.get("category") and nearest is not None:
        found["category"] = nearest.category
    if not typed.get("product"):
        said = " ".join(f"{case.subject} {case.opening}" for case in cases).lower()
        named = next((one.pk for one in products if one.name.lower() in said), None)
        only = products[0].pk if len(products) == 1 else None
        found["product"] = named or (nearest.product_id if nearest else None) or only or ""
    return found


def likely(found: Sequence[Any]) -> list[dict[str, Any]]:
    """Return open problems that the chosen cases may belong to, best first; no query."""
    return [
        {
            "number": match.problem.name,
            "href": reverse("problem:problem", args=[match.problem.name]),
            "title": match.problem.title,
            "percent": round(match.score * 100),
            "because": state_words(match.problem.state),
        }
        for match in found
        if match.score >= SUGGEST_FROM
    ]
