"""What customers of the demo's companies ask for, and a web form that stands open."""

from datetime import datetime

from cases.intake.form_settings import save_web_form
from cases.models import QuestionKind
from cases.request_types import Asked, Door, save_request_type
from workflow.people.actors import Actor

EVERYWHERE = (Door.AGENTS, Door.PHONE, Door.PORTAL, Door.FORMS)


def offer_requests(*, founder: Actor, at: datetime) -> None:
    """Offer three request types, and a web form for one of them and one for everything else."""
    save_request_type(
        request_type_id=None,
        name="Payment by telephone",
        says="A payment that the caller orders now. Never write a card number down.",
        category="payments",
        asks=(),
        doors=(Door.PHONE, Door.AGENTS),
        answer="Your payment is ordered. You see it in your account within one working day.",
        may_finish_at_once=True,
        questions=[
            Asked("Amount", QuestionKind.AMOUNT, is_required=True),
            Asked("Reference", QuestionKind.LINE, is_required=True),
        ],
        actor=founder,
        at=at,
    )
    save_request_type(
        request_type_id=None,
        name="Change of address",
        says="Where letters go from now on.",
        category="account",
        asks=(),
        doors=EVERYWHERE,
        answer="We changed your address. Letters go there from today on.",
        may_finish_at_once=True,
        questions=[
            Asked("New address", QuestionKind.LINE, is_required=True),
            Asked("From", QuestionKind.DAY, is_required=False),
        ],
        actor=founder,
        at=at,
    )
    complaint = save_request_type(
        request_type_id=None,
        name="Complaint",
        says="Something went wrong, and you want it put right.",
        category="complaint",
        asks=("product", "wanted_outcome"),
        doors=EVERYWHERE,
        answer="",
        may_finish_at_once=False,
        questions=[Asked("Since when", QuestionKind.DAY, is_required=False)],
        actor=founder,
        at=at,
    )
    for name, heading, kind in (
        ("Contact us", "How can we help?", None),
        ("Complaints", "What went wrong?", complaint),
    ):
        save_web_form(
            web_form_id=None,
            name=name,
            heading=heading,
            thanks="",
            origins="",
            request_type=kind,
            actor=founder,
            at=at,
        )
