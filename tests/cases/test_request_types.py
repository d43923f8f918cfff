"""A request of a known type asks its own questions and may end in the same step."""

from datetime import date
from typing import Any

import pytest

from cases.models import Case, QuestionKind, RequestAnswer, RequestType
from cases.request_types import (
    Asked,
    BadRequestType,
    CannotFinishAtOnce,
    Door,
    answers_of,
    field_of,
    offered_at,
    open_request,
    read_answers,
    save_request_type,
    set_request_type_active,
)
from cases.states import Channel
from tests.hearing import hear_everything, told
from tests.make import AT, HOUR, make_actor, make_contact
from workflow.people.actors import NotPermitted
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

PAYMENT = [
    Asked("Amount", QuestionKind.AMOUNT, is_required=True),
    Asked("Reference", QuestionKind.LINE, is_required=False),
    Asked("Due on", QuestionKind.DAY, is_required=False),
    Asked("Parts", QuestionKind.NUMBER, is_required=False),
    Asked("Confirmed", QuestionKind.YES_NO, is_required=False),
]


def make_type(**changes: object) -> Any:
    """Return a type with its questions loaded."""
    given = {
        "request_type_id": None,
        "name": "Payment by telephone",
        "says": "",
        "category": "payments",
        "asks": [],
        "doors": [Door.PHONE, Door.AGENTS],
        "answer": "Your payment is done.",
        "may_finish_at_once": True,
        "questions": PAYMENT,
        "actor": make_actor(Role.ADMIN),
        "at": AT,
        **changes,
    }
    saved = save_request_type(**given)  # type: ignore[arg-type]
    return next(one for one in offered_at(Door.PHONE) if one.pk == saved.pk)


def answers_to(kind: Any, *written: str) -> Any:
    """Return what these words are, question by question."""
    names = [field_of(question) for question in kind.asked]
    return read_answers(kind.asked, given=dict(zip(names, written, strict=False)))


def opened(kind: RequestType, *written: str, finishes: bool = False) -> Case:
    """Open a request with these answers."""
    answers, errors = answers_to(kind, *written)
    assert errors == {}
    return open_request(
        request_type=kind,
        answers=answers,
        contact=make_contact(),
        subject="",
        text="",
        channel=Channel.PHONE,
        finishes=finishes,
        actor=make_actor(),
        at=AT + HOUR,
    )


def test_answers_are_kept_as_what_they_are(tenant: Tenant) -> None:
    case = opened(make_type(), "1 249,50", "Invoice 77", "2026-03-31", "3", "yes")

    kept = {one.question.label: one for one in answers_of(case)}
    assert (kept["Amount"].text, kept["Amount"].number) == ("1249.50", 124950)
    assert kept["Reference"].text == "Invoice 77"
    assert kept["Due on"].day == date(2026, 3, 31)
    assert (kept["Parts"].number, kept["Confirmed"].number) == (3, 1)
    assert (case.subject, case.category) == ("Payment by telephone", "payments")


@pytest.mark.parametrize(
    ("place", "written"),
    [(0, "much"), (0, "1.234"), (0, "NaN"), (0, "1e99"), (2, "31.3."), (3, "1.5"), (4, "perhaps")],
)
def test_an_answer_of_another_kind_is_said_at_its_field(
    tenant: Tenant, place: int, written: str
) -> None:
    kind = make_type()
    words = ["1", "", "", "", ""]
    words[place] = written

    _answers, errors = answers_to(kind, *words)

    assert list(errors) == [field_of(kind.asked[place])]


def test_a_needed_answer_is_asked_for(tenant: Tenant) -> None:
    kind = make_type()

    assert list(answers_to(kind)[1]) == [field_of(kind.asked[0])]


def test_a_card_number_in_an_answer_is_hidden(tenant: Tenant) -> None:
    case = opened(make_type(), "649", "4111 1111 1111 1111")

    assert RequestAnswer.objects.get(question__label="Reference", case=case).text.endswith("1111")
    assert not RequestAnswer.objects.filter(text__contains="4111").exists()


def test_a_request_is_finished_in_one_step_and_the_customer_is_told(tenant: Tenant) -> None:
    case = opened(make_type(), "649", finishes=True)

    hear_everything()
    case.refresh_from_db()
    assert case.state == "resolved"
    assert case.messages.get(direction="out").text == "Your payment is done."
    assert [one.case_id for one in told("answer")] == [case.pk]
    assert told("receipt") == []


def test_a_type_that_needs_work_is_not_finished_at_once(tenant: Tenant) -> None:
    kind = make_type(may_finish_at_once=False)

    with pytest.raises(CannotFinishAtOnce):
        opened(kind, "649", finishes=True)

    assert opened(kind, "649").state == "new"


def test_a_changed_question_keeps_the_answers_that_the_old_one_got(tenant: Tenant) -> None:
    kind = make_type()
    case = opened(kind, "649", "Invoice 77")
    amount = kind.asked[0].pk

    changed = make_type(
        request_type_id=kind.pk,
        questions=[Asked("Amount", QuestionKind.AMOUNT, is_required=False)],
    )

    assert [(one.pk, one.is_required) for one in changed.asked] == [(amount, False)]
    assert [one.text for one in answers_of(case)] == ["649.00", "Invoice 77"]


def test_a_type_that_is_switched_off_is_offered_no_more(tenant: Tenant) -> None:
    kind = make_type()

    set_request_type_active(
        request_type_id=kind.pk, is_active=False, actor=make_actor(Role.ADMIN), at=AT
    )

    assert offered_at(Door.PHONE) == []
    assert offered_at(Door.PORTAL) == []


def test_a_type_that_ends_at_once_needs_its_answer(tenant: Tenant) -> None:
    with pytest.raises(BadRequestType):
        make_type(answer=" ")
    with pytest.raises(BadRequestType):
        make_type(name=" ")
    with pytest.raises(BadRequestType):
        make_type(questions=PAYMENT * 2)


def test_an_agent_changes_no_request_type(tenant: Tenant) -> None:
    with pytest.raises(NotPermitted):
        make_type(actor=make_actor(Role.AGENT))
