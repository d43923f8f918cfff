"""Who takes part in a case, questions of departments, calls, touchpoints, cases at once."""

from typing import Any

from django.utils.translation import gettext as _

from cases.access import case_for
from cases.bulk import assign_cases, prioritise_cases
from cases.participants import let_in, participants_of, participants_shown, remove_participant
from cases.phone import (
    Told,
    call_for,
    calls_page,
    direction_named,
    log_call,
    outcome_named,
)
from cases.queries import cases_numbered
from cases.touchpoints import touchpoints_of
from customers.access import the_one, visible_contacts
from problems.access import problem_for
from problems.guarding import refuse_unwise
from problems.questions import (
    answer_question_ourselves,
    ask_customer,
    send_question,
    withdraw_question,
)
from servicedesk.api.base import TokenView
from servicedesk.api.cases import SEES, Fields
from servicedesk.api.naming import (
    colleague_at,
    colleagues_at,
    department_called,
    product_for,
    row_of,
)
from servicedesk.api.operations import operation, page_shape
from servicedesk.api.paging import PAGE, address_after, one, page_of, shaped
from servicedesk.api.refusals import Unprocessable
from servicedesk.api.shapes import doors as shapes
from servicedesk.api.shapes.fields import Listing, Nothing
from servicedesk.pages.paging import id_in
from workflow.people.permissions import Permission

WORKS = (Permission.WORK_CASE,)
DEPARTMENTS = (Permission.WORK_PROBLEM, Permission.STEER_PROBLEM)
TAG = "Doors"


class Participants(TokenView):
    """Who takes part in a case besides its contact."""

    @operation(
        "list_participants",
        any_of=SEES,
        gives=page_shape(shapes.ParticipantShape),
        path=("number",),
        tag=TAG,
    )
    def get(self, number: int) -> Any:
        """List who takes part besides the contact, or was copied and waits to be let in.

        Whoever is not the customer of the case sees who was let in, without addresses.
        """
        case = case_for(self.actor, number)
        if not self.is_customer:
            people = participants_of(case)
        else:
            people = participants_shown(case, contact_id=self.actor.id)
        shown = shaped(shapes.ParticipantShape)(people)
        if self.is_customer and self.actor.id != case.contact_id:
            shown = [{**one, "address": ""} for one in shown]
        return {"results": shown, "next": None}


class LetIn(TokenView):
    """That somebody may take part."""

    @operation(
        "let_in_participant",
        any_of=(*WORKS, Permission.USE_PORTAL),
        takes=Nothing,
        gives=shapes.ParticipantShape,
        path=("number", "participant_id"),
        tag=TAG,
    )
    def post(self, _fields: Fields, number: int, participant_id: int) -> Any:
        """Let somebody in who was copied: from now on the person sees the case and may write."""
        case = case_for(self.actor, number)
        found = let_in(case_id=case.pk, participant_id=participant_id, actor=self.actor, at=self.at)
        return one(shapes.ParticipantShape, found)


class OneParticipant(TokenView):
    """Somebody who takes part."""

    @operation(
        "remove_participant",
        any_of=(*WORKS, Permission.USE_PORTAL),
        gives=shapes.ParticipantShape,
        path=("number", "participant_id"),
        tag=TAG,
    )
    def delete(self, _fields: Fields, number: int, participant_id: int) -> Any:
        """Leave somebody out, or take somebody out again."""
        case = case_for(self.actor, number)
        found = remove_participant(
            case_id=case.pk, participant_id=participant_id, actor=self.actor, at=self.at
        )
        return one(shapes.ParticipantShape, found)


def questions_of(subject: Any) -> Any:
    """Return the questions of a case or problem with all that is shown of them."""
    return subject.questions.select_related(
        "problem", "case", "department", "asked", "sent", "answer"
    )


class QuestionsOfProblem(TokenView):
    """What departments asked customers of a problem."""

    @operation(
        "list_questions_of_problem",
        any_of=(Permission.VIEW_PROBLEM,),
        filters=Listing,
        gives=page_shape(shapes.QuestionShape),
        path=("number",),
        tag=TAG,
    )
    def get(self, number: int) -> Any:
        """List what departments asked customers about a problem, newest first."""
        rows = questions_of(problem_for(self.actor, number))
        return page_of(rows, self, shape=shaped(shapes.QuestionShape))

    @operation(
        "ask_customer",
        any_of=DEPARTMENTS,
        takes=shapes.NewQuestion,
        gives=shapes.QuestionShape,
        status=201,
        path=("number",),
        tag=TAG,
    )
    def post(self, fields: Fields, number: int) -> Any:
        """Ask the customer of a linked case something; the case's agent passes it on."""
        problem = problem_for(self.actor, number)
        asked = ask_customer(
            problem_id=problem.pk,
            case=case_for(self.actor, fields["case"]),
            text=fields["text"],
            actor=self.actor,
            at=self.at,
        )
        return one(shapes.QuestionShape, questions_of(problem).get(pk=asked.pk))


class QuestionsOfCase(TokenView):
    """What departments want to know of a case's customer."""

    @operation(
        "list_questions_of_case",
        any_of=(Permission.VIEW_CASE,),
        filters=Listing,
        gives=page_shape(shapes.QuestionShape),
        path=("number",),
        tag=TAG,
    )
    def get(self, number: int) -> Any:
        """List what departments want to know of a case's customer, newest first."""
        rows = questions_of(case_for(self.actor, number))
        return page_of(rows, self, shape=shaped(shapes.QuestionShape))


class QuestionAct(TokenView):
    """One thing that can be done with a question."""

    def question(self, number: int, question_id: int) -> Any:
        """Return a question of a case.

        Raises:
            NotThere: it is not of this case.
        """
        return row_of(questions_of(case_for(self.actor, number)), pk=question_id)


