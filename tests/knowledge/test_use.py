"""What was shown because it may help: kept once, opened, used, counted; what was asked again."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cases.conversation import add_customer_message
from cases.states import Channel
from customers.models import Contact
from knowledge.models import Offer, OfferDoor
from knowledge.offers import (
    Offered,
    forget_old_offers,
    keep_opened,
    keep_shown,
    keep_used,
    problems_offered,
    take_along,
)
from knowledge.use import shown_and_not_used, use_by_place
from problems.asked_again import asked_again, is_same_question
from problems.handing import accept_problem, route_problem
from problems.linked_share import linked_by_month, unlinked_by_problem
from problems.models import CaseLink, Problem, Question
from problems.questions import answer_question, ask_customer, send_question
from tests.make import (
    AT,
    DAY,
    HOUR,
    make_actor,
    make_case,
    make_contact,
    make_department,
    make_problem,
)
from workflow.people.actors import Actor, ActorKind
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

SINCE, UNTIL = AT - 31 * DAY, AT + 31 * DAY
UTC_ZONE = ZoneInfo("UTC")


def contact_actor(contact: Contact) -> Actor:
    """Return a customer as an actor."""
    return Actor(kind=ActorKind.CONTACT, id=contact.pk, label="")


def test_a_program_is_shown_nothing(tenant: Tenant) -> None:
    problem = make_problem()

    keep_shown(
        problems_offered([problem.pk]), door=OfferDoor.CASE, actor=Actor.system("test"), at=AT
    )

    assert not Offer.objects.exists()


def test_what_was_shown_around_midnight_goes_along_once(tenant: Tenant) -> None:
    problem, case, actor = make_problem(), make_case(), make_actor()
    midnight = (AT + DAY).replace(hour=0, minute=0)
    for at in (midnight - HOUR / 2, midnight + HOUR / 2):
        keep_shown(problems_offered([problem.pk]), door=OfferDoor.FORM, actor=actor, at=at)

    take_along(case_id=case.pk, actor=actor, at=midnight + HOUR)

    assert [one.case_id for one in Offer.objects.order_by("pk")] == [None, case.pk]


def test_what_was_shown_long_ago_stays_behind(tenant: Tenant) -> None:
    problem, case, actor = make_problem(), make_case(), make_actor()
    keep_shown(problems_offered([problem.pk]), door=OfferDoor.FORM, actor=actor, at=AT)

    take_along(case_id=case.pk, actor=actor, at=AT + 3 * HOUR)

    assert Offer.objects.get().case_id is None


def test_what_was_shown_more_than_a_year_ago_is_forgotten(tenant: Tenant) -> None:
    old, fresh, actor = make_problem(), make_problem(), make_actor()
    keep_shown(problems_offered([old.pk]), door=OfferDoor.FORM, actor=actor, at=AT)
    keep_shown(problems_offered([fresh.pk]), door=OfferDoor.FORM, actor=actor, at=AT + 30 * DAY)

    assert forget_old_offers(at=AT + 401 * DAY) == 1

    assert Offer.objects.get().problem_id == fresh.pk


def test_use_is_counted_by_place_and_kind(tenant: Tenant) -> None:
    used, unused, case, actor = make_problem(), make_problem(), make_case(), make_actor()
    customer = contact_actor(make_contact())
    both = problems_offered([used.pk, unused.pk])
    keep_shown(both, door=OfferDoor.CASE, actor=actor, at=AT, case_id=case.pk)
    keep_shown(both, door=OfferDoor.PORTAL, actor=customer, at=AT)

    keep_used(Offered(problem_id=used.pk), actor=actor, at=AT + HOUR, case_id=case.pk)
    keep_opened(Offered(problem_id=used.pk), actor=customer, at=AT + HOUR, case_id=None)

    found = {one.door: one for one in use_by_place(since=SINCE, until=UNTIL)}
    assert (found["case"].shown, found["case"].opened, found["case"].used) == (2, 1, 1)
    assert (found["portal"].shown, found["portal"].opened, found["portal"].used) == (2, 1, 0)
    assert use_by_place(since=UNTIL, until=UNTIL + DAY) == []
    assert [one.number for one in shown_and_not_used(since=SINCE, until=UNTIL)] == [unused.number]


def test_the_share_of_linked_cases_and_who_wrote_again(tenant: Tenant) -> None:
    contact = make_contact()
    first, again = make_case(contact=contact), make_case(contact=contact)
    make_problem(cases=[first, again])
    make_case()

    [month] = linked_by_month(since=SINCE, until=UNTIL, zone=UTC_ZONE)

    assert (month.opened, month.linked, month.again) == (3, 2, 1)
    assert month.percent == pytest.approx(66.7, abs=0.1)


def test_open_cases_that_look_like_a_problem_are_counted_by_it(tenant: Tenant) -> None:
    problem, other = make_problem(), make_problem()
    for of in (problem, problem, other):
        CaseLink.objects.create(
            case=make_case(), problem=of, kind="suggested", score=700, created_at=AT
        )

    found = unlinked_by_problem()

    assert [(one.problem.pk, one.cases) for one in found] == [(problem.pk, 2), (other.pk, 1)]


# ---- asked again -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("Which browser do you use?", "Which browser does the customer use?", True),
        ("Which browser do you use?", "On which day did it begin?", False),
        ("", "", False),
        ("Of it?", "Of it?", False),
    ],
)
def test_questions_are_the_same_by_their_telling_words(one: str, other: str, is_same: bool) -> None:
    assert is_same_question(one, other) is is_same


def asked(problem: Problem, case: Any, text: str, *, member: Actor, at: Any) -> Question:
    """Let the department that has the problem ask the customer of a case."""
    return ask_customer(problem_id=problem.pk, case=case, text=text, actor=member, at=at)


def test_a_question_whose_answer_is_on_file_is_named_with_its_case(tenant: Tenant) -> None:
    contact, agent = make_contact(), make_actor()
    first, second = make_case(contact=contact), make_case(contact=contact)
    problem = make_problem(cases=[first, second])
    department = make_department("Payments")
    member = make_actor(Role.MEMBER, department=department)
    route_problem(
        problem_id=problem.pk, department=department, because={},
        actor=Actor.system("test"), at=AT + 2 * HOUR,
    )  # fmt: skip
    accept_problem(problem_id=problem.pk, actor=member, at=AT + 3 * HOUR)
    question = asked(problem, first, "Which browser do you use?", member=member, at=AT + 4 * HOUR)
    send_question(question_id=question.pk, text="Which browser?", actor=agent, at=AT + 5 * HOUR)
    answer = add_customer_message(
        case_id=first.pk, contact=contact, text="Firefox", channel=Channel.MAIL,
        actor=Actor.system("test"), at=AT + 6 * HOUR,
    )  # fmt: skip
    answer_question(question_id=question.pk, message=answer, actor=agent, at=AT + 7 * HOUR)

    asked(problem, second, "On which day did it begin?", member=member, at=AT + 8 * HOUR)
    asked(problem, second, "Which browser is in use?", member=member, at=AT + 9 * HOUR)

    found = asked_again(since=SINCE, until=UNTIL)
    assert found.questions == 3
    assert [(one.case, one.before) for one in found.again] == [(second.number, first.number)]
    assert found.percent == pytest.approx(33.3, abs=0.1)
