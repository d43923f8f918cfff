"""Read problems: lists, one problem with its journey, whom it affects, what a case hangs on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from django.db.models import (
    Count,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import gettext as _

from problems.access import NoSuchProblem, visible_problems
from problems.drawn import drawn_stay
from problems.journey import Journey, LegFact, journey_of
from problems.models import (
    Affected,
    CaseLink,
    Estimate,
    Evidence,
    Leg,
    Note,
    Problem,
    ProblemClock,
)
from problems.models.affected import PRESENT
from problems.models.estimate import Confidence
from problems.models.link import LinkKind
from problems.models.problem import WITH_DEPARTMENT
from problems.states import OPEN_STATES, ProblemState
from workflow.clocks.working_time import WorkingTime
from workflow.people.actors import Actor
from workflow.people.models import Department
from workflow.stages.published import definitions_of
from workflow.tenancy.kept_queries import kept

PAGE = 30
CASES_PAGE = 25
MOST_ON_BOARD = 500
MOST_NOTES = 200

Legs = dict[int, list[Leg]]
"""Problem's id to its legs in order, each with department, calendar and assignee."""


@dataclass(frozen=True)
class Filter:
    """Which problems a list shows."""

    code: str
    matches: Q


OPEN = Q(state__in=[state.value for state in OPEN_STATES])
FILTERS = (
    Filter("open", OPEN),
    Filter("known-errors", OPEN & Q(known_error_at__isnull=False)),
    Filter("new", Q(state__in=[ProblemState.SUSPECTED, ProblemState.NEW, ProblemState.ASSESS])),
    Filter("resolved", Q(state__in=[ProblemState.RESOLVED, ProblemState.CLOSED])),
)


@dataclass(frozen=True)
class Page:
    """Some problems, newest first; `ends_at` is the id where the next page begins."""

    problems: list[Problem]
    ends_at: int | None


@dataclass(frozen=True)
class LinkedPage:
    """Some linked cases, newest link first; `ends_at` is the id where the next page begins."""

    links: list[CaseLink]
    ends_at: int | None


# ---- problems --------------------------------------------------------------------------------


def with_counts(problems: QuerySet[Problem]) -> QuerySet[Problem]:
    """Add `linked_cases`, `affected_contacts`, `expected_on` and `latest_on` of the date that stands."""
    links = CaseLink.objects.filter(problem=OuterRef("pk"), kind=LinkKind.CONFIRMED)
    affected = Affected.objects.filter(PRESENT, problem=OuterRef("pk"))
    newest = Estimate.objects.filter(
        problem=OuterRef("pk"), id__gt=OuterRef("estimates_after")
    ).order_by("-id")
    return problems.annotate(
        linked_cases=counted(links),
        affected_contacts=counted(affected),
        expected_on=Subquery(newest.values("expected_on")[:1]),
        latest_on=Subquery(newest.values("latest_on")[:1]),
    )


def counted(rows: QuerySet[CaseLink] | QuerySet[Affected]) -> Coalesce:
    """Return the number of rows of each problem as an expression."""
    grouped = rows.order_by().values("problem").values(count=Count("pk"))
    return Coalesce(Subquery(grouped, output_field=IntegerField()), 0)


def problem_with_counts(actor: Actor, number: int) -> Problem:
    """Return a problem with its counts and last date; one query.

    Raises:
        NoSuchProblem: it is not there, or not for this actor.
    """
    problem = (
        with_counts(visible_problems(actor))
        .select_related("product", "lead", "survivor", "priority_by")
        .filter(number=number)
        .first()
    )
    if problem is None:
        raise NoSuchProblem(
            _("There is no problem P-%(number)s here.") % {"number": number},
            next_step=_("Check the number, or look for it in the list of problems."),
        )
    return problem


def page_of_problems(
    actor: Actor, code: str, *, after: int | None = None, at_most: int = PAGE
) -> Page:
    """Return a page of the problems that a filter shows; an unknown filter shows the open ones."""
    chosen = next((one for one in FILTERS if one.code == code), FILTERS[0])
    problems = visible_problems(actor).filter(chosen.matches)
    if after is not None:
        problems = problems.filter(id__lt=after)
    found = list(with_counts(problems).order_by("-id")[: at_most + 1])
    rows = found[:at_most]
    return Page(problems=rows, ends_at=rows[-1].pk if len(found) > at_most else None)


def counts_of_filters(actor: Actor) -> dict[str, int]:
    """Return how many problems each filter shows; one query."""
    return dict(
        visible_problems(actor).aggregate(
            **{one.code: Count("pk", filter=one.matches) for one in FILTERS}
        )
    )


def problems_at(actor: Actor, department_id: int) -> list[Problem]:
    """Return what a department has or may take, longest due first; one query, at most 500.

    May take: new problems that no department was given yet.
    """
    here = Leg.objects.filter(
        problem=OuterRef("pk"), left_at__isnull=True, department_id=department_id
    )
    problems = visible_problems(actor).annotate(here_until=Subquery(here.values("due_at")[:1]))
    return list(
        with_counts(
            problems.filter(
                Q(state=ProblemState.NEW) | Q(state__in=WITH_DEPARTMENT, here_until__isnull=False)
            )
        )
        .select_related("product")
        .order_by("here_until", "id")[:MOST_ON_BOARD]
    )


def departments_for(actor: Actor, *, sees_all: bool) -> list[Department]:
    """Return the departments whose work somebody may look at, by name; one query."""
    departments = Department.objects.filter(is_active=True)
    if not sees_all:
        departments = departments.filter(pk__in=actor.departments)
    return list(departments.order_by("is_customer_service", "name", "id"))