class SendQuestion(QuestionAct):
    """That a question goes to the customer."""

    @operation(
        "send_question",
        any_of=WORKS,
        takes=shapes.QuestionToSend,
        gives=shapes.QuestionShape,
        path=("number", "question_id"),
        tag=TAG,
    )
    def post(self, fields: Fields, number: int, question_id: int) -> Any:
        """Pass a question on to the customer, in the agent's words."""
        case = self.question(number, question_id).case
        despite = refuse_unwise(
            fields["text"],
            case_id=case.pk,
            contact_id=case.contact_id,
            may_send_anyway=fields["send_anyway"],
            actor=self.actor,
            at=self.at,
        )
        send_question(
            question_id=question_id,
            text=fields["text"],
            despite=despite,
            actor=self.actor,
            at=self.at,
        )
        return one(shapes.QuestionShape, self.question(number, question_id))


class AnswerQuestion(QuestionAct):
    """That we know the answer ourselves."""

    @operation(
        "answer_question",
        any_of=WORKS,
        takes=shapes.QuestionWords,
        gives=shapes.QuestionShape,
        path=("number", "question_id"),
        tag=TAG,
    )
    def post(self, fields: Fields, number: int, question_id: int) -> Any:
        """Answer a question ourselves, without asking the customer."""
        self.question(number, question_id)
        answer_question_ourselves(
            question_id=question_id, text=fields["text"], actor=self.actor, at=self.at
        )
        return one(shapes.QuestionShape, self.question(number, question_id))


class WithdrawQuestion(QuestionAct):
    """That nobody has to know any more."""

    @operation(
        "withdraw_question",
        any_of=(*WORKS, *DEPARTMENTS),
        takes=Nothing,
        gives=shapes.QuestionShape,
        path=("number", "question_id"),
        tag=TAG,
    )
    def post(self, _fields: Fields, number: int, question_id: int) -> Any:
        """Take a question back."""
        self.question(number, question_id)
        withdraw_question(question_id=question_id, actor=self.actor, at=self.at)
        return one(shapes.QuestionShape, self.question(number, question_id))


class Calls(TokenView):
    """The log of calls."""

    @operation(
        "list_calls",
        any_of=(Permission.VIEW_CUSTOMER,),
        filters=shapes.CallFilters,
        gives=page_shape(shapes.CallShape),
        tag=TAG,
    )
    def get(self) -> Any:
        """List calls, newest first."""
        limit = self.asked.get("limit", PAGE)
        found = calls_page(
            self.actor,
            outcome=self.asked["outcome"],
            before=id_in(self.asked.get("after", "")),
            at_most=limit + 1,
        )
        page = found[:limit]
        more = address_after(page[-1].pk, self.request) if len(found) > limit else None
        return {"results": shaped(shapes.CallShape)(page), "next": more}

    @operation(
        "log_call",
        any_of=(Permission.OPEN_CASE,),
        takes=shapes.NewCall,
        gives=shapes.CallShape,
        status=201,
        tag=TAG,
    )
    def post(self, fields: Fields) -> Any:
        """Write down a call that has ended; open or continue the case that its outcome names."""
        if fields["began_at"] > self.at:
            raise Unprocessable(
                _("The call has not begun yet."), next_step=_("Send when it began.")
            )
        contact = fields["contact"]
        call = log_call(
            contact=the_one(visible_contacts(self.actor), pk=contact) if contact else None,
            number=fields["number"],
            direction=direction_named(fields["direction"]),
            outcome=outcome_named(fields["outcome"]),
            told=Told(
                subject=fields["subject"],
                text=fields["text"],
                note=fields["note"],
                product=product_for(fields["product"]),
            ),
            agent=colleagues_at([fields["agent"]])[0],
            began_at=fields["began_at"],
            continues=fields["case"],
            actor=self.actor,
            at=self.at,
        )
        return one(shapes.CallShape, call_for(self.actor, call.pk))


class Touchpoints(TokenView):
    """Every time that we and a customer met."""

    @operation(
        "list_touchpoints",
        any_of=(Permission.VIEW_CUSTOMER,),
        gives=page_shape(shapes.TouchpointShape),
        path=("pk",),
        tag=TAG,
    )
    def get(self, pk: int) -> Any:
        """List the newest 200 times that we and a customer met, whatever the door."""
        contact = the_one(visible_contacts(self.actor), pk=pk)
        found = touchpoints_of(self.actor, contact.pk, at_most=200)
        return {"results": shaped(shapes.TouchpointShape)(found), "next": None}


class AtOnce(TokenView):
    """Several cases at once."""

    @operation(
        "change_cases",
        any_of=(Permission.ASSIGN_CASE,),
        takes=shapes.CasesAtOnce,
        gives=shapes.OutcomeShape,
        tag=TAG,
    )
    def post(self, fields: Fields) -> Any:
        """Assign or prioritise several cases at once; those that cannot be changed are named."""
        cases = cases_numbered(self.actor, fields["cases"])
        common: dict[str, Any] = {"cases": cases, "actor": self.actor, "at": self.at}
        if fields["priority"] is not None:
            outcome = prioritise_cases(priority=fields["priority"], **common)
        elif fields["owner"].strip() or fields["queue"].strip():
            owner, queue = fields["owner"].strip(), fields["queue"].strip()
            outcome = assign_cases(
                owner=colleague_at(owner) if owner else None,
                queue=department_called(queue) if queue else None,
                **common,
            )
        else:
            raise Unprocessable(
                _("Nothing is to be changed."), next_step=_("Send owner, queue or priority.")
            )
        return {
            "changed": outcome.changed,
            "refused": [
                {"case": number, "code": refusal.code, "title": refusal.sentence}
                for number, refusal in outcome.refused
            ],
        }
