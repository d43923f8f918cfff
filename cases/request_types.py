"""Requests of a known type: what is asked, what was answered, and ending one in the same step."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import Prefetch, QuerySet, prefetch_related_objects
from django.utils.text import slugify
from django.utils.translation import gettext as _

from cases.amounts import hundredths_in, refuse_huge
from cases.card_numbers import masked
from cases.conversation import answer_case
from cases.lifecycle import open_case
from cases.models import Case, QuestionKind, RequestAnswer, RequestQuestion, RequestType
from cases.states import Channel, Priority
from customers.models import Contact, Product
from workflow.branding import Brand
from workflow.history.actions import Action
from workflow.history.recording import record
from workflow.lengths import fitting, one_line
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal
from workflow.tenancy.kept_queries import kept

MOST_TYPES = 40
MOST_QUESTIONS = 8
LONGEST_ANSWER = 250


class Door(StrEnum):
    """Where a request type can be offered."""

    AGENTS = "agents"
    PHONE = "phone"
    PORTAL = "portal"
    FORMS = "forms"


class NoSuchRequestType(Refusal):
    """There is no such type, or it is not offered here any more."""

    code = "no_such_request_type"


class BadRequestType(Refusal):
    """A request type cannot be kept like this; `field` names what does not fit."""

    code = "bad_request_type"

    def __init__(self, sentence: str, *, next_step: str, field: str = "name") -> None:
        super().__init__(sentence, next_step=next_step)
        self.field = field


class CannotFinishAtOnce(Refusal):
    """Requests of this type need somebody's work first."""

    code = "cannot_finish_at_once"


@dataclass(frozen=True, slots=True)
class Given:
    """An answer that was read: its text as shown, and its number or day if it has one."""

    question: RequestQuestion
    text: str
    number: int | None = None
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as somebody writes it down: its words, the kind of answer, whether it is needed."""

    label: str
    kind: QuestionKind
    is_required: bool


def questions_asked() -> "Prefetch[str, QuerySet[RequestQuestion], str]":
    """Return how types load the questions that are still asked, as the list `asked`."""
    still = RequestQuestion.objects.filter(is_active=True).order_by("position", "id")
    return Prefetch("questions", queryset=still, to_attr="asked")


def offered_at(door: Door) -> list[RequestType]:
    """Return the types offered at a door with their questions (`asked`), in order; two queries."""
    types = types_offered(door=door.value)
    prefetch_related_objects(types, questions_asked())
    return types


@kept()
def types_offered(*, door: str) -> QuerySet[RequestType]:
    """Return the types offered at a door in order, without their questions."""
    offered = RequestType.objects.filter(is_active=True, **{f"is_for_{door}": True})
    return offered.order_by("position", "id")


def all_request_types() -> list[RequestType]:
    """Return every type with its questions (`asked`), in order; two queries."""
    return list(RequestType.objects.order_by("position", "id").prefetch_related(questions_asked()))


def read_answers(
    questions: Iterable[RequestQuestion], *, given: Mapping[str, str]
) -> tuple[list[Given], dict[str, str]]:
    """Return what was answered, and what is wrong by the name of its field; no query."""
    answers, errors = [], {}
    for question in questions:
        name = field_of(question)
        # Twice as much is looked at as is kept: a number that is cut is none that could be hidden.
        said = " ".join(given.get(name, "")[: 4 * LONGEST_ANSWER].split())[: 2 * LONGEST_ANSWER]
        written = masked(said).text[:LONGEST_ANSWER]
        if not written:
            if question.is_required:
                errors[name] = _("Answer this question.")
            continue
        try:
            answers.append(read_answer(question, written))
        except ValueError:
            errors[name] = WRONG[QuestionKind(question.kind)]()
    return answers, errors


def field_of(question: RequestQuestion) -> str:
    """Return the name of a question's field in every form."""
    return f"question-{question.pk}"


