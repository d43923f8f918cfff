"""Read which problems cases hang on, or may hang on."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Count, Exists, IntegerField, OuterRef, QuerySet, Subquery

from cases.filtering import COUNTED_AT_MOST
from cases.states import OPEN_STATES
from problems.models import CaseLink, Estimate, Question
from problems.models.link import LinkKind
from problems.models.question import OPEN_QUESTION
from workflow.tenancy.kept_queries import kept
from workflow.tenancy.prepared import Statement
from workflow.tenancy.scope import tenant_of_the_scope

# Written out: in a list of cases the ORM took longer to make it than PostgreSQL to answer.
FIRST_LINKS = Statement("""
SELECT DISTINCT ON (link.case_id) link.case_id, link.problem_id, problem.number, link.kind
FROM problems_caselink link
JOIN problems_problem problem
  ON problem.tenant_id = link.tenant_id AND problem.id = link.problem_id
WHERE link.tenant_id = %(tenant)s AND link.case_id = ANY(%(cases)s) AND link.kind IN ('confirmed', 'suggested')
ORDER BY link.case_id, link.kind, link.score DESC, link.id
""")


class FirstLink(NamedTuple):
    """The problem that a row of a list names beside a case."""

    problem_id: int
    problem: str
    is_confirmed: bool


def links_of_cases(cases: Iterable[int]) -> dict[int, list[CaseLink]]:
    """Return what cases hang on or may hang on, best first; one query.

    Confirmed and suggested links with their problems and their counts; a confirmed one is first.
    `is_asked` says whether a department wants to know something of the customer.
    """
    found: dict[int, list[CaseLink]] = {}
    for link in links_in_order(cases=list(cases)):
        found.setdefault(link.case_id, []).append(link)
    return found


@kept("cases")
def links_in_order(*, cases: list[int]) -> QuerySet[CaseLink]:
    """Return confirmed and suggested links with what is told of their problems."""
    linked = CaseLink.objects.filter(
        problem=OuterRef("problem"), kind=LinkKind.CONFIRMED
    ).order_by()
    newest = Estimate.objects.filter(
        problem=OuterRef("problem"), id__gt=OuterRef("problem__estimates_after")
    ).order_by("-id")
    asked = Question.objects.filter(case=OuterRef("case"), state__in=OPEN_QUESTION)
    return (
        CaseLink.objects.filter(
            case_id__in=cases, kind__in=[LinkKind.CONFIRMED, LinkKind.SUGGESTED]
        )
        .select_related("problem")
        .annotate(
            linked_cases=Subquery(
                linked.values("problem").values(count=Count("pk")), output_field=IntegerField()
            ),
            expected_on=Subquery(newest.values("expected_on")[:1]),
            latest_on=Subquery(newest.values("latest_on")[:1]),
            is_asked=Exists(asked),
        )
        .order_by("kind", "-score", "id")
    )


def first_links_of(cases: Iterable[int]) -> dict[int, FirstLink]:
    """Return the problem that each case hangs on, else the likeliest suggestion; one query."""
    return {
        case_id: FirstLink(problem_id, f"P-{number}", kind == LinkKind.CONFIRMED)
        for case_id, problem_id, number, kind in FIRST_LINKS.rows(
            tenant=tenant_of_the_scope(), cases=list(cases)
        )
    }


def waiting_links(*, problem_id: int | None = None) -> QuerySet[CaseLink]:
    """Return the first suggestion of each open case that nobody has decided on, the oldest first.

    Those that name one problem, if it is given: cases that look like it and are not linked.
    """
    others = CaseLink.objects.filter(case=OuterRef("case"))
    named = CaseLink.objects.filter(kind=LinkKind.SUGGESTED, case__state__in=OPEN_STATES)
    earlier = others.filter(kind=LinkKind.SUGGESTED, pk__lt=OuterRef("pk"))
    if problem_id is not None:
        named = named.filter(problem=problem_id)
        earlier = earlier.filter(problem=problem_id)
    return named.filter(~Exists(others.filter(kind=LinkKind.CONFIRMED)), ~Exists(earlier)).order_by(
        "id"
    )


def next_waiting(*, after: int, problem_id: int | None = None) -> CaseLink | None:
    """Return the first suggestion of the next case that waits, with its case; one query."""
    found = waiting_links(problem_id=problem_id).filter(pk__gt=after)
    return found.select_related("case__contact", "case__product").first()


def count_waiting(*, problem_id: int | None = None) -> int:
    """Return how many cases wait for a word on their suggestion, 1001 for more than 1000; one query."""
    return waiting_links(problem_id=problem_id).order_by()[: COUNTED_AT_MOST + 1].count()
