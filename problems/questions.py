"""A department asks a customer: through the case's agent, and the answer comes back."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from cases.conversation import answer_case, note_case
from cases.lifecycle import block, lock_case, service_department
from cases.models import Case, Message
from cases.watching import look_soon
from problems.events import QuestionAnswered, QuestionAsked, QuestionSent
from problems.legs import open_leg
from problems.lifecycle import lock_problem, refuse_others
from problems.models import CaseLink, Problem, Question
from problems.models.link import LinkKind
from problems.models.question import OPEN_QUESTION, QuestionState
from workflow.history.actions import Action
from workflow.history.recording import record
from workflow.outbox.event import Event
from workflow.outbox.publishing import publish
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal


class NotOfThisProblem(Refusal):
    """The case is not linked to the problem, so its customer is not asked about it."""

    code = "not_of_this_problem"


class ProblemHasEnded(Refusal):
    """Nothing is left to be asked."""

    code = "problem_has_ended"


class NoSuchQuestion(Refusal):
    """There is no such question, or not in this case or problem."""

    code = "no_such_question"
    status = 404


class QuestionIsDone(Refusal):
    """The question was sent, answered or withdrawn meanwhile."""

    code = "question_is_done"


class NotYourQuestion(Refusal):
    """Only the department that asked takes a question back."""

    code = "not_your_question"
    status = 403


class NotAnAnswer(Refusal):
    """The message is none of the customer's in this case."""

    code = "not_an_answer"


@transaction.atomic
def ask_customer(*, problem_id: int, case: Case, text: str, actor: Actor, at: datetime) -> Question:
    """Ask the customer of a linked case something; the case's agent passes it on.

    The words are kept as a note in the case, which then asks for attention, and customer
    service's time to acknowledge runs.

    Raises:
        NotPermitted: the actor works for another department.
        ProblemHasEnded: the problem is resolved or closed.
        NotOfThisProblem: the case is not linked to the problem.
        EmptyText: nothing was asked.
    """
    problem = lock_problem(problem_id)
    leg = open_leg(problem) if problem.is_open else None
    if leg is None:
        raise ProblemHasEnded(
            _("%(problem)s has ended.") % {"problem": problem.name},
            next_step=_("Reopen it to ask about it."),
        )
    refuse_others(actor, leg)
    is_linked = CaseLink.objects.filter(problem=problem, case=case, kind=LinkKind.CONFIRMED)
    if not is_linked.exists():
        raise NotOfThisProblem(
            _("Case #%(case)s is not linked to %(problem)s.")
            % {"case": case.number, "problem": problem.name},
            next_step=_("Choose one of the linked cases."),
        )
    note = note_case(case_id=case.pk, text=text, actor=actor, at=at)
    service = service_department()
    due_at = service.calendar.working_time().add(at, service.acknowledge_within)
    question = Question.objects.create(
        problem=problem,
        case=case,
        department=leg.department,
        asked_by_id=actor.user_id,
        asked=note,
        asked_at=at,
        due_at=due_at,
    )
    look_soon(case_id=case.pk, at=at, look_by=due_at)
    remember(
        question,
        Action.QUESTION_ASKED,
        actor=actor,
        at=at,
        event=QuestionAsked(problem_id=problem.pk, case_id=case.pk, question_id=question.pk),
    )
    return question


@transaction.atomic
def send_question(
    *,
    question_id: int,
    text: str,
    actor: Actor,
    at: datetime,
    despite: Sequence[str] = (),
) -> Question:
    """Pass a question on to the customer, in the agent's words, by the channel of the case.

    The customer is waited for; what comes next is taken as the answer if nothing else is open.
    `despite` as with `answer_case`.

    Raises:
        NotPermitted: the actor works on no cases.
        QuestionIsDone: it was sent, answered or withdrawn.
        EmptyText, CaseHasEnded: see `answer_case`.
    """
    actor.require(Permission.WORK_CASE)
    question = lock_question(question_id, QuestionState.ASKED)
    question.sent = answer_case(
        case_id=question.case_id, text=text, despite=despite, actor=actor, at=at
    )
    question.sent_at = at
    put(question, QuestionState.SENT)
    block(question.case, kind="customer_answer", at=at)
    remember(
        question,
        Action.QUESTION_SENT,
        actor=actor,
        at=at,
        event=QuestionSent(
            problem_id=question.problem_id, case_id=question.case_id, question_id=question.pk
        ),
    )
    return question


@transaction.atomic
def answer_question(*, question_id: int, message: Message, actor: Actor, at: datetime) -> Question:
    """Take what the customer wrote, or a note of what the agent knows, as the answer.

    Raises:
        QuestionIsDone: it was answered or withdrawn.
        NotAnAnswer: the message is ours to the customer, or of another case.
    """
    if not actor.is_system:
        actor.require(Permission.WORK_CASE)
    question = lock_question(question_id, *OPEN_QUESTION)
    if message.case_id != question.case_id or message.direction == "out":
        raise NotAnAnswer(
            _("This message is no answer of the customer."),
            next_step=_("Choose what the customer wrote in this case."),
        )
    question.answer = message
    question.answered_at = at
    put(question, QuestionState.ANSWERED)
    remember(
        question,
        Action.QUESTION_ANSWERED,
        actor=actor,
        at=at,
        event=QuestionAnswered(
            problem_id=question.problem_id, case_id=question.case_id, question_id=question.pk
        ),
    )
    return question


