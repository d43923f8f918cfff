"""What a customer may see of an issue: public names, approved texts and own data, nothing else.

Everything here is built for customers: no names of colleagues, no inner reasons or notes, no root
cause, no estimate that is not public, nobody else. Words are made by the portal.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from cases.models import Attachment, Case, Message
from cases.promised import PublicPromise, next_word
from problems.models import Affected, CaseLink, Estimate, Leg, Problem
from problems.models.affected import OF_PEOPLE
from problems.models.link import LinkKind
from problems.stages import stage_ahead, stage_of_leg, visible_stage
from problems.states import OPEN_STATES, Outcome, ProblemState, VisibleStage
from workflow.tenancy.kept_queries import kept

ESTIMATED = ("expected_on", "latest_on", "confidence", "reason", "at")
PASSED_ON = frozenset({"refused", "handed_over", "back"})


@dataclass(frozen=True, slots=True)
class PublicEstimate:
    """A range of days that customers may know, and why it changed."""

    expected_on: date
    latest_on: date
    confidence: str
    reason: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class PublicStay:
    """A stay of the problem with a department, by the name that customers read."""

    department: str
    stage: VisibleStage
    entered_at: datetime
    was_late: bool
    was_passed_on: bool
    is_reopening: bool


@dataclass(frozen=True, slots=True)
class PublicProblem:
    """A problem as customers may know it.

    `others` counts the other customers it affects; `confirmed_at` is when this customer said that
    it works. `estimates` are the public ones, oldest first. `words` is what the drawing of its
    workflow says to customers meanwhile, if anything.
    """

    id: int
    stage: VisibleStage
    is_open: bool
    opened_at: datetime
    cause: str
    cause_found_at: datetime | None
    workaround: str
    workaround_at: datetime | None
    fixed_at: datetime | None
    resolved_at: datetime | None
    solution: str
    estimates: tuple[PublicEstimate, ...] = ()
    stays: tuple[PublicStay, ...] = ()
    others: int = 0
    confirmed_at: datetime | None = None
    words: str = ""

    @property
    def estimate(self) -> PublicEstimate | None:
        """What we say today, while it is open."""
        return self.estimates[-1] if self.estimates and self.is_open else None

    @property
    def moved_from(self) -> PublicEstimate | None:
        """The last date that we said before another one."""
        if self.estimate is None:
            return None
        earlier = [one for one in self.estimates if one.latest_on != self.estimate.latest_on]
        return earlier[-1] if earlier else None


@dataclass(frozen=True, slots=True)
class PublicFile:
    """A file of a message; `key` finds it."""

    key: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class PublicMessage:
    """A message between the customers of a case and us.

    `author` is the name of the customer who wrote it, empty if we did. `quoted` is folded away.
    """

    number: int
    is_own: bool
    author: str
    at: datetime
    text: str
    quoted: str
    files: tuple[PublicFile, ...]


@dataclass(frozen=True, slots=True)
class Issue:
    """One case as its customer may see it; `hear_by` says until when the customer hears from us."""

    number: int
    subject: str
    state: str
    is_open: bool
    opened_at: datetime
    updated_at: datetime
    resolved_at: datetime | None
    problem: PublicProblem | None = None
    messages: tuple[PublicMessage, ...] = ()
    answered_at: datetime | None = None
    hear_by: PublicPromise | None = None


def issue_of(case: Case, *, contact_id: int) -> Issue:
    """Return a case as its customer may see it; five queries.

    The caller got the case from `cases.access.case_for` with the contact as the actor.
    """
    messages = messages_with_customer(case, contact_id=contact_id)
    return replace(
        facts_of_case(case),
        problem=problem_behind(case, contact_id=contact_id),
        messages=messages,
        answered_at=next((said.at for said in messages if not said.author), None),
        hear_by=next_word(case),
    )


def issues_of(cases: Iterable[Case]) -> list[Issue]:
    """Return cases for a customer's list, with the last public date of each; two queries."""
    shown = list(cases)
    links = confirmed_links(cases=[case.pk for case in shown])
    problems = {link.case_id: link.problem for link in links if may_be_shown(link.problem)}
    estimates = estimates_of({problem.pk for problem in problems.values()})
    return [
        replace(
            facts_of_case(case),
            problem=public_facts(
                problems[case.pk], estimates=estimates.get(problems[case.pk].pk, ())
            )
            if case.pk in problems
            else None,
        )
        for case in shown
    ]


