"""What a customer may see of an issue: public names, approved texts and own data, nothing else.

Everything here is built for customers: no names of colleagues, no inner reasons or notes, no root
cause, no estimate that is not public, nobody else. Words are made by the portal.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import JSONObject

from cases.models import Case, Message
from cases.promised import PublicKind, PublicMove, PublicPromise, PublicReason, next_word
from problems.models import (
    Affected,
    CaseLink,
    Estimate,
    Leg,
    Problem,
    ProblemPromise,
    Told,
)
from problems.models.affected import PRESENT
from problems.models.link import LinkKind
from problems.models.promise import PromiseEnd, PromiseKind
from problems.own_side import (
    newest_rating,
    newest_review,
    others_affected,
    rating_in,
    review_in,
    told_refusal,
)
from problems.public import (
    Issue,
    PublicEstimate,
    PublicNews,
    PublicProblem,
    PublicReview,
    PublicStay,
)
from problems.said_in_case import messages_with_customer
from problems.stages import stage_ahead, stage_of_leg, visible_stage
from problems.states import OPEN_STATES, Outcome, ProblemState
from workflow.tenancy.kept_queries import kept

ESTIMATED = ("expected_on", "latest_on", "confidence", "reason", "at")
PROMISED = ("due_at", "text", "told", "reason", "ended_as", "ended_at")
PASSED_ON = frozenset({"refused", "handed_over", "back"})


def issue_of(case: Case, *, contact_id: int) -> Issue:
    """Return a case as its customer may see it; five queries.

    The caller got the case from `cases.access.case_for` with the contact as the actor.
    """
    messages = messages_with_customer(case, contact_id=contact_id)
    problem = problem_behind(case, contact_id=contact_id)
    return replace(
        facts_of_case(case),
        problem=problem,
        messages=messages,
        answered_at=next((said.at for said in messages if not said.author), None),
        hear_by=earlier_of(next_word(case), problem.hear_by if problem is not None else None),
    )


def earlier_of(*promises: PublicPromise | None) -> PublicPromise | None:
    """Return what a customer is owed first, or None."""
    return min(
        (promise for promise in promises if promise is not None),
        key=lambda promise: promise.due_at,
        default=None,
    )


def issues_of(cases: Iterable[Case]) -> list[Issue]:
    """Return cases for a customer's list, with the last public date of each; two queries."""
    shown = list(cases)
    links = confirmed_links(cases=[case.pk for case in shown])
    problems = {link.case_id: link.problem for link in links if may_be_shown(link.problem)}
    known = known_problems({problem.pk: problem for problem in problems.values()}.values())
    return [
        replace(
            facts_of_case(case),
            problem=known[problems[case.pk].pk] if case.pk in problems else None,
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
    for link in confirmed_link_seen(case=case.pk, contact=contact_id):
        if may_be_shown(link.problem):
            return as_public(link.problem, asked=link, with_stays=True)
    return None


@kept("case", "contact")
def confirmed_link_seen(*, case: int, contact: int) -> QuerySet[CaseLink]:
    """Return the confirmed link of a case, with its problem as one customer may know it."""
    return (
        CaseLink.objects.select_related("problem")
        .filter(case=case, kind=LinkKind.CONFIRMED)
        .annotate(**seen_by_customer(OuterRef("problem"), contact_id=contact))
        .order_by("id")[:1]
    )


def seen_by_customer(problem: OuterRef, *, contact_id: int) -> dict[str, Any]:
    """Return what a query adds of a problem for one customer: how many others, the own side, dates."""
    ledger = Affected.objects.filter(PRESENT, problem=problem).order_by()
    unseen = Told.objects.filter(
        affected__problem=problem, affected__contact=contact_id, seen_at__isnull=True
    )
    return {
        "others": others_affected(problem, contact_id=contact_id),
        "works_since": Subquery(ledger.filter(contact_id=contact_id).values("confirmed_at")[:1]),
        "has_unseen": Exists(unseen),
        "reviewed": newest_review(problem, contact_id=contact_id),
        "rated": newest_rating(problem, contact_id=contact_id),
        "refused": told_refusal(problem, contact_id=contact_id),
        **what_was_said(problem),
    }


def as_public(problem: Problem, *, asked: Any = None, with_stays: bool = False) -> PublicProblem:
    """Return a problem that may be shown as one customer may know it; one query for the stays.

    `asked` is the row to which `seen_by_customer` was added, if it is not the problem itself.
    """
    row: Any = problem if asked is None else asked
    return public_facts(
        problem,
        said=row.said,
        promised=row.promised,
        stays=stays_of(problem) if with_stays else (),
        others=row.others or 0,
        confirmed_at=row.works_since,
        has_unseen=row.has_unseen,
        review=review_in(row.reviewed),
        rated=rating_in(row.rated, fixed_at=problem.resolved_at),
        refused=row.refused or "",
    )


def what_was_said(problem: OuterRef) -> dict[str, ArraySubquery]:
    """Return what a query adds: public estimates, and promises of news; each oldest first."""
    taken_back = ProblemPromise.objects.filter(
        estimate=OuterRef("pk"), ended_as=PromiseEnd.WITHDRAWN
    ).values(json=JSONObject(at="ended_at", why="reason"))
    said = Estimate.objects.filter(problem=problem, is_public=True).order_by("id")
    news = ProblemPromise.objects.filter(problem=problem, kind=PromiseKind.NEWS).order_by("id")
    return {
        "said": ArraySubquery(
            said.values(
                json=JSONObject(
                    **{one: one for one in ESTIMATED},
                    taken=Subquery(taken_back[:1]),
                    stands=ExpressionWrapper(
                        Q(id__gt=F("problem__estimates_after")), output_field=BooleanField()
                    ),
                )
            )
        ),
        "promised": ArraySubquery(news.values(json=JSONObject(**{one: one for one in PROMISED}))),
    }


def estimate_in(said: Mapping[str, Any]) -> PublicEstimate:
    """Return a public estimate that came as an object."""
    taken = said["taken"] or {}
    return PublicEstimate(
        expected_on=date.fromisoformat(said["expected_on"]),
        latest_on=date.fromisoformat(said["latest_on"]),
        confidence=said["confidence"],
        reason=said["reason"],
        said_at=datetime.fromisoformat(said["at"]),
        withdrawn_at=datetime.fromisoformat(taken["at"]) if taken else None,
        withdrawn_because=taken.get("why", ""),
        stands=said["stands"],
    )


def news_in(promised: Iterable[Mapping[str, Any]]) -> tuple[PublicNews, ...]:
    """Return what was told when promises of news were kept, and why one was taken back."""
    found = []
    for one in promised:
        if one["ended_as"] == PromiseEnd.KEPT and one["told"].strip():
            ended_at = datetime.fromisoformat(one["ended_at"])
            found.append(PublicNews(text=one["told"], told_at=ended_at))
        elif one["ended_as"] == PromiseEnd.WITHDRAWN:
            ended_at, due_at = (datetime.fromisoformat(one[at]) for at in ("ended_at", "due_at"))
            found.append(PublicNews(text=one["reason"], told_at=ended_at, not_by=due_at))
    return tuple(found)


def hear_by_in(promised: Sequence[Mapping[str, Any]]) -> PublicPromise | None:
    """Return by when everybody affected is told more, and how that moved; None if nobody said."""
    if not promised or promised[-1]["ended_as"]:
        return None
    moves: list[PublicMove] = []
    for one in reversed(promised[:-1]):
        if one["ended_as"] != PromiseEnd.MOVED:
            break
        was_due_at, moved_at = (
            datetime.fromisoformat(one[name]) for name in ("due_at", "ended_at")
        )
        moves.insert(0, PublicMove(was_due_at, moved_at, PublicReason.NEW_DATE, one["reason"]))
    return PublicPromise(
        kind=PublicKind.UPDATE,
        due_at=datetime.fromisoformat(promised[-1]["due_at"]),
        words=promised[-1]["text"],
        moves=tuple(moves),
    )


def known_problems(problems: Iterable[Problem]) -> dict[int, PublicProblem]:
    """Return problems that may be shown, by their id; one query for any number."""
    known = list(problems)
    said = {row.pk: row for row in said_of_problems(problems=sorted(one.pk for one in known))}
    return {
        problem.pk: public_facts(
            problem,
            said=said[problem.pk].said,  # type: ignore[attr-defined]
            promised=said[problem.pk].promised,  # type: ignore[attr-defined]
        )
        for problem in known
    }


@kept("problems")
def said_of_problems(*, problems: list[int]) -> QuerySet[Problem]:
    """Return problems by id, with nothing but what was said of each to customers."""
    found = Problem.objects.filter(pk__in=problems).only("id")
    return found.annotate(**what_was_said(OuterRef("pk")))


def public_facts(
    problem: Problem,
    *,
    said: Iterable[Mapping[str, Any]],
    promised: Sequence[Mapping[str, Any]],
    stays: tuple[PublicStay, ...] = (),
    others: int = 0,
    confirmed_at: datetime | None = None,
    has_unseen: bool = False,
    review: PublicReview | None = None,
    rated: int | None = None,
    refused: str = "",
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
        estimates=tuple(estimate_in(one) for one in said),
        news=news_in(promised),
        hear_by=hear_by_in(promised) if problem.is_open else None,
        stays=stays,
        others=others,
        confirmed_at=confirmed_at,
        has_unseen=has_unseen,
        review=review,
        refused="" if problem.is_open or is_fixed else refused,
        ended_at=problem.resolved_at if not problem.is_open and not is_fixed else None,
        rated=rated,
    )


def stays_of(problem: Problem) -> tuple[PublicStay, ...]:
    """Return where the problem was after its discovery, without the reasons; one query.

    Steps within a department that look the same from outside are one stay.
    """
    stays: list[PublicStay] = []
    for leg in legs_after_discovery(problem=problem.pk):
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


@kept("problem")
def legs_after_discovery(*, problem: int) -> QuerySet[Leg]:
    """Return the legs of a problem after its discovery, with their departments, in order."""
    legs = Leg.objects.filter(problem=problem, position__gt=0)
    return legs.select_related("department").order_by("position")


def is_affected(problem_id: int, *, contact_id: int) -> bool:
    """Whether a problem affects a customer now, not only follows it or is past; one query."""
    rows = Affected.objects.filter(PRESENT, problem_id=problem_id, contact_id=contact_id)
    return rows.exists()


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
