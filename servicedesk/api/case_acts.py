"""What is done with a case: assign, prioritise, wait, resume, resolve, reopen, close, link."""

from collections.abc import Callable
from typing import Any, ClassVar

from cases.access import case_for
from cases.conversation import answer_case, note_case
from cases.lifecycle import (
    assign_case,
    close_case,
    lock_case,
    mark_spam,
    pend_case,
    reopen_case,
    resolve_case,
    resume_case,
    set_priority,
)
from knowledge.offers import Offered, keep_used
from problems.access import problem_for
from problems.guarding import refuse_unwise
from problems.linking import (
    LinkReason,
    Why,
    confirm_link,
    mark_similar,
    reconsider_link,
    reject_link,
    unlink_case,
)
from servicedesk.api.base import TokenView
from servicedesk.api.cases import Fields, case_shown
from servicedesk.api.naming import colleague_at, department_called
from servicedesk.api.operations import Handler, Shape, operation
from servicedesk.api.shapes import cases as shapes
from servicedesk.api.shapes.fields import Versioned
from workflow.people.permissions import Permission

WORKS = (Permission.WORK_CASE,)
LINKS = (Permission.LINK_CASE,)
PATH = ("number",)
TAG = "Cases"


class CaseAct(TokenView):
    """One thing that can be done with a case; the answer is the case after it."""

    def seen(self, number: int, fields: Fields) -> Any:
        """Return the case, locked, as the caller has read it.

        Raises:
            NoSuchCase: it is not there, or not for this actor.
            ChangedMeanwhile: the version is not the one of today.
        """
        case = case_for(self.actor, number)
        return lock_case(case.pk, expected_version=self.version_in(fields))


def act(
    name: str, *, any_of: tuple[Permission, ...] = WORKS, takes: Shape = Versioned
) -> Callable[[Handler], Handler]:
    """Return how an act with a case is described."""
    return operation(name, any_of=any_of, takes=takes, gives=shapes.CaseShape, path=PATH, tag=TAG)


class Assign(CaseAct):
    """To whom a case belongs."""

    @act("assign_case", any_of=(Permission.ASSIGN_CASE,), takes=shapes.Assignment)
    def post(self, fields: Fields, number: int) -> Any:
        """Give a case to a colleague, to a department's queue, or to both; else to nobody."""
        case = self.seen(number, fields)
        owner = colleague_at(fields["owner"]) if fields["owner"].strip() else None
        queue = department_called(fields["queue"]) if fields["queue"].strip() else None
        assign_case(
            case_id=case.pk,
            owner=owner,
            queue=queue or (case.queue if owner else None),
            actor=self.actor,
            at=self.at,
        )
        return case_shown(self.actor, case.pk)


class Prioritise(CaseAct):
    """How urgent a case is."""

    @act("set_priority", takes=shapes.NewPriority)
    def post(self, fields: Fields, number: int) -> Any:
        """Set the priority; running clocks get its targets."""
        case = self.seen(number, fields)
        set_priority(case_id=case.pk, priority=fields["priority"], actor=self.actor, at=self.at)
        return case_shown(self.actor, case.pk)


class Pend(CaseAct):
    """Whether a case waits for its customer."""

    @act("pend_case", takes=shapes.Waiting)
    def post(self, fields: Fields, number: int) -> Any:
        """Wait for the customer's answer; the resolution clock pauses."""
        case = self.seen(number, fields)
        pend_case(case_id=case.pk, actor=self.actor, at=self.at)
        if fields["reason"].strip():
            note_case(case_id=case.pk, text=fields["reason"], actor=self.actor, at=self.at)
        return case_shown(self.actor, case.pk)


class Resolve(CaseAct):
    """That a case is solved."""

    @act("resolve_case", takes=shapes.Solved)
    def post(self, fields: Fields, number: int) -> Any:
        """Resolve a case; with a text the customer gets it as the last answer."""
        case = self.seen(number, fields)
        if fields["solution"].strip():
            despite = refuse_unwise(
                fields["solution"],
                case_id=case.pk,
                contact_id=case.contact_id,
                may_send_anyway=fields["send_anyway"],
                actor=self.actor,
                at=self.at,
            )
            answer_case(
                case_id=case.pk,
                text=fields["solution"],
                and_then="resolve",
                despite=despite,
                actor=self.actor,
                at=self.at,
            )
        else:
            resolve_case(case_id=case.pk, actor=self.actor, at=self.at)
        return case_shown(self.actor, case.pk)


