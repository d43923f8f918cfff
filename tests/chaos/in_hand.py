"""Is everything in hand? Asked of the tables directly, apart from the product's own proof."""

from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q

from cases.models import Case, CaseClock
from problems.models import Leg, Problem, ProblemClock, StepRequest, Task, TaskClock
from workflow.outbox.models import Delivery, Effect

OPEN_CASE = ("new", "open", "pending", "on_problem")
ENDED_PROBLEM = ("resolved", "closed")
OPEN_TASK = ("asked", "accepted")


def without_owner(*, at: datetime) -> list[str]:
    """Return open cases, problems and tasks that nobody has who could do anything about them."""
    cases = Case.objects.filter(state__in=OPEN_CASE).exclude(
        Q(owner__is_active=True) | Q(owner=None, queue__is_active=True)
    )
    problems = (
        Problem.objects.exclude(state__in=ENDED_PROBLEM)
        .annotate(
            with_whom=Count("legs", filter=Q(legs__left_at=None, legs__department__is_active=True))
        )
        .exclude(with_whom=1)
    )
    gone = Leg.objects.filter(left_at=None, assignee__is_active=False)
    tasks = Task.objects.filter(state__in=OPEN_TASK).filter(
        Q(department__is_active=False) | Q(assignee__is_active=False)
    )
    return [
        *(f"case {case.number} ({case.state})" for case in cases),
        *(f"problem {problem.number} ({problem.state})" for problem in problems),
        *(f"leg {leg.pk} of somebody who left" for leg in gone),
        *(f"task {task.number}" for task in tasks),
    ]


def without_look(*, at: datetime) -> list[str]:
    """Return open items that nobody will look at, nor is being woken for."""
    cases = Case.objects.filter(state__in=OPEN_CASE, needs_attention=False, next_look_at__lte=at)
    problems = Problem.objects.exclude(state__in=ENDED_PROBLEM).filter(next_look_at__lte=at)
    requests = StepRequest.objects.filter(state="open").exclude(due_at__gt=at)
    clocks = [
        f"{model.__name__} {clock.pk}"
        for model in (CaseClock, ProblemClock, TaskClock)
        for clock in model.objects.filter(state="running").exclude(
            Q(next_look_at__isnull=False) | Q(breach_recorded_at__isnull=False)
        )
    ]
    return [
        *(f"case {case.number}" for case in cases),
        *(f"problem {problem.number}" for problem in problems),
        *(f"request {request.pk}" for request in requests),
        *clocks,
    ]


def unheard() -> list[str]:
    """Return news that was given up, and notifications that nothing would send."""
    dead = Delivery.objects.filter(state="dead").values_list("subscriber", "last_error")
    effects = Effect.objects.filter(state="dead").values_list("key", flat=True)
    return [*(f"{subscriber}: {error}" for subscriber, error in dead), *effects]


def stages_elsewhere() -> list[str]:
    """Return open problems whose open stay says another state, stage or version than they do."""
    here = Leg.objects.filter(
        problem=OuterRef("pk"),
        left_at=None,
        stage=OuterRef("state"),
        stage_key=OuterRef("stage_key"),
    )
    return [
        f"problem {problem.number}"
        for problem in Problem.objects.exclude(state__in=ENDED_PROBLEM).exclude(Exists(here))
    ]


def out_of_order() -> list[str]:
    """Return tasks and problems that ended before they began."""
    return [f"task {task.number}" for task in Task.objects.filter(ended_at__lt=F("accepted_at"))]
