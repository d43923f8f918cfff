"""A department asks a customer: who may, what stands where, and how the answer comes back."""

from dataclasses import dataclass

import pytest

from cases.conversation import add_customer_message
from cases.lifecycle import EmptyText
from cases.models import BlockedBy, Case
from cases.queries import Queue, page_of_queue
from cases.states import Channel
from problems.fixing import put_fix_in_place, record_root_cause, resolve_problem
from problems.handing import accept_problem, route_problem
from problems.models import Problem, Question
from problems.questions import (
    NotAnAnswer,
    NotOfThisProblem,
    NotYourQuestion,
    QuestionIsDone,
    answer_question,
    answer_question_ourselves,
    ask_customer,
    send_question,
    withdraw_question,
)
from tests.hearing import hear_everything
from tests.make import AT, HOUR, make_actor, make_case, make_department, make_problem
from workflow.history.actions import Action
from workflow.history.models import Entry
from workflow.people.actors import Actor, NotPermitted
from workflow.people.permissions import Role
from workflow.tenancy.models import Tenant

SYSTEM = Actor.system("test")


@dataclass(frozen=True)
class Story:
    """A case whose problem a department has accepted."""

    case: Case
    problem: Problem
    member: Actor
    agent: Actor

    def ask(self, text: str = "Which bank do you use?") -> Question:
        """Let the department ask."""
        return ask_customer(
            problem_id=self.problem.pk,
            case=self.case,
            text=text,
            actor=self.member,
            at=AT + 4 * HOUR,
        )

    def send(self, question: Question) -> Question:
        """Let the agent pass a question on."""
        return send_question(
            question_id=question.pk,
            text="Dear Ingrid, which bank do you use?",
            actor=self.agent,
            at=AT + 5 * HOUR,
        )

    def customer_writes(self, text: str) -> None:
        """Let the customer write, and let everybody hear of it."""
        add_customer_message(
            case_id=self.case.pk,
            contact=self.case.contact,
            text=text,
            channel=Channel.MAIL,
            actor=SYSTEM,
            at=AT + 6 * HOUR,
        )
        hear_everything()


@pytest.fixture
def story(tenant: Tenant) -> Story:
    """A case linked to a problem that Payments works on."""
    payments = make_department("Payments")
    member = make_actor(Role.MEMBER, department=payments)
    case = make_case()
    problem = make_problem(cases=[case])
    route_problem(
        problem_id=problem.pk, department=payments, because={}, actor=SYSTEM, at=AT + 2 * HOUR
    )
    accept_problem(problem_id=problem.pk, actor=member, at=AT + 3 * HOUR)
    return Story(case=case, problem=problem, member=member, agent=make_actor())


def actions_on(subject: Case | Problem) -> list[str]:
    """Return the codes of a history that tell of questions, in order."""
    kind = "case" if isinstance(subject, Case) else "problem"
    entries = Entry.objects.filter(
        subject_kind=kind, subject_id=subject.pk, action__startswith="question."
    )
    return list(entries.order_by("id").values_list("action", flat=True))


def test_a_question_stands_in_the_case_and_asks_for_attention(story: Story) -> None:
    question = story.ask("Which bank do you use?")

    assert question.asked.text == "Which bank do you use?"
    assert question.asked.direction == "note"
    assert question.department.name == "Payments"
    assert question.due_at > question.asked_at
    attention = page_of_queue(story.agent, Queue.ATTENTION, at=AT + 4 * HOUR)
    assert [row.number for row in attention.cases] == [story.case.number]


def test_the_answer_of_the_customer_returns_to_the_problem(story: Story) -> None:
    question = story.send(story.ask())
    assert BlockedBy.objects.filter(case=story.case, kind="customer_answer", cleared_at=None)

    story.customer_writes("Nordbank, branch Bergen.")

    question.refresh_from_db()
    assert question.state == "answered"
    assert question.answer is not None
    assert question.answer.text == "Nordbank, branch Bergen."
    expected = [Action.QUESTION_ASKED, Action.QUESTION_SENT, Action.QUESTION_ANSWERED]
    assert actions_on(story.problem) == expected
    assert actions_on(story.case) == expected


