"""What a call says: which news, of what, and the few facts a program decides by. Codes only."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cases.models import Case, CaseClock
from knowledge.models import Article
from problems.events import CaseLinked, ProblemEstimated, QuestionEvent, StepAnnounced, TaskEvent
from problems.models import Change, Estimate, Leg, Problem, ProblemClock, Task, TaskClock
from problems.stages import definition_with
from servicedesk.notifications.ways_in import home_of
from servicedesk.webhooks.kinds import TEST, outside_name
from workflow.clocks.events import ClockBreached, ClockWarned
from workflow.clocks.models import Clock
from workflow.outbox.event import Event
from workflow.stages.models import WorkflowVersion
from workflow.tenancy.models import Tenant

Facts = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class News:
    """What is told: of which record, and the facts."""

    kind: str
    subject_kind: str
    subject_id: int
    subject: Facts
    facts: Facts


def news_of(event: Event, *, tenant: Tenant) -> News:
    """Return what an event says outside; two to four queries.

    The facts are those of now, when the news is heard. Never message text, names or addresses of
    people: a receiver that needs them asks the API with a token that may read them.
    """
    kind, _colon, pk = event.subject.partition(":")
    number, facts = SUBJECTS[kind](int(pk))
    more = next((more for form, more in MORE if isinstance(event, form)), None)
    return News(
        kind=outside_name(event.kind),
        subject_kind=kind,
        subject_id=int(pk),
        subject={"kind": kind, "number": number, "url": api_url(tenant, kind, number)},
        facts={**facts, **(more(event, tenant) if more else {})},
    )


def body_of(news: News, *, message_key: str, tenant: Tenant, at: datetime) -> str:
    """Return the JSON that is sent; `at` is when it happened."""
    return json.dumps(
        {
            "id": message_key,
            "type": news.kind,
            "timestamp": at.isoformat(),
            "tenant": tenant.slug,
            "subject": news.subject,
            "data": news.facts,
        },
        separators=(",", ":"),
    )


def body_of_test(*, message_key: str, tenant: Tenant, at: datetime) -> str:
    """Return the JSON of a call that somebody made to see whether it arrives."""
    nothing = News(kind=TEST, subject_kind="", subject_id=0, subject={}, facts={})
    return body_of(nothing, message_key=message_key, tenant=tenant, at=at)


def api_url(tenant: Tenant, kind: str, number: int) -> str:
    """Return where the API tells more of a record."""
    return f"{home_of(tenant.slug)}/api/v1/{kind}s/{number}"


def facts_of_case(pk: int) -> tuple[int, Facts]:
    """Return number and facts of a case; one query."""
    case = Case.objects.select_related("queue", "service_level").get(pk=pk)
    return case.number, {
        "state": case.state,
        "priority": case.priority,
        "channel": case.channel,
        "department": case.queue.slug if case.queue else None,
    }


def facts_of_problem(pk: int) -> tuple[int, Facts]:
    """Return number and facts of a problem; two queries."""
    problem = Problem.objects.get(pk=pk)
    leg = Leg.objects.filter(problem=problem).select_related("department").order_by("-position")
    stay = leg.first()
    return problem.number, {
        "state": problem.state,
        "severity": problem.severity,
        "outcome": problem.outcome or None,
        "known_error": problem.is_known_error,
        "department": stay.department.slug if stay else None,
    }


def facts_of_article(pk: int) -> tuple[int, Facts]:
    """Return number and facts of an article; one query."""
    article = Article.objects.select_related("problem").get(pk=pk)
    return article.number, {
        "state": article.state,
        "article_kind": article.kind,
        "problem": article.problem.number if article.problem else None,
    }


def case_beside(event: CaseLinked | QuestionEvent, tenant: Tenant) -> Facts:
    """Name the case that the news is about too; one query."""
    number = Case.objects.values_list("number", flat=True).get(pk=event.case_id)
    return {"case": {"number": number, "url": api_url(tenant, "case", number)}}


def estimate(event: ProblemEstimated, _tenant: Tenant) -> Facts:
    """Give the range of days, and whether customers may know it; one query."""
    given = Estimate.objects.get(pk=event.estimate_id)
    return {
        "expected_on": given.expected_on.isoformat(),
        "latest_on": given.latest_on.isoformat(),
        "confidence": given.confidence,
        "public": given.is_public,
    }


def clock(event: ClockWarned | ClockBreached, _tenant: Tenant) -> Facts:
    """Say which target it is and when it is due; one query."""
    model = CLOCKS[event.owner.partition(":")[0]]
    due_at = model.objects.values_list("due_at", flat=True).get(pk=event.clock_id)
    return {"metric": event.metric, "due_at": due_at.isoformat()}


def facts_of_task(pk: int) -> tuple[int, Facts]:
    """Return number and facts of a task; one query."""
    task = Task.objects.select_related("department", "problem").get(pk=pk)
    return task.number, {
        "state": task.state,
        "department": task.department.slug,
        "is_blocked": task.is_blocked,
        "problem": task.problem.number,
    }


def facts_of_change(pk: int) -> tuple[int, Facts]:
    """Return number and facts of a change; two queries."""
    change = Change.objects.select_related("department").get(pk=pk)
    problems = change.problems.order_by("problem__number").values_list("problem__number", flat=True)
    return change.number, {
        "state": change.state,
        "change_kind": change.kind,
        "risk": change.risk,
        "department": change.department.slug,
        "starts_at": change.starts_at.isoformat(),
        "ends_at": change.ends_at.isoformat(),
        "problems": list(problems),
    }


def task_beside(event: TaskEvent, tenant: Tenant) -> Facts:
    """Name the task that the news is about too; one query."""
    number, facts = facts_of_task(event.task_id)
    return {"task": {"number": number, "url": api_url(tenant, "task", number), **facts}}


def step(event: StepAnnounced, _tenant: Tenant) -> Facts:
    """Name the step, the stages that it joins, and workflow and version; one query."""
    version = WorkflowVersion.objects.select_related("workflow").get(pk=event.version_id)
    drawn = next(one for one in definition_with(version.pk).steps if one.key == event.step_key)
    return {
        "step": drawn.key,
        "from_stage": drawn.begin,
        "to_stage": drawn.end,
        "workflow": version.workflow.name,
        "workflow_version": version.number,
    }


CLOCKS: dict[str, type[Clock]] = {
    "case": CaseClock,
    "problem": ProblemClock,
    "task": TaskClock,
}
SUBJECTS: dict[str, Callable[[int], tuple[int, Facts]]] = {
    "case": facts_of_case,
    "problem": facts_of_problem,
    "task": facts_of_task,
    "change": facts_of_change,
    "article": facts_of_article,
}
MORE: tuple[tuple[type[Event] | tuple[type[Event], ...], Callable[[Any, Tenant], Facts]], ...] = (
    ((CaseLinked, QuestionEvent), case_beside),
    (TaskEvent, task_beside),
    (ProblemEstimated, estimate),
    (StepAnnounced, step),
    ((ClockWarned, ClockBreached), clock),
)
