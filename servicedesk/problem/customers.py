"""Everybody whom a problem affects: how found, how far the solution came, and by what scopes."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from customers.choices import products_with_versions, regions_known
from customers.segments import segment_choices
from problems.access import problem_for
from problems.broadcast_rights import may_tell
from problems.ledger import FILTERS, Asked, counts_of_ledger, page_of_ledger
from problems.legs import open_leg
from problems.reaching import Preview, scopes_of
from problems.reasons import STRONGEST
from problems.states import Outcome, ProblemState
from servicedesk.pages.answers import page
from servicedesk.pages.guards import StaffRequest, staff
from servicedesk.pages.ledger_words import BESIDE, FOUND, WAY, scope_words
from servicedesk.pages.paging import cursor_of, id_in
from servicedesk.pages.problem_words import state_words
from servicedesk.problem.customer_rows import file_of, row
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal


@dataclass(frozen=True)
class Attempt:
    """What somebody tried with the list, kept so that nothing that was written is lost."""

    status: int = 200
    refusal: Refusal | None = None
    forms: dict[str, Any] = field(default_factory=dict)
    preview: Preview | None = None


@require_safe
@staff(Permission.VIEW_CUSTOMER)
def customers(request: StaffRequest, number: int) -> HttpResponse:
    """Show whom a problem affects; with `as=csv` as a file."""
    if request.GET.get("as") == "csv":
        problem = problem_for(request.actor, number)
        return file_of(problem, asked_in(request), scope_names(problem))
    return customers_page(request, number, attempt=Attempt())


def asked_in(request: StaffRequest) -> Asked:
    """Return which rows the address asks for."""
    far, found = request.GET.get("show", ""), request.GET.get("found", "")
    return Asked(
        far=far if far in FILTERS else "all",
        found=found if found in STRONGEST else "",
        words=request.GET.get("q", "")[:100],
    )


def scope_names(problem: Any) -> dict[int, str]:
    """Return what the scopes of a problem that hold are called, by id; one query."""
    return {one.pk: scope_words(one) for one in scopes_of(problem.pk)}


def customers_page(request: StaffRequest, number: int, *, attempt: Attempt) -> HttpResponse:
    """Return the page; a fixed number of queries, however many customers."""
    problem = problem_for(request.actor, number)
    asked = asked_in(request)
    scopes = list(scopes_of(problem.pk))
    names = {one.pk: scope_words(one) for one in scopes}
    found = page_of_ledger(problem, asked, after=id_in(request.GET.get("after", "")))
    counts = counts_of_ledger(problem, asked)
    may = rights(request.actor, problem)
    address = Address(reverse("problem:customers", args=[problem.name]), asked)
    return page(
        request,
        "problem/customers.html",
        {
            "problem": {
                "number": problem.name,
                "title": problem.title,
                "state": problem.state,
                "state_label": state_words(problem.state),
                "live_of": f"problem:{problem.pk}",
            },
            "tiles": [address.tile(code, str(label), counts) for code, label in WAY.items()],
            "filters": [
                address.tile(code, str(label), counts)
                for code, label in BESIDE.items()
                if counts[code] or code == asked.far
            ],
            "asked": asked,
            "here": address.of().removeprefix(address.path),
            "shown": counts[asked.far],
            "found_choices": [{"value": how, "label": str(FOUND[how])} for how in STRONGEST],
            "customers": [row(one, names) for one in found.rows],
            "scopes": [
                {
                    "id": one.pk,
                    "words": names[one.pk],
                    "added_at": one.added_at,
                    "added_by": one.added_by.name if one.added_by else "",
                }
                for one in scopes
            ],
            "may": may,
            "scope_choices": choices() if may["scope"] else {},
            "attempt": attempt,
            "refusal": attempt.refusal,
            "csv_url": f"{address.of()}&as=csv",
            "next_url": address.of(after=cursor_of(found.ends_at)) if found.ends_at else "",
        },
        status=attempt.status,
    )


@dataclass(frozen=True)
class Address:
    """The address of the list with its filters."""

    path: str
    asked: Asked

    def of(self, *, far: str = "", after: str = "") -> str:
        """Return the address of the same rows, or of those that came otherwise far."""
        given = {
            "show": far or self.asked.far,
            "found": self.asked.found,
            "q": self.asked.words,
            "after": after,
        }
        return f"{self.path}?{urlencode({name: value for name, value in given.items() if value})}"

    def tile(self, code: str, label: str, counts: dict[str, int]) -> dict[str, Any]:
        """Return a link to those who came so far, with their number."""
        return {
            "label": label,
            "href": self.of(far=code),
            "count": counts[code],
            "is_current": code == self.asked.far,
        }


def rights(actor: Actor, problem: Any) -> dict[str, bool]:
    """Return what somebody may do with the list; one query for members of departments."""
    steers = actor.may(Permission.STEER_PROBLEM)
    is_ours = steers
    if not steers and problem.is_open and actor.may(Permission.WORK_PROBLEM):
        is_ours = actor.works_in(open_leg(problem).department_id)
    is_fixed = not problem.is_open and problem.outcome == Outcome.FIX_APPLIED
    works = steers or actor.may(Permission.WORK_CASE) or actor.may(Permission.WORK_PROBLEM)
    return {
        "scope": problem.is_open and is_ours,
        "excuse": steers and problem.state != ProblemState.CLOSED,
        "apply": is_fixed and works,
        "end_links": may_tell(actor, problem),
    }


def choices() -> dict[str, Any]:
    """Return what a scope can be made of; three queries."""
    things = []
    for product, versions in products_with_versions():
        things.append({"value": str(product.pk), "label": product.name})
        things.extend(
            {
                "value": f"{product.pk}:{version.pk}",
                "label": _("%(product)s, version %(version)s")
                % {"product": product.name, "version": version.name},
            }
            for version in versions
        )
    return {
        "things": things,
        "segments": [{"value": one.pk, "label": one.name} for one in segment_choices()],
        "regions": regions_known(),
    }