def test_the_case_still_waits_for_its_problem_after_the_answer(story: Story) -> None:
    story.send(story.ask())
    story.customer_writes("Nordbank.")

    assert Case.objects.get(pk=story.case.pk).state == "on_problem"


def test_with_two_open_questions_the_agent_says_which_is_answered(story: Story) -> None:
    first, second = story.send(story.ask("Which bank?")), story.send(story.ask("Which day?"))

    story.customer_writes("The third.")

    assert set(Question.objects.values_list("state", flat=True)) == {"sent"}
    message = story.case.messages.order_by("-id").first()
    assert message is not None
    answer_question(question_id=second.pk, message=message, actor=story.agent, at=AT + 7 * HOUR)
    states = dict(Question.objects.values_list("pk", "state"))
    assert states == {first.pk: "sent", second.pk: "answered"}


def test_what_was_not_sent_is_answered_by_nothing_the_customer_writes(story: Story) -> None:
    question = story.ask()

    story.customer_writes("Any news?")

    question.refresh_from_db()
    assert question.state == "asked"


def test_an_agent_who_knows_answers_without_the_customer(story: Story) -> None:
    question = answer_question_ourselves(
        question_id=story.ask().pk,
        text="It is Nordbank, she said so on the telephone.",
        actor=story.agent,
        at=AT + 5 * HOUR,
    )

    assert question.answer is not None
    assert question.answer.direction == "note"
    assert question.state == "answered"


def test_our_own_message_is_no_answer(story: Story) -> None:
    question = story.send(story.ask())
    assert question.sent is not None

    with pytest.raises(NotAnAnswer):
        answer_question(
            question_id=question.pk, message=question.sent, actor=story.agent, at=AT + 6 * HOUR
        )


def test_only_the_department_that_has_the_problem_asks(story: Story) -> None:
    stranger = make_actor(Role.MEMBER, department=make_department("Billing"))

    for actor in (stranger, story.agent):
        with pytest.raises(NotPermitted):
            ask_customer(
                problem_id=story.problem.pk,
                case=story.case,
                text="Why?",
                actor=actor,
                at=AT + 4 * HOUR,
            )
    assert Question.objects.count() == 0


def test_only_customers_of_linked_cases_are_asked(story: Story) -> None:
    other = make_case()

    with pytest.raises(NotOfThisProblem):
        ask_customer(
            problem_id=story.problem.pk,
            case=other,
            text="Why?",
            actor=story.member,
            at=AT + 4 * HOUR,
        )


def test_nothing_is_asked_without_words(story: Story) -> None:
    with pytest.raises(EmptyText):
        story.ask("  ")

    assert Question.objects.count() == 0


def test_a_member_sends_nothing_to_customers(story: Story) -> None:
    question = story.ask()

    with pytest.raises(NotPermitted):
        send_question(question_id=question.pk, text="Hello", actor=story.member, at=AT + 5 * HOUR)


def test_a_question_is_sent_once(story: Story) -> None:
    question = story.send(story.ask())

    with pytest.raises(QuestionIsDone):
        story.send(question)


def test_the_department_withdraws_its_question_and_no_other_does(story: Story) -> None:
    question = story.ask()
    stranger = make_actor(Role.MEMBER, department=make_department("Billing"))

    with pytest.raises(NotYourQuestion):
        withdraw_question(question_id=question.pk, actor=stranger, at=AT + 5 * HOUR)
    withdraw_question(question_id=question.pk, actor=story.member, at=AT + 5 * HOUR)

    question.refresh_from_db()
    assert question.state == "withdrawn"


def test_nothing_is_asked_any_more_when_the_problem_is_solved(story: Story) -> None:
    question = story.ask()
    record_root_cause(
        problem_id=story.problem.pk,
        root_cause="A retry job.",
        public_cause="We asked twice.",
        actor=story.member,
        at=AT + 5 * HOUR,
    )
    put_fix_in_place(
        problem_id=story.problem.pk, fix="Job off.", actor=story.member, at=AT + 6 * HOUR
    )
    resolve_problem(
        problem_id=story.problem.pk, solution="Done.", actor=story.member, at=AT + 7 * HOUR
    )

    hear_everything()

    question.refresh_from_db()
    assert question.state == "withdrawn"