class PlainAct(CaseAct):
    """An act that needs to know nothing but the case."""

    does: ClassVar[Any]

    def done(self, fields: Fields, number: int) -> Any:
        """Do it and return the case."""
        case = self.seen(number, fields)
        type(self).does(case_id=case.pk, actor=self.actor, at=self.at)
        return case_shown(self.actor, case.pk)


class Resume(PlainAct):
    """That a case goes on."""

    does = staticmethod(resume_case)

    @act("resume_case")
    def post(self, fields: Fields, number: int) -> Any:
        """Go on with a case that was new or waited."""
        return self.done(fields, number)


class Reopen(PlainAct):
    """That a case was not solved."""

    does = staticmethod(reopen_case)

    @act("reopen_case")
    def post(self, fields: Fields, number: int) -> Any:
        """Go on with a resolved case: it was not solved."""
        return self.done(fields, number)


class Close(PlainAct):
    """That a case has ended for good."""

    does = staticmethod(close_case)

    @act("close_case")
    def post(self, fields: Fields, number: int) -> Any:
        """End a resolved case for good; a later answer becomes a new case that names it."""
        return self.done(fields, number)


class Spam(PlainAct):
    """That nobody asked anything."""

    does = staticmethod(mark_spam)

    @act("mark_spam")
    def post(self, fields: Fields, number: int) -> Any:
        """End a case in which nobody asked anything."""
        return self.done(fields, number)


class ProblemOfCase(TokenView):
    """The problem behind a case, as somebody says."""

    does: ClassVar[Any]

    def decided(self, fields: Fields, number: int) -> Any:
        """Say so and return the case."""
        case = case_for(self.actor, number)
        problem = problem_for(self.actor, fields["problem"])
        why = why_in(fields)
        type(self).does(problem_id=problem.pk, case=case, actor=self.actor, at=self.at, **why)
        return case_shown(self.actor, case.pk)


def why_in(fields: Fields) -> dict[str, Why]:
    """Return why a problem is not the cause, for a decision that asks for it."""
    if "reason" not in fields:
        return {}
    return {"why": Why(reason=LinkReason(fields["reason"]), note=fields["note"])}


class LinkProblem(ProblemOfCase):
    """That a problem is the cause of a case."""

    does = staticmethod(confirm_link)

    @act("link_case_to_problem", any_of=LINKS, takes=shapes.LinkWish)
    def post(self, fields: Fields, number: int) -> Any:
        """Say that a problem is the cause; this confirms a suggestion or an automatic link, too."""
        linked = self.decided(fields, number)
        shown = Offered(problem_id=problem_for(self.actor, fields["problem"]).pk)
        case = case_for(self.actor, number)
        keep_used(shown, actor=self.actor, at=self.at, case_id=case.pk)
        return linked


class UnlinkProblem(ProblemOfCase):
    """That a problem is not the cause after all."""

    does = staticmethod(unlink_case)

    @act("unlink_case_from_problem", any_of=LINKS, takes=shapes.RejectionWish)
    def post(self, fields: Fields, number: int) -> Any:
        """Take a link back; the case goes on by itself and the rejection teaches."""
        return self.decided(fields, number)


class RejectSuggestion(ProblemOfCase):
    """That a suggestion is wrong."""

    does = staticmethod(reject_link)

    @act("reject_suggestion", any_of=LINKS, takes=shapes.RejectionWish)
    def post(self, fields: Fields, number: int) -> Any:
        """Say that a suggested problem is not the cause; it is not suggested again."""
        return self.decided(fields, number)


class SimilarProblem(ProblemOfCase):
    """That a case is like a problem and has another cause."""

    does = staticmethod(mark_similar)

    @act("mark_similar", any_of=LINKS, takes=shapes.LinkWish)
    def post(self, fields: Fields, number: int) -> Any:
        """Say that a problem is similar and not the cause; a link is taken back, and it teaches."""
        return self.decided(fields, number)


class ReconsiderSuggestion(ProblemOfCase):
    """That a rejected suggestion may be right after all."""

    does = staticmethod(reconsider_link)

    @act("reconsider_suggestion", any_of=LINKS, takes=shapes.LinkWish)
    def post(self, fields: Fields, number: int) -> Any:
        """Take a rejection back; what the matching named is suggested again."""
        return self.decided(fields, number)
