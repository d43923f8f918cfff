"""Questions and impact on the pages: problem, case, the department's requests and its board."""

from dataclasses import dataclass

import pytest
from django.test import Client
from django.utils.timezone import now

from cases.conversation import add_customer_message
from cases.lifecycle import note_feeling
from cases.models import Case
from cases.states import Channel
from problems.handing import accept_problem, hand_over_problem, route_problem
from problems.models import Problem, Question
from tests.hearing import hear_everything
from tests.make import AT, HOUR, make_case, make_contact, make_department, make_problem, make_user
from tests.surfaces.counting import counted, told
from tests.surfaces.signing_in import signed_in_staff
from workflow.people.actors import Actor, Source
from workflow.people.authentication import actor_for_user
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

SYSTEM = Actor.system("test")


@dataclass(frozen=True)
class Desk:
    """A problem at Payments, and the browsers of a member and of an agent."""

    case: Case
    problem: Problem
    member: Client
    agent: Client

    def ask(self) -> Question:
        """Let the member ask on the problem's page."""
        self.member.post(
            f"/p/{self.problem.number}/act/",
            {"action": "ask", "case": f"#{self.case.number}", "question": "Which bank?"},
        )
        return Question.objects.get()


@pytest.fixture
def desk(tenant: Tenant) -> Desk:
    """A case linked to a problem that Payments works on."""
    payments = make_department("Payments")
    member = make_user(Role.MEMBER, department=payments)
    case = make_case()
    problem = make_problem(cases=[case])
    route_problem(
        problem_id=problem.pk, department=payments, because={}, actor=SYSTEM, at=AT + 2 * HOUR
    )
    accept_problem(
        problem_id=problem.pk,
        actor=actor_for_user(member, source=Source.AGENT),
        at=AT + 3 * HOUR,
    )
    return Desk(
        case=case,
        problem=problem,
        member=signed_in_staff(tenant, member),
        agent=signed_in_staff(tenant, make_user()),
    )


def test_a_question_goes_from_the_problem_to_the_customer_and_back(desk: Desk) -> None:
    question = desk.ask()
    asked = desk.agent.get(f"/c/{desk.case.number}/")
    assert [one["state"] for one in asked.context["questions"]] == ["asked"]
    assert "Payments asks" in asked.content.decode()

    desk.agent.post(
        f"/c/{desk.case.number}/question/{question.pk}/",
        {"action": "send", "text": "Dear Ingrid, which bank do you use?"},
    )
    add_customer_message(
        case_id=desk.case.pk,
        contact=desk.case.contact,
        text="Nordbank.",
        channel=Channel.MAIL,
        actor=SYSTEM,
        at=now(),
    )
    hear_everything()

    shown = desk.member.get(f"/p/{desk.problem.number}/").context["questions"]
    assert [(one["state"], one["answer"]) for one in shown] == [("answered", "Nordbank.")]
    settled = desk.member.get("/work/requests/").context["settled"]
    assert [one["answer"] for one in settled] == ["Nordbank."]


def test_one_press_says_which_message_answers(desk: Desk) -> None:
    question = desk.ask()
    desk.member.post(
        f"/p/{desk.problem.number}/act/",
        {"action": "ask", "case": str(desk.case.number), "question": "Which day?"},
    )
    for one in Question.objects.all():
        desk.agent.post(
            f"/c/{desk.case.number}/question/{one.pk}/", {"action": "send", "text": "Please say."}
        )
    add_customer_message(
        case_id=desk.case.pk,
        contact=desk.case.contact,
        text="Nordbank.",
        channel=Channel.MAIL,
        actor=SYSTEM,
        at=now(),
    )
    hear_everything()

    offered = desk.agent.get(f"/c/{desk.case.number}/").context["questions"][0]["offered"]
    desk.agent.post(
        f"/c/{desk.case.number}/question/{question.pk}/",
        {"action": "answer", "message": offered["number"]},
    )

    states = set(Question.objects.values_list("state", flat=True))
    assert states == {"answered", "sent"}


def test_what_was_typed_stays_when_sending_is_refused(desk: Desk) -> None:
    question = desk.ask()

    answer = desk.agent.post(
        f"/c/{desk.case.number}/question/{question.pk}/", {"action": "send", "text": "  "}
    )

    assert answer.status_code == 409
    assert "There is nothing to send yet." in answer.content.decode()


def test_a_question_of_another_case_is_not_touched(desk: Desk, tenant: Tenant) -> None:
    question = desk.ask()
    other = make_case()

    answer = desk.agent.post(
        f"/c/{other.number}/question/{question.pk}/", {"action": "own_answer", "text": "Yes."}
    )

    assert answer.status_code == 400
    assert Question.objects.get().state == "asked"


