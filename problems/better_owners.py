"""Who else could have a problem? Departments that a refusal may name, the likeliest first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from problems.facts import facts_of
from problems.models import Leg, Problem
from problems.states import Outcome
from workflow.conditions import evaluate, parse_condition
from workflow.people.models import Department
from workflow.routing.models import RoutingRule

NAMED = 3


@dataclass(frozen=True, slots=True)
class BetterOwner:
    """A department, and in a sentence why it may be the one."""

    department: Department
    why: str

    @property
    def reason(self) -> str:
        """What stands in the journey when a problem is refused towards it."""
        return _("It belongs to %(department)s: %(why)s") % {
            "department": self.department.name,
            "why": self.why,
        }


def better_owners(problem: Problem, *, has_it: int, at_most: int = NAMED) -> list[BetterOwner]:
    """Return who likely owns a problem instead of the department that has it; five queries.

    First those that fixed the like of it for good, then whom the routing rules would choose next,
    then who had it before. Customer service, closed departments and the one that has it are none.
    """
    open_to_work = {
        department.pk: department
        for department in Department.objects.filter(
            is_active=True, is_customer_service=False
        ).exclude(pk=has_it)
    }
    found: dict[int, str] = {}
    for department_id, why in (
        *fixers_of_the_like(problem),
        *chosen_by_rules(problem),
        *had_it_before(problem),
    ):
        if department_id in open_to_work:
            found.setdefault(department_id, why)
    return [
        BetterOwner(department=open_to_work[department_id], why=why)
        for department_id, why in list(found.items())[:at_most]
    ]


def fixers_of_the_like(problem: Problem) -> Iterable[tuple[int, str]]:
    """Yield who fixed problems of the same product or category, most first; one query."""
    if not (problem.category or problem.product_id):
        return []
    return [
        (row["fixed_by"], fixed_in_words(row, problem=problem)) for row in fixers(problem)[:NAMED]
    ]


def fixers(problem: Problem) -> QuerySet[Problem, Mapping[str, int]]:
    """Return how many problems of the same kind each department has fixed."""
    alike = Q(pk__in=[])
    if problem.product_id:
        alike |= Q(product_id=problem.product_id)
    if problem.category:
        alike |= Q(category=problem.category)
    last = Leg.objects.filter(problem=OuterRef("pk"), stage="verifying").order_by("-position")
    return (
        Problem.objects.filter(alike, outcome=Outcome.FIX_APPLIED)
        .exclude(pk=problem.pk)
        .annotate(fixed_by=Subquery(last.values("department_id")[:1]))
        .order_by()
        .values("fixed_by")
        .annotate(
            both=Count("pk", filter=Q(product_id=problem.product_id, category=problem.category)),
            fixed=Count("pk"),
        )
        .order_by("-both", "-fixed", "fixed_by")
    )


def fixed_in_words(row: Mapping[str, int], *, problem: Problem) -> str:
    """Return how much of this kind a department has fixed."""
    count = row["both"] or row["fixed"]
    about = [problem.product.name if problem.product else "", problem.category]
    words = ngettext(
        "it fixed %(count)d problem like this (%(about)s).",
        "it fixed %(count)d problems like this (%(about)s).",
        count,
    )
    return words % {"count": count, "about": ", ".join(one for one in about if one)}


def chosen_by_rules(problem: Problem) -> Iterable[tuple[int, str]]:
    """Yield where the routing rules lead, in their order, not the first alone; two queries."""
    facts = facts_of(problem)
    for rule in RoutingRule.objects.filter(is_active=True).order_by("position", "id"):
        if evaluate(parse_condition(rule.condition), facts).matched:
            yield rule.department_id, _("the rule “%(rule)s” fits too.") % {"rule": rule.name}


def had_it_before(problem: Problem) -> Iterable[tuple[int, str]]:
    """Yield who accepted it earlier, the latest first; one query."""
    earlier = (
        Leg.objects.filter(problem=problem, left_at__isnull=False, assignee__isnull=False)
        .order_by("-position")
        .values_list("department_id", flat=True)
    )
    for department_id in earlier[:NAMED]:
        yield department_id, _("it had this problem before.")