def read_answer(question: RequestQuestion, written: str) -> Given:
    """Return an answer as the kind of its question has it.

    Raises:
        ValueError: it is none of this kind.
    """
    kind = QuestionKind(question.kind)
    if kind is QuestionKind.NUMBER:
        number = int(written)
        refuse_huge(number)
        return Given(question, str(number), number=number)
    if kind is QuestionKind.AMOUNT:
        hundredths = hundredths_in(written)
        return Given(question, f"{hundredths / 100:.2f}", number=hundredths)
    if kind is QuestionKind.DAY:
        day = date.fromisoformat(written)
        return Given(question, day.isoformat(), day=day)
    if kind is QuestionKind.YES_NO:
        if written not in ("yes", "no"):
            raise ValueError(written)
        return Given(question, written, number=int(written == "yes"))
    return Given(question, written)


WRONG = {
    QuestionKind.LINE: lambda: _("Write it in one line."),
    QuestionKind.NUMBER: lambda: _("Write a whole number."),
    QuestionKind.AMOUNT: lambda: _("Write an amount like 649.00."),
    QuestionKind.DAY: lambda: _("Write a day like 2026-03-31."),
    QuestionKind.YES_NO: lambda: _("Choose yes or no."),
}


@transaction.atomic
def open_request(
    *,
    request_type: RequestType | None,
    answers: Sequence[Given],
    contact: Contact,
    subject: str,
    text: str,
    channel: Channel,
    actor: Actor,
    at: datetime,
    product: Product | None = None,
    category: str = "",
    wanted_outcome: str = "",
    priority: int = Priority.NORMAL,
    may_acknowledge: bool = True,
    is_unverified: bool = False,
    finishes: bool = False,
    brand: Brand | None = None,
) -> Case:
    """Open a case of a type with its answers; with `finishes` it is answered and resolved at once.

    Card numbers in subject, text and wanted outcome are hidden before anything is stored. Without
    a type it is a case like any other.

    Raises:
        CannotFinishAtOnce: the type does not end like this.
        EmptyText, NotPermitted, NoServiceLevel: see `open_case`.
    """
    if finishes and (request_type is None or not request_type.may_finish_at_once):
        raise CannotFinishAtOnce(
            _("Requests of this type cannot be finished at once."),
            next_step=_("Open the case without finishing it."),
        )
    case = open_case(
        contact=contact,
        subject=masked(subject).text or (request_type.name if request_type else ""),
        text=masked(text).text,
        channel=channel,
        product=product,
        category=category or (request_type.category if request_type else ""),
        request_type=request_type,
        wanted_outcome=masked(wanted_outcome).text,
        priority=priority,
        may_acknowledge=may_acknowledge and not finishes,
        is_unverified=is_unverified,
        brand=brand,
        actor=actor,
        at=at,
    )
    RequestAnswer.objects.bulk_create(
        [
            RequestAnswer(
                case=case,
                question=answer.question,
                text=answer.text,
                number=answer.number,
                day=answer.day,
            )
            for answer in answers
        ]
    )
    if finishes and request_type is not None:
        answer_case(
            case_id=case.pk, text=request_type.answer, actor=actor, at=at, and_then="resolve"
        )
    return case


def answers_of(case: Case) -> list[RequestAnswer]:
    """Return what was answered in a case, in the order of the questions; one query."""
    return list(
        RequestAnswer.objects.filter(case=case)
        .select_related("question")
        .order_by("question__position", "question_id")
    )


