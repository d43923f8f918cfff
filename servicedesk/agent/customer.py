"""One customer on one page: every case, what was said last, every problem, what was told."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from cases.queries import case_with_customer, cases_of_contact
from problems.affected import problems_of_contact
from problems.queries import links_of_cases
from servicedesk.agent.context import customer as customer_of
from servicedesk.pages.answers import page
from servicedesk.pages.case_words import channel_words, state_words
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.problem_words import state_words as problem_state_words
from workflow.people.permissions import Permission


@require_safe
@staff(Permission.VIEW_CUSTOMER)
def customer(request: StaffRequest, number: int) -> HttpResponse:
    """Show the customer of a case; five queries, however many cases."""
    case = case_with_customer(request.actor, number, at=now())
    cases = cases_of_contact(request.actor, case.contact_id)
    links = links_of_cases([one.pk for one in cases])
    return page(
        request,
        "agent/customer.html",
        {
            "contact": customer_of(case),
            "from_case": number,
            "cases": [row(one, links=links.get(one.pk, [])) for one in cases],
            "problems": [affecting(one) for one in problems_of_contact(case.contact_id)],
        },
    )


def row(case: Any, *, links: list[Any]) -> dict[str, Any]:
    """Return a case as a line of the customer's history; no query."""
    linked = next((link.problem.name for link in links if link.kind == "confirmed"), "")
    return {
        "number": case.number,
        "href": reverse("agent:case", args=[case.number]),
        "subject": case.subject,
        "state_label": state_words(case.state),
        "channel": channel_words(case.channel),
        "at": case.opened_at,
        "problem": linked,
        "messages": case.messages_said,
    }


def affecting(affected: Any) -> dict[str, Any]:
    """Return a problem that affects the customer, and what was told of it; no query."""
    problem = affected.problem
    return {
        "number": problem.name,
        "href": reverse("problem:problem", args=[problem.name]),
        "title": problem.title,
        "state_label": problem_state_words(problem.state),
        "told_at": [told.at for told in affected.told.all()],
        "confirmed_at": affected.confirmed_at,
    }
