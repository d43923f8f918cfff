"""Web forms: what was filled in is stored, judged, and becomes a case or waits for a person."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from cases.card_numbers import masked
from cases.intake.spam import HELD_FROM, Filled, points_against
from cases.models import (
    Case,
    FormSubmission,
    RequestQuestion,
    SubmissionState,
    WebForm,
)
from cases.request_types import Given, open_request, read_answers
from cases.states import Channel
from customers.identity import contact_behind
from customers.models import Product
from workflow.history.actions import Action
from workflow.history.recording import record
from workflow.people.actors import Actor
from workflow.people.permissions import Permission
from workflow.refusals import Refusal

FROM_A_NETWORK = ((timedelta(minutes=10), 6), (timedelta(days=1), 40))
FOR_A_TENANT = (timedelta(hours=1), 300)
SAID_BEFORE_FOR = timedelta(days=1)
LEFT_LYING_AFTER = timedelta(minutes=2)
ROWS = 50


class NoSuchForm(Refusal):
    """There is no such form, or it is switched off."""

    code = "no_such_form"
    status = 404


class TooManyForms(Refusal):
    """More forms came than people fill in."""

    code = "too_many_forms"
    status = 429


class BadForm(Refusal):
    """A web form cannot be kept like this; `field` names what does not fit."""

    code = "bad_form"

    def __init__(self, sentence: str, *, next_step: str, field: str = "name") -> None:
        super().__init__(sentence, next_step=next_step)
        self.field = field


class NotHeld(Refusal):
    """Somebody decided about it already."""

    code = "not_held"


@dataclass(frozen=True, kw_only=True)
class Sent:
    """What somebody wrote into a web form; `trap` is what people do not see."""

    nonce: str
    name: str
    email: str
    subject: str
    text: str
    took: timedelta
    trap: str = ""
    wanted_outcome: str = ""
    category: str = ""
    product: Product | None = None
    answers: tuple[Given, ...] = field(default_factory=tuple)


def open_form(key: str) -> WebForm:
    """Return a form that is switched on, with its request type and brand; one query.

    Raises:
        NoSuchForm: there is none.
    """
    found = (
        WebForm.objects.select_related("request_type", "brand")
        .filter(key=key, is_active=True)
        .first()
    )
    if found is None:
        raise NoSuchForm(
            _("This form is not open."), next_step=_("Look on our website for another way.")
        )
    return found


def submission_called(nonce: str) -> FormSubmission | None:
    """Return what was sent with a nonce, or None; one query."""
    return FormSubmission.objects.filter(nonce=nonce).first()


def refuse_too_many(*, network: str, at: datetime) -> None:
    """Refuse more forms than people fill in; counted in PostgreSQL; three queries.

    Raises:
        TooManyForms: 6 in 10 minutes or 40 a day from a network, or 300 an hour for the tenant.
    """
    kept = FormSubmission.objects
    counts = [
        (kept.filter(network=network, received_at__gt=at - span).count(), most)
        for span, most in FROM_A_NETWORK
    ]
    span, most = FOR_A_TENANT
    counts.append((kept.filter(received_at__gt=at - span).count(), most))
    if any(count >= most for count, most in counts):
        raise TooManyForms(
            _("Too many messages came from here in a short time."),
            next_step=_("Your text stays in the form: wait some minutes, then send it again."),
        )


@transaction.atomic
def store_submission(
    web_form: WebForm, sent: Sent, *, network: str, at: datetime
) -> FormSubmission:
    """Keep what was sent before anybody judges it, card numbers hidden; the same nonce once.

    Raises:
        TooManyForms: see `refuse_too_many`.
    """
    known = submission_called(sent.nonce)
    if known is not None:
        return known
    refuse_too_many(network=network, at=at)
    subject, text = masked(sent.subject).text, masked(sent.text).text
    said = sha256(" ".join(text.lower().split()).encode()).hexdigest()
    points = points_against(
        Filled(
            name=sent.name,
            subject=subject,
            text=text,
            took=sent.took,
            trap=sent.trap,
            was_said_before=FormSubmission.objects.filter(
                said=said, received_at__gt=at - SAID_BEFORE_FOR
            ).exists(),
        )
    )
    FormSubmission.objects.bulk_create(
        [
            FormSubmission(
                web_form=web_form,
                nonce=sent.nonce,
                name=masked(sent.name).text[:160],
                email=sent.email,
                subject=subject[:250],
                text=text,
                wanted_outcome=masked(sent.wanted_outcome).text,
                category=sent.category[:80],
                product=sent.product,
                answers={str(one.question.pk): one.text for one in sent.answers},
                network=network,
                said=said,
                score=sum(points.values()),
                reasons=",".join(points),
                received_at=at,
            )
        ],
        ignore_conflicts=True,
    )
    return FormSubmission.objects.get(nonce=sent.nonce)


@transaction.atomic
def take_in_submission(submission_id: int, *, at: datetime) -> None:
    """Let a stored form become a case, or hold it for a person; a second time changes nothing.

    What the desk refuses is held too, with the refusal as the reason.
    """
    kept = FormSubmission.objects.select_for_update(of=("self",)).get(pk=submission_id)
    if kept.state != SubmissionState.RECEIVED:
        return
    if kept.score >= HELD_FROM:
        kept.state = SubmissionState.HELD
        kept.save(update_fields=["state"])
        return
    try:
        with transaction.atomic():
            become_case(kept, at=at)
    except Refusal as refusal:
        kept.state, kept.reasons = SubmissionState.HELD, f"refused:{refusal.code}"
        kept.save(update_fields=["state", "reasons"])


def become_case(kept: FormSubmission, *, at: datetime) -> Case:
    """Open the case of a form. Nobody proved the address: whose it is, is marked as not verified.

    An unknown sender becomes a prospect; a known one is not told back anything that is known.
    """
    actor = Actor.system("web form")
    contact = contact_behind(kept.email, name=kept.name, actor=actor, at=at, is_prospect=True)
    case = open_request(
        request_type=kept.web_form.request_type,
        answers=stored_answers(kept),
        contact=contact,
        subject=kept.subject,
        text=kept.text,
        channel=Channel.FORM,
        product=kept.product,
        category=kept.category,
        wanted_outcome=kept.wanted_outcome,
        is_unverified=True,
        brand=kept.web_form.brand,
        actor=actor,
        at=at,
    )
    kept.case, kept.state = case, SubmissionState.TAKEN
    kept.save(update_fields=["case", "state"])
    return case


def stored_answers(kept: FormSubmission) -> list[Given]:
    """Return the answers that were stored with a form; one query, none without answers."""
    if not kept.answers:
        return []
    questions = RequestQuestion.objects.filter(pk__in=[int(key) for key in kept.answers])
    given = {f"question-{key}": text for key, text in kept.answers.items()}
    return read_answers(questions, given=given)[0]


def waiting_submissions(*, at: datetime) -> QuerySet[FormSubmission]:
    """Return what waits for a person: held, or left lying by a fault; the newest first."""
    lying = Q(state=SubmissionState.RECEIVED, received_at__lt=at - LEFT_LYING_AFTER)
    return (
        FormSubmission.objects.filter(Q(state=SubmissionState.HELD) | lying)
        .select_related("web_form")
        .order_by("-id")
    )


@transaction.atomic
def release_submission(submission_id: int, *, actor: Actor, at: datetime) -> Case:
    """Let a held form become a case after all.

    Raises:
        NotHeld: somebody was faster.
    """
    actor.require(Permission.WORK_CASE)
    kept = held(submission_id)
    case = become_case(kept, at=at)
    decided(kept, action=Action.FORM_RELEASED, actor=actor, at=at)
    return case


@transaction.atomic
def reject_submission(submission_id: int, *, actor: Actor, at: datetime) -> None:
    """Put a held form aside for good; it stays stored.

    Raises:
        NotHeld: somebody was faster.
    """
    actor.require(Permission.WORK_CASE)
    kept = held(submission_id)
    kept.state = SubmissionState.REJECTED
    kept.save(update_fields=["state"])
    decided(kept, action=Action.FORM_REJECTED, actor=actor, at=at)


def held(submission_id: int) -> FormSubmission:
    """Return a form that waits, locked.

    Raises:
        NotHeld: it does not wait.
    """
    kept = (
        FormSubmission.objects.select_for_update(of=("self",))
        .select_related("web_form", "product")
        .filter(pk=submission_id, state__in=[SubmissionState.HELD, SubmissionState.RECEIVED])
        .first()
    )
    if kept is None:
        raise NotHeld(
            _("Somebody decided about this form already."),
            next_step=_("Load the page again to see what became of it."),
        )
    return kept


def decided(kept: FormSubmission, *, action: Action, actor: Actor, at: datetime) -> None:
    """Note who decided."""
    kept.decided_by_id, kept.decided_at = actor.user_id, at
    kept.save(update_fields=["decided_by", "decided_at"])
    record(action, kept, actor=actor, at=at, changes={"score": kept.score, "case": kept.case_id})
