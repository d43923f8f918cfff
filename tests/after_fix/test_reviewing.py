"""Why it happened: written, read by a lead who did not write it, and given to customers concerned."""

from dataclasses import asdict
from typing import Any

import pytest
from django.utils.timezone import now

from cases.models import Case
from problems.lifecycle import ReasonMissing
from problems.models import Affected, Problem, Review
from problems.models.after_fix import ReviewState
from problems.projection import issue_of
from problems.reviewing import (
    BadReview,
    NoSuchReview,
    SomebodyElseApproves,
    Words,
    approve_review,
    ask_for_review,
    decline_review,
    withdraw_review,
    write_review,
)
from servicedesk.notifications.models import NotificationKind
from tests.after_fix.fixed import make_fixed_problem
from tests.hearing import hear_everything, told
from tests.make import AT, DAY, HOUR, make_actor, make_contact, make_department
from tests.surfaces.api.calling import Caller
from workflow.people.actors import Actor, NotPermitted
from workflow.people.authentication import issue_token
from workflow.people.permissions import Role

FIXED = AT + 30 * DAY
WORDS = Words(
    what_happened="You were charged twice.",
    why="Our system took a repeated message for a new one.",
    what_we_did="It tells them apart now.",
)


@pytest.fixture
def problem(tenant: Any) -> Problem:
    return make_fixed_problem(fixed_at=FIXED)


@pytest.fixture
def member(problem: Problem) -> Actor:
    return make_actor(Role.MEMBER, department=make_department("Payments"))


@pytest.fixture
def lead(problem: Problem) -> Actor:
    return make_actor(Role.LEAD)


def read_by_customer(problem: Problem, contact_id: int | None = None) -> Any:
    case = Case.objects.get(links__problem=problem)
    shown = issue_of(case, contact_id=contact_id or case.contact_id).problem
    return shown.review if shown is not None else None


def test_customers_concerned_read_it_once_a_lead_said_yes(
    problem: Problem, member: Actor, lead: Actor
) -> None:
    number: dict[str, Any] = {"problem_id": problem.pk, "at": FIXED + HOUR}

    write_review(words=WORDS, actor=member, **number)
    as_draft = read_by_customer(problem)
    ask_for_review(actor=member, **number)
    hear_everything()
    as_asked = read_by_customer(problem)
    approve_review(actor=lead, **number)
    review = read_by_customer(problem)
    stranger = read_by_customer(problem, make_contact("stranger@example.org").pk)

    assert (as_draft, as_asked, stranger) == (None, None, None)
    assert review.what_happened == WORDS.what_happened
    assert review.approved_at == FIXED + HOUR
    assert [mail.user_id for mail in told(NotificationKind.REVIEW_ASKED)] == [lead.id]


def test_who_left_the_ledger_reads_it_no_more(problem: Problem, member: Actor, lead: Actor) -> None:
    number: dict[str, Any] = {"problem_id": problem.pk, "at": FIXED + HOUR}
    write_review(words=WORDS, actor=member, **number)
    ask_for_review(actor=member, **number)
    approve_review(actor=lead, **number)

    Affected.objects.update(left_at=FIXED + DAY)

    assert read_by_customer(problem) is None


def test_nobody_says_yes_to_own_words_or_without_the_right(
    problem: Problem, member: Actor, lead: Actor
) -> None:
    number: dict[str, Any] = {"problem_id": problem.pk, "at": FIXED + HOUR}
    write_review(words=WORDS, actor=lead, **number)
    ask_for_review(actor=lead, **number)

    with pytest.raises(SomebodyElseApproves):
        approve_review(actor=lead, **number)
    with pytest.raises(NotPermitted):
        approve_review(actor=member, **number)
    with pytest.raises(NotPermitted):
        write_review(words=WORDS, actor=make_actor(Role.AGENT), **number)
    approve_review(actor=make_actor(Role.LEAD), **number)

    assert Review.objects.get().state == ReviewState.APPROVED


def test_no_token_says_yes_and_nobody_to_what_was_written_by_the_own_one(
    tenant: Any, problem: Problem, lead: Actor
) -> None:
    word = issue_token(role=Role.LEAD, label="x", at=now(), created_by_id=lead.user_id)
    program, path = Caller(tenant, word), f"problems/{problem.number}/reviews"
    program.post(path, asdict(WORDS))
    program.post(f"{path}/verdict", {"verdict": "ask"})

    refused = program.post(f"{path}/verdict", {"verdict": "approve"})
    with pytest.raises(SomebodyElseApproves):
        approve_review(problem_id=problem.pk, actor=lead, at=now())
    approve_review(problem_id=problem.pk, actor=make_actor(Role.LEAD), at=now())

    assert refused.status_code == 403
    assert Review.objects.get().state == ReviewState.APPROVED


def test_what_is_declined_is_a_draft_again_and_says_why(
    problem: Problem, member: Actor, lead: Actor
) -> None:
    number: dict[str, Any] = {"problem_id": problem.pk, "at": FIXED + HOUR}
    write_review(words=WORDS, actor=member, **number)
    with pytest.raises(NoSuchReview):
        decline_review(reason="No.", actor=lead, **number)
    ask_for_review(actor=member, **number)

    with pytest.raises(ReasonMissing):
        decline_review(reason=" ", actor=lead, **number)
    decline_review(reason="Say how many.", actor=lead, **number)

    review = Review.objects.get()
    assert (review.state, review.answer) == (ReviewState.DRAFT, "Say how many.")


def test_a_new_edition_leaves_the_approved_one_until_it_is_approved_itself(
    problem: Problem, member: Actor, lead: Actor
) -> None:
    number: dict[str, Any] = {"problem_id": problem.pk, "at": FIXED + HOUR}
    newer = Words("You were charged twice.", "A clearer reason.", "The same.", "A nightly test.")
    write_review(words=WORDS, actor=member, **number)
    ask_for_review(actor=member, **number)
    approve_review(actor=lead, **number)

    write_review(words=newer, actor=member, **number)
    meanwhile = read_by_customer(problem)
    ask_for_review(actor=member, **number)
    approve_review(actor=lead, **number)
    afterwards = read_by_customer(problem)
    withdraw_review(reason="Not so.", actor=lead, **number)

    assert meanwhile.why == WORDS.why
    assert (afterwards.why, afterwards.what_we_prevent) == ("A clearer reason.", "A nightly test.")
    # Not the edition before it, either.
    assert read_by_customer(problem) is None


@pytest.mark.parametrize(
    "words",
    [Words("", "b", "c"), Words("a", " ", "c"), Words("a", "b", ""), Words("a" * 10_001, "b", "c")],
)
def test_what_customers_ask_first_is_said(problem: Problem, member: Actor, words: Words) -> None:
    with pytest.raises(BadReview):
        write_review(problem_id=problem.pk, words=words, actor=member, at=FIXED)

    assert not Review.objects.exists()
