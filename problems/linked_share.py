"""How many cases hang on a problem, which look like one and do not, and who wrote again about it."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from django.db.models import Count, Exists, F, OuterRef
from django.db.models.functions import TruncMonth

from cases.models import Case
from problems.case_links import waiting_links
from problems.models import CaseLink, Problem
from problems.models.link import LinkKind

PROBLEMS_SHOWN = 10
NOT_COUNTED = ("spam", "merged")


@dataclass(frozen=True, slots=True)
class Month:
    """The cases opened in a month; `begins_at` is its first moment.

    `linked` hang on a problem. `again` are linked ones whose customer had written about the same
    problem before.
    """

    begins_at: datetime
    opened: int
    linked: int
    again: int

    @property
    def percent(self) -> float | None:
        """Which share of the cases hangs on a problem, in percent; None without a case."""
        return 100 * self.linked / self.opened if self.opened else None


@dataclass(frozen=True, slots=True)
class Unlinked:
    """A problem, and how many open cases look like it and hang on none."""

    problem: Problem
    cases: int


def linked_by_month(*, since: datetime, until: datetime, zone: tzinfo) -> list[Month]:
    """Return for each month how many cases were opened and hang on a problem; three queries."""
    cases = Case.objects.filter(opened_at__gte=since, opened_at__lt=until).exclude(
        state__in=NOT_COUNTED
    )
    opened = dict(
        cases.order_by()
        .values(month=TruncMonth("opened_at", tzinfo=zone))
        .values_list("month", Count("pk"))
    )
    links = CaseLink.objects.filter(
        kind=LinkKind.CONFIRMED, case__opened_at__gte=since, case__opened_at__lt=until
    ).exclude(case__state__in=NOT_COUNTED)
    before = CaseLink.objects.filter(
        problem=OuterRef("problem"),
        kind=LinkKind.CONFIRMED,
        case__contact=OuterRef("case__contact"),
        case__lt=OuterRef("case"),
    )
    by_month = links.order_by().values(month=TruncMonth("case__opened_at", tzinfo=zone))
    linked = dict(by_month.values_list("month", Count("pk")))
    again = dict(by_month.filter(Exists(before)).values_list("month", Count("pk")))
    return [
        Month(month, opened[month], linked.get(month, 0), again.get(month, 0))
        for month in sorted(opened)
    ]


def unlinked_by_problem(*, at_most: int = PROBLEMS_SHOWN) -> list[Unlinked]:
    """Return the problems that most unlinked open cases look like; two queries."""
    rows = list(
        waiting_links()
        .order_by()
        .values(of=F("problem_id"))
        .annotate(cases=Count("pk"))
        .order_by("-cases", "of")[:at_most]
    )
    problems = Problem.objects.in_bulk([row["of"] for row in rows])
    return [Unlinked(problems[row["of"]], row["cases"]) for row in rows if row["of"] in problems]