@transaction.atomic
def save_request_type(
    *,
    request_type_id: int | None,
    name: str,
    says: str,
    category: str,
    asks: Iterable[str],
    doors: Iterable[Door],
    answer: str,
    may_finish_at_once: bool,
    questions: Sequence[Asked],
    actor: Actor,
    at: datetime,
) -> RequestType:
    """Add a type, or change one. `asks` names product, wanted_outcome or category.

    A question whose words and kind stay keeps its answers; others are put aside, not removed.

    Raises:
        BadRequestType: it has no name, ends at once without an answer, or asks too much.
        NoSuchRequestType: it is gone.
    """
    actor.require(Permission.CONFIGURE)
    name = one_line(name, longest=80)
    refuse_unusable(name, answer=answer, may_finish=may_finish_at_once, questions=questions)
    kept = locked_type(request_type_id) if request_type_id is not None else new_type(name)
    kept.name, kept.says = name, one_line(says, longest=160)
    kept.category = fitting(category, longest=80)
    asked, offered = set(asks), set(doors)
    kept.asks_product = "product" in asked
    kept.asks_wanted_outcome = "wanted_outcome" in asked
    kept.asks_category = "category" in asked
    kept.is_for_agents = Door.AGENTS in offered
    kept.is_for_phone = Door.PHONE in offered
    kept.is_for_portal = Door.PORTAL in offered
    kept.is_for_forms = Door.FORMS in offered
    kept.may_finish_at_once = may_finish_at_once
    kept.answer = answer.strip()
    kept.save()
    keep_questions(kept, questions)
    record(
        Action.CONFIGURATION_CHANGED,
        kept,
        actor=actor,
        at=at,
        changes={"what": "request_type", "is_new": request_type_id is None},
    )
    return kept


def refuse_unusable(
    name: str, *, answer: str, may_finish: bool, questions: Sequence[Asked]
) -> None:
    """Refuse what nobody could use."""
    if not name:
        raise BadRequestType(_("A name is needed."), next_step=_("Write one that people know."))
    if may_finish and not answer.strip():
        raise BadRequestType(
            _("A request that is finished at once needs an answer for the customer."),
            next_step=_("Write what the customer reads."),
            field="answer",
        )
    if len(questions) > MOST_QUESTIONS:
        raise BadRequestType(
            _("A request asks at most %(most)d questions.") % {"most": MOST_QUESTIONS},
            next_step=_("Leave out what is not necessary to solve it."),
        )


def locked_type(request_type_id: int) -> RequestType:
    """Return a type, locked until the transaction ends.

    Raises:
        NoSuchRequestType: it is gone.
    """
    found = RequestType.objects.select_for_update().filter(pk=request_type_id).first()
    if found is None:
        raise NoSuchRequestType(
            _("There is no such request type."), next_step=_("Choose one from the list.")
        )
    return found


def new_type(name: str) -> RequestType:
    """Return a type that is not saved yet, with a short name of its own; one query.

    Raises:
        BadRequestType: there are too many.
    """
    taken = set(RequestType.objects.values_list("slug", flat=True))
    if len(taken) >= MOST_TYPES:
        raise BadRequestType(
            _("There are %(most)d request types already.") % {"most": MOST_TYPES},
            next_step=_("Change one that nobody uses."),
        )
    wanted = slugify(name)[:50] or "request"
    slug, number = wanted, 1
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return RequestType(slug=slug, position=len(taken) + 1)


def keep_questions(kept: RequestType, asked: Sequence[Asked]) -> None:
    """Bring the questions of a type to what was written; at most one query a question."""
    known = {(one.label, one.kind): one for one in kept.questions.all()}
    for one in known.values():
        one.is_active = False
    for place, wanted in enumerate(asked, start=1):
        key = (wanted.label[:120], wanted.kind.value)
        question = known.setdefault(
            key, RequestQuestion(request_type=kept, label=key[0], kind=key[1])
        )
        question.position, question.is_required = place, wanted.is_required
        question.is_active = True
    for question in known.values():
        question.save()


@transaction.atomic
def set_request_type_active(
    *, request_type_id: int, is_active: bool, actor: Actor, at: datetime
) -> None:
    """Offer a type, or no longer; cases of it stay as they are.

    Raises:
        NoSuchRequestType: it is gone.
    """
    actor.require(Permission.CONFIGURE)
    kept = locked_type(request_type_id)
    kept.is_active = is_active
    kept.save(update_fields=["is_active"])
    record(
        Action.CONFIGURATION_CHANGED,
        kept,
        actor=actor,
        at=at,
        changes={"what": "request_type", "is_active": is_active},
    )