@kept("cases")
def confirmed_links(*, cases: list[int]) -> QuerySet[CaseLink]:
    """Return the confirmed links of cases, with their problems."""
    links = CaseLink.objects.filter(case__in=cases, kind=LinkKind.CONFIRMED)
    return links.select_related("problem")


def facts_of_case(case: Case) -> Issue:
    """Return what a customer may know of the own case itself."""
    return Issue(
        number=case.number,
        subject=case.subject,
        state=case.state,
        is_open=case.is_open,
        opened_at=case.first_contact_at,
        updated_at=case.last_message_at,
        resolved_at=case.resolved_at,
    )


def may_be_shown(problem: Problem) -> bool:
    """Whether customers of its cases may know of a problem: not if it ended without a fix."""
    return problem.state in OPEN_STATES or problem.outcome == Outcome.FIX_APPLIED


def problem_behind(case: Case, *, contact_id: int) -> PublicProblem | None:
    """Return the confirmed problem of a case for its customer, or None; at most two queries.

    A suggestion is nobody's business yet.
    """
    ledger = Affected.objects.filter(OF_PEOPLE, problem=OuterRef("problem")).order_by()
    others = ledger.exclude(contact_id=contact_id).values("problem")
    said = Estimate.objects.filter(problem=OuterRef("problem"), is_public=True).order_by("id")
    link = (
        CaseLink.objects.select_related("problem")
        .filter(case=case, kind=LinkKind.CONFIRMED)
        .annotate(
            others=Subquery(others.values(count=Count("pk")), output_field=IntegerField()),
            confirmed_at=Subquery(ledger.filter(contact_id=contact_id).values("confirmed_at")[:1]),
            said=ArraySubquery(said.values(json=JSONObject(**{one: one for one in ESTIMATED}))),
        )
        .first()
    )
    if link is None or not may_be_shown(link.problem):
        return None
    return public_facts(
        link.problem,
        estimates=tuple(estimate_in(one) for one in link.said),
        stays=stays_of(link.problem),
        others=link.others or 0,
        confirmed_at=link.confirmed_at,
    )


def estimate_in(said: Mapping[str, Any]) -> PublicEstimate:
    """Return a public estimate that came as an object."""
    return PublicEstimate(
        expected_on=date.fromisoformat(said["expected_on"]),
        latest_on=date.fromisoformat(said["latest_on"]),
        confidence=said["confidence"],
        reason=said["reason"],
        said_at=datetime.fromisoformat(said["at"]),
    )


def known_problems(problems: Iterable[Problem]) -> dict[int, PublicProblem]:
    """Return problems with published articles by their id; one query for any number."""
    known = list(problems)
    estimates = estimates_of({problem.pk for problem in known})
    return {
        problem.pk: public_facts(problem, estimates=estimates.get(problem.pk, ()))
        for problem in known
    }


def public_facts(
    problem: Problem,
    *,
    estimates: tuple[PublicEstimate, ...],
    stays: tuple[PublicStay, ...] = (),
    others: int = 0,
    confirmed_at: datetime | None = None,
) -> PublicProblem:
    """Copy what is public of a problem, field by field; no query.

    The solution is public only after a fix: a problem that ended another way keeps the reason of
    that end there, and one that was reopened keeps the solution that did not hold.
    """
    is_fixed = not problem.is_open and problem.outcome == Outcome.FIX_APPLIED
    is_found = problem.root_cause_found_at is not None
    drawn = stage_ahead(problem)
    return PublicProblem(
        id=problem.pk,
        stage=visible_stage(drawn, state=problem.state, is_found=is_found),
        words=drawn.public_words.strip() if drawn is not None and problem.is_open else "",
        is_open=problem.is_open,
        opened_at=problem.opened_at,
        cause=problem.public_cause if is_found else "",
        cause_found_at=problem.root_cause_found_at,
        workaround=problem.workaround if problem.workaround_at is not None else "",
        workaround_at=problem.workaround_at,
        fixed_at=problem.fixed_at,
        resolved_at=problem.resolved_at if is_fixed else None,
        solution=problem.solution if is_fixed else "",
        estimates=estimates,
        stays=stays,
        others=others,
        confirmed_at=confirmed_at,
    )