def test_a_department_asks_only_about_linked_cases(desk: Desk) -> None:
    other = make_case()

    answer = desk.member.post(
        f"/p/{desk.problem.number}/act/",
        {"action": "ask", "case": str(other.number), "question": "Which bank?"},
    )

    assert answer.status_code == 409
    assert "Which bank?" in answer.content.decode()
    assert Question.objects.count() == 0


def test_a_question_about_a_case_that_is_not_there_stays_in_the_form(desk: Desk) -> None:
    answer = desk.member.post(
        f"/p/{desk.problem.number}/act/",
        {"action": "ask", "case": "99999", "question": "Which bank?"},
    )

    assert answer.status_code == 422
    assert "There is no case #99999 here." in answer.content.decode()
    assert "Which bank?</textarea>" in answer.content.decode()


def test_a_department_withdraws_its_question(desk: Desk) -> None:
    question = desk.ask()

    desk.member.post(
        f"/p/{desk.problem.number}/act/", {"action": "withdraw", "id": str(question.pk)}
    )

    assert Question.objects.get().state == "withdrawn"
    assert desk.agent.get(f"/c/{desk.case.number}/").context["questions"] == []


def test_the_requests_show_what_waits_on_either_side(desk: Desk, tenant: Tenant) -> None:
    billing = make_department("Billing")
    biller = signed_in_staff(tenant, make_user(Role.MEMBER, department=billing))
    question = desk.ask()
    hand_over_problem(
        problem_id=desk.problem.pk,
        department=billing,
        reason="The invoice is wrong.",
        actor=SYSTEM,
        at=AT + 5 * HOUR,
    )

    ours = desk.member.get("/work/requests/").context
    theirs = biller.get("/work/requests/").context

    assert [one["id"] for one in ours["asked"]] == [question.pk]
    assert [one["number"] for one in ours["handed_on"]] == [desk.problem.name]
    assert ours["to_accept"] == []
    assert [one["reason"] for one in theirs["to_accept"]] == ["The invoice is wrong."]
    assert theirs["handed_on"] == []


def test_customer_service_sees_what_is_to_be_passed_on(desk: Desk, tenant: Tenant) -> None:
    question = desk.ask()
    lead = signed_in_staff(tenant, make_user(Role.LEAD))

    departments = [one["href"] for one in lead.get("/work/requests/").context["departments"]]
    pages = [lead.get(href).context for href in departments]

    (service,) = [page for page in pages if page["serves_customers"]]
    assert [one["id"] for one in service["to_pass_on"]] == [question.pk]


def test_the_requests_ask_the_same_for_one_and_for_many(desk: Desk) -> None:
    def queries() -> list[str]:
        with counted() as found:
            assert desk.member.get("/work/requests/").status_code == 200
        return found

    desk.member.get("/work/requests/")
    few = queries()
    for _place in range(5):
        desk.member.post(
            f"/p/{desk.problem.number}/act/",
            {"action": "ask", "case": str(desk.case.number), "question": "Which bank?"},
        )
    many = queries()

    assert len(few) == len(many), told(many)


def test_a_problem_says_what_it_does_to_customers(desk: Desk) -> None:
    note_feeling(case_id=desk.case.pk, feeling=1, actor=SYSTEM, at=now())
    add_customer_message(
        case_id=desk.case.pk,
        contact=desk.case.contact,
        text="Again!",
        channel=Channel.MAIL,
        actor=SYSTEM,
        at=now(),
    )

    problem = desk.member.get(f"/p/{desk.problem.number}/").context["impact"]
    board = desk.member.get("/work/").context["impact"]

    assert problem["customers"] == board["customers"] == 1
    assert problem["feelings"] == [{"label": "Upset", "count": 1, "tone": "danger"}]
    assert problem["contacts"].total == 1
    assert len(problem["contacts"].rows) == 14
    # The case was opened long ago: its promise to reply was never kept.
    assert problem["broken"] >= 1


def test_a_customer_of_two_problems_counts_once_on_the_board(desk: Desk) -> None:
    payments = make_department("Payments")
    contact = desk.case.contact
    second = make_problem(cases=[make_case(contact=contact), make_case(contact=make_contact())])
    route_problem(
        problem_id=second.pk, department=payments, because={}, actor=SYSTEM, at=AT + 2 * HOUR
    )

    assert desk.member.get("/work/").context["impact"]["customers"] == 2


def test_an_agent_notes_how_the_customer_feels(desk: Desk) -> None:
    desk.agent.post(f"/c/{desk.case.number}/act/", {"action": "feeling", "feeling": "2"})

    shown = desk.agent.get(f"/c/{desk.case.number}/").context["case"]
    assert shown["feeling_label"] == "Trapped"


def test_a_feeling_that_nobody_knows_is_refused(desk: Desk) -> None:
    answer = desk.agent.post(f"/c/{desk.case.number}/act/", {"action": "feeling", "feeling": "9"})

    assert answer.status_code == 422
    assert Case.objects.get(pk=desk.case.pk).feeling is None