@transaction.atomic
def answer_question_ourselves(
    *, question_id: int, text: str, actor: Actor, at: datetime
) -> Question:
    """Answer a question without the customer: what the agent knows is kept as a note.

    Raises:
        NotPermitted: the actor works on no cases.
        QuestionIsDone: it was answered or withdrawn.
        EmptyText: nothing was said.
    """
    actor.require(Permission.WORK_CASE)
    question = lock_question(question_id, *OPEN_QUESTION)
    note = note_case(case_id=question.case_id, text=text, actor=actor, at=at)
    return answer_question(question_id=question_id, message=note, actor=actor, at=at)


@transaction.atomic
def take_as_answer(*, case_id: int, message_id: int, actor: Actor, at: datetime) -> bool:
    """Take a customer's message as the answer if exactly one question waits for it.

    With several the agent says which it answers. Returns whether it was taken; one query if
    nothing waits.
    """
    waiting = list(
        Question.objects.filter(
            case_id=case_id, state=QuestionState.SENT, sent_id__lt=message_id
        ).order_by("id")[:2]
    )
    if len(waiting) != 1:
        return False
    message = Message.objects.get(pk=message_id)
    answer_question(question_id=waiting[0].pk, message=message, actor=actor, at=at)
    return True


@transaction.atomic
def withdraw_question(*, question_id: int, actor: Actor, at: datetime) -> Question:
    """Ask no more.

    Raises:
        NotPermitted: the actor works for another department.
        QuestionIsDone: it was answered or withdrawn.
    """
    question = lock_question(question_id, *OPEN_QUESTION)
    refuse_strangers(question, actor)
    question.withdrawn_at = at
    put(question, QuestionState.WITHDRAWN)
    remember(question, Action.QUESTION_WITHDRAWN, actor=actor, at=at)
    return question


@transaction.atomic
def withdraw_questions_of(problem_id: int, *, actor: Actor, at: datetime) -> int:
    """Ask nothing more about a problem that has ended; returns how many questions were open."""
    open_ones = Question.objects.filter(problem_id=problem_id, state__in=OPEN_QUESTION)
    numbers = list(open_ones.order_by("id").values_list("pk", flat=True))
    for question_id in numbers:
        withdraw_question(question_id=question_id, actor=actor, at=at)
    return len(numbers)


# ---- what every step does --------------------------------------------------------------------


def lock_question(question_id: int, *states: QuestionState) -> Question:
    """Return the question, locked after its problem and its case; refuse one past these states.

    Raises:
        NoSuchQuestion: it is not there.
        QuestionIsDone: it is in another state.
    """
    known = Question.objects.filter(pk=question_id).first()
    if known is None:
        raise NoSuchQuestion(_("There is no such question."), next_step=_("Load the page again."))
    # Problem, case, question: linking and matching lock in this order too.
    lock_problem(known.problem_id)
    lock_case(known.case_id)
    question = (
        Question.objects.select_for_update(of=("self",))
        .select_related("problem", "case")
        .get(pk=question_id)
    )
    if question.state not in states:
        raise QuestionIsDone(
            _("This question was sent, answered or withdrawn meanwhile."),
            next_step=_("Load the page again."),
        )
    return question


def refuse_strangers(question: Question, actor: Actor) -> None:
    """Refuse who neither works in the department that asked nor steers problems."""
    if actor.is_system or actor.may(Permission.STEER_PROBLEM):
        return
    actor.require(Permission.WORK_PROBLEM)
    if not actor.works_in(question.department_id):
        raise NotYourQuestion(
            _("Another department asked this."),
            next_step=_("Ask that department to withdraw it."),
        )


def put(question: Question, state: QuestionState) -> None:
    """Save a question in its new state; one query."""
    Question.objects.filter(pk=question.pk).update(
        state=state,
        sent=question.sent,
        sent_at=question.sent_at,
        answer=question.answer,
        answered_at=question.answered_at,
        withdrawn_at=question.withdrawn_at,
    )
    question.refresh_from_db(fields=["state"])


def remember(
    question: Question,
    action: Action,
    *,
    actor: Actor,
    at: datetime,
    event: Event | None = None,
) -> None:
    """Write a step into both histories, the problem's and the case's, and tell the news."""
    problem: Problem = question.problem
    entry = record(
        action,
        problem,
        actor=actor,
        at=at,
        changes={"case": question.case_id, "question": question.pk},
    )
    record(
        action,
        question.case,
        actor=actor,
        at=at,
        changes={"problem": question.problem_id, "question": question.pk},
    )
    if event is not None:
        publish(event, at=at, entry_id=entry.pk)