def estimates_of(problem_ids: set[int]) -> dict[int, tuple[PublicEstimate, ...]]:
    """Return the public estimates of problems, oldest first; one query."""
    found: dict[int, tuple[PublicEstimate, ...]] = {}
    for estimate in public_estimates(problems=sorted(problem_ids)):
        said = PublicEstimate(
            expected_on=estimate.expected_on,
            latest_on=estimate.latest_on,
            confidence=estimate.confidence,
            reason=estimate.reason,
            said_at=estimate.at,
        )
        found[estimate.problem_id] = (*found.get(estimate.problem_id, ()), said)
    return found


@kept("problems")
def public_estimates(*, problems: list[int]) -> QuerySet[Estimate]:
    """Return the public estimates of problems, oldest first."""
    return Estimate.objects.filter(problem__in=problems, is_public=True).order_by("id")


def stays_of(problem: Problem) -> tuple[PublicStay, ...]:
    """Return where the problem was after its discovery, without the reasons; one query.

    Steps within a department that look the same from outside are one stay.
    """
    stays: list[PublicStay] = []
    legs = Leg.objects.filter(problem=problem, position__gt=0).select_related("department")
    for leg in legs.order_by("position"):
        if leg.stage in (ProblemState.NEW, ProblemState.RESOLVED):
            continue
        stay = PublicStay(
            department=leg.department.public_name,
            stage=visible_stage(stage_of_leg(leg), state=leg.stage),
            entered_at=leg.entered_at,
            was_late=leg.left_at is not None and leg.left_at > leg.due_at,
            was_passed_on=leg.entered_because in PASSED_ON,
            is_reopening=leg.entered_because == "reopened",
        )
        before = stays[-1] if stays else None
        if before is None or (before.department, before.stage) != (stay.department, stay.stage):
            stays.append(stay)
    return tuple(stays)


def messages_with_customer(case: Case, *, contact_id: int) -> tuple[PublicMessage, ...]:
    """Return what was said between the customer and us, without notes; one query."""
    sent = Attachment.objects.filter(message=OuterRef("pk")).order_by("id")
    messages = (
        Message.objects.filter(case=case, direction__in=["in", "out"])
        .select_related("contact")
        .annotate(
            sent=ArraySubquery(sent.values(json=JSONObject(key="key", name="name", size="size")))
        )
        .order_by("id")
    )
    return tuple(
        PublicMessage(
            number=place,
            is_own=message.contact is not None
            and message.direction == "in"
            # Who was joined with the customer is the customer.
            and contact_id in (message.contact_id, message.contact.joined_to_id),
            author=message.contact.name if message.contact is not None else "",
            at=message.at,
            text=message.text,
            quoted=message.quoted,
            files=tuple(
                PublicFile(key=file["key"].rpartition("/")[2], name=file["name"], size=file["size"])
                for file in message.sent
            ),
        )
        for place, message in enumerate(messages, start=1)
    )


def is_affected(problem_id: int, *, contact_id: int) -> bool:
    """Whether a customer is in the ledger of a problem; one query."""
    return Affected.objects.filter(problem_id=problem_id, contact_id=contact_id).exists()


def file_for_customer(case: Case, *, key: str) -> tuple[str, str] | None:
    """Return storage key and name of a file of the customer's own case, or None; one query."""
    message = (
        Message.objects.filter(
            case=case, direction__in=["in", "out"], attachments__key__endswith=f"/{key}"
        )
        .values_list("attachments__key", "attachments__name")
        .first()
    )
    return (message[0], message[1]) if message else None