def department_by_id(department_id: int) -> Department | None:
    """Return an active department, or None; one query."""
    return Department.objects.filter(pk=department_id, is_active=True).first()


# ---- the journey -----------------------------------------------------------------------------


def legs_of(problems: Iterable[int]) -> Legs:
    """Return the legs of problems with departments, calendars and assignees; one query.

    A second one reads drawings that this process has not read yet.
    """
    found: Legs = {}
    for leg in legs_in_order(problems=list(problems)):
        found.setdefault(leg.problem_id, []).append(leg)
    definitions_of({leg.workflow_version_id for legs in found.values() for leg in legs})
    return found


@kept("problems")
def legs_in_order(*, problems: list[int]) -> QuerySet[Leg]:
    """Return the legs of problems with what is told of them."""
    return (
        Leg.objects.filter(problem_id__in=problems)
        .select_related("department", "department__calendar", "assignee")
        .order_by("problem_id", "position")
    )


def calendars_of(legs: Iterable[Leg]) -> dict[int, WorkingTime]:
    """Return the opening hours of legs' departments by calendar, each made once; no query."""
    calendars: dict[int, WorkingTime] = {}
    for leg in legs:
        if leg.department.calendar_id not in calendars:
            calendars[leg.department.calendar_id] = leg.department.calendar.working_time()
    return calendars


def journey_told(problem: Problem, legs: list[Leg], *, at: datetime) -> Journey:
    """Return a problem's journey as it stands at `at`; no query.

    Raises:
        BrokenJourney: the legs contradict one another.
    """
    return journey_of(
        facts_of_legs(legs),
        discovered_at=problem.discovered_at,
        resolved_at=problem.resolved_at,
        now=at,
    )


def facts_of_legs(legs: list[Leg]) -> list[LegFact]:
    """Return stored legs as the facts that arithmetic needs; no query."""
    calendars = calendars_of(legs)
    facts = []
    for leg in legs:
        drawn = drawn_stay(leg)
        facts.append(
            LegFact(
                position=leg.position,
                department=leg.department_id,
                department_name=leg.department.name,
                stage=leg.stage,
                stage_rank=drawn.rank,
                entered_at=leg.entered_at,
                due_at=leg.due_at,
                acknowledged_at=leg.acknowledged_at,
                left_at=leg.left_at,
                because=leg.entered_because,
                calendar=calendars[leg.department.calendar_id],
                stage_key=leg.stage_key,
                stage_name=drawn.stage_name,
                step_key=leg.step_key,
            )
        )
    return facts


def journey_for(problem: Problem, *, at: datetime) -> Journey:
    """Return a problem's journey as it stands at `at`; one query.

    Raises:
        BrokenJourney: the legs contradict one another.
    """
    return journey_told(problem, legs_of([problem.pk]).get(problem.pk, []), at=at)


def new_cases_per_day(problem: Problem, *, zone: tzinfo) -> dict[date, int]:
    """Return on which local days customers of linked cases first reached us; one query."""
    days = (
        CaseLink.objects.filter(problem=problem, kind=LinkKind.CONFIRMED)
        .annotate(on=TruncDate("case__first_contact_at", tzinfo=zone))
        .values("on")
        .order_by("on")
        .annotate(count=Count("pk"))
    )
    return {day["on"]: day["count"] for day in days}


def open_clocks_of_problems(problems: Iterable[int]) -> dict[int, list[ProblemClock]]:
    """Return the open clocks of problems with their calendars, next due first; one query."""
    found: dict[int, list[ProblemClock]] = {}
    clocks = (
        ProblemClock.objects.filter(problem_id__in=list(problems), state__in=["running", "paused"])
        .select_related("calendar")
        .order_by("due_at", "id")
    )
    for clock in clocks:
        found.setdefault(clock.problem_id, []).append(clock)
    return found


# ---- customers and cases ---------------------------------------------------------------------


def page_of_linked_cases(
    problem: Problem, *, after: int | None = None, at_most: int = CASES_PAGE
) -> LinkedPage:
    """Return a page of the cases linked to a problem, last linked first; one query."""
    links = CaseLink.objects.filter(problem=problem, kind=LinkKind.CONFIRMED)
    if after is not None:
        links = links.filter(id__lt=after)
    found = list(links.select_related("case", "case__contact").order_by("-id")[: at_most + 1])
    rows = found[:at_most]
    return LinkedPage(links=rows, ends_at=rows[-1].pk if len(found) > at_most else None)


# ---- what was said ---------------------------------------------------------------------------


def estimates_of(problem: Problem) -> list[Estimate]:
    """Return every answer to "when", newest first; one query."""
    return list(Estimate.objects.filter(problem=problem).order_by("-id")[:20])


def notes_of(problem: Problem) -> list[Note]:
    """Return what colleagues wrote to one another, oldest first; one query."""
    notes = Note.objects.filter(problem=problem).select_related("user").order_by("-id")
    return list(notes[:MOST_NOTES])[::-1]


def evidence_of(problem: Problem) -> list[Evidence]:
    """Return what shows the problem, oldest first; one query."""
    evidence = Evidence.objects.filter(problem=problem).select_related("user").order_by("-id")
    return list(evidence[:MOST_NOTES])[::-1]


def categories_of_problems(*, at_most: int = 60) -> list[str]:
    """Return the categories that problems have, by name; one query."""
    return list(
        Problem.objects.exclude(category="")
        .order_by("category")
        .values_list("category", flat=True)
        .distinct()[:at_most]
    )


def confidence_named(code: str) -> Confidence:
    """Return how sure an estimate is; medium if the code says nothing known."""
    return Confidence(code) if code in Confidence.values else Confidence.MEDIUM
