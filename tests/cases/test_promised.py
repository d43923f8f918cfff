"""Until when a customer hears from us: only public words, whatever stands inside."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.conversation import answer_case
from cases.lifecycle import set_priority
from cases.models import CaseClock, CaseClockMark
from cases.promised import PublicKind, PublicReason, next_word, public_promise
from servicedesk.portal.hearing import WHY, hears_by
from tests.make import AT, HOUR, make_actor, make_case
from workflow.clocks.models import MarkKind, Metric
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

MOMENTS = st.datetimes(
    min_value=datetime(2026, 1, 1),  # noqa: DTZ001 - hypothesis wants naive bounds
    max_value=datetime(2027, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
# What is private carries this mark wherever it may stand.
PRIVATE = st.integers(0, 99).map(lambda number: f"PRIVATE {number}")
INNER = st.dictionaries(PRIVATE, PRIVATE, max_size=3)
SLOWLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def histories(draw: Any) -> tuple[CaseClock, list[CaseClockMark]]:
    """Draw a clock whose inner facts are all private, and its marks."""
    metric = draw(st.sampled_from([Metric.FIRST_RESPONSE, Metric.PERIODIC_UPDATE, Metric.PROMISE]))
    marks = [
        CaseClockMark(
            kind=draw(st.sampled_from(list(MarkKind))),
            at=draw(MOMENTS),
            due_at=draw(st.none() | MOMENTS),
            facts={
                **draw(INNER),
                "reason": draw(PRIVATE | st.sampled_from(["priority", "calendar", "state"])),
            },
        )
        for _ in range(draw(st.integers(0, 6)))
    ]
    clock = CaseClock(metric=metric, state="running", due_at=draw(MOMENTS))
    clock.pauses = [[draw(PRIVATE), draw(PRIVATE)]]
    return clock, marks


@SLOWLY
@given(
    history=histories(),
    promised=st.sampled_from(["I write to you.", ""]),
    because=st.sampled_from(["The bank is slow.", ""]),
    at=MOMENTS,
)
def test_nothing_private_leaves(
    history: tuple[CaseClock, list[CaseClockMark]], promised: str, because: str, at: datetime
) -> None:
    clock, marks = history

    promise = public_promise(clock, marks=marks, promised=promised, changed_because=because)

    assert "PRIVATE" not in repr(asdict(promise))
    assert "PRIVATE" not in repr(hears_by(promise, at=at))
    allowed = {"", "The bank is slow.", "I write to you."}
    assert {promise.words, *(move.words for move in promise.moves)} <= allowed
    if promise.kind is not PublicKind.PROMISE:
        assert promise.words == ""


@SLOWLY
@given(history=histories())
def test_every_time_that_was_said_and_moved_is_told_once(
    history: tuple[CaseClock, list[CaseClockMark]],
) -> None:
    clock, marks = history
    said = [mark.due_at for mark in marks if mark.due_at is not None]
    changes = sum(before != after for before, after in pairwise(said))

    promise = public_promise(clock, marks=marks)

    assert len(promise.moves) == changes


def test_every_reason_has_public_words() -> None:
    assert set(WHY) == set(PublicReason)


@pytest.mark.django_db
def test_the_first_answer_is_owed_until_it_is_given(tenant: Tenant) -> None:
    case = make_case()

    owed = next_word(case)
    answer_case(case_id=case.pk, text="We look.", actor=make_actor(Role.AGENT), at=AT + HOUR)
    after = next_word(case)

    assert owed is not None
    assert owed.kind is PublicKind.ANSWER
    assert owed.due_at == case.clocks.get(metric="first_response").due_at
    assert after is None or after.kind is not PublicKind.ANSWER


@pytest.mark.django_db
def test_a_time_that_moved_is_told_with_its_public_reason(tenant: Tenant) -> None:
    case = make_case(priority=1)
    first = case.clocks.get(metric="first_response").due_at

    set_priority(
        case_id=case.pk, priority=4, actor=make_actor(Role.LEAD), at=AT + timedelta(seconds=60)
    )

    promise = next_word(case)
    assert promise is not None
    (move,) = promise.moves
    assert (move.was_due_at, move.because) == (first, PublicReason.URGENCY)
    shown = hears_by(promise, at=AT + HOUR / 2)
    assert shown is not None
    assert shown["moves"][0]["why"] == "How urgent it is was judged anew."


@pytest.mark.django_db
def test_a_time_that_is_over_is_said_honestly(tenant: Tenant) -> None:
    promise = next_word(make_case())
    assert promise is not None

    in_time = hears_by(promise, at=promise.due_at - HOUR)
    late = hears_by(promise, at=promise.due_at + HOUR)

    assert in_time is not None
    assert late is not None
    assert in_time["before"] == "You will hear from us by"
    assert late["before"] == "You should have heard from us by"
    assert late["after"] == "That time is over, and we are sorry."
